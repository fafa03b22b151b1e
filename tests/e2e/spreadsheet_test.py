"""failed.csv, opened in LibreOffice, corrected, saved as CSV, and uploaded again as it is. What LibreOffice wrote is kept in spreadsheet/ and uploaded
here; with USAGE_TEST_LONG=yes the real program writes it again, and must write the same."""
import csv
import os
import pathlib
import re
import subprocess
import unittest
from collections import Counter
from decimal import Decimal

from support import EndToEnd, billing, installation

KEPT = pathlib.Path(__file__).parent / "spreadsheet"
LONG = os.environ.get("USAGE_TEST_LONG") == "yes"
ENGLISH, GERMAN = "1033", "1031"

# The amounts of the two exports, and how often a spreadsheet's reading would change each: rows 2 and 3 by a thousand.
VALUES = ["12.50", "1.234", "0.001", "1234.50", "8.75", "7.25"]  # as billed: row 5 is corrected in the spreadsheet, as people of its language write
POINTS = ["12.50", "1.234", "0.001", "1234.50", "1.2", "7.25"]
COMMAS = ["12,50", "1,234", "0,001", "1.234,50", "1,2", "7,25"]
BROKEN = 6  # this row's billing SID has a blank; it is corrected in the spreadsheet
REFERENCES = ["0012345", "12345678", "INV-3", "2026-10-4", "5/6", "1E6"]


class Export:
    def __init__(self, name, amounts, delimiter, options):
        self.name, self.amounts, self.delimiter, self.options = name, amounts, delimiter, options

    def write(self, path):
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=self.delimiter)
            writer.writerow(["InstalledAddOnSid", "BillingSid", "Quantity", "Net", "InvoiceLineId", "Memo, with \"quotes\"", "Date"])
            for i, amount in enumerate(self.amounts, 1):
                sid = billing(i)[:20] + " " + billing(i)[20:] if i == BROKEN else billing(i)
                writer.writerow([installation(i), sid, i, amount, REFERENCES[i - 1], f"Zeile {i}; \"Müller, & Söhne\"", "31.10.2026"])


EXPORTS = {
    "point": Export("point", POINTS, ",", ["--column", "quantity=Net"]),
    "comma": Export("comma", COMMAS, ";", ["--column", "quantity=Net", "--decimal-comma", "--grouping", "point"]),
}

# Of each program, import language and export: the rows whose amounts must be refused. All others are billed as they were.
REFUSED = {
    ("en-US", ENGLISH, "point"): [],
    ("de-DE", GERMAN, "point"): [2, 3],
    ("de-DE", ENGLISH, "point"): [2],
    ("en-US", ENGLISH, "comma"): [2, 3],
    ("de-DE", GERMAN, "comma"): [],
    ("en-US", GERMAN, "comma"): [2],
}


