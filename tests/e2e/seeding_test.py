"""A lost ledger made anew from result files that were written before everything was over: nothing is billed twice."""
import csv
import json
import shlex
import unittest

from support import EndToEnd, billing, installation

DECIDED = ["--by", "Ada Lovelace", "--note", "asked Twilio, ticket 4711"]


class Seeding(EndToEnd):
    def rows(self, *numbers):
        return [(installation(i), billing(100 + i), f"{i}.10", f"L{i}") for i in numbers]

    def run_in(self, name, path, sandbox, *more, status=0):
        self.out = self.folder / name
        return self.upload(path, sandbox, *more, status=status)

    def ledger_command(self, *arguments, status=0):
        return self.run_program(*arguments, "--ledger", self.ledger, status=status)

    def seed(self, *names, status=0, more=()):
        """The ledger is lost, and made anew from the reconciliations that lie in these folders."""
        self.ledger = self.folder / "state" / "new.db"
        files = [self.folder / name / "reconciliation.csv" for name in names]
        result = self.ledger_command("init", "--from", *files, *more, "--json", status=status)
        self.assertEqual(self.ledger.exists(), status == 0)
        return json.loads(result.stdout)

    def stopped_run(self):
        """The second row's credentials were refused: the run is open, and its files say so."""
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["401"]}}})
        path = self.file(self.rows(1, 2, 3))
        self.run_in("first", path, sandbox, "--concurrency", "1", status=5)
        self.assertEqual(self.statuses(), ["submitted", "not_sent", "not_sent"])
        return sandbox, path

    def assert_billed_once(self, sandbox):
        self.assertEqual(set(sandbox.billed().values()), {1})

    def test_what_an_open_run_had_not_sent_is_in_doubt_for_it_may_have_gone_on(self):
        sandbox, path = self.stopped_run()
        self.ledger_command("resume", "--out", self.folder / "elsewhere")
        warning, = self.seed("first")["warnings"]
        self.assertEqual(warning["name"], "seed-run-open")
        for said in ("2026-10-1", "2 rows", "settle"):
            self.assertIn(said, warning["text"])
        self.run_in("again", path, sandbox, status=6)
        self.assertEqual(self.statuses(), ["duplicate", "unknown", "unknown"])
        self.assert_billed_once(sandbox)
        self.ledger_command("reconcile", "2026-10-1", "--out", self.folder / "seeded", status=6)
        self.assertIn("its run was open when this file was written, and may have gone on",
                      (self.folder / "seeded" / "reconciliation.csv").read_text())
        settled = [f"--installation={installation(i)}" for i in (2, 3)]
        self.ledger_command("settle", "2026-10-1", *settled, "--as", "submitted", *DECIDED)

    def test_the_same_of_a_whole_period_with_an_open_run(self):
        sandbox, path = self.stopped_run()
        self.ledger_command("reconcile", "--period", "2026-10", "--out", self.folder / "period", status=5)
        self.ledger_command("resume", "--out", self.folder / "elsewhere")
        self.assertIn("seed-run-open", [warning["name"] for warning in self.seed("period")["warnings"]])
        self.run_in("again", path, sandbox, status=6)
        self.assert_billed_once(sandbox)

    def test_what_an_ended_run_of_the_period_had_held_back_is_no_doubt(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["401"]}}})
        held = [(installation(7), billing(1), "3.00", "L1"), (installation(7), billing(2), "x", "L2")]
        self.run_in("first", self.file(held), sandbox, "--skip-invalid", status=1)
        self.run_in("second", self.file(self.rows(1, 2, 3)), sandbox, "--concurrency", "1", status=5)
        self.ledger_command("reconcile", "--period", "2026-10", "--out", self.folder / "period", status=5)
        self.seed("period")
        shown = json.loads(self.ledger_command("show", "--period", "2026-10", "--json", status=6).stdout)
        self.assertEqual([(charge["quantity"], charge["status"]) for charge in shown["charges"]],
                         [("3.00", "not_sent"), ("1.10", "submitted"), ("2.10", "unknown"), ("3.10", "unknown")])

    def test_where_no_summary_says_that_the_run_was_over_it_may_have_gone_on(self):
        sandbox, path = self.stopped_run()
        (self.out / "summary.json").unlink()
        self.ledger_command("resume", "--out", self.folder / "elsewhere")
        self.seed("first", more=["--period", "2026-10", "--base-url", sandbox.url])
        self.run_in("again", path, sandbox, status=6)
        self.assert_billed_once(sandbox)

    def test_an_invalid_row_and_the_row_that_corrects_it_are_one_charge_in_the_new_ledger_too(self):
        sandbox = self.sandbox({"installations": {installation(3): {"faults": ["404", "ok"]}}})
        self.run_in("first", self.file([*self.rows(1), (installation(2), billing(102), "x", "")]), sandbox, "--skip-invalid", status=1)
        corrected = self.folder / "corrected.csv"
        corrected.write_text((self.out / "failed.csv").read_text().replace(",x,", ",2.00,").replace(installation(2), installation(3)))
        self.run_in("second", corrected, sandbox, status=1)
        self.run_in("third", self.out / "failed.csv", sandbox)
        self.ledger_command("reconcile", "2026-10-1", "--out", self.folder / "written")
        # A file that says what took its row's place is worth nothing without that.
        self.assertIn("run 2026-10-3 took the place", self.seed("written", status=3)["error"]["message"])
        self.seed("first", "second", "third")
        self.ledger_command("reconcile", "2026-10-1", "--out", self.folder / "anew")
        self.out = self.folder / "anew"
        self.assertEqual(len((self.out / "failed.csv").read_text().splitlines()), 1)
        self.assertIn("superseded by 2026-10-3", self.reconciliation()[1]["reason"])
        self.ledger_command("show", "--period", "2026-10")
        # And what that one writes makes a third.
        self.ledger_command("reconcile", "2026-10-2", "--out", self.folder / "anew-2")
        self.ledger_command("reconcile", "2026-10-3", "--out", self.folder / "anew-3")
        self.ledger.unlink()
        self.seed("anew", "anew-2", "anew-3")
        self.ledger_command("reconcile", "2026-10-1", "--out", self.folder / "once-more")
        self.assertEqual(len((self.folder / "once-more" / "failed.csv").read_text().splitlines()), 1)
        self.assert_billed_once(sandbox)

    def test_what_a_later_file_took_up_was_left_by_the_open_run(self):
        sandbox, path = self.stopped_run()
        self.ledger_command("abandon", "2026-10-1", "--yes", "--out", self.folder / "abandoned", status=1)
        self.run_in("second", path, sandbox)
        self.assertEqual(self.seed("first", "second")["warnings"], [])
        self.run_in("again", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate"] * 3)
        self.assert_billed_once(sandbox)

    def test_files_of_two_ledgers_for_one_period_are_refused_for_their_names_do_not_meet(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["403"]}}})
        export = self.file([(installation(1), billing(1), "10.00", ""), (installation(2), billing(1), "3.00", "")])
        self.run_in("first", export, sandbox, status=1)
        self.seed("first")
        self.ledger_command("reconcile", "2026-10-1", "--out", self.folder / "written", status=1)
        corrected = self.folder / "written" / "failed.csv"
        corrected.write_text(corrected.read_text().replace(installation(1), installation(9)))
        self.run_in("second", corrected, sandbox)
        self.ledger.unlink()
        refused = self.seed("first", "second", status=3)["error"]
        for said in ("second/reconciliation.csv was written by the ledger", "first/reconciliation.csv", "2026-10"):
            self.assertIn(said, refused["message"])
        self.assertIn("reconcile RUN", refused["remedy"])
        # The second ledger's own file of the first run goes with it: the correction is known for what it is.
        self.seed("written", "second")
        self.run_in("again", export, sandbox, status=3)
        self.assert_billed_once(sandbox)
        self.assertEqual(len(sandbox.billed()), 2)

    def test_files_of_two_ledgers_for_two_periods_go_together(self):
        sandbox = self.sandbox()
        self.run_in("october", self.file(self.rows(1)), sandbox)
        self.ledger = self.folder / "state" / "other.db"
        self.ledger_command("init")
        self.out = self.folder / "november"
        self.upload(self.file(self.rows(2)), sandbox, period="2026-11", status=0)
        self.assertEqual(len(self.seed("october", "november")["runs"]), 2)

    def test_whole_periods_of_two_endpoints_go_together(self):
        rehearsal, real = self.sandbox(), self.sandbox()
        path = self.file(self.rows(1, 2))
        for name, sandbox in (("rehearsal", rehearsal), ("real", real)):
            self.run_in(name, path, sandbox)
            self.ledger_command("reconcile", "--period", "2026-10", "--base-url", sandbox.url, "--out",
                                self.folder / f"period-{name}")
        made = self.seed("period-real", "period-rehearsal")
        self.assertEqual([(run["run"], run["endpoint"]) for run in made["runs"]],
                         [("2026-10-1", rehearsal.url), ("2026-10-2", real.url)])
        self.assertEqual(made["warnings"], [])
        for name, sandbox in (("rehearsal", rehearsal), ("real", real)):
            self.run_in("again-" + name, path, sandbox)
            self.assertEqual(self.statuses(), ["duplicate"] * 2)

    def test_runs_of_one_name_in_two_ledgers_are_refused_with_what_helps(self):
        for name in ("first", "second"):
            self.ledger = self.folder / "state" / f"{name}.db"
            self.run_in(name, self.file(self.rows(1, 2)), self.sandbox())
        error = self.seed("first", "second", status=3)["error"]
        self.assertIn("are both of run 2026-10-1, of two accounts or endpoints", error["message"])
        self.assertIn("make a ledger of each", error["remedy"])

    def test_a_run_whose_period_was_given_in_another_letter_case_seeds_too(self):
        sandbox = self.sandbox()
        for number, period in ((1, "2026-Q4"), (2, "2026-q4")):
            self.out = self.folder / f"run-{number}"
            self.upload(self.file(self.rows(number)), sandbox, period=period)
        self.ledger_command("reconcile", "--period", "2026-q4", "--out", self.folder / "period")
        self.assertEqual([run["run"] for run in self.seed("run-1", "run-2")["runs"]], ["2026-Q4-1", "2026-q4-2"])
        self.ledger.unlink()
        self.assertEqual([run["run"] for run in self.seed("period")["runs"]], ["2026-Q4-1"])

    def test_what_an_abandoned_run_had_not_sent_can_be_sent(self):
        sandbox, path = self.stopped_run()
        self.ledger_command("abandon", "2026-10-1", "--yes", "--out", self.folder / "abandoned", status=1)
        self.assertEqual(self.seed("abandoned")["warnings"], [])
        self.run_in("again", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate", "submitted", "submitted"])

    def test_a_duplicate_of_what_only_a_missing_file_has_as_submitted_is_refused(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}}})
        path = self.file(self.rows(1, 2))
        self.run_in("first", path, sandbox, status=1)
        self.run_in("second", self.folder / "first" / "failed.csv", sandbox)
        self.run_in("third", path, sandbox)
        refused = self.seed("first", "third", status=3)["error"]
        for said in ("2026-10-2", "has it as failed"):
            self.assertIn(said, refused["message"])
        self.assertIn("give the reconciliation of run 2026-10-2", refused["remedy"])
        self.seed("first", "second", "third")
        self.run_in("again", path, sandbox)
        self.assert_billed_once(sandbox)

    def test_of_decisions_that_the_files_contradict_the_charge_stays_in_doubt(self):
        """Its file says not submitted; that it was decided otherwise later, only the run that met it shows."""
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["close_after_billing"]}}})
        path = self.file(self.rows(1, 2))
        self.run_in("first", path, sandbox, status=6)
        row = self.reconciliation()[1]["usage_row"]
        for decision, status in (("not-submitted", 1), ("submitted", 0)):
            self.ledger_command("settle", "2026-10-1", "--row", row, "--as", decision, *DECIDED, status=status)
            if status:
                self.ledger_command("reconcile", "2026-10-1", "--out", self.folder / "decided", status=1)
        self.run_in("second", path, sandbox)
        self.assertEqual([warning["name"] for warning in self.seed("decided", "second")["warnings"]], ["seed-doubt"])
        self.run_in("again", path, sandbox, status=6)
        self.assertEqual(self.statuses(), ["duplicate", "unknown"])
        self.assert_billed_once(sandbox)

    def edited(self, source, name, **cells):
        """A result file in which a person changed these cells of every row."""
        with open(source, newline="") as file:
            rows = list(csv.DictReader(file))
        path = self.folder / name
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(row | cells for row in rows)
        return path

    def test_runs_of_several_periods_are_in_the_order_in_which_they_began(self):
        """Else what November billed would be older than October's second failure, and October would bill it once more."""
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404", "404"]}}})
        export = self.file([(installation(1), billing(1), "12.50", "L1")])
        self.run_in("first", export, sandbox, status=1)
        self.run_in("second", self.out / "failed.csv", sandbox, status=1)
        self.out = self.folder / "november"
        self.upload(self.file([(installation(2), billing(1), "12.50", "L1")], "november.csv"), sandbox, period="2026-11")
        for names in (("first", "second", "november"), ("november", "second", "first")):
            self.assertEqual([run["run"] for run in self.seed(*names)["runs"]], ["2026-10-1", "2026-10-2", "2026-11-1"])
            self.run_in("again", export, sandbox, status=3)
            self.ledger.unlink()
        self.assert_billed_once(sandbox)

    def test_a_row_that_only_met_a_doubt_takes_no_place_in_the_new_ledger(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["500_before_billing"]}}})
        export = self.file([(installation(1), billing(1), "10.00", "L1")])
        self.run_in("first", export, sandbox, status=6)
        other = self.file([(installation(2), billing(1), "10.00", "L1")], "other.csv")  # the line's customer corrected
        self.run_in("second", other, sandbox, "--allow-additional", "1:10.00")  # asked about, for the first is in doubt
        self.run_in("third", export, sandbox, status=6)  # by mistake the old one
        self.ledger_command("settle", "2026-10-1", "--installation", installation(1), "--as", "not-submitted", *DECIDED, status=1)
        for run in (1, 3):
            self.ledger_command("reconcile", f"2026-10-{run}", "--out", self.folder / f"run-{run}", status=1)
        self.assertEqual(self.seed("run-1", "second", "run-3")["warnings"], [])
        shown = json.loads(self.ledger_command("show", "--period", "2026-10", "--json", status=1).stdout)
        self.assertEqual((shown["totals"]["not_submitted"]["rows"], shown["sent_again"]), (1, []))
        self.run_in("again", export, sandbox, status=3)  # billed for the other customer since
        # What the new ledger writes makes a ledger, too.
        for run, name in ((1, "new-1"), (2, "new-2"), (3, "new-3")):
            self.ledger_command("reconcile", f"2026-10-{run}", "--out", self.folder / name, status=None)
        self.ledger.unlink()
        self.assertEqual(self.seed("new-1", "new-2", "new-3")["warnings"], [])
        self.run_in("again", export, sandbox, status=3)
        self.assert_billed_once(sandbox)

    def test_a_duplicate_of_a_charge_that_is_in_doubt_again_keeps_its_name(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["close_after_billing"]}}})
        path = self.file(self.rows(1, 2))
        self.run_in("first", path, sandbox, status=6)
        decide = ["settle", "2026-10-1", "--installation", installation(2), "--as", "submitted", *DECIDED]
        self.ledger_command(*decide)
        self.run_in("second", path, sandbox)
        self.seed("first", "second")  # the first one's is from before the decision
        self.ledger_command(*decide)
        for run in (1, 2):
            self.ledger_command("reconcile", f"2026-10-{run}", "--out", self.folder / f"new-{run}")
        self.out = self.folder / "new-2"
        self.assertEqual([(row["status"], bool(row["usage_row"])) for row in self.reconciliation()], [("duplicate", True)] * 2)
        self.ledger.unlink()
        self.assertEqual(self.seed("new-1", "new-2")["warnings"], [])
        self.run_in("again", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate"] * 2)

    def test_references_of_rows_that_met_a_doubt_are_looked_for_in_the_new_ledger_too(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["500_before_billing"]}}})
        self.run_in("first", self.file([(installation(1), billing(1), "10.00", "")]), sandbox, status=6)
        self.run_in("second", self.file([(installation(1), billing(1), "10.00", "L1")], "with.csv"), sandbox, status=6)
        self.ledger_command("settle", "2026-10-1", "--installation", installation(1), "--as", "not-submitted", *DECIDED, status=1)
        self.run_in("third", self.file([(installation(2), billing(1), "10.00", "L1")], "corrected.csv"), sandbox)
        for run, status in ((1, 1), (2, 1), (3, 0)):
            self.ledger_command("reconcile", f"2026-10-{run}", "--out", self.folder / f"run-{run}", status=status)
        self.seed("run-1", "run-2", "run-3")
        self.ledger_command("reconcile", "2026-10-1", "--out", self.folder / "new", status=1)
        self.run_in("again", self.folder / "new" / "failed.csv", sandbox, status=3)
        self.assert_billed_once(sandbox)

    def test_a_file_that_was_not_given_is_missed_whatever_older_files_say_of_its_charge(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404", "404"]}}})
        path = self.file(self.rows(1, 2))
        for name, status in (("first", 1), ("second", 1), ("third", 0)):
            self.run_in(name, path, sandbox, status=status)
        self.ledger_command("reconcile", "2026-10-1")
        refused = self.seed("first", "second", status=3)["error"]
        self.assertIn("run 2026-10-3 took the place of this row, and its file is not among those given", refused["message"])
        self.seed("first", "second", "third")

    def test_a_decision_that_was_taken_back_leaves_one_charge_also_where_a_run_met_it_as_billed(self):
        for sent_again in (False, True):
            with self.subTest(sent_again=sent_again):
                sandbox = self.sandbox({"installations": {installation(2): {"faults": ["500_before_billing"]}}})
                path = self.file(self.rows(1, 2))
                self.ledger = self.folder / f"{sent_again}.db"
                names = [f"{sent_again}-{run}" for run in ("first", "second", "third", "again")]
                self.run_in(names[0], path, sandbox, status=6)
                row = self.reconciliation()[1]["usage_row"]
                self.run_in(names[1], path, sandbox, status=6)
                self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "submitted", *DECIDED)
                self.run_in(names[2], path, sandbox)
                self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "not-submitted", *DECIDED, status=1)
                if sent_again:
                    self.run_in(names[3], path, sandbox)
                files = names if sent_again else names[:3]
                for number, name in enumerate(files, 1):
                    self.ledger_command("reconcile", f"2026-10-{number}", "--out", self.folder / name, status=None)
                self.assertEqual(self.seed(*files)["warnings"], [])
                charges = json.loads(self.ledger_command("show", "--period", "2026-10", "--json", status=None).stdout)["charges"]
                self.assertEqual([charge["status"] for charge in charges], ["submitted", "submitted" if sent_again else "not_submitted"])
                # And once more, of what the new ledger writes.
                for number, name in enumerate(files, 1):
                    self.ledger_command("reconcile", f"2026-10-{number}", "--out", self.folder / f"new-{name}", status=None)
                self.ledger.unlink()
                self.assertEqual(self.seed(*(f"new-{name}" for name in files))["warnings"], [])
                self.ledger.unlink()

    def test_an_invalid_row_keeps_the_name_of_its_charge(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["403"]}}})
        self.run_in("first", self.file(self.rows(1, 2)), sandbox, status=1)
        wrong = self.edited(self.out / "failed.csv", "wrong.csv", InstalledAddOnSid=installation(3), Amount="ten")
        self.run_in("second", wrong, sandbox, "--skip-invalid", status=1)
        self.seed("first", "second")
        self.ledger_command("reconcile", "2026-10-2", "--out", self.folder / "new", status=1)
        corrected = self.edited(self.folder / "new" / "failed.csv", "corrected.csv", quantity="2.10")
        self.run_in("third", corrected, sandbox)
        self.assertEqual(self.statuses(), ["submitted"])
        # The charge is billed, wherever it was to be billed first.
        shown = json.loads(self.ledger_command("show", "--period", "2026-10", "--json").stdout)
        self.assertEqual([(charge["installed_add_on_sid"], charge["status"]) for charge in shown["charges"]],
                         [(installation(1), "submitted"), (installation(3), "submitted")])

    def test_a_held_back_row_that_nobody_allowed_takes_no_charges_place_in_the_new_ledger(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["403", "ok"]}, installation(3): {"faults": ["401"]}}})
        self.run_in("first", self.file([(installation(2), billing(1), "2.00", "L1")]), sandbox, status=1)
        self.run_in("second", self.file([(installation(2), billing(1), "3.00", "L2")]), sandbox)
        # Its run is open, and may go on: for what was held back that is no doubt.
        third = [(installation(2), billing(1), "2.50", "L1"), (installation(2), billing(2), "x", "L3"), (installation(3), billing(1), "1.00", "")]
        self.run_in("third", self.file(third), sandbox, "--skip-invalid", status=5)
        self.seed("first", "second", "third")
        shown = json.loads(self.ledger_command("show", "--period", "2026-10", "--json", status=6).stdout)
        self.assertEqual([(charge["quantity"], charge["status"]) for charge in shown["charges"]],
                         [("2.00", "failed"), ("3.00", "submitted"), ("1.00", "unknown")])
        self.ledger_command("reconcile", "2026-10-3", "--out", self.folder / "new", status=6)
        with open(self.folder / "new" / "failed.csv", newline="") as file:
            self.assertEqual([bool(row["usage_row"]) for row in csv.DictReader(file)], [True, True])

    def test_of_a_charge_that_a_person_settled_it_is_not_known_when_it_was_billed(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["close_after_billing", "403"]}}})
        self.run_in("first", self.file([(installation(1), billing(1), "10.00", "")]), sandbox, status=6)
        row = self.reconciliation()[0]["usage_row"]
        self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "not-submitted", *DECIDED, status=1)
        corrected = self.file([(installation(1), billing(1), "12.00", "")], "corrected.csv")
        self.run_in("second", corrected, sandbox, status=1)
        self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "submitted", *DECIDED)
        self.ledger_command("reconcile", "2026-10-1")
        self.run_in("third", corrected, sandbox, status=3)  # as asked with the old ledger
        self.seed("first", "second")
        self.run_in("third", corrected, sandbox, status=3)
        self.assert_billed_once(sandbox)

    def test_a_charge_that_was_sent_again_after_its_file_said_billed_is_as_it_was_left_then(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["500_before_billing"]}}})
        path = self.file(self.rows(1, 2))
        self.run_in("first", path, sandbox, status=6)
        row = self.reconciliation()[1]["usage_row"]
        self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "submitted", *DECIDED)
        self.ledger_command("reconcile", "2026-10-1")
        self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "not-submitted", *DECIDED, status=1)
        self.run_in("second", path, sandbox)
        warning, = self.seed("first", "second")["warnings"]
        self.assertEqual(warning["name"], "seed-doubt")
        self.assertIn("run 2026-10-2 took the charge up again", warning["text"])
        shown = json.loads(self.ledger_command("show", "--period", "2026-10", "--json").stdout)
        self.assertEqual([(charge["run"], charge["status"]) for charge in shown["charges"]],
                         [("2026-10-1", "submitted"), ("2026-10-2", "submitted")])
        self.run_in("again", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate"] * 2)
        self.assert_billed_once(sandbox)

    def test_a_seeded_run_has_a_decimal_comma_only_where_an_amount_that_could_not_be_read_may_have_one(self):
        sandbox = self.sandbox()
        commas = self.folder / "commas.csv"
        header = "InstalledAddOnSid;BillingSid;Amount\n"
        cells = [f"{installation(i)};{billing(i)};{amount}\n" for i, amount in ((1, "1,50"), (2, "1.234"))]
        for name, text, sign, signs in (("readable", header + cells[0], ".", None),
                                        ("unreadable", header + cells[0] + cells[1], ",", [".", "?"])):
            with self.subTest(name):
                commas.write_text(text)
                self.ledger = self.folder / f"{name}.db"
                self.run_in(name, commas, sandbox, "--decimal-comma", "--skip-invalid", status=0 if signs is None else 1)
                self.seed(name)
                self.out = self.folder / f"{name}-seeded"
                self.ledger_command("reconcile", "2026-10-1", "--out", self.out, status=0 if signs is None else 1)
                self.assertEqual(json.loads((self.out / "summary.json").read_text())["files"][0]["decimal_sign"], sign)
                with open(self.out / "reconciliation.csv", newline="") as file:
                    rows = list(csv.DictReader(file))
                self.assertEqual([row.get("usage_decimal_sign") for row in rows], signs or [None])
                self.ledger.unlink()

    def test_a_run_that_is_not_named_by_its_period_and_a_number_is_refused(self):
        self.stopped_run()
        summary = self.out / "summary.json"
        written = summary.read_text()
        for name in ("2026-10-march.csv:1", "2026-10-", "2026-10-0", "2026-10-+1"):
            with self.subTest(name=name):
                summary.write_text(written.replace('"run": "2026-10-1"', f'"run": "{name}"'))
                self.assertIn("not PERIOD-N", self.seed("first", status=3)["error"]["message"])

    def test_where_no_ledger_can_be_made_it_does_not_say_that_there_is_one(self):
        self.stopped_run()
        self.ledger = self.folder / "state" / ("x" * 300 + ".db")
        error = json.loads(self.ledger_command("init", "--from", self.out / "reconciliation.csv", "--json", status=4).stdout)["error"]
        self.assertIn("File name too long", error["message"])
        self.assertEqual((error["name"], error["remedy"]), ("ledger-folder", "choose another place with --ledger"))
        self.assertEqual([path.name for path in (self.folder / "state").iterdir() if path.name.startswith(".usage")], [])

    def test_the_command_that_is_suggested_works(self):
        sandbox = self.sandbox()
        self.run_in("first", self.file(self.rows(1)), sandbox)
        self.ledger = self.folder / "state" / "new.db"
        shown = self.ledger_command("init", "--from", self.out / "reconciliation.csv").stdout
        command, = [line for line in shown.splitlines() if line.startswith("  usage-uploader")]
        self.assertIn("Period 2026-10: 1 charge", self.run_program(*shlex.split(command)[1:], status=0).stdout)


if __name__ == "__main__":
    unittest.main()
