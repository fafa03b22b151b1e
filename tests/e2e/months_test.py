"""A month against the one before, and the warnings that refuse a file."""
import json
import pathlib
import tempfile
import unittest

from support import ACCOUNT, EndToEnd, billing, installation


class Months(EndToEnd):
    def rows(self, amounts):
        return [(installation(i), billing(1), amount, f"L{i}") for i, amount in amounts.items()]

    def bill(self, period, amounts, sandbox):
        self.out = self.folder / period
        self.upload(self.file(self.rows(amounts)), sandbox, status=0, period=period)

    def plan(self, amounts, sandbox, *more, period="2026-10", status=0):
        path = self.file([(*row[:3], f"{period}-{row[3]}") for row in self.rows(amounts)])
        self.out = self.folder / "plan"
        result = self.upload(path, sandbox, "--dry-run", "--json", *more, status=status, period=period)
        return json.loads(result.stdout)["plan"]

    def names(self, plan):
        return [warning["name"] for warning in plan["warnings"]]

    def test_what_changed_since_the_period_before_is_in_the_plan(self):
        sandbox = self.sandbox()
        self.bill("2026-08", {8: "1"}, sandbox)
        self.bill("2026-09", {1: "10.00", 2: "10.00", 3: "3.00"}, sandbox)
        plan = self.plan({1: "10.00", 2: "20.01", 4: "7.00"}, sandbox)
        comparison = plan["comparison"]
        self.assertEqual((comparison["period"], comparison["change_factor"]), ("2026-09", "2"))
        self.assertEqual([entry["installation"] for entry in comparison["new"]], [installation(4)])
        self.assertEqual([entry["installation"] for entry in comparison["vanished"]], [installation(3)])
        self.assertEqual(comparison["changed"], [{"installation": installation(2), "currency": "", "before": "10.00",
                                                  "now": "20.01"}])
        self.assertEqual(comparison["totals"], [{"currency": "", "before": "23.00", "now": "37.01"}])
        self.assertEqual(self.names(plan)[-3:], ["installations-new", "installations-vanished", "amounts-changed"])
        wider = self.plan({1: "10.00", 2: "20.01", 4: "7.00"}, sandbox, "--change-factor", "2.001")
        self.assertEqual(wider["comparison"]["changed"], [])

    def test_the_plan_shows_both_months_totals_and_the_control_totals_that_agree(self):
        sandbox = self.sandbox()
        self.bill("2026-09", {1: "10.00", 2: "30.00"}, sandbox)
        path = self.file([(installation(1), billing(1), "15.5", "M1")], "october.csv")
        self.out = self.folder / "plan"
        shown = self.upload(path, sandbox, "--dry-run", "--expect-rows", "1", "--expect-total", "15.50").stdout
        self.assertIn("40.00 submitted or in doubt then, 15.50 now, with this file (-24.50)", shown)
        self.assertIn("the control totals agree: 1 row, 15.50", shown)
        self.assertIn("--expect-rows 1 --expect-total 15.50 --new-period", shown)  # of the command that uploads it for good
        refused = self.upload(path, sandbox, "--expect-total", "15.51", status=3).stdout
        self.assertNotIn("the control totals agree", refused)
        self.assertIn("do what the refusal asks for", refused)

    def test_a_period_says_that_runs_had_invalid_rows_which_are_no_charges(self):
        sandbox = self.sandbox()
        path = self.file([(installation(1), billing(1), "10.00", "L1"), (installation(2), billing(1), "$5", "L2")])
        self.upload(path, sandbox, "--skip-invalid", status=1)
        shown = self.run_program("show", "--period", "2026-10", "--ledger", self.ledger, status=0).stdout
        self.assertIn("invalid-rows-in-runs", shown)
        self.assertIn("L2 (2026-10-1, line 3)", shown)

    def invalid_rows_after(self, uploads):
        """What is said of a period's invalid rows; each upload is its rows, without references, and what is allowed as additional."""
        sandbox = self.sandbox()
        self.ledger = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "ledger.db"
        self.run_program("init", "--ledger", self.ledger)
        for rows, allowed in uploads:
            self.out = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
            path = self.file([(installation(1), billing(item), quantity, "") for item, quantity in rows])
            more = ["--allow-additional", allowed] if allowed else []
            self.upload(path, sandbox, "--skip-invalid", *more, status=None)
        shown = self.run_program("show", "--period", "2026-10", "--ledger", self.ledger, status=None).stdout
        return next((line for line in shown.splitlines() if "invalid-rows-in-runs" in line), "")

    def test_an_unreadable_row_without_a_reference_is_corrected_by_a_later_charge_on_its_item(self):
        export = [(1, "2.00"), (1, "x"), (2, "5.00")]
        none_later = "and no later charge with the same SIDs and reference stands for it: "
        cannot_be_told = "and without a reference it cannot be told whether a later charge stands for it: "
        for name, uploads, said in (
                ("the corrected export", [([(1, "2.00"), (1, "7.00"), (2, "5.00")], "")], ""),
                ("what was held back first", [([(1, "2.00"), (2, "5.00")], ""), ([(1, "7.00")], "1:7.00")], ""),
                ("corrected to an amount that stands there twice", [([(1, "2.00"), (1, "2.00"), (2, "5.00")], "")], ""),
                ("what was held back alone", [([(1, "2.00"), (2, "5.00")], "")], none_later),
                ("on another item", [([(1, "2.00"), (2, "5.00")], ""), ([(3, "7.00")], "")], none_later),
                ("before it was uploaded once more", [([(1, "2.00"), (2, "5.00")], ""), ([(1, "9.00")], "1:9.00"), (export, "")], none_later),
                ("with another amount than was held back", [([(1, "3.00"), (2, "5.00")], "")], cannot_be_told)):
            with self.subTest(name):
                line = self.invalid_rows_after([(export, ""), *uploads])
                self.assertEqual(bool(line), bool(said), line)
                self.assertIn(said, line)

    def test_a_row_without_a_reference_that_could_be_read_is_not_told_by_its_item(self):
        for wrong in ("-1.00", "0"):
            line = self.invalid_rows_after([([(1, wrong), (2, "5.00")], ""), ([(1, "7.00"), (2, "5.00")], "")])
            self.assertIn("cannot be told whether a later charge stands for it: ", line)

    def test_a_row_that_names_a_charge_of_another_endpoint_is_open_here(self):
        rehearsal = self.sandbox({"installations": {installation(2): {"faults": ["404"]}}})
        real = self.sandbox()
        self.upload(self.file([(installation(i), billing(1), "10.00", f"L{i}") for i in (1, 2)]), rehearsal, status=1)
        failed = self.out / "failed.csv"
        failed.write_text(failed.read_text().replace(",10.00,", ",$10,"))
        self.out = self.folder / "real"
        self.upload(failed, real, "--skip-invalid", status=1)
        shown = self.run_program("show", "--period", "2026-10", "--base-url", real.url, "--ledger", self.ledger).stdout
        self.assertIn("1 row was invalid", shown)
        self.assertIn("L2 (2026-10-2, line 2)", shown)

    def test_an_additional_row_that_was_held_back_is_not_forgotten(self):
        sandbox = self.sandbox()
        places = iter(range(8))

        def upload(rows, *more, status=0):
            self.out = self.folder / f"out-{next(places)}"
            self.upload(self.file(rows), sandbox, *more, status=status)

        for number, reference in ((1, "L2"), (2, "")):
            n, fee = installation(number), billing(1)
            upload([(n, fee, "10.00", f"A{number}")])
            upload([(n, fee, "12.00", reference), (n, billing(2), "bad", f"B{number}")], "--skip-invalid", status=1)
            upload([(n, billing(2), "3.00", f"B{number}")])
            shown = self.run_program("show", "--period", "2026-10", "--ledger", self.ledger).stdout
            self.assertIn("1 row was invalid or held back as additional", shown)
            upload([(n, fee, "12.00", reference)], "--allow-additional", "1:12.00")
            shown = self.run_program("show", "--period", "2026-10", "--ledger", self.ledger, status=0).stdout
            self.assertNotIn("invalid-rows-in-runs", shown)

    def test_a_warning_that_was_named_refuses_the_upload(self):
        sandbox = self.sandbox()
        self.bill("2026-09", {1: "10.00"}, sandbox)
        sent = len(sandbox.requests())
        self.out = self.folder / "october"
        path = self.file([(installation(1), billing(1), "100.00", "M1")])
        refused = self.upload(path, sandbox, "--fail-on", "equal-rows,amounts-changed", "--json", status=3)
        self.assertEqual([r["name"] for r in json.loads(refused.stdout)["plan"]["refusals"]], ["warning-refused"])
        self.assertEqual(len(sandbox.requests()), sent)
        self.out = self.folder / "october-2"
        self.upload(path, sandbox, "--fail-on", "equal-rows", status=0)

    def test_a_period_of_which_nothing_was_billed_does_not_switch_the_comparison_off(self):
        sandbox = self.sandbox()
        self.bill("2026-09", {1: "10.00"}, sandbox)
        self.out = self.folder / "mistyped"
        self.upload(self.file([(installation(1), billing(1), "$5", "X1")]), sandbox, "--skip-invalid", status=1,
                    period="2026-q9")
        plan = self.plan({1: "100.00"}, sandbox, "--fail-on", "amounts-changed", status=3)
        self.assertEqual(plan["comparison"]["period"], "2026-09")
        self.assertEqual([refusal["name"] for refusal in plan["refusals"]], ["warning-refused"])

    def test_a_mistyped_period_of_which_nothing_was_billed_does_not_block_the_right_name(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["401", "ok"]}}})
        path = self.file([(installation(1), billing(1), "10.00", "")])
        self.upload(path, sandbox, status=5, period="2026-9")
        self.upload(path, sandbox, status=3, period="2026-09")  # it may be sent yet
        self.run_program("abandon", "2026-9-1", "--yes", "--ledger", self.ledger, status=1)
        self.upload(path, sandbox, period="2026-09")
        # Neither the mistake once more, nor what was printed when that run ended, bills it again.
        for again in (path, self.folder / "usage-2026-9-1" / "failed.csv"):
            self.assertIn("2026-09, which reads like it", self.upload(again, sandbox, period="2026-9", status=3).stderr)
        self.assertEqual(sum(sandbox.billed().values()), 1)

    def test_what_a_person_left_out_blocks_a_name_that_reads_like_its_periods(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        path = self.file([(installation(1), billing(1), "10.00", "")])
        self.upload(path, sandbox, status=1, period="2026-9")
        self.run_program("settle", "2026-9-1", "--installation", installation(1), "--as", "left-out", "--by", "Ann", "--note", "credited",
                         "--ledger", self.ledger)
        refused = self.upload(path, sandbox, status=3, period="2026-09").stderr
        self.assertIn("what was billed, or left out, there would be billed again", refused)
        self.assertIn("settle RUN --as not-submitted", refused)
        self.assertEqual(sandbox.billed(), {})

    def test_charges_left_out_in_a_mistyped_period_do_not_open_it_for_what_the_right_one_billed(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["403"]}}})
        part = self.file([(installation(1), billing(1), "10.00", "")], "part.csv")
        whole = self.file([(installation(n), billing(1), "10.00", "") for n in (1, 2)], "whole.csv")
        self.upload(part, sandbox, status=1, period="2026-9")
        self.upload(whole, sandbox, period="2026-09")
        self.run_program("settle", "2026-9-1", "--installation", installation(1), "--as", "left-out", "--by", "Ann", "--note", "typed wrong",
                         "--ledger", self.ledger)
        self.assertIn("2026-09, which reads like it", self.upload(whole, sandbox, period="2026-9", status=3).stderr)
        self.assertEqual(sum(sandbox.billed().values()), 2)

    def test_a_new_period_whose_name_reads_like_a_known_one_is_refused(self):
        sandbox = self.sandbox()
        self.bill("2026-9", {1: "10.00"}, sandbox)
        path = self.file([(installation(1), billing(1), "10.50", "")])
        for more in ([], ["--dry-run"]):
            refused = json.loads(self.upload(path, sandbox, "--json", *more, status=3, period="2026-09").stdout)["error"]
            self.assertEqual(refused["name"], "period-near")
            self.assertIn("give --period 2026-9;", refused["remedy"])
        self.assertEqual(len(sandbox.requests()), 1)
        # Another account has periods of its own; and what is known already needs no other name.
        self.environment["TWILIO_ACCOUNT_SID"] = "AC" + "2" * 32
        self.upload(path, sandbox, period="2026-09", status=0)
        self.environment["TWILIO_ACCOUNT_SID"] = ACCOUNT
        self.bill("2026-9", {2: "10.00"}, sandbox)

    def test_the_first_period_has_nothing_to_be_compared_with(self):
        sandbox = self.sandbox()
        self.assertIsNone(self.plan({1: "10.00"}, sandbox)["comparison"])

    def test_rows_that_are_this_months_already_are_in_no_wrong_month(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404", "404", "ok"]}}})
        path = self.file([(installation(1), billing(1), "10.00", ""), (installation(2), billing(1), "20.00", "")])
        rule = ["--fail-on", "same-content-earlier,same-total-earlier"]
        self.upload(path, sandbox, *rule, period="2026-09", status=1)
        self.upload(path, sandbox, *rule, period="2026-10", status=3)
        self.upload(path, sandbox, period="2026-10", status=1)
        self.upload(path, sandbox, *rule, period="2026-10")
        self.assertEqual(sum(sandbox.billed().values()), 3)

    def test_a_file_alone_can_be_refused_for_its_warnings(self):
        path = self.file([(installation(1), billing(1), "5.00", ""), (installation(1), billing(1), "5.00", "")])
        self.run_program("validate", path, status=0)
        refused = self.run_program("validate", path, "--fail-on", "equal-rows", status=3)
        self.assertIn("equal-rows (--fail-on)", refused.stdout)
        wrong = self.run_program("validate", path, "--fail-on", "equal-row", status=2)
        self.assertIn("known: amount-column-doubtful, amount-outlier", wrong.stderr)


if __name__ == "__main__":
    unittest.main()
