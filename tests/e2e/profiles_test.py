"""Each profile in config/profiles, on the sample export of its system: read here once more, by Python's csv and decimal."""
import csv
import io
import json
import pathlib
import re
import shutil
import subprocess
import tomllib
import unittest
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Callable

from support import BUILD, RECONCILIATION_COLUMNS, EndToEnd

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROFILES = ROOT / "config" / "profiles"
SAMPLES = ROOT / "sample_data"


@dataclass
class Export:
    """What a person who knows the system would say of its export; nothing here is taken from the profile."""
    encoding: str
    header_line: int
    amount: str
    keep: Callable[[dict], bool]  # the rows that are charges, zero amounts aside
    charges: int
    left_out: int
    delimiter: str = ","
    decimal: str = "."
    grouping: str = ""
    installation: str = ""  # a column with the SID; else `tables` has it
    billing_sid: str = ""
    constant_billing_sid: str = ""
    reference: str = ""
    currency: str = ""
    tables: dict = field(default_factory=dict)  # role -> (file, key column, SID column)


EXPORTS = {
    "quickbooks": Export(
        "utf-8", 5, "Amount", lambda row: row["Transaction type"] in ("Invoice", "Sales Receipt"), 10, 10, grouping=",",
        tables={"installation": ("customers.csv", "Customer full name", "InstalledAddOnSid"),
                "billing_sid": ("products.csv", "Product/Service full name", "BillingSid")}),
    "xero": Export(
        "utf-8", 1, "LineAmount",
        lambda row: row["Type"] == "Sales invoice" and row["Status"] in ("Awaiting Payment", "Paid"), 8, 5,
        currency="Currency",
        tables={"installation": ("contacts.csv", "ContactName", "InstalledAddOnSid"),
                "billing_sid": ("items.csv", "InventoryItemCode", "BillingSid")}),
    "zoho": Export(
        "utf-8", 1, "Item Total",
        lambda row: row["Invoice Status"] not in ("Draft", "Void") and row["Item.CF.Twilio Billing SID"] != "", 7, 3,
        installation="CF.Twilio Installation SID", billing_sid="Item.CF.Twilio Billing SID", currency="Currency Code"),
    "netsuite": Export(
        "utf-8-sig", 1, "Amount (Foreign Currency)",
        lambda row: row["*"] == "" and row["Type"] == "Invoice" and row["Status"] != "Pending Approval"
        and row["Twilio Billing SID"] != "", 7, 9,
        delimiter=";", decimal=",", installation="Twilio Installation SID", billing_sid="Twilio Billing SID",
        reference="Line Unique Key", currency="Currency"),
    "sage": Export(
        "windows-1252", 1, "Net Amount", lambda row: row["Type"] == "SI" and row["Nominal A/C Ref"] == "4100", 5, 7,
        constant_billing_sid="BI1e39c72410e782d0cae25e60c1eb74f6",
        tables={"installation": ("customers.csv", "Account Reference", "InstalledAddOnSid")}),
    "sap": Export(
        "utf-16", 3, "Net Value", lambda row: row["BillT"] == "F2", 8, 3, delimiter="\t", decimal=",", grouping=".",
        currency="Curr.",
        tables={"installation": ("customers.csv", "Sold-to", "InstalledAddOnSid"),
                "billing_sid": ("materials.csv", "Material", "BillingSid")}),
}


@dataclass
class Row:
    line: int
    kept: bool
    installation: str
    billing_sid: str
    amount: Decimal | None
    reference: str
    currency: str


def read_table(path, key, sid):
    with open(path, newline="", encoding="utf-8") as file:
        return {row[key]: row[sid] for row in csv.DictReader(file)}


