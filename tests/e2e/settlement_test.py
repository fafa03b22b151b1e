"""What a person decides on charges in doubt. From the command line, over real sockets."""
import csv
import json
import re
import unittest
from collections import Counter
from decimal import Decimal

from charges_case import DECIDED, ChargesCase
from support import billing, installation


class Settlement(ChargesCase):
    def test_what_is_in_doubt_is_settled_from_unknown_csv_and_then_sent_or_not(self):
        sandbox = self.sandbox(self.in_doubt(2, 3))
        path = self.file(self.rows(1, 2, 3, 4))
        self.run_in("first", path, sandbox, status=6)
        self.run_in("blind", path, sandbox, status=6)
        self.assertEqual(self.statuses(), ["duplicate", "unknown", "unknown", "duplicate"])
        filled = self.fill_in(self.folder / "first" / "unknown.csv",
                              lambda row: "Submitted" if row["InvoiceLineId"] == "L2" else "NOT_SUBMITTED")
        settled = self.json_of("settle", "2026-10-1", "--from", filled, *DECIDED, status=1)
        self.assertEqual(sorted((entry["status"], entry["rows"], entry["amount"]) for entry in settled["settled"]),
                         [("not_submitted", 1, "3.10"), ("submitted", 1, "2.10")])
        self.assertEqual(settled["totals"]["submitted"]["currencies"][0]["settled_amount"], "2.10")
        # The result files still call it unknown: the first step writes them anew, in their own folder.
        again = settled["next_steps"][0]["command"]
        self.assertEqual(again, f"usage-uploader reconcile --ledger {self.ledger} 2026-10-1")
        self.ledger_command("reconcile", "2026-10-1", status=1)
        with open(self.folder / "first" / "reconciliation.csv", newline="", encoding="utf-8") as file:
            self.assertEqual([row["status"] for row in csv.DictReader(file)], ["submitted", "submitted", "not_submitted", "submitted"])
        before = sandbox.billed()
        self.run_in("second", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate", "duplicate", "submitted", "duplicate"])
        # The person said that row 3 was not billed; the sandbox knows better, and bills it as it was told.
        gained = sandbox.billed() - before
        self.assertEqual(gained, Counter({(installation(3).lower(), billing(103), Decimal("3.10")): 1}))
        # Too late to decide otherwise: the charge has a later attempt.
        refused = self.ledger_command("settle", "2026-10-1", "--installation", installation(3), "--as", "submitted", *DECIDED,
                                      status=3)
        self.assertIn("no unknown row", refused.stderr)
        refused = self.ledger_command("settle", "2026-10-1", "--from", filled, *DECIDED, status=3)
        self.assertIn("superseded by 2026-10-3, line 4", refused.stderr)
        self.assertIn("none was", refused.stderr)
        self.assertEqual(self.period()["exit_status"], 0)

    def test_no_file_takes_back_that_a_charge_was_billed_also_not_that_of_a_run_which_only_met_it(self):
        sandbox = self.sandbox(self.in_doubt(2))
        path = self.file(self.rows(1, 2))
        files = []
        for name in ("first", "again"):
            self.run_in(name, path, sandbox, status=6)
            files.append(self.fill_in(self.out / "unknown.csv", lambda row: "not-submitted").rename(self.folder / f"{name}.csv"))
        self.ledger_command("settle", "2026-10-1", "--installation", installation(2), "--as", "submitted", *DECIDED)
        for run, file in zip(("2026-10-1", "2026-10-2"), files):
            refused = self.ledger_command("settle", run, "--from", file, *DECIDED, status=3).stderr
            self.assertIn("was settled as submitted by", refused)
        self.run_in("third", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate"] * 2)

    def test_as_beside_the_file_must_be_what_each_of_its_decisions_says(self):
        sandbox = self.sandbox(self.in_doubt(1, 2, 3))
        self.run_in("first", self.file(self.rows(1, 2, 3)), sandbox, status=6)
        filled = self.fill_in(self.out / "unknown.csv", lambda row: {"L1": "submitted", "L2": "not-submitted"}.get(row["InvoiceLineId"], ""))
        for decision, line in (("submitted", 3), ("not-submitted", 2)):
            refused = self.ledger_command("settle", "last", "--as", decision, "--from", filled, *DECIDED, status=3).stderr
            self.assertIn(f"line {line}: usage_settle holds", refused)
        self.assertEqual(self.json_of("show", status=6)["totals"]["unknown"]["rows"], 3)
        filled = self.fill_in(self.out / "unknown.csv", lambda row: "" if row["InvoiceLineId"] == "L3" else "submitted")
        settled = self.json_of("settle", "last", "--as", "submitted", "--from", filled, *DECIDED, status=6)
        self.assertEqual((settled["totals"]["submitted"]["rows"], settled["left_open"]), (2, 1))

    def test_a_row_that_was_never_sent_decides_nothing_on_the_charge_that_it_names(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["403", "close_after_billing"]}}})
        self.run_in("failed", self.file([(installation(1), billing(1), "10.00", "L1")]), sandbox, status=1)
        failed = self.out / "failed.csv"
        self.run_in("doubt", failed, sandbox, status=6)
        corrected = self.folder / "corrected.csv"
        corrected.write_text(failed.read_text().replace(installation(1), installation(9)))
        self.run_in("other", corrected, sandbox, status=6)
        row = self.rows_of_file(self.out / "unknown.csv")[0]
        self.assertIn(f"in doubt, as 10.00 for {billing(1)} of {installation(1)}, since run 2026-10-2, line 2", row["usage_reason"])
        self.assertEqual(row["usage_next_step"], "settle the charge that the reason names")
        filled = self.fill_in(self.out / "unknown.csv", lambda row: "not-submitted")
        refused = self.ledger_command("settle", "2026-10-3", "--from", filled, *DECIDED, status=3)
        self.assertIn("only names the charge, with other SIDs or another amount", refused.stderr)
        self.ledger_command("settle", "2026-10-3", "--installation", installation(9), "--as", "not-submitted", *DECIDED, status=3)
        settled = self.ledger_command("settle", "2026-10-2", "--from",
                                      self.fill_in(self.folder / "doubt" / "unknown.csv", lambda row: "submitted"), *DECIDED, status=0)
        self.assertIn("also the period's and those of other runs that have these charges", settled.stdout)
        self.run_in("again", corrected, sandbox, status=3)
        self.assertEqual(sum(sandbox.billed().values()), 1)

    def test_that_a_charge_was_billed_after_all_is_recorded_also_where_a_later_run_has_it_unsent(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["close_after_billing", "401", "ok"]}}})
        path = self.file(self.rows(1))
        self.run_in("first", path, sandbox, status=6)
        self.ledger_command("settle", "last", "--installation", installation(1), "--as", "not-submitted", *DECIDED, status=1)
        self.run_in("second", path, sandbox, status=5)
        row = self.reconciliation()[0]["usage_row"]
        billed = ("--row", row, "--as", "submitted", "--by", "Ada", "--note", "it was billed")
        self.assertIn("abandon 2026-10-2", self.ledger_command("settle", "2026-10-2", *billed, status=3).stderr)
        self.ledger_command("abandon", "2026-10-2", "--yes", status=1)
        self.assertIn("settled there", self.ledger_command("settle", "2026-10-1", *billed, status=3).stderr)
        self.ledger_command("settle", "2026-10-2", *billed, status=0)
        shown = self.period()
        self.assertEqual(shown["totals"]["submitted"]["rows"], 1)
        # Not a second bill: what the later run sent was refused.
        self.assertEqual((shown["sent_again"], shown["decisions"][0]["sent_again"]), ([], False))
        self.assertNotIn("billed twice", self.ledger_command("show", "--period", "2026-10").stdout)
        self.run_in("third", path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate"])
        self.assert_billed_once_each(sandbox, self.rows(1))

    def test_what_was_corrected_since_was_not_billed_by_the_attempt_in_doubt(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["close_after_billing", "404", "ok"]}}})
        self.run_in("first", self.file(self.rows(1)), sandbox, status=6)
        self.ledger_command("settle", "last", "--installation", installation(1), "--as", "not-submitted", *DECIDED, status=1)
        corrected = self.folder / "corrected.csv"
        corrected.write_text((self.out / "unknown.csv").read_text().replace("1.10", "1.20").replace("amount 1.20", "amount 1.10"))
        self.run_in("second", corrected, sandbox, status=1)
        row = self.reconciliation()[0]["usage_row"]
        refused = self.ledger_command("settle", "2026-10-2", "--row", row, "--as", "submitted", *DECIDED, status=3)
        self.assertIn("1.10 for", refused.stderr)
        self.assertIn("this one was not billed by it", refused.stderr)

    def test_nor_while_it_has_an_edited_one_that_no_reference_tells_apart(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["close_after_billing", "401", "ok"]}}})
        one = (installation(1), billing(101))
        self.run_in("first", self.file([(*one, "10.00", "")]), sandbox, status=6)
        row = self.rows_of_file(self.out / "unknown.csv")[0]["usage_row"]
        self.ledger_command("settle", "last", "--row", row, "--as", "not-submitted", *DECIDED, status=1)
        self.run_in("second", self.file([(*one, "12.00", "")], "edited.csv"), sandbox, status=5)
        refused = self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "submitted", *DECIDED, status=3)
        self.assertIn("run 2026-10-2, which is open and was planned meanwhile, has 12.00 for", refused.stderr)
        self.assertEqual(sum(sandbox.billed().values()), 1)

    def test_the_same_decision_once_more_is_no_other_one(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["close_after_billing", "401"]}, installation(2): {"faults": ["close_after_billing"]}}})
        self.run_in("first", self.file(self.rows(1, 2)), sandbox, status=6)
        first = self.fill_in(self.out / "unknown.csv", lambda row: "submitted" if row["InvoiceLineId"] == "L1" else "")
        self.ledger_command("settle", "last", "--from", first, *DECIDED, status=6)
        more = self.file([(installation(1), billing(101), "5.00", "")], "more.csv")
        self.run_in("second", more, sandbox, "--allow-additional", "1:5.00", status=5)
        both = self.fill_in(self.folder / "first" / "unknown.csv", lambda row: "submitted")
        self.ledger_command("settle", "2026-10-1", "--from", both, *DECIDED)

    def test_what_was_never_settled_otherwise_is_called_billed_whatever_another_run_has_to_send(self):
        """While it was in doubt, that run was planned with it as if it were billed."""
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["close_after_billing"]}, installation(2): {"faults": ["401"]}}})
        self.run_in("first", self.file([(installation(1), billing(101), "10.00", "1")]), sandbox, status=6)
        november = self.file([(installation(2), billing(101), "10.00", "1")], "november.csv")
        self.run_in("second", november, sandbox, "--allow-additional", "1:10.00", period="2026-11", status=5)
        self.ledger_command("settle", "2026-10-1", "--installation", installation(1), "--as", "submitted", *DECIDED)

    def test_nothing_is_called_billed_while_another_open_run_has_the_same_line_to_send(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["close_after_billing"]}, installation(2): {"faults": ["401", "ok"]}}})
        self.run_in("first", self.file(self.rows(1)), sandbox, status=6)
        row = self.rows_of_file(self.out / "unknown.csv")[0]["usage_row"]
        self.ledger_command("settle", "last", "--row", row, "--as", "not-submitted", *DECIDED, status=1)
        moved = self.file([(installation(2), *self.rows(1)[0][1:])], "moved.csv")
        self.run_in("second", moved, sandbox, status=5)
        refused = self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "submitted", *DECIDED, status=3)
        self.assertIn("end that run first, with abandon 2026-10-2", refused.stderr)
        self.ledger_command("abandon", "2026-10-2", "--yes", status=1)
        self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "submitted", *DECIDED, status=0)
        self.run_in("third", moved, sandbox, status=3)  # it may be that line: asked about
        self.assert_billed_once_each(sandbox, self.rows(1))

    def test_settling_by_installation_and_by_row_and_settling_again(self):
        rows = self.rows(1) + [(installation(2).upper().replace("XE", "XE"), billing(102), "2.10", "A"),
                               (installation(2), billing(103), "2.20", "B")]
        sandbox = self.sandbox(self.in_doubt(2))
        self.run_in("first", self.file(rows), sandbox, status=6)
        unknown = self.rows_of_file(self.out / "unknown.csv")
        wrong = self.ledger_command("settle", "last", "--row", "R-00000000-1", "--as", "submitted", *DECIDED, status=3)
        self.assertIn("no charge of this ledger", wrong.stderr)
        self.ledger_command("settle", "last", "--row", unknown[0]["usage_row"], "--as", "not-submitted", *DECIDED, status=6)
        self.ledger_command("settle", "last", "--installation", "XE" + installation(2)[2:].upper(), "--as", "submitted", *DECIDED,
                            status=1)
        # A further record; nothing is overwritten, the last one counts.
        text = self.ledger_command("settle", "last", "--row", unknown[0]["usage_row"], "--as", "submitted", *DECIDED, status=0)
        self.assertIn("1 row as submitted, 2.10", text.stdout)
        self.assertIn("1 of them was settled before", text.stdout)
        # A file that is older than that decision does not have it sent again; only a row named by itself does.
        stale = self.fill_in(self.out / "unknown.csv", lambda row: "not-submitted" if row["usage_row"] == unknown[0]["usage_row"] else "submitted")
        refused = self.ledger_command("settle", "last", "--from", stale, *DECIDED, status=3)
        self.assertIn("was settled as submitted by Ada Lovelace at 20", refused.stderr)
        self.assertIn(f"--row {unknown[0]['usage_row']} --as not-submitted", refused.stderr)
        self.ledger_command("reconcile", "last", "--out", self.folder / "again")
        self.out = self.folder / "again"
        decided = self.reconciliation()[1]
        self.assertEqual((decided["status"], decided["settled_by"], decided["settle_note"]),
                         ("submitted", "Ada Lovelace", "asked Twilio, ticket 4711"))
        self.assertTrue(decided["settled_at"].endswith("Z"))

    def test_an_overruled_decision_is_shown_with_the_request(self):
        sandbox = self.sandbox(self.in_doubt(1))
        self.run_in("first", self.file(self.rows(1)), sandbox, status=6)
        row = self.rows_of_file(self.out / "unknown.csv")[0]["usage_row"]
        for decision, by in (("not-submitted", "Ada"), ("submitted", "Bob")):
            self.ledger_command("settle", "last", "--row", row, "--as", decision, "--by", by, "--note", f"{by}'s reason",
                                status=1 if by == "Ada" else 0)
        shown = self.ledger_command("show", "last", "--request", "1").stdout
        self.assertIn("settled as not_submitted by Ada", shown)
        self.assertIn("settled as submitted by Bob", shown)
        self.assertIn("(L1)", shown)
        answer = self.json_of("show", "last", "--request", "1")
        self.assertEqual([(one["settled_by"], one["settle_note"]) for one in answer["settlements"]],
                         [("Ada", "Ada's reason"), ("Bob", "Bob's reason")])
        self.assertEqual(answer["items"][0]["reference"], "L1")

    def test_reasons_and_next_steps_stay_true_when_a_charge_in_doubt_is_settled_after_a_second_upload(self):
        sandbox = self.sandbox(self.in_doubt(1, 2))
        self.run_in("first", self.file(self.rows(1, 2)), sandbox, status=6)
        self.run_in("second", self.file(self.rows(1, 2, 3), "b.csv"), sandbox, status=6)
        for number, decision, status in ((1, "submitted", 6), (2, "not-submitted", 1)):
            self.ledger_command("settle", "2026-10-1", "--installation", installation(number), "--as", decision, *DECIDED, status=status)
        self.ledger_command("reconcile", "2026-10-2", "--out", self.out, status=1)
        rows = self.reconciliation()
        self.assertEqual([row["status"] for row in rows], ["duplicate", "not_submitted", "submitted"])
        for row, word in zip(rows, ("submitted", "not submitted")):
            self.assertRegex(row["reason"], f"^in doubt since run 2026-10-1, line [23], sent .*, settled since as {word}$")
        self.assertEqual([row["usage_next_step"] for row in self.rows_of_file(self.out / "failed.csv")],
                         ["it was settled as not submitted: upload this file to send it"])
        # A ledger made of these files knows it as well, and says it once.
        self.ledger_command("reconcile", "2026-10-1", "--out", self.folder / "first", status=1)
        made = ("--ledger", self.folder / "made.db")
        self.run_program("init", *made, "--from", self.folder / "first" / "reconciliation.csv", "--from", self.out / "reconciliation.csv", status=0)
        self.run_program("reconcile", "2026-10-2", *made, "--out", self.folder / "made", status=1)
        self.assertEqual([row["reason"] for row in self.rows_of_file(self.folder / "made" / "reconciliation.csv")][:2],
                         [row["reason"] for row in rows][:2])

    def test_decisions_are_recorded_all_or_none(self):
        sandbox = self.sandbox(self.in_doubt(1, 2))
        self.run_in("first", self.file(self.rows(1, 2, 3)), sandbox, status=6)
        for settle, why in (("maybe", "line 3: usage_settle holds \"maybe\""), ("submitted", None)):
            filled = self.fill_in(self.out / "unknown.csv", lambda row: settle if row["InvoiceLineId"] == "L2" else "submitted")
            result = self.ledger_command("settle", "last", "--from", filled, *DECIDED, status=3 if why else 0)
            if why:
                self.assertIn(why, result.stderr)
                self.assertEqual(self.json_of("show", "last", status=6)["totals"]["unknown"]["rows"], 2)
        self.ledger_command("settle", "last", "--as", "submitted", "--installation", installation(1), status=2)  # nobody, no reason

    def test_decisions_that_a_spreadsheet_sorted_away_from_their_rows_are_recorded_none(self):
        sandbox = self.sandbox(self.in_doubt(1, 2))
        self.run_in("first", self.file(self.rows(1, 2, 3)), sandbox, status=6)
        written = self.out / "unknown.csv"
        names = [row["usage_row"] for row in self.rows_of_file(written)]
        sorted_apart = dict(zip(names, reversed(names)))
        filled = self.fill_in(written, lambda row: "submitted" if row["InvoiceLineId"] == "L1" else "not-submitted")
        text = filled.read_text()
        filled.write_text(re.sub("|".join(map(re.escape, names)), lambda found: sorted_apart[found[0]], text))
        refused = self.json_of("settle", "last", "--from", filled, *DECIDED, status=3)["error"]
        for said in ("line 2: ", "line 3: ", installation(1), installation(2), "none was"):
            self.assertIn(said, refused["message"])
        self.assertIn("write the file again", refused["remedy"])
        self.assertEqual(self.json_of("show", "last", status=6)["totals"]["unknown"]["rows"], 2)
        # Filled down, one name stands beside two charges.
        filled.write_text(text.replace(names[1], names[0]).replace("not-submitted", "submitted"))
        refused = self.json_of("settle", "last", "--from", filled, *DECIDED, status=3)["error"]
        self.assertIn(f"line 3: its cells hold the installation SID {installation(2)}", refused["message"])
        filled.write_text(text)
        self.json_of("settle", "last", "--from", filled, *DECIDED, status=1)

    def test_empty_cells_are_left_and_counted(self):
        sandbox = self.sandbox(self.in_doubt(1, 2))
        self.run_in("first", self.file(self.rows(1, 2)), sandbox, status=6)
        filled = self.fill_in(self.out / "unknown.csv", lambda row: "submitted" if row["InvoiceLineId"] == "L1" else "")
        self.assertEqual(self.json_of("settle", "last", "--from", filled, *DECIDED, status=6)["left_open"], 1)
        nothing = self.fill_in(self.out / "unknown.csv", lambda row: "")
        self.assertIn("no row has a decision", self.ledger_command("settle", "last", "--from", nothing, *DECIDED, status=3).stderr)

    def test_a_decision_stays_in_the_periods_report_when_its_charge_was_sent_again(self):
        """The riskiest one: on one person's word the money was sent a second time."""
        sandbox = self.sandbox(self.in_doubt(2, 3))
        path = self.file(self.rows(1, 2, 3))
        self.run_in("first", path, sandbox, status=6)
        for number, decision, status in ((2, "not-submitted", 6), (3, "submitted", 1)):
            self.ledger_command("settle", "2026-10-1", "--as", decision, "--installation", installation(number), *DECIDED, status=status)
        self.assertNotIn("Sent again", self.ledger_command("show", "--period", "2026-10", status=1).stdout)
        self.run_in("second", path, sandbox)
        self.assertEqual(sandbox.billed()[(installation(2).lower(), billing(102), Decimal("2.10"))], 2)
        said = "Sent again after a person settled them as not submitted: 1 charge, 2.10"
        self.assertIn(said, self.ledger_command("show", "--period", "2026-10").stdout)
        shown = self.period()
        self.assertEqual([(one["installed_add_on_sid"], one["quantity"], one["status"], one["settled_by"], one["last_word"], one["sent_again"],
                           one["later_run"], one["later_row"], one["latest_status"]) for one in shown["decisions"]],
                         [(installation(2), "2.10", "not_submitted", DECIDED[1], True, True, "2026-10-2", "line 3", "submitted"),
                          (installation(3), "3.10", "submitted", DECIDED[1], True, False, "", "", "submitted")])
        self.out = self.folder / "period"
        self.assertIn(said, self.ledger_command("reconcile", "--period", "2026-10", "--out", self.out).stdout)
        page = re.sub(r"\|+", "|", re.sub("<[^>]*>", "|", (self.out / "report.html").read_text()))
        self.assertIn("Sent again on a person\u2019s word: 1 charge, 2.10|", page)
        for part in (installation(2), "not_submitted|by Ada Lovelace, 20", DECIDED[3], "sent again by run 2026-10-2, line 3: submitted|2.10"):
            self.assertIn(part, page)

    def test_the_result_files_of_a_period(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404", "404"]}, installation(3): {"faults": ["close_after_billing"]}}})
        path = self.file(self.rows(1, 2, 3))
        self.run_in("first", path, sandbox, status=6)
        self.run_in("second", path, sandbox, status=6)
        self.out = self.folder / "period"
        self.ledger_command("reconcile", "--period", "2026-10", "--out", self.out, status=6)
        self.assertEqual([(row["line"], row["status"]) for row in self.reconciliation()],
                         [("2026-10-1:2", "submitted"), ("2026-10-2:3", "failed"), ("2026-10-1:4", "unknown")])
        summary = json.loads((self.out / "summary.json").read_text())
        self.assertEqual((summary["run"], summary["period"], summary["state"], summary["exit_status"]), ("", "2026-10", "period", 6))
        failed = self.rows_of_file(self.out / "failed.csv")
        self.assertEqual([(row["reference"], row["line"]) for row in failed], [("L2", "2026-10-2:3")])
        # In one folder, a run's results and a period's make way for each other.
        moved = self.ledger_command("reconcile", "2026-10-1", "--out", self.out, status=6).stderr
        self.assertIn("Earlier results in", moved)
        self.assertEqual(self.summary()["run"], "2026-10-1")
        self.ledger_command("reconcile", "--period", "2026-10", "--out", self.out, status=6)
        self.assertEqual(self.summary()["state"], "period")
        for name, run in (("usage-2026-10", ""), ("usage-2026-10-1", "2026-10-1")):
            self.assertEqual(json.loads((self.out / name / "summary.json").read_text())["run"], run)
        # Its failed.csv is uploaded as any other.
        self.run_in("third", self.folder / "period" / "failed.csv", sandbox)
        self.assertEqual(self.statuses(), ["submitted"])

    def test_the_result_files_of_a_period_are_set_aside_for_those_of_another_account_or_endpoint(self):
        first, second = self.sandbox(), self.sandbox()
        path = self.file(self.rows(1, 2))
        scopes = [("1" * 32, first), ("2" * 32, first), ("1" * 32, second)]
        for i, (account, sandbox) in enumerate(scopes):
            self.environment["TWILIO_ACCOUNT_SID"] = "AC" + account
            self.run_in(f"run-{i}", path, sandbox)

        def reconcile(account, sandbox, status):
            self.environment["TWILIO_ACCOUNT_SID"] = "AC" + account
            return self.ledger_command("reconcile", "--period", "2026-10", "--base-url", sandbox.url, "--out",
                                       self.folder / "period", status=status).stderr

        for scope in scopes:
            reconcile(*scope, status=0)
            reconcile(*scope, status=0)  # once more in the same place
        kept = ("usage-2026-10", "usage-2026-10-kept-2", "")
        for (account, sandbox), name in zip(scopes, kept):
            summary = json.loads((self.folder / "period" / name / "summary.json").read_text())
            self.assertEqual((summary["account"], summary["endpoint"]), ("AC" + account, sandbox.url))
        self.assertFalse((self.folder / "period" / "usage-2026-10-kept-3").exists())

    def test_a_periods_own_unknown_csv_settles_the_one_run_that_has_doubts(self):
        sandbox = self.sandbox(self.in_doubt(2))
        self.run_in("first", self.file(self.rows(1, 2)), sandbox, status=6)
        shown = self.ledger_command("reconcile", "--period", "2026-10", "--out", self.folder / "all", status=6).stdout
        self.assertIn(f"settle --ledger {self.ledger} 2026-10-1 --from {self.folder / 'all' / 'unknown.csv'}", shown)
        filled = self.fill_in(self.folder / "all" / "unknown.csv", lambda row: "submitted")
        self.ledger_command("settle", "2026-10-1", "--from", filled, *DECIDED)
        self.period()


if __name__ == "__main__":
    unittest.main()
