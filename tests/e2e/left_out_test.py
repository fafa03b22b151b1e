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

    def test_its_line_is_asked_about_where_its_sids_or_reference_came_later(self):
        """Once the look-up table is corrected, and where only a row that met it had a reference."""
        sandbox, path = self.failed_run(2)
        self.leave_out("2026-10-1", self.usage_row(2))
        moved = (installation(9), *self.rows(2)[0][1:])
        corrected = self.file([*self.rows(1), moved, *self.rows(3, 4)], name="corrected.csv")
        for period in ("2026-10", "2026-11"):
            self.run_in(f"corrected-{period}", self.file([moved]) if period == "2026-11" else corrected, sandbox, period=period, status=3)
            asked = [row["reason"] for row in self.reconciliation() if row["reason"].startswith("additional: beside 2.10 with the reference L2")]
            self.assertEqual(len(asked), 1)
        self.assert_billed_once_each(sandbox, self.rows(1, 3))

    def test_a_reference_that_came_after_the_decision_is_its_lines(self):
        sandbox = self.sandbox(self.refused_by(2))
        line = self.rows(2)[0]
        self.run_in("first", self.file([(*line[:3], "")]), sandbox, status=1)
        self.leave_out("2026-10-1", self.reconciliation()[0]["usage_row"])
        self.run_in("with-references", self.file([line]), sandbox)
        self.assertEqual(self.statuses(), ["left_out"])
        self.run_in("november", self.file([line]), sandbox, period="2026-11", status=3)
        self.assertRegex(self.reconciliation()[0]["reason"], "^additional: beside 2.10 with the reference L2, .*left out of run 2026-10-1")

    def test_the_next_month_is_not_warned_of_what_was_left_out_and_does_not_bill_it_either(self):
        """A cumulative export brings the line again each month."""
        sandbox, path = self.failed_run(2)
        row = self.usage_row(2)
        november = self.file(self.rows(2, 4), name="november.csv")
        warned = json.loads(self.upload(november, sandbox, "--dry-run", "--json", period="2026-11").stdout)
        self.assertIn("unbilled-left-earlier", [warning["name"] for warning in warned["plan"]["warnings"]])
        self.leave_out("2026-10-1", row)
        refused = json.loads(self.run_in("refused", november, sandbox, "--json", period="2026-11", status=3).stdout)["plan"]
        self.assertNotIn("unbilled-left-earlier", [warning["name"] for warning in refused["warnings"]])
        problem, = refused["problems"]
        self.assertEqual(problem["name"], "reference-in-other-period")
        self.assertIn("period 2026-10 has this reference left out", problem["reason"])
        self.assertIn("settle 2026-10-1 --as not-submitted", problem["remedy"])
        # Taken back, it may be billed there, also from that refusal's failed.csv, and then be closed here again.
        self.leave_out("2026-10-1", row, decision="not-submitted", status=1)
        self.run_in("november", self.out / "failed.csv", sandbox, period="2026-11")
        self.run_in("all", november, sandbox, period="2026-11")
        self.leave_out("2026-10-1", row)
        december = json.loads(self.run_in("december", self.file(self.rows(2), name="december.csv"), sandbox, "--json", period="2026-12", status=3).stdout)
        self.assertIn("period 2026-11 has this reference submitted", december["plan"]["problems"][0]["reason"])
        self.assert_billed_once_each(sandbox, self.rows(1, 2, 3, 4))

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
        self.ledger_command("reconcile", "--period", "2026-10", "--out", self.folder / "whole")
        self.assertIn("taken over by run 2026-10-3, line 2: submitted", (self.folder / "whole" / "report.html").read_text())
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
        self.assertIn("2.10 with the reference L2, left out of run 2026-10-1, line 3", refused.stdout + refused.stderr)
        self.assert_billed_once_each(sandbox, self.rows(1, 3))

    def test_only_what_is_proven_not_billed_and_can_be_sent_no_more_is_left_out(self):
        faults = {installation(1): "close_after_billing", installation(3): "401"}
        sandbox = self.sandbox({"installations": {sid: {"faults": [fault]} for sid, fault in faults.items()}})
        self.run_in("first", self.file(self.rows(1, 2, 3)), sandbox, "--concurrency", "1", status=6)
        self.assertEqual(self.statuses(), ["unknown", "submitted", "not_sent"])
        for number, said in ((1, "settle it as submitted or not-submitted first"), (2, "billed, which nothing takes back"),
                             (3, "end the run first, with abandon 2026-10-1")):
            self.assertIn(said, self.leave_out("2026-10-1", self.usage_row(number), status=3).stderr)
        refused = self.ledger_command("settle", "last", "--installation", installation(1), "--as", "left-out", *DECIDED, status=3)
        self.assertIn("settle it as submitted or not-submitted first", refused.stderr)
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

    def test_nothing_that_was_never_in_doubt_is_called_billed_by_way_of_it(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}, installation(2): {"faults": ["close_after_billing", "404"]}}})
        self.run_in("first", self.file(self.rows(1, 2)), sandbox, status=6)
        one, two = self.usage_row(1), self.usage_row(2)
        self.leave_out("2026-10-1", one, status=6)
        for _ in range(2):
            self.assertIn("not unknown: there is nothing to decide", self.leave_out("2026-10-1", one, decision="submitted", status=3).stderr)
            self.leave_out("2026-10-1", one, decision="not-submitted", status=6)
        # In doubt was 2.10, and not what it was corrected to.
        self.leave_out("2026-10-1", two, decision="not-submitted", status=1)
        corrected = self.folder / "corrected.csv"
        corrected.write_text((self.out / "unknown.csv").read_text().replace(",2.10,", ",2.50,"))
        self.run_in("second", corrected, sandbox, status=1)
        self.leave_out("2026-10-2", two)
        self.assertIn("this one was not billed by it", self.leave_out("2026-10-2", two, decision="submitted", status=3).stderr)

    def test_what_failed_csv_says_in_usage_settle_is_settled_before_the_rest_of_it_is_uploaded(self):
        sandbox, _ = self.failed_run(1, 2)
        one = self.usage_row(1)
        for text in ("left-out", "submitted", "left out", "billed", "?"):
            filled = self.fill_in(self.out / "failed.csv", lambda row: text if row["InvoiceLineId"] == "L1" else "")
            error = json.loads(self.run_in("second", filled, sandbox, "--skip-invalid", "--json", status=3).stdout)["error"]
            self.assertEqual(error["name"], "usage-settle-unsettled")
            self.assertIn(f"settle 2026-10-1 --as left-out --row {one}", error["remedy"])
            # No file of that refusal forgets the cell.
            self.assertFalse((self.out / "failed.csv").exists())
            self.out = self.folder / "first"
        filled = self.fill_in(self.out / "failed.csv", lambda row: "left-out" if row["InvoiceLineId"] == "L1" else "")
        self.ledger_command("settle", "2026-10-1", "--from", filled, *DECIDED, status=1)
        self.run_in("third", filled, sandbox)
        self.assertEqual(self.statuses(), ["left_out", "submitted"])
        self.assert_billed_once_each(sandbox, self.rows(2, 3))

    def test_no_file_and_no_other_mistake_loses_what_usage_settle_says(self):
        sandbox, _ = self.failed_run(1, 2)
        filled = self.fill_in(self.out / "failed.csv", lambda row: "left-out" if row["InvoiceLineId"] == "L1" else "")
        text = filled.read_text()
        # The row itself is invalid.
        filled.write_text(text.replace(",1.10,", ",0,"))
        error = json.loads(self.run_in("second", filled, sandbox, "--skip-invalid", "--json", status=3).stdout)["error"]
        self.assertEqual(error["name"], "usage-settle-unsettled")
        # validate knows no ledger, and writes the file anew for another row's sake.
        filled.write_text(text.replace(",2.10,", ",x,"))
        self.run_program("validate", filled, "--out", self.folder / "checked", status=3)
        again = self.folder / "checked" / "failed.csv"
        self.assertEqual([row["usage_settle"] for row in self.rows_of_file(again)], ["left-out", ""])
        again.write_text(again.read_text().replace(",x,", ",2.10,"))
        self.assertIn("usage_settle is filled in", self.run_in("third", again, sandbox, status=3).stderr)
        self.assert_billed_once_each(sandbox, self.rows(3))

    def test_a_line_of_the_same_upload_that_is_left_out_makes_no_other_one_additional(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404", "404", "ok"]}}})
        item = (installation(2), billing(102))
        self.run_in("first", self.file([(*item, "2.00", "A"), (*item, "3.00", "B")]), sandbox, status=1)
        failed = self.folder / "kept.csv"
        failed.write_bytes((self.out / "failed.csv").read_bytes())
        named = {row["reference"]: row["usage_row"] for row in self.reconciliation()}
        self.run_in("alone", self.file([(*item, "3.00", "B")], "b.csv"), sandbox, status=1)
        self.leave_out("2026-10-2", named["B"])
        self.run_in("both", failed, sandbox)
        self.assertEqual(self.statuses(), ["submitted", "left_out"])

    def test_a_decision_that_only_a_later_runs_file_shows_seeds_a_ledger(self):
        sandbox, path = self.failed_run(2)
        row = self.usage_row(2)
        self.leave_out("2026-10-1", row)
        self.run_in("second", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate", "left_out", "duplicate"])
        self.ledger = self.folder / "state" / "new.db"
        files = [self.folder / name / "reconciliation.csv" for name in ("first", "second")]
        alone = self.json_of("init", "--from", files[1], status=3)["error"]
        self.assertIn("give the reconciliation of that run, too", alone["remedy"])
        warning, = self.json_of("init", "--from", *files)["warnings"]
        self.assertIn("which its file is too old for; it is left out now", warning["text"])
        self.run_in("third", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate", "left_out", "duplicate"])
        # What the seeded ledger writes names the charge still.
        self.ledger_command("reconcile", "2026-10-2", "--out", self.folder / "again")
        self.out = self.folder / "again"
        self.assertEqual([bool(row["usage_row"]) for row in self.reconciliation()], [True] * 3)
        self.assert_billed_once_each(sandbox, self.rows(1, 3))

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
        # 404 was no doubt: nobody decided anything else.
        decided = [(one["status"], one["settled_by"]) for one in self.period()["decisions"]]
        self.assertEqual(decided, [("left_out", DECIDED[1]), ("left_out", DECIDED[1]), ("not_submitted", "init --from")])
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