def read_amount(cell, export):
    plain = cell.replace(export.grouping, "") if export.grouping else cell
    plain = plain.replace(export.decimal, ".")
    if plain.endswith("-"):
        plain = "-" + plain[:-1]
    return Decimal(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


def read_rows(name):
    """Every row below the header, in order."""
    export, folder = EXPORTS[name], SAMPLES / name
    tables = {role: (read_table(folder / file, key, sid), key) for role, (file, key, sid) in export.tables.items()}
    text = (folder / "export.csv").read_bytes().decode(export.encoding)
    reader, header, line, rows = csv.reader(io.StringIO(text, newline=""), delimiter=export.delimiter), None, 1, []
    for cells in reader:
        begin, line = line, reader.line_num + 1
        if begin == export.header_line:
            header = [cell.strip() for cell in cells]
        elif header and any(cell.strip() for cell in cells):  # an empty row is passed over
            row = defaultdict(str, zip(header, (cell.strip() for cell in cells)))
            amount = read_amount(row[export.amount], export)
            sids = {role: table.get(row[key], "") for role, (table, key) in tables.items()}
            rows.append(Row(begin, export.keep(row) and amount != 0,
                            sids.get("installation") or row[export.installation],
                            sids.get("billing_sid") or export.constant_billing_sid or row[export.billing_sid], amount,
                            row[export.reference], row[export.currency]))
    return rows


def input_keys():
    """The keys that say how a file is read, as help groups them."""
    text = subprocess.run([BUILD / "usage-uploader", "upload", "--help"], capture_output=True, text=True, check=True).stdout
    group = re.search(r"^Input:\n(.*?)(?:\n\n|\Z)", text, re.S | re.M).group(1)
    return set(re.findall(r"^  --([a-z-]+)", group, re.M))


class SampleTest(EndToEnd):
    def take_sample(self, name):
        for file in (SAMPLES / name).iterdir():
            shutil.copy(file, self.folder)
        return "export.csv"


class Profiles(SampleTest):
    def test_every_profile_has_a_sample_and_a_reading_of_it_here(self):
        profiles = {path.stem for path in PROFILES.glob("*.toml")}
        self.assertEqual(profiles, set(EXPORTS))
        self.assertEqual(profiles, {path.parent.name for path in SAMPLES.glob("*/export.csv")})

    def test_profiles_hold_input_options_only_and_readme_names_them(self):
        allowed, readme = input_keys(), (ROOT / "README.md").read_text()
        self.assertIn("where", allowed)
        self.assertNotIn("concurrency", allowed)
        for path in PROFILES.iterdir():
            with self.subTest(profile=path.name):
                self.assertEqual(path.suffix, ".toml")
                self.assertLessEqual(set(tomllib.loads(path.read_text())), allowed)
                self.assertIn(f"`{path.stem}", readme)

    def test_a_profile_reads_its_sample_and_bills_exactly_the_charges_in_it(self):
        for name in EXPORTS:
            with self.subTest(profile=name):
                self.tearDown(), self.setUp()
                config = ("--config", PROFILES / f"{name}.toml")
                sample, sandbox = self.take_sample(name), self.sandbox()
                self.run_program("validate", sample, *config, status=0)
                self.upload(sample, sandbox, *config)
                rows = read_rows(name)
                self.assertEqual(sum(row.kept for row in rows), EXPORTS[name].charges)
                self.assertEqual(sum(not row.kept for row in rows), EXPORTS[name].left_out)
                self.compare(rows, sandbox)

    def reconciliation(self):
        """As support's, with the column that a file with decimal commas has in addition."""
        with open(self.out / "reconciliation.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0])[:len(RECONCILIATION_COLUMNS)], RECONCILIATION_COLUMNS)
        self.assertIn(list(rows[0])[len(RECONCILIATION_COLUMNS):], ([], ["usage_decimal_sign"]))
        return rows

    def compare(self, expected, sandbox):
        ours = self.reconciliation()
        kept = [row for row in expected if row.kept]
        self.assertEqual([(row["line"], row["status"]) for row in ours],
                         [(str(row.line), "submitted" if row.kept else "left_out") for row in expected])
        submitted = [row for row in ours if row["status"] == "submitted"]
        self.assertEqual([(row["installed_add_on_sid"], row["billing_sid"], Decimal(row["quantity"]), row["reference"],
                           row["currency"]) for row in submitted],
                         [(row.installation, row.billing_sid, row.amount, row.reference, row.currency) for row in kept])
        self.assertEqual(sandbox.billed(), Counter((row.installation.lower(), row.billing_sid, row.amount) for row in kept))
        self.compare_totals("submitted", kept)
        self.compare_totals("left_out", [row for row in expected if not row.kept])

    def compare_totals(self, status, rows):
        totals = json.loads((self.out / "summary.json").read_text())["totals"][status]
        self.assertEqual(totals["rows"], len(rows))
        self.assertEqual(sum(Decimal(entry["amount"]) for entry in totals["currencies"]),
                         sum(row.amount for row in rows if row.amount is not None))
        self.assertEqual(sum(entry["rows_without_amount"] for entry in totals["currencies"]),
                         sum(row.amount is None for row in rows))


class Inspect(SampleTest):
    # What a first profile leaves to a person, by the options that decide it.
    DECISIONS = ("lookup", "constant", "where", "zero", "total-row")

    def inspect(self, name):
        sample = self.take_sample(name)
        text = self.run_program("inspect", sample, status=0).stdout
        (self.folder / "first.toml").write_text(text)
        return sample, tomllib.loads(text)

    def test_a_first_profile_maps_a_column_rightly_or_leaves_it_open(self):
        for name in EXPORTS:
            with self.subTest(export=name):
                _, first = self.inspect(name)
                profile = tomllib.loads((PROFILES / f"{name}.toml").read_text())
                self.assertLessEqual(set(first), input_keys())
                self.assertLessEqual(set(first["column"]), set(profile["column"]))
                self.assertIn(f"quantity={EXPORTS[name].amount}", first["column"])
                for key in ("decimal-comma", "grouping", "encoding"):
                    self.assertEqual(first.get(key), profile.get(key), key)

    def test_a_first_profile_reads_the_file_as_the_profile_does_once_a_person_has_decided(self):
        for name in EXPORTS:
            with self.subTest(export=name):
                self.tearDown(), self.setUp()
                sample, _ = self.inspect(name)
                profile = tomllib.loads((PROFILES / f"{name}.toml").read_text())
                flags = []
                for key in self.DECISIONS:
                    value = profile.get(key, [])
                    for text in value if isinstance(value, list) else [value]:
                        flags += [f"--{key}"] if text is True else [f"--{key}", text]
                plans = [json.loads(self.run_program("validate", sample, "--json", *options, status=0).stdout)["plan"]
                         for options in (("--config", PROFILES / f"{name}.toml"), ("--config", "first.toml", *flags))]
                self.assertEqual(plans[0]["content_digest"], plans[1]["content_digest"])
                self.assertEqual(plans[0]["totals"], plans[1]["totals"])

    def test_validate_takes_a_first_profile_as_it_is(self):
        for name in EXPORTS:
            with self.subTest(export=name):
                self.tearDown(), self.setUp()
                sample, first = self.inspect(name)
                result = self.run_program("validate", sample, "--json", "--config", "first.toml")
                answer = json.loads(result.stdout)
                if "plan" not in answer:  # what is left open is missing, and nothing else is
                    self.assertEqual((result.returncode, answer["error"]["name"]), (3, "column-missing"))
                    self.assertFalse({"installation", "billing_sid"} <= {entry.split("=")[0] for entry in first["column"]})
                else:
                    self.assertIn(result.returncode, (0, 3))
                    self.assertEqual(answer["plan"]["rows"], len(read_rows(name)))

    def test_json_is_one_object_with_the_same_profile_in_it(self):
        sample, _ = self.inspect("netsuite")
        found = json.loads(self.run_program("inspect", sample, "--json", status=0).stdout)
        self.assertEqual(found["profile"], (self.folder / "first.toml").read_text())
        self.assertEqual((found["delimiter"], found["header_line"], found["rows"]), (";", 1, len(read_rows("netsuite"))))
        self.assertEqual(found["columns"][found["roles"]["quantity"]["column"] - 1]["name"], "Amount (Foreign Currency)")

    def test_one_dot_and_three_digits_are_never_guessed(self):
        path = self.file([("XE" + "0" * 31 + str(i), "BI" + "0" * 32, f"{i}.234", f"L{i}") for i in range(1, 5)])
        text = self.run_program("inspect", path, status=0).stdout
        self.assertLessEqual(set(tomllib.loads(text)), {"delimiter", "column"})
        self.assertIn("1.234 (line 2, and 4 cells in all like it)", text)
        self.assertIn("#grouping = \"point\"", text)

    def test_what_is_no_table_is_refused_with_what_to_do(self):
        path = self.folder / "letter.txt"
        path.write_text("Dear customer\nthank you\n")
        result = self.run_program("inspect", path, status=3)
        self.assertIn("--header-line", result.stderr)
        self.assertEqual(result.stdout, "")


if __name__ == "__main__":
    unittest.main()