class SpreadsheetTest(EndToEnd):
    def kept(self, locale, language, name):
        return KEPT / f"{name}-{locale}-{language}.csv"

    def refused_upload(self, export):
        """failed.csv of a run in which every installation was refused, or its row invalid."""
        sandbox = self.sandbox({"installations": {installation(i): {"faults": ["404"]} for i in range(1, 6)}})
        path = self.folder / f"{export.name}.csv"
        export.write(path)
        self.upload(path, sandbox, *export.options, "--skip-invalid", status=1)
        return sandbox, self.out / "failed.csv"

    def ledger_prefix(self, failed, delimiter):
        with open(failed, newline="", encoding="utf-8-sig") as file:
            name = next(csv.DictReader(file, delimiter=delimiter))["usage_row"]
        return re.fullmatch(r"(.*[^0-9])[0-9]+", name).group(1)

    def saved_by_libreoffice(self, locale, language, delimiter, failed, *edits):
        saved = self.folder / "saved.csv"
        subprocess.run(["/usr/bin/python3", KEPT / "libreoffice.py", self.folder / "profile", locale, language, failed, saved, delimiter, *edits],
                       check=True, timeout=300)
        return saved.read_text(encoding="utf-8")

    def through_libreoffice(self, locale, language, name, failed, delimiter, *edits):
        """failed.csv as LibreOffice saves it: as it was kept, and in the long form as it is saved now, which must be the same."""
        prefix = self.ledger_prefix(failed, delimiter)
        kept = self.kept(locale, language, name)
        if LONG:
            text = self.saved_by_libreoffice(locale, language, delimiter, failed, *edits).replace(prefix, "LEDGER-")
            if os.environ.get("USAGE_TEST_KEEP"):
                kept.write_text(text, encoding="utf-8")
            self.assertEqual(text, kept.read_text(encoding="utf-8"))
        again = self.folder / "again.csv"
        again.write_text(kept.read_text(encoding="utf-8").replace("LEDGER-", prefix), encoding="utf-8")
        return again

    def check(self, locale, language, name):
        export = EXPORTS[name]
        sandbox, failed = self.refused_upload(export)
        typed = "8,75" if locale == "de-DE" else "8.75"
        again = self.through_libreoffice(locale, language, name, failed, export.delimiter, str(BROKEN), "BillingSid", billing(BROKEN), "5", "Net", typed)
        refused = REFUSED[locale, language, name]
        self.out = self.folder / "second"
        self.upload(again, sandbox, "--skip-invalid", status=1 if refused else 0)
        self.assertEqual([row["status"] for row in self.reconciliation_of_any_columns()],
                         ["invalid" if i in refused else "submitted" for i in range(1, 7)])
        self.assertEqual(sandbox.billed(), Counter({(installation(i).lower(), billing(i), Decimal(VALUES[i - 1])): 1 for i in range(1, 7) if i not in refused}))

    def test_look_ups_apply_to_changed_keys_only(self):
        """Leading zeros are lost in the keys, a long one is rounded, the table is gone; then keys are corrected, and a table asked for these."""
        keys = ["0012345", "0000815", "12345678901234567", "K-4"]
        sandbox = self.sandbox({"installations": {installation(i): {"faults": ["404"]} for i in range(1, 4)}})
        table = self.folder / "customers.csv"
        table.write_text("CustomerNo,InstallationSid\n" + "".join(f"{key},{installation(i)}\n" for i, key in enumerate(keys[:3], 1)))
        export = self.folder / "export.csv"
        export.write_text("CustomerNo,Net\n" + "".join(f"{key},{i}.25\n" for i, key in enumerate(keys, 1)))
        constants = ["--constant", f"billing_sid={billing(7)}", "--constant", "currency=EUR"]
        self.upload(export, sandbox, "--lookup", "installation=customers.csv:CustomerNo", *constants, "--column", "quantity=Net", "--skip-invalid", status=1)
        table.unlink()
        again = self.through_libreoffice("de-DE", GERMAN, "keys", self.out / "failed.csv", ",")
        self.out = self.folder / "second"
        self.upload(again, sandbox, "--skip-invalid", status=1)
        self.assertEqual([row["status"] for row in self.reconciliation_of_any_columns()], ["submitted", "submitted", "invalid", "invalid"])
        corrected = self.folder / "corrected.csv"
        corrected.write_text((self.out / "failed.csv").read_text().replace(",K-4,4.25", ",K-5,4.25").replace(',"1,23456789012346E+016",3.25', ",K-6,3.25"))
        other = self.folder / "other.csv"
        other.write_text(f"CustomerNo,InstallationSid\nK-5,{installation(4)}\nK-6,{installation(3)}\n")
        self.out = self.folder / "third"
        self.upload(corrected, sandbox, "--lookup", "installation=other.csv:CustomerNo")
        self.assertEqual(sandbox.billed(), Counter({(installation(i).lower(), billing(7), Decimal(f"{i}.25")): 1 for i in range(1, 5)}))
        self.assertEqual({row["currency"] for row in self.reconciliation_of_any_columns()}, {"EUR"})

    def test_other_programs_write_other_csv(self):
        """A BOM, the list separator of German Excel, quotes around everything, CRLF."""
        sandbox, failed = self.refused_upload(EXPORTS["point"])
        prefix = self.ledger_prefix(failed, ",")
        with open(self.kept("en-US", ENGLISH, "point"), newline="", encoding="utf-8") as file:
            rows = [[cell.replace("LEDGER-", prefix) for cell in row] for row in csv.reader(file)]
        again = self.folder / "again.csv"
        with open(again, "w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
        self.out = self.folder / "second"
        self.upload(again, sandbox)
        self.assertEqual(sum(sandbox.billed().values()), 6)

    def test_what_a_spreadsheet_changed_is_said_with_what_to_do(self):
        _, failed = self.refused_upload(EXPORTS["point"])
        again = self.folder / "again.csv"
        prefix = self.ledger_prefix(failed, ",")
        again.write_text(self.kept("de-DE", GERMAN, "point").read_text(encoding="utf-8").replace("LEDGER-", prefix), encoding="utf-8")
        problems = self.run_program("validate", again, status=3).stdout
        self.assertIn("1234", problems)
        self.assertIn("has the digits of what stood there before (1.234)", problems)
        self.assertIn("empty the row's usage_amount_was", problems)

    def reconciliation_of_any_columns(self):
        with open(self.out / "reconciliation.csv", newline="") as file:
            return list(csv.DictReader(file))

    def test_an_english_program_and_decimal_points(self):
        self.check("en-US", ENGLISH, "point")

    def test_a_german_program_and_decimal_points(self):
        self.check("de-DE", GERMAN, "point")

    def test_a_german_program_that_is_told_that_the_file_is_english(self):
        self.check("de-DE", ENGLISH, "point")

    def test_an_english_program_and_decimal_commas(self):
        self.check("en-US", ENGLISH, "comma")

    def test_a_german_program_and_decimal_commas(self):
        self.check("de-DE", GERMAN, "comma")

    def test_an_english_program_that_is_told_that_the_file_is_german(self):
        self.check("en-US", GERMAN, "comma")


if __name__ == "__main__":
    unittest.main()
