"""Exports as accounting systems make them: lines above the header, look-ups, filters, zeros, total lines, several files."""
import csv
import json
import pathlib
import re
import subprocess
import sys
import unittest
from decimal import Decimal

from support import EndToEnd, billing, installation

ITEM = billing(7)
EXPORT = """Acme Messaging Ltd.,,,,
"Sales by customer, October 2026",,,,

CustomerNo,Item,Net,Status,Line
0815,SMS,12.505,Paid,L1
0816,SMS,7.25,Draft,L2
0815,Voice,0.00,Paid,L3
0817,SMS,1.75,Paid,L4
0816,Voice,-3.00,Void,L5
Total,,18.505,,
"Friday, 20 November 2026 - accrual basis"
"""


class Exports(EndToEnd):
    def setUp(self):
        super().setUp()
        (self.folder / "customers.csv").write_text("CustomerNo;InstalledAddOnSid\n" + "".join(
            f"{key};{installation(n)}\n" for n, key in enumerate(("0815", "0816", "0817"), start=1)))
        self.profile = self.folder / "profile.toml"
        self.profile.write_text("""column = ["quantity=Net", "reference=Line"]
lookup = ["installation=customers.csv:CustomerNo"]
constant = ["billing_sid=%s"]
where = ["Status=Paid"]
zero = "skip"
total-row = true
""" % ITEM)
        self.export = self.folder / "export.csv"
        self.export.write_text(EXPORT)

    def test_an_export_as_it_is_is_billed_and_what_is_left_out_shows(self):
        sandbox = self.sandbox()
        self.upload(self.export, sandbox, "--config", self.profile, status=0)
        self.assertEqual(sandbox.billed(), {(installation(1).lower(), ITEM, Decimal("12.505")): 1, (installation(3).lower(), ITEM, Decimal("1.75")): 1})
        rows = self.reconciliation()
        self.assertEqual([(r["line"], r["status"]) for r in rows],
                         [("5", "submitted"), ("6", "left_out"), ("7", "left_out"), ("8", "submitted"), ("9", "left_out"),
                          ("10", "left_out"), ("11", "left_out")])
        self.assertEqual([r["reason"] for r in rows if r["status"] == "left_out"],
                         ["by --where Status=Paid", "by --zero skip", "by --where Status=Paid", "by --total-row",
                          "by --total-row: below the total line"])
        total = self.summary()["totals"]["left_out"]
        self.assertEqual(total["rows"], 5)
        self.assertEqual(Decimal(total["currencies"][0]["amount"]), Decimal("7.25") + 0 - 3 + Decimal("18.505"))
        self.assertTrue(self.summary()["totals_close"])

    def test_what_failed_goes_back_as_it_is_with_the_same_profile(self):
        faulty = self.sandbox({"installations": {installation(3): {"faults": ["404", "ok"]}}})
        self.upload(self.export, faulty, "--config", self.profile, status=1)
        failed = self.out / "failed.csv"
        with open(failed, newline="") as file:
            self.assertEqual([row["Line"] for row in csv.DictReader(file)], ["L4"])
        again = self.folder / "again.csv"
        again.write_bytes(failed.read_bytes())
        self.out = self.folder / "again"
        self.upload(again, faulty, "--config", self.profile, status=0)
        self.assertEqual(sum(faulty.billed().values()), 2)
        self.assertEqual(self.statuses(), ["submitted"])

    def test_a_total_that_differs_by_the_last_decimal_sends_nothing(self):
        sandbox = self.sandbox()
        self.export.write_text(EXPORT.replace("18.505", "18.504"))
        result = self.upload(self.export, sandbox, "--config", self.profile, status=3)
        self.assertIn("the total line at line 10 says 18.504, but the rows that count add up to 14.255", result.stdout + result.stderr)
        self.assertEqual(sandbox.requests(), [])

    def test_a_customer_that_the_table_lacks_is_named(self):
        (self.folder / "customers.csv").write_text("CustomerNo,InstalledAddOnSid\n0815," + installation(1) + "\n")
        result = self.run_program("validate", self.export, "--config", self.profile, "--json", status=3)
        problems = json.loads(result.stdout)["plan"]["problems"]
        self.assertEqual([(p["line"], p["column"], p["value"], p["name"]) for p in problems],
                         [(8, "CustomerNo", "0817", "lookup-missing")])

    def test_what_validate_proposes_next_names_the_options_that_were_given(self):
        result = self.run_program("validate", self.export, "--config", self.profile, "--where", "Status=Paid", "--total-row", status=0)
        self.assertIn(f"usage-uploader upload {self.export} --period PERIOD --config {self.profile} --total-row --where 'Status=Paid' --dry-run",
                      result.stdout)

    def test_a_filter_that_is_misspelt_is_refused_not_obeyed(self):
        result = self.run_program("validate", self.export, "--config", self.profile, "--where", "Status=paid", "--json", status=3)
        self.assertEqual(json.loads(result.stdout)["error"]["name"], "where-unmatched")

    def test_several_files_are_one_plan_with_lines_named_by_file(self):
        sandbox = self.sandbox()
        header = "InstalledAddOnSid,BillingSid,Amount,Currency"
        first = self.file([(installation(1), billing(1), "1.5", "EUR"), (installation(2), billing(1), "2.5", "EUR")], "a.csv", header)
        second = self.file([(installation(1), billing(2), "3.5", "USD")], "b.csv", header)
        self.upload(first, sandbox, second, "--expect-rows", 3, "--expect-total", "EUR:4", "--expect-total", "USD:3.5", status=0)
        self.assertEqual([r["line"] for r in self.reconciliation()], [f"{first}:2", f"{first}:3", f"{second}:2"])
        self.assertEqual(len(sandbox.requests()), 2)  # one an installation
        self.assertEqual([f["name"] for f in self.summary()["files"]], [str(first), str(second)])
        self.out = self.folder / "again"
        self.upload(second, sandbox, first, status=0)
        self.assertEqual(set(self.statuses()), {"duplicate"})
        self.assertEqual(len(sandbox.requests()), 2)

    def test_a_problem_in_the_second_file_names_it_and_holds_both_back(self):
        sandbox = self.sandbox()
        first = self.file([(installation(1), billing(1), "1.5", "L1")], "a.csv")
        second = self.file([(installation(1), billing(2), "1,5", "L2")], "b.csv")
        second.write_text(second.read_text().replace("1,5", '"1,5"'))
        result = self.upload(first, sandbox, second, status=3)
        self.assertIn(f"{second}:2, column \"Amount\"", result.stdout + result.stderr)
        self.assertEqual(sandbox.requests(), [])

    def test_the_controllers_own_sum_as_the_readme_has_it_rounds_nothing(self):
        readme = (pathlib.Path(__file__).resolve().parents[2] / "README.md").read_text()
        script = re.search(r"python3 -c '(import csv, decimal, sys\n[^']*)' october/reconciliation\.csv", readme)[1]
        sandbox = self.sandbox()
        amounts = ["999999999999999", "0.000000000000001"]
        self.upload(self.file([(installation(i), ITEM, amount, f"L{i}") for i, amount in enumerate(amounts)]), sandbox, status=0)
        summed = subprocess.run([sys.executable, "-c", script, self.out / "reconciliation.csv"], capture_output=True, text=True, check=True)
        self.assertEqual(summed.stdout, "submitted 999999999999999.000000000000001\n")
        self.assertEqual(self.summary()["totals"]["submitted"]["currencies"][0]["amount"], "999999999999999.000000000000001")


if __name__ == "__main__":
    unittest.main()
