"""Charges over several runs: uploaded again, abandoned, seeded, shown. From the command line, over real sockets."""
import json
import subprocess
import unittest

from charges_case import DECIDED, ChargesCase
from support import ACCOUNT, BUILD, billing, installation


class Charges(ChargesCase):
    def test_the_second_upload_of_a_file_sends_nothing(self):
        sandbox = self.sandbox()
        path = self.file(self.rows(1, 2, 3))
        self.run_in("first", path, sandbox)
        sent = len(sandbox.requests())
        self.run_in("second", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate"] * 3)
        for line, row in enumerate(self.reconciliation(), 2):
            self.assertIn(f"2026-10-1, line {line}", row["reason"])
        self.assertEqual(len(sandbox.requests()), sent)
        self.assert_billed_once_each(sandbox, self.rows(1, 2, 3))

    def test_runs_add_up_to_the_period_also_where_one_met_a_charge_in_doubt(self):
        sandbox = self.sandbox(self.in_doubt(1))
        path = self.file(self.rows(1, 2))
        self.run_in("first", path, sandbox, status=6)
        self.run_in("second", path, sandbox, status=6)
        unknown = self.rows_of_file(self.folder / "first" / "unknown.csv")[0]["usage_row"]
        self.ledger_command("settle", "2026-10-1", "--row", unknown, "--as", "submitted", *DECIDED)
        billed = 0
        for run in ("2026-10-1", "2026-10-2"):
            self.ledger_command("reconcile", run, "--out", self.folder / run)
            self.out = self.folder / run
            billed += self.statuses().count("submitted")
        self.assertEqual(billed, 2)
        self.assertEqual(self.statuses(), ["duplicate", "duplicate"])

    def test_an_invalid_row_is_open_until_its_reference_comes_as_a_charge(self):
        sandbox = self.sandbox()
        rows = self.rows(1) + [(installation(2), billing(102), "$7.5", "L2"), (installation(3), billing(103), "-1", "")]
        path = self.file(rows)
        for name in ("first", "second"):
            self.run_in(name, path, sandbox, "--skip-invalid", status=1)
        shown = self.ledger_command("show", "--period", "2026-10").stdout
        self.assertIn("2 rows were invalid", shown)
        self.assertIn("L2 (2026-10-1, line 3)", shown)
        self.assertNotIn("nothing is left to do", shown)
        self.run_in("third", self.file([(installation(2), billing(102), "7.5", "L2")], "corrected.csv"), sandbox, status=0)
        shown = self.ledger_command("show", "--period", "2026-10").stdout
        self.assertIn("1 row was invalid", shown)
        self.assertNotIn("L2 (", shown)

    def test_an_invalid_row_is_not_taken_for_another_one_with_its_reference(self):
        """One invoice number on several lines: each line is open until a charge of a later upload fits it."""
        sandbox = self.sandbox()
        rows = [(installation(1), billing(101), "1 000", "INV-9"), (installation(1), billing(102), "2", "INV-9"),
                (installation(2), billing(103), "10", "INV-8"), (installation(2), billing(103), "12", "INV-8")]
        self.run_in("first", self.file(rows), sandbox, "--skip-invalid", status=1)
        self.assertIn("3 rows were invalid", self.ledger_command("show", "--period", "2026-10", status=1).stdout)
        held_back = self.file([rows[1], rows[2]], "rest.csv")
        self.run_in("second", held_back, sandbox)
        shown = self.ledger_command("show", "--period", "2026-10").stdout
        self.assertIn("2 rows were invalid", shown)
        self.assertIn("line 2)", shown)
        self.assertIn("line 5)", shown)
        self.run_in("third", self.file([(installation(1), billing(101), "1000", "INV-9")], "corrected.csv"), sandbox)
        self.assertIn("1 row was invalid", self.ledger_command("show", "--period", "2026-10").stdout)

    def test_equal_invalid_rows_and_unusual_items_are_told_apart(self):
        sandbox = self.sandbox()
        twice = [(installation(1), "ITEM-1", "$5", "")] * 2
        unusual = [(installation(2), "ITEM-1", "1.5x", "INV-9"), (installation(2), "ITEM-2", "2", "INV-9")]
        self.run_in("first", self.file(twice + unusual), sandbox, "--skip-invalid", status=1)
        self.assertIn("3 rows were invalid", self.ledger_command("show", "--period", "2026-10", status=1).stdout)
        self.run_in("second", self.file([unusual[1]], "rest.csv"), sandbox)
        self.assertIn("3 rows were invalid", self.ledger_command("show", "--period", "2026-10").stdout)
        self.run_in("third", self.file([(installation(2), "ITEM-1", "1.5", "INV-9")], "corrected.csv"), sandbox)
        self.assertIn("2 rows were invalid", self.ledger_command("show", "--period", "2026-10").stdout)

    def test_equal_rows_of_two_currencies_are_two_charges_and_a_currency_column_may_come_and_go(self):
        header = "InstalledAddOnSid,BillingSid,Amount,Currency"
        sandbox = self.sandbox({"installations": {installation(1): {"faults": [{"fault": "not_submitted", "items": [0]}]}}})
        usd, eur = [(installation(1), billing(101), "10.00", currency) for currency in ("USD", "eur")]
        self.run_in("both", self.file([usd, eur], header=header), sandbox, status=1)
        self.assertEqual(self.statuses(), ["not_submitted", "submitted"])
        self.run_in("usd", self.file([usd], "usd.csv", header=header), sandbox)
        self.assertEqual(self.statuses(), ["submitted"])
        self.run_in("pounds", self.file([usd[:3] + ("GBP",)], "gbp.csv", header=header), sandbox, status=3)
        for name, rows in (("again", [usd, eur]), ("letters", [usd[:3] + ("usd",)]), ("none", [usd[:3] + ("",)] * 2)):
            self.run_in(name, self.file(rows, name + ".csv", header=header), sandbox)
            self.assertEqual(set(self.statuses()), {"duplicate"})
        self.assert_billed_once_each(sandbox, [usd, eur])

    def test_a_charge_stands_for_a_held_back_row_of_its_own_currency(self):
        header = "InstalledAddOnSid,BillingSid,Amount,Currency"
        sandbox = self.sandbox()
        usd, eur = [(installation(1), billing(101), "10.00", currency) for currency in ("USD", "EUR")]
        self.run_in("first", self.file([(installation(1), billing(101), "5.00", "USD")], header=header), sandbox)
        invalid = (installation(1), billing(102), "$5", "USD")
        self.run_in("held", self.file([usd, eur, invalid], "held.csv", header=header), sandbox, "--skip-invalid", status=1)
        self.run_in("third", self.file([eur], "eur.csv", header=header), sandbox, "--allow-additional", "1:EUR:10.00")
        shown = self.ledger_command("show", "--period", "2026-10").stdout
        self.assertIn("2 rows were invalid or held back", shown)
        self.assertIn("2026-10-2, line 2", shown)
        self.assertNotIn("2026-10-2, line 3", shown)

    def test_a_decision_that_a_later_run_shows_seeds_a_ledger(self):
        """The first run's reconciliation is older than the decision; that of the run which met the charge has it."""
        sandbox = self.sandbox(self.in_doubt(1))
        path = self.file(self.rows(1))
        self.run_in("first", path, sandbox, status=6)
        self.run_in("second", path, sandbox, status=6)
        unknown = self.rows_of_file(self.folder / "first" / "unknown.csv")[0]["usage_row"]
        self.ledger_command("settle", "2026-10-1", "--row", unknown, "--as", "submitted", *DECIDED)
        self.ledger_command("reconcile", "2026-10-2", "--out", self.folder / "second")
        other = self.folder / "other" / "ledger.db"
        self.run_program("init", "--ledger", other, "--from", self.folder / "first" / "reconciliation.csv",
                         self.folder / "second" / "reconciliation.csv", status=0)
        shown = json.loads(self.run_program("show", "--period", "2026-10", "--ledger", other, "--json", status=0).stdout)
        self.assertEqual([(charge["status"], charge["settled_by"]) for charge in shown["charges"]], [("submitted", "Ada Lovelace")])

    def test_an_abandoned_run_leaves_the_rest_to_a_later_upload(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["401"]}}})
        path = self.file(self.rows(1, 2, 3))
        self.run_in("first", path, sandbox, "--concurrency", "1", status=5)
        other = self.file(self.rows(7), "other.csv")
        self.assertIn("2026-10-1", self.run_in("other", other, sandbox, status=3).stderr)
        self.out = self.folder / "first"
        self.ledger_command("abandon", "last", "--yes", status=1)
        self.assertEqual(self.statuses(), ["submitted", "not_sent", "not_sent"])
        self.assertEqual(self.events(), ["started", "abandoned"])
        self.assertEqual([row["InvoiceLineId"] for row in self.rows_of_file(self.out / "failed.csv")], ["L2", "L3"])
        self.ledger_command("abandon", "last", "--yes", status=2)
        self.assertIn("is over", self.ledger_command("resume", "last", status=2).stderr)
        self.run_in("second", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate", "submitted", "submitted"])
        self.assert_billed_once_each(sandbox, self.rows(1, 2, 3))

    def test_a_reference_waiting_in_another_periods_open_run_is_not_billed_a_second_time(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["401"]}}})
        path = self.file(self.rows(1, 2, 3))
        self.run_in("first", path, sandbox, "--concurrency", "1", status=5)
        again = self.file(self.rows(3), "november.csv")
        refused = self.run_in("second", again, sandbox, status=3, period="2026-11")
        self.assertIn("planned and not sent (run 2026-10-1, line 4)", refused.stdout + refused.stderr)
        self.ledger_command("resume", "2026-10-1", "--out", self.folder / "resumed")
        self.run_in("third", again, sandbox, status=3, period="2026-11")
        self.assert_billed_once_each(sandbox, self.rows(1, 2, 3))

    def test_a_period_shows_each_charge_once_with_totals_that_close(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}, installation(3): {"faults": ["close_after_billing"]},
                                                  installation(4): {"faults": ["close_after_billing"]}}})
        path = self.file(self.rows(1, 2, 3, 4))
        self.run_in("first", path, sandbox, status=6)
        self.ledger_command("settle", "last", "--installation", installation(4), "--as", "submitted", *DECIDED, status=6)
        self.run_in("second", path, sandbox, status=6)
        shown = self.period(status=6)
        self.assertEqual(len(shown["charges"]), 4)
        self.assertTrue(shown["totals_close"])
        totals = {name: (total["rows"], total["currencies"][0]["amount"] if total["rows"] else None)
                  for name, total in shown["totals"].items() if total["rows"]}
        self.assertEqual(totals, {"submitted": (3, "7.30"), "unknown": (1, "3.10")})
        self.assertEqual(shown["totals"]["submitted"]["currencies"][0]["settled_amount"], "4.10")
        charge = next(c for c in shown["charges"] if c["reference"] == "L2")
        self.assertEqual((charge["run"], charge["line"], charge["status"]), ("2026-10-2", 3, "submitted"))
        self.assertIn("in place of 2026-10-1, line 3", charge["reason"])
        self.assertEqual([run["run"] for run in shown["runs"]], ["2026-10-1", "2026-10-2"])
        text = self.ledger_command("show", "--period", "2026-10", status=6).stdout
        self.assertIn("2026-10-1, line 4: " + installation(3), text)
        self.assertIn("of which settled by hand: 1 row, 4.10", text)

    def test_a_request_is_shown_as_it_was_sent_and_answered(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["429"]}}})
        path = self.file([(installation(1), billing(1), "12.350", "L1"), (installation(1), billing(2), "0.5", "L2")])
        self.run_in("first", path, sandbox)
        number = self.reconciliation()[0]["request"]
        shown = self.json_of("show", "last", "--request", number)
        self.assertEqual(shown["body"], '{"billable_items":[{"sid":"%s","quantity":12.350},{"sid":"%s","quantity":0.5}]}' % (billing(1), billing(2)))
        self.assertEqual(shown["url"], f"{sandbox.url}/v1/InstalledAddOns/{installation(1)}/Usage")
        self.assertEqual([attempt["http_status"] for attempt in shown["attempts"]], [429, 202])
        self.assertTrue(shown["attempts"][1]["reply_headers"].startswith("HTTP/1.1 202"))
        self.assertEqual(len(json.loads(shown["attempts"][1]["reply_body"])["billable_items"]), 2)
        self.assertEqual(shown["rows"], ["line 2", "line 3"])
        text = self.ledger_command("show", "last", "--request", number).stdout
        self.assertIn("    | " + shown["body"], text)
        self.assertIn("    | HTTP/1.1 202", text)
        self.assertIn("has no request 99", self.ledger_command("show", "last", "--request", "99", status=2).stderr)

    def test_a_request_shows_what_became_of_each_of_its_items(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": [{"fault": "not_submitted", "items": [1]}]},
                                                  installation(2): {"faults": ["not_submitted"]}}})
        path = self.file([(installation(1), billing(1), "5", "a"), (installation(1), billing(2), "700", "b"), (installation(2), billing(1), "7", "c")])
        self.run_in("first", path, sandbox, status=1)
        for row in self.reconciliation():
            shown = self.json_of("show", "last", "--request", row["request"])
            item = next(item for item in shown["items"] if item["row"] == f"line {row['line']}")
            self.assertEqual((item["status"], item["reason"]), (row["status"], row["reason"]))
            self.assertEqual(shown["status"], None if len(shown["items"]) == 2 else "not_submitted")
        head = self.ledger_command("show", "last", "--request", self.reconciliation()[0]["request"]).stdout.splitlines()[0]
        self.assertTrue(head.endswith(": 1 of 2 items submitted, 1 not_submitted"), head)

    def test_the_runs_of_the_ledger(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["401"]}}})
        self.run_in("first", self.file(self.rows(1)), sandbox)
        self.run_in("second", self.file(self.rows(2, 3), "b.csv"), sandbox, period="2026-11", status=5)
        runs = self.json_of("runs")["runs"]
        self.assertEqual([(run["run"], run["state"], run["stop_name"], run["rows"]) for run in runs],
                         [("2026-10-1", "finished", "finished", 1), ("2026-11-1", "open", "credentials", 2)])
        self.assertEqual(runs[1]["amounts"], [{"currency": "", "rows": 2, "rows_without_amount": 0, "amount": "5.20"}])
        self.assertRegex(self.ledger_command("runs").stdout, "2026-11-1 +open +2026-11 .* 5.20 ")
        self.assertIn("2026-10, 2026-11", self.ledger_command("show", "--period", "2026-12", status=3).stderr)

    def test_a_period_that_two_endpoints_have_is_not_guessed(self):
        rehearsal, real = self.sandbox(), self.sandbox()
        path = self.file(self.rows(1, 2))
        self.run_in("first", path, rehearsal)
        self.run_in("second", path, real)  # a rehearsal is no duplicate of the real run
        self.assertEqual(self.statuses(), ["submitted"] * 2)
        refused = self.ledger_command("show", "--period", "2026-10", status=2).stderr
        self.assertIn(rehearsal.url, refused)
        self.assertIn("--base-url " + rehearsal.url, refused)
        shown = self.json_of("show", "--period", "2026-10", "--base-url", real.url)
        self.assertEqual((shown["endpoint"], [charge["run"] for charge in shown["charges"]]), (real.url, ["2026-10-2"] * 2))
        self.environment["TWILIO_ACCOUNT_SID"] = "AC" + "2" * 32
        self.assertIn("of this account", self.ledger_command("show", "--period", "2026-10", status=2).stderr)

    def test_a_ledger_seeded_from_reconciliations_knows_what_was_billed(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}, installation(3): {"faults": ["close_after_billing"]},
                                                  installation(4): {"faults": ["close_after_billing"]}, installation(5): {"faults": ["404", "404"]}}})
        rows = self.rows(1, 2, 3, 4, 5)
        path = self.file(rows)
        self.run_in("first", path, sandbox, status=6)
        self.ledger_command("settle", "last", "--installation", installation(4), "--as", "submitted", *DECIDED, status=6)
        self.run_in("second", path, sandbox, status=6)
        for run in ("2026-10-1", "2026-10-2"):
            self.ledger_command("reconcile", run, "--out", self.folder / run, status=None)
        old, sent = self.period(status=6), len(sandbox.requests())
        self.ledger = self.folder / "state" / "new.db"
        files = [self.folder / run / "reconciliation.csv" for run in ("2026-10-2", "2026-10-1")]
        # One of the two is not enough: it points to charges of the other.
        self.assertIn("duplicate of a charge", self.ledger_command("init", "--from", files[0], status=3).stderr)
        self.assertIn("took the place", self.ledger_command("init", "--from", files[1], status=3).stderr)
        self.assertFalse(self.ledger.exists())
        self.assertEqual(list(self.ledger.parent.glob(".usage*")), [])
        self.ledger_command("init", "--from", *files, status=0)
        new = self.period(status=6)
        for shown in (old, new):
            for total in shown["totals"].values():
                for currency in total["currencies"]:
                    del currency["superseded_rows"]
        self.assertEqual(new["totals"], old["totals"])
        self.assertEqual([(c["run"], c["line"], c["status"], c["settled_by"]) for c in new["charges"]],
                         [(c["run"], c["line"], c["status"], c["settled_by"]) for c in old["charges"]])
        self.run_in("third", path, sandbox, status=6)
        self.assertEqual(self.statuses(), ["duplicate", "duplicate", "unknown", "duplicate", "submitted"])
        self.assertEqual(len(sandbox.requests()), sent + 1)

    def test_a_period_reconciliation_seeds_a_ledger_too(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}}})
        path = self.file(self.rows(1, 2, 3))
        self.run_in("first", path, sandbox, status=1)
        self.run_in("second", path, sandbox)
        october = self.folder / "october" / "reconciliation.csv"
        self.ledger_command("reconcile", "--period", "2026-10", "--out", october.parent)
        self.assertEqual(self.warnings_of_seeding("other.db", october), ["seed-of-period"])
        self.run_in("third", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate"] * 3)
        self.assert_billed_once_each(sandbox, self.rows(1, 2, 3))

    def test_what_files_of_periods_do_not_have_is_warned_of(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}}})
        self.run_in("first", self.file(self.rows(1, 2)), sandbox, status=1)
        self.run_in("second", self.file(self.rows(1, 2)), sandbox)
        self.run_in("third", self.file(self.rows(3)), sandbox, period="2026-11")
        for period in ("2026-10", "2026-11"):
            self.ledger_command("reconcile", "--period", period, "--out", self.folder / period)
        october, november = (self.folder / period / "reconciliation.csv" for period in ("2026-10", "2026-11"))
        self.assertEqual(self.warnings_of_seeding("both.db", october, november), ["seed-of-period"])
        self.assertEqual(self.warnings_of_seeding("one.db", november), ["seed-runs-missing"])
        self.assertEqual(self.warnings_of_seeding("october.db", october), ["seed-runs-missing", "seed-of-period"])

    def warnings_of_seeding(self, name, *files):
        """Of a new ledger of that name, which the test goes on with."""
        self.ledger = self.folder / "state" / name
        made = json.loads(self.ledger_command("init", *(part for file in files for part in ("--from", file)), "--json").stdout)
        return [warning["name"] for warning in made["warnings"]]

    def test_a_reconciliation_that_was_changed_seeds_nothing(self):
        sandbox = self.sandbox()
        self.run_in("first", self.file(self.rows(1, 2)), sandbox)
        self.ledger = self.folder / "state" / "new.db"
        table = self.out / "reconciliation.csv"
        whole = table.read_text()
        for changed, why in ((whole.replace("1.10", "1.20"), "do not close"), (whole.rsplit("\n", 2)[0] + "\n", "do not close"),
                             (whole.replace("submitted", "billed", 1), "none of ours"), (whole.replace("usage_row", "x"), "usage_row is missing")):
            table.write_text(changed)
            result = self.ledger_command("init", "--from", table, status=3)
            self.assertIn(why, result.stderr)
            self.assertFalse(self.ledger.exists())
        table.write_text(whole)
        (self.out / "summary.json").unlink()
        self.assertIn("--period", self.ledger_command("init", "--from", table, status=3).stderr)
        self.ledger_command("init", "--from", table, "--period", "2026-10", "--base-url", sandbox.url, status=0)
        self.run_in("second", self.file(self.rows(1, 2)), sandbox)
        self.assertEqual(self.statuses(), ["duplicate"] * 2)

    def test_the_same_content_uploaded_after_a_kill_goes_on_with_the_open_run(self):
        slow = {installation(i): {"faults": [{"fault": "slow", "delay_ms": 300}]} for i in range(2, 30)}
        sandbox = self.sandbox({"installations": slow})
        path = self.file(self.rows(*range(1, 30)))
        self.run_program("init", "--ledger", self.ledger, status=0)
        process = subprocess.Popen([BUILD / "usage-uploader", "upload", path, "--period", "2026-10", "--new-period", "--yes", "--ledger",
                                    self.ledger, "--out", self.out, "--base-url", sandbox.url, "--concurrency", "3"], env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_for(process, lambda: len(sandbox.requests()) >= 5)
        process.kill()
        process.wait()
        other = self.file(self.rows(77), "other.csv")
        refused = self.upload(other, sandbox, status=3)
        self.assertIn("2026-10-1", refused.stderr)
        self.upload(path, sandbox, status=6)
        self.assertEqual([run["run"] for run in self.json_of("runs")["runs"]], ["2026-10-1"])
        self.assertLessEqual(self.statuses().count("unknown"), 6)
        self.assertEqual(self.events(), ["started", "resumed"])
        lost = next(row["request"] for row in self.reconciliation() if row["status"] == "unknown")
        self.assertIsNone(self.json_of("show", "last", "--request", lost)["attempts"][-1]["times_issued"])
        text = self.ledger_command("show", "last", "--request", lost).stdout
        self.assertIn("the program ended before an outcome was recorded", text)
        self.assertNotIn("issued by libcurl", text)
        self.check_books(sandbox, path)

    def test_result_files_that_cannot_be_written_again_are_an_error_whatever_became_of_the_run(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        self.run_in("first", self.file(self.rows(*range(1, 400))), sandbox, status=1)
        for what in (["last"], ["--period", "2026-10"]):
            command = [BUILD / "usage-uploader", "reconcile", *what, "--out", self.folder / "anew", "--ledger", self.ledger, "--json"]
            small = subprocess.run(["sh", "-c", 'ulimit -f 80; exec "$@"', "sh", *map(str, command)], env=self.environment | {"TWILIO_ACCOUNT_SID": ACCOUNT},
                                   text=True, capture_output=True)
            self.assertEqual((small.returncode, json.loads(small.stdout)["error"]["name"]), (2, "results-not-written"), small.stderr)

    def test_reading_commands_work_while_a_run_sends_and_json_is_one_object_for_errors_too(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": [{"fault": "slow", "delay_ms": 5000}]}}})
        path = self.file(self.rows(1, 2))
        self.run_program("init", "--ledger", self.ledger, status=0)
        process = subprocess.Popen([BUILD / "usage-uploader", "upload", path, "--period", "2026-10", "--new-period", "--yes", "--ledger",
                                    self.ledger, "--out", self.out, "--base-url", sandbox.url], env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_for(process, lambda: sandbox.requests())
        self.assertEqual(self.json_of("runs")["runs"][0]["state"], "open")
        period = self.json_of("show", "--period", "2026-10", status=None)
        self.assertEqual(period["state"], "period")
        written = [self.json_of("reconcile", *what, "--out", self.folder / f"meanwhile-{what[0]}", status=None)
                   for what in (["last"], ["--period", "2026-10"])]
        self.assertEqual(json.loads((self.folder / "meanwhile-last" / "summary.json").read_text())["warnings"], written[0]["warnings"])
        for shown in (period, self.json_of("show", "last", status=None), *written):
            self.assertEqual([w["name"] for w in shown["warnings"]], ["run-under-way"])
            self.assertEqual([s["text"] for s in shown["next_steps"]], ["wait until that program has ended, then look again"])
        for command in (["settle", "last", "--installation", installation(1), "--as", "submitted", *DECIDED], ["abandon", "last", "--yes"]):
            self.assertEqual(self.json_of(*command, status=4)["error"]["name"], "ledger-in-use")
        self.assertEqual(process.wait(30), 0)
        self.assertEqual(self.json_of("show", "last", status=0)["warnings"], [])
        # Files of that moment say nothing of what was sent afterwards: a ledger made of them has it in doubt.
        for what in ("last", "--period"):
            self.ledger = self.folder / "state" / f"anew-{what}.db"
            seeded = self.json_of("init", "--from", self.folder / f"meanwhile-{what}" / "reconciliation.csv")
            self.assertEqual([w["name"] for w in seeded["warnings"]], ["seed-run-open"])
        for status, command in ((2, ["show", "nope-1"]), (3, ["show", "--period", "nope"]), (2, ["settle", "last"]), (2, ["abandon", "last"]),
                                (2, ["reconcile", "nope-1", "--out", "x"]), (3, ["reconcile", "--period", "nope", "--out", "x"])):
            error = self.json_of(*command, status=status)
            self.assertEqual(error["exit_status"], status)
            self.assertTrue(error["error"]["remedy"])

    def test_what_another_account_was_charged_for_is_warned_of_and_can_be_refused(self):
        sandbox = self.sandbox()
        path = self.file(self.rows(1, 2))
        self.run_in("right", path, sandbox)
        right = self.environment["TWILIO_ACCOUNT_SID"]
        self.environment["TWILIO_ACCOUNT_SID"] = "AC" + "9" * 32
        unknown = self.run_program("upload", path, "--period", "2026-10", "--yes", "--base-url", sandbox.url, "--ledger", self.ledger,
                                   "--out", self.folder / "wrong", status=3)
        self.assertIn(f"it has that period for account {right} at 127.0.0.1", unknown.stderr)
        self.assertIn("TWILIO_ACCOUNT_SID", unknown.stderr)
        before = sandbox.billed()
        refused = self.run_in("refused", path, sandbox, "--fail-on", "installations-elsewhere", status=3)
        self.assertIn("2 installations were charged for another account", refused.stdout)
        self.assertEqual(sandbox.billed(), before)
        self.run_in("wrong", path, sandbox)
        self.assertIn("installations-elsewhere", [warning["name"] for warning in self.summary()["warnings"]])

    def test_what_another_account_was_charged_for_is_not_warned_of_where_it_is_not_billed(self):
        sandbox = self.sandbox()
        self.run_in("right", self.file(self.rows(1, 2)), sandbox)
        self.environment["TWILIO_ACCOUNT_SID"] = "AC" + "9" * 32
        invalid = [(installation(2), billing(1), "x", "L3")]
        self.run_in("held back", self.file(self.rows(2, 3) + invalid), sandbox, "--skip-invalid", "--fail-on", "installations-elsewhere",
                    status=1)
        self.assertEqual([row["status"] for row in self.reconciliation()], ["not_sent", "submitted", "invalid"])
        self.assertNotIn("installations-elsewhere", [warning["name"] for warning in self.summary()["warnings"]])

    def test_what_another_accounts_open_run_has_still_to_send_is_warned_of_too(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["401", "ok"]}}})
        path = self.file(self.rows(1, 2))
        self.run_in("right", path, sandbox, status=5)
        right = self.environment["TWILIO_ACCOUNT_SID"]
        self.environment["TWILIO_ACCOUNT_SID"] = "AC" + "9" * 32
        self.run_in("refused", path, sandbox, "--fail-on", "installations-elsewhere", status=3)
        self.environment["TWILIO_ACCOUNT_SID"] = right
        self.ledger_command("resume")
        self.assert_billed_once_each(sandbox, self.rows(1, 2))


if __name__ == "__main__":
    unittest.main()
