"""Charges that a person decides not to bill: closed, and taken back. From the command line, over real sockets."""
import json
import unittest

from charges_case import DECIDED, ChargesCase
from support import billing, installation


class LeftOut(ChargesCase):
    def refused_by(self, *numbers, fault="404"):
        return {"installations": {installation(i): {"faults": [fault]} for i in numbers}}

    def leave_out(self, run, *rows, status=0, decision="left-out"):
        named = [option for row in rows for option in ("--row", row)]
        return self.ledger_command("settle", run, *named, "--as", decision, *DECIDED, status=status)

    def usage_row(self, number):
        return next(row["usage_row"] for row in self.reconciliation() if row["reference"] == f"L{number}")

    def failed_run(self, *failing, rows=(1, 2, 3)):
        sandbox = self.sandbox(self.refused_by(*failing))
        path = self.file(self.rows(*rows))
        self.run_in("first", path, sandbox, status=1)
        return sandbox, path

    def test_a_charge_that_is_not_to_be_billed_is_closed_in_every_view(self):
        sandbox, path = self.failed_run(2)
        settled = self.leave_out("2026-10-1", self.usage_row(2)).stdout
        self.assertIn("1 row as left_out, 2.10", settled)
        shown = self.period()
        self.assertEqual(shown["exit_status"], 0)
        self.assertEqual({name: shown["totals"][name]["rows"] for name in ("submitted", "failed", "left_out")},
                         {"submitted": 2, "failed": 0, "left_out": 1})
        self.assertEqual(shown["decisions"][0]["status"], "left_out")
        self.ledger_command("reconcile", "2026-10-1")
        self.assertEqual(self.statuses(), ["submitted", "left_out", "submitted"])
        row = self.reconciliation()[1]
        self.assertEqual((row["settled_by"], row["settle_note"], row["http_status"]), (DECIDED[1], DECIDED[3], "404"))
        self.assertEqual(self.rows_of_file(self.out / "failed.csv"), [])
        self.assertIn("left_out", (self.out / "report.html").read_text())
        # Uploaded again, the row meets the decision; control totals count it, as the export has it.
        self.run_in("again", path, sandbox, "--expect-rows", "3", "--expect-total", "6.30")
        self.assertEqual(self.statuses(), ["duplicate", "left_out", "duplicate"])
        self.assertIn("left out by a person's decision: run 2026-10-1, line 3", self.reconciliation()[1]["reason"])
        self.assert_billed_once_each(sandbox, self.rows(1, 3))

    def test_the_next_month_is_not_warned_of_what_was_left_out_and_may_bill_it(self):
        sandbox, path = self.failed_run(2)
        row = self.usage_row(2)
        november = self.file(self.rows(2), name="november.csv")
        warned = json.loads(self.upload(november, sandbox, "--dry-run", "--json", period="2026-11").stdout)
        self.assertIn("unbilled-left-earlier", [warning["name"] for warning in warned["plan"]["warnings"]])
        self.leave_out("2026-10-1", row)
        warned = json.loads(self.upload(november, sandbox, "--dry-run", "--json", period="2026-11").stdout)
        self.assertNotIn("unbilled-left-earlier", [warning["name"] for warning in warned["plan"]["warnings"]])
        self.run_in("november", november, sandbox, period="2026-11")
        # Taken back, October's would be billed a second time: its reference says so.
        self.leave_out("2026-10-1", row, decision="not-submitted", status=1)
        refused = self.run_in("october", path, sandbox, status=3)
        self.assertIn("period 2026-11 has this reference submitted", refused.stdout + refused.stderr)
        self.assert_billed_once_each(sandbox, self.rows(1, 2, 3))

    def test_a_decision_that_is_taken_back_lets_the_charge_be_sent(self):
        sandbox, path = self.failed_run(2)
        row = self.usage_row(2)
        failed = self.out / "failed.csv"
        kept = self.folder / "kept.csv"
        kept.write_bytes(failed.read_bytes())
        self.leave_out("2026-10-1", row)
        self.run_in("left", kept, sandbox)
        self.assertEqual(self.statuses(), ["left_out"])
        # The run that only met it has nothing to take back.
        refused = self.leave_out("2026-10-2", row, decision="not-submitted", status=3).stderr
        self.assertIn("stands in run 2026-10-1, line 3", refused)
        self.leave_out("2026-10-1", row, decision="not-submitted", status=1)
        self.assertEqual(self.period(status=1)["totals"]["not_submitted"]["rows"], 1)
        self.run_in("sent", kept, sandbox)
        self.assertEqual(self.statuses(), ["submitted"])
        self.assertIn("superseded by", self.leave_out("2026-10-1", row, status=3).stderr)
        # It was never in doubt, so nothing was billed twice by that word.
        self.assertEqual([decision["sent_again"] for decision in self.period()["decisions"]], [False, False])
        self.assert_billed_once_each(sandbox, self.rows(1, 2, 3))

    def test_a_corrected_row_of_a_charge_that_is_left_out_is_refused_with_what_takes_the_decision_back(self):
        sandbox, _ = self.failed_run(2)
        row = self.usage_row(2)
        kept = self.folder / "kept.csv"
        kept.write_text((self.out / "failed.csv").read_text().replace("2.10", "2.20"))
        self.leave_out("2026-10-1", row)
        refused = self.run_in("left", kept, sandbox, "--json", status=3)
        problem, = json.loads(refused.stdout)["plan"]["problems"]
        self.assertEqual(problem["name"], "usage-row-left-out")
        self.assertIn(f"settle 2026-10-1 --as not-submitted --row {row}", problem["remedy"])
        by_reference = self.file([(installation(2), billing(102), "2.20", "L2")])
        problem, = json.loads(self.run_in("reference", by_reference, sandbox, "--json", status=3).stdout)["plan"]["problems"]
        self.assertEqual(problem["name"], "reference-left-out")
        beside = self.file([(installation(2), billing(102), "2.20", "L9")])
        refused = self.run_in("beside", beside, sandbox, status=3)
        self.assertIn("2.10, left out of run 2026-10-1, line 3", refused.stdout + refused.stderr)
        self.assert_billed_once_each(sandbox, self.rows(1, 3))

    def test_only_what_is_proven_not_billed_and_can_be_sent_no_more_is_left_out(self):
        faults = {installation(1): "close_after_billing", installation(3): "401"}
        sandbox = self.sandbox({"installations": {sid: {"faults": [fault]} for sid, fault in faults.items()}})
        self.run_in("first", self.file(self.rows(1, 2, 3)), sandbox, "--concurrency", "1", status=6)
        self.assertEqual(self.statuses(), ["unknown", "submitted", "not_sent"])
        for number, said in ((1, "settle it as submitted or not-submitted first"), (2, "billed, which nothing takes back"),
                             (3, "end the run first, with abandon 2026-10-1")):
            self.assertIn(said, self.leave_out("2026-10-1", self.usage_row(number), status=3).stderr)
        self.ledger_command("abandon", "2026-10-1", "--yes", status=6)
        self.leave_out("2026-10-1", self.usage_row(3), status=6)
        self.leave_out("2026-10-1", self.usage_row(1), decision="not-submitted", status=1)
        self.leave_out("2026-10-1", self.usage_row(1))
        self.assertEqual(self.period()["totals"]["left_out"]["rows"], 2)
        # What may have been billed in that doubt can still be found to be.
        self.leave_out("2026-10-1", self.usage_row(1), decision="submitted")
        self.assert_billed_once_each(sandbox, self.rows(1, 2))

    def test_by_installation_all_that_is_not_billed_of_it_is_left_out(self):
        sandbox = self.sandbox(self.refused_by(1))
        rows = [(installation(1), billing(item), f"{item}.00", f"K{item}") for item in (101, 102)]
        self.run_in("first", self.file(rows + self.rows(2)), sandbox, status=1)
        self.ledger_command("settle", "last", "--installation", installation(1), "--as", "left-out", *DECIDED)
        self.assertEqual(self.period()["totals"]["left_out"]["rows"], 2)
        refused = self.ledger_command("settle", "last", "--installation", installation(2), "--as", "left-out", *DECIDED, status=3)
        self.assertIn("no unbilled row", refused.stderr)

    def test_a_column_usage_settle_in_failed_csv_says_it_row_by_row(self):
        self.failed_run(1, 2)
        filled = self.fill_in(self.out / "failed.csv", lambda row: "left_out" if row["InvoiceLineId"] == "L1" else "")
        settled = self.json_of("settle", "last", "--from", filled, *DECIDED, status=1)
        self.assertEqual((settled["totals"]["left_out"]["rows"], settled["left_open"]), (1, 1))
        # An older file does not take it back.
        older = self.fill_in(self.out / "failed.csv", lambda row: "not-submitted")
        refused = self.ledger_command("settle", "last", "--from", older, *DECIDED, status=3).stderr
        self.assertIn("was settled as left out by", refused)

    def test_a_ledger_made_of_result_files_knows_what_was_left_out(self):
        sandbox, path = self.failed_run(1, 2)
        one, two = self.usage_row(1), self.usage_row(2)
        self.leave_out("2026-10-1", one, two)
        self.ledger_command("reconcile", "2026-10-1")
        self.run_in("again", path, sandbox)
        self.leave_out("2026-10-1", two, decision="not-submitted", status=1)
        self.run_in("third", path, sandbox)
        self.ledger = self.folder / "state" / "new.db"
        files = [self.folder / name / "reconciliation.csv" for name in ("first", "again", "third")]
        seeded = self.json_of("init", "--from", *files)
        self.assertIn("it is settled as left_out in", seeded["warnings"][0]["text"])
        shown = self.period()
        self.assertEqual({name: shown["totals"][name]["rows"] for name in ("submitted", "left_out")}, {"submitted": 2, "left_out": 1})
        self.run_in("fourth", path, sandbox)
        self.assertEqual(self.statuses(), ["left_out", "duplicate", "duplicate"])
        # What that ledger writes makes a ledger again.
        for run in ("2026-10-1", "2026-10-2", "2026-10-3"):
            self.ledger_command("reconcile", run, "--out", self.folder / run)
        self.ledger = self.folder / "state" / "newer.db"
        files = [self.folder / run / "reconciliation.csv" for run in ("2026-10-1", "2026-10-2", "2026-10-3")]
        self.assertEqual(self.json_of("init", "--from", *files)["warnings"][0]["name"], "seed-runs-missing")
        self.assertEqual(self.period()["totals"], shown["totals"])
        self.assert_billed_once_each(sandbox, self.rows(1, 2, 3)[1:])


if __name__ == "__main__":
    unittest.main()
