"""A plan is looked at, approved, and sent just so, or not at all."""
import json
import re
import shlex
import unittest

from support import EndToEnd, billing, installation, whoami

DIGEST = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{8}){3}-[0-9a-f]{32}")


class Approval(EndToEnd):
    def rows(self, *numbers):
        return [(installation(i), billing(100 + i), f"{i}.10", f"L{i}") for i in numbers]

    def plan(self, path, sandbox, *more, status=0):
        result = self.upload(path, sandbox, "--dry-run", "--json", *more, status=status)
        return json.loads(result.stdout)["plan"]

    def approved(self, digest):
        return ["--approve", digest, "--by", "Grace Hopper"]

    def refused(self, path, sandbox, digest, *more):
        """Nothing is sent; in what the plan differs."""
        before = len(sandbox.requests())
        result = json.loads(self.upload(path, sandbox, *self.approved(digest), "--json", *more, status=3).stdout)
        self.assertEqual(len(sandbox.requests()), before)
        refusal, = result["plan"]["refusals"]
        self.assertEqual(refusal["name"], "approval-differs")
        return refusal["text"].split("approved: ", 1)[1]

    def test_the_approved_plan_is_sent_and_who_approved_it_stands_everywhere(self):
        sandbox = self.sandbox()
        path = self.file(self.rows(1, 2, 3))
        text = self.upload(path, sandbox, "--dry-run", status=0).stdout
        digest = re.search(r"Plan digest +(\S+)", text)[1]
        self.assertRegex(digest, DIGEST)
        self.assertIn(f"--approve {digest} --by NAME", text)
        self.assertEqual(self.plan(path, sandbox)["plan_digest"], digest)
        shown = self.upload(path, sandbox, *self.approved(digest), status=0).stdout
        self.assertIn(f"Approved by Grace Hopper, plan {digest}", shown)
        self.check_books(sandbox, path)
        summary = json.loads((self.out / "summary.json").read_text())
        self.assertEqual((summary["approved_by"], summary["plan_digest"]), ("Grace Hopper", digest))
        show = json.loads(self.run_program("show", "last", "--json", "--ledger", self.ledger, status=0).stdout)
        self.assertEqual((show["approved_by"], show["plan_digest"]), ("Grace Hopper", digest))

    def test_where_nothing_is_left_to_send_no_approval_is_recorded(self):
        """A scheduled job that is started again ends as the period stands; any digest would do, so none counts."""
        sandbox = self.sandbox()
        path = self.file(self.rows(1, 2))
        digest = self.plan(path, sandbox)["plan_digest"]
        self.upload(path, sandbox, *self.approved(digest), status=0)
        self.out = self.folder / "again"
        self.upload(path, sandbox, *self.approved(digest), status=0)
        self.assertEqual(json.loads((self.out / "summary.json").read_text())["approved_by"], "")
        self.assertEqual(len(sandbox.requests()), 2)

    def test_the_commands_to_copy_keep_the_ledger_and_never_send_what_was_refused(self):
        sandbox = self.sandbox()
        path = self.file(self.rows(1, 2))
        dry = self.upload(path, sandbox, "--dry-run", status=0).stdout
        commands = [line for line in dry.splitlines() if line.startswith("  usage-uploader upload")]
        self.assertEqual(len(commands), 2)
        for command in commands:
            self.assertIn(f"--ledger {self.ledger}", command)
            self.assertIn("--new-period", command)
        refused = self.upload(path, sandbox, *self.approved("0" * 8 + "-" + "1" * 8 + "-00000000-00000000-" + "0" * 16), status=None)
        shown = refused.stdout + refused.stderr
        self.assertNotEqual(refused.returncode, 0)
        for command in [line for line in shown.splitlines() if line.startswith("  usage-uploader upload")]:
            self.assertIn("--dry-run", command)

    def test_the_rule_goes_with_every_command_to_copy(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}}})
        rules = self.folder / "rules.toml"
        rules.write_text("require-approval = true\n")
        path = self.file(self.rows(1, 2))
        digest = self.plan(path, sandbox, "--config", rules)["plan_digest"]
        self.upload(path, sandbox, *self.approved(digest), "--config", rules, status=1)
        for command in (["show", "last"], ["show", "--period", "2026-10"], ["reconcile", "--period", "2026-10", "--out", self.folder / "all"]):
            shown = self.run_program(*command, "--config", rules, "--ledger", self.ledger, status=1).stdout
            uploads = [line for line in shown.splitlines() if line.startswith("  usage-uploader upload")]
            self.assertTrue(uploads, shown)
            for line in uploads:
                self.assertIn(f"--config {rules}", line)
                self.assertIn("--dry-run", line)
            self.assertIn("have its plan approved", shown)

    def test_the_guards_of_an_upload_go_with_the_command_for_its_failed_rows(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}}})
        path = self.file(self.rows(1, 2))
        guards = ["--require-approval", "--max-amount", "1000", "--fail-on", "equal-rows"]
        digest = self.plan(path, sandbox, *guards)["plan_digest"]
        shown = self.upload(path, sandbox, *self.approved(digest), *guards, status=1).stdout
        command, = [line for line in shown.splitlines() if line.startswith("  usage-uploader upload")]
        for guard in ("--require-approval", "--max-amount 1000", "--fail-on equal-rows", "--dry-run"):
            self.assertIn(guard, command)
        self.assertNotIn("--approve", command)
        before = len(sandbox.requests())
        self.assertIn("Plan digest", self.run_program(*shlex.split(command)[1:], status=0).stdout)
        self.run_program(*[word for word in shlex.split(command)[1:] if word != "--dry-run"], status=3)
        self.assertEqual(len(sandbox.requests()), before)

    def test_the_rule_is_taken_back_by_no_flag_variable_or_profile(self):
        sandbox = self.sandbox()
        path = self.file(self.rows(1, 2))
        folder = self.folder / "xdg"
        folder.mkdir()
        (folder / "usage-uploader.toml").write_text("require-approval = true\n")
        self.environment["XDG_CONFIG_HOME"] = str(folder)
        profile = self.folder / "profile.toml"
        profile.write_text("decimal-comma = false\n")
        self.assertIn("without an approval", self.upload(path, sandbox, status=3).stdout)
        self.assertIn("without an approval", self.upload(path, sandbox, "--config", profile, status=3).stdout)
        self.assertIn("makes a rule", self.upload(path, sandbox, "--require-approval=false", status=2).stderr)
        self.environment["USAGE_UPLOADER_REQUIRE_APPROVAL"] = "false"
        self.assertIn("makes a rule", self.upload(path, sandbox, status=2).stderr)
        self.assertEqual(sandbox.requests(), [])

    def test_a_placeholder_is_nobodys_name(self):
        sandbox = self.sandbox()
        path = self.file(self.rows(1))
        digest = self.plan(path, sandbox)["plan_digest"]
        refused = self.upload(path, sandbox, "--approve", digest, "--by", "NAME", status=2)
        self.assertIn("--by still says NAME", refused.stderr)

    def test_the_approvers_report_has_what_the_plan_agrees_with(self):
        sandbox = self.sandbox()
        self.upload(self.file(self.rows(1, 2)), sandbox, status=0)
        self.out = self.folder / "next"
        rows = [(installation(1), billing(101), "1.10", "N1"), (installation(3), billing(103), "1.30", "N3")]
        self.upload(self.file(rows, "next.csv"), sandbox, "--dry-run", "--expect-rows", "2", status=0, period="2026-11")
        page = (self.out / "report.html").read_text()
        self.assertIn("agree: 2 rows", page)
        self.assertIn("with period 2026-10: 2 installations then, 2 now; 1 new, 1 vanished", page)

    def test_the_approvers_report_counts_an_additional_charge_as_what_would_be_sent(self):
        sandbox = self.sandbox()
        self.upload(self.file(self.rows(1)), sandbox, status=0)
        self.out = self.folder / "plan"
        path = self.file([(installation(1), billing(101), "5.00", "M1"), *self.rows(2)])
        self.plan(path, sandbox, "--allow-additional", "1:5.00")
        page = re.sub("<[^>]*>", "|", (self.out / "report.html").read_text())
        page = re.sub(r"\|+", "|", page)
        self.assertIn("|Would be sent|7.10|2 rows, by an upload of the same|", page)
        self.assertIn("|Not billed|0.00|0 rows|", page)
        self.assertIn("|Additional|1 row, 5.00, on top of what the period has of the same items|", page)

    def test_the_plan_of_a_correction_names_changed_amounts_and_what_the_period_has(self):
        sandbox = self.sandbox({"installations": {**{installation(i): {"faults": ["404"]} for i in range(1, 23)},
                                                  installation(30): {"faults": ["500"]}}})
        self.upload(self.file(self.rows(30, 31, *range(1, 23))), sandbox, status=6)
        failed = self.out / "failed.csv"
        corrected = self.folder / "corrected.csv"
        corrected.write_text(re.sub(r"(BI\w+),(\d+)\.10,L", r"\1,\2.50,L", failed.read_text()))
        self.out = self.folder / "plan"
        plan = self.plan(corrected, sandbox)
        self.assertEqual(len(plan["corrected"]), 22)
        self.assertEqual(plan["corrected"][0], {"row": "line 2", "installation": installation(1), "billing_sid": billing(101),
                                                "moved_from": "", "was": "1.10", "now": "1.50"})
        before = {(one["status"], one["rows"], one["amount"]) for one in plan["period_before"]}
        self.assertEqual(before, {("submitted", 1, "31.10"), ("unknown", 1, "30.10"), ("failed", 22, "255.20")})
        text = self.upload(corrected, sandbox, "--dry-run", status=0).stdout
        self.assertIn("30.10 unknown in 1 charge\n", text)
        self.assertIn(f"  line 11: {installation(10)}, {billing(110)}: was 10.10, now 10.50\n  ... and 12 more: reconciliation.csv", text)
        page = re.sub(r"\|+", "|", re.sub("<[^>]*>", "|", (self.out / "report.html").read_text()))
        self.assertIn("|Unknown|0.00|0 rows|the period has 30.10 in doubt|", page)
        self.assertIn("Before this upload, the period has:|", page)
        self.assertIn(f"|line 21|{installation(20)}|{billing(120)}|20.10|20.50|", page)
        self.assertNotIn(f"|line 22|{installation(21)}|", page)
        self.assertIn("And 2 more: reconciliation.csv", page)
        self.assertEqual(self.reconciliation()[21]["reason"], "in place of 22.10, run 2026-10-1, line 25")

    def test_the_approvers_warnings_stand_right_after_the_totals(self):
        sandbox = self.sandbox()
        self.upload(self.file(self.rows(1)), sandbox, status=0)
        self.out = self.folder / "plan"
        self.upload(self.file([(installation(2), billing(102), "2.00", "N2")], "next.csv"), sandbox, "--dry-run", status=0, period="2026-11")
        page = (self.out / "report.html").read_text()
        self.assertEqual(re.findall(r'<section id="(totals|warnings|next|largest|files)"', page), ["totals", "warnings", "next", "largest", "files"])

    def test_what_was_agreed_and_allowed_stands_in_what_is_signed(self):
        sandbox = self.sandbox()
        header = "InstalledAddOnSid,BillingSid,Amount,InvoiceLineId,Currency"
        self.upload(self.file([(installation(1), billing(101), "1.10", "L1", "EUR")], header=header), sandbox, status=0)
        self.out = self.folder / "second"
        path = self.file([(installation(1), billing(101), "5.00", "M1", "EUR"), (installation(2), billing(102), "2.00", "L2", "EUR")], header=header)
        guards = ["--allow-additional", "1:5.00", "--expect-rows", "2", "--expect-total", "7.00"]
        digest = self.plan(path, sandbox, *guards)["plan_digest"]
        said = self.upload(path, sandbox, *guards, *self.approved(digest), status=0).stdout
        allowed = "1 row, 5.00 EUR, on top of what the period had of the same items (--allow-additional)"
        shown = self.run_program("show", "last", "--ledger", self.ledger, status=0).stdout
        for text in (said, shown):
            self.assertIn(f"Warning additional-allowed: {allowed}", text)
            self.assertIn("Control totals agreed: 2 rows, 7.00", text)
            self.assertNotIn("control-totals-agreed", text)
        summary = json.loads((self.out / "summary.json").read_text())
        self.assertEqual(summary["control_totals"], "2 rows, 7.00")
        self.assertEqual([w["text"] for w in summary["warnings"] if w["name"] == "additional-allowed"], [allowed])
        page = (self.out / "report.html").read_text()
        self.assertIn(allowed, page)
        self.assertIn("agreed: 2 rows, 7.00", page)
        period = self.folder / "period"
        self.run_program("reconcile", "--period", "2026-10", "--out", period, "--ledger", self.ledger, status=0)
        self.assertIn(f"run 2026-10-2: {allowed}", (period / "report.html").read_text())
        self.assertIn("control totals agreed: 2 rows, 7.00", (period / "report.html").read_text())
        answer = json.loads(self.run_program("show", "--period", "2026-10", "--json", "--ledger", self.ledger, status=0).stdout)
        for told in (answer, json.loads((period / "summary.json").read_text())):
            self.assertEqual([(run["run"], run["approved_by"], run["plan_digest"], run["control_totals"]) for run in told["runs"]],
                             [("2026-10-1", "", "", ""), ("2026-10-2", "Grace Hopper", digest, "2 rows, 7.00")])
            self.assertIn(f"run 2026-10-2: {allowed}", [warning["text"] for warning in told["warnings"]])

    def test_who_started_it_stands_everywhere_and_the_environment_is_not_believed(self):
        sandbox = self.sandbox()
        self.environment |= {"USER": "mallory", "LOGNAME": "mallory"}
        shown = self.upload(self.file(self.rows(1)), sandbox, status=0).stdout
        self.assertIn(f"Uploaded by {whoami()} 20", shown)
        summary = json.loads((self.out / "summary.json").read_text())
        self.assertEqual(summary["started_by"], whoami())
        self.assertEqual([(event["event"], event["by"], event["at"]) for event in summary["events"]],
                         [("started", whoami(), summary["started_at"])])
        runs = json.loads(self.run_program("runs", "--json", "--ledger", self.ledger, status=0).stdout)["runs"]
        self.assertEqual(runs[0]["started_by"], whoami())
        for report in (self.out, self.folder / "period"):
            if report != self.out:
                self.run_program("reconcile", "--period", "2026-10", "--out", report, "--ledger", self.ledger, status=0)
            self.assertIn(whoami(), (report / "report.html").read_text())

    def test_whatever_differs_is_refused_and_named(self):
        sandbox = self.sandbox()
        path = self.file(self.rows(1, 2, 3) + [(installation(1), billing(1), "9", "L9")])
        digest = self.plan(path, sandbox)["plan_digest"]
        other = self.file(self.rows(1, 2, 4))
        self.assertIn("the rows of the files", self.refused(other, sandbox, digest))
        path = self.file(self.rows(1, 2, 3) + [(installation(1), billing(1), "9", "L9")])
        self.assertEqual(self.refused(path, sandbox, digest, "--max-items", "1"),
                         "what is sent, how it is split into requests, for which charge, as additional to what, or what may be sent again")
        self.upload(self.file(self.rows(2)), sandbox, status=0)
        self.out = self.folder / "again"
        path = self.file(self.rows(1, 2, 3) + [(installation(1), billing(1), "9", "L9")])
        self.assertEqual(self.refused(path, sandbox, digest),
                         "what is sent, how it is split into requests, for which charge, as additional to what, or what may be sent again; which rows are not sent")

    def test_the_same_file_in_another_period_is_another_plan(self):
        sandbox = self.sandbox()
        path = self.file(self.rows(1))
        digest = self.plan(path, sandbox)["plan_digest"]
        result = self.upload(path, sandbox, *self.approved(digest), "--json", status=3, period="2026-11")
        self.assertIn("account or period", json.loads(result.stdout)["plan"]["refusals"][0]["text"])

    def test_where_the_configuration_requires_it_nothing_is_sent_without(self):
        sandbox = self.sandbox()
        path = self.file(self.rows(1, 2))
        configuration = self.folder / "rules.toml"
        configuration.write_text("require-approval = true\n")
        rule = ["--config", configuration]
        refused = self.upload(path, sandbox, *rule, status=3).stdout
        self.assertEqual(sandbox.requests(), [])
        digest = self.plan(path, sandbox, *rule)["plan_digest"]
        self.assertIn(f"--approve {digest} --by NAME", refused)
        self.upload(path, sandbox, *rule, *self.approved(digest), status=0)
        self.check_books(sandbox, path)
        self.out = self.folder / "again"
        self.upload(path, sandbox, *rule, status=0)  # nothing is left to send, so nothing is to be approved

    def test_an_approval_needs_a_name_and_a_digest(self):
        sandbox = self.sandbox()
        path = self.file(self.rows(1))
        digest = self.plan(path, sandbox)["plan_digest"]
        self.assertIn("--by", self.upload(path, sandbox, "--approve", digest, status=2).stderr)
        self.assertIn("--approve", self.upload(path, sandbox, "--by", "Grace", status=2).stderr)
        self.assertIn("digest", self.upload(path, sandbox, *self.approved("yes"), status=2).stderr)
        self.assertEqual(sandbox.requests(), [])

    def test_no_one_adds_to_an_approved_run_what_may_bill_twice(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["401"]}}})
        path = self.file(self.rows(1, 2))
        digest = self.plan(path, sandbox)["plan_digest"]
        self.refused(path, sandbox, digest, "--retry-503")
        self.upload(path, sandbox, *self.approved(digest), status=5)
        before = len(sandbox.requests())
        resume = ("resume", "--ledger", self.ledger, "--json")
        for command in ((*resume, "--retry-503"), ("upload", path, "--period", "2026-10", "--base-url", sandbox.url, "--ledger", self.ledger,
                                                   "--yes", "--json", "--retry-503", *self.approved(digest))):
            error = json.loads(self.run_program(*command, status=3).stdout)["error"]
            self.assertEqual(error["name"], "approval-differs")
        self.assertEqual(len(sandbox.requests()), before)
        self.run_program(*resume, status=0)

    def test_an_approved_run_posts_again_what_was_refused_only_as_often_as_was_approved(self):
        for approved, allowed in ((), ("0",)), (("--repost-unsubmitted", "2"), ("0", "2")):
            sandbox = self.sandbox({"installations": {installation(2): {"faults": ["401"]}}})
            self.ledger = self.folder / f"ledger-{len(approved)}.db"
            self.out = self.folder / f"out-{len(approved)}"
            path = self.file(self.rows(1, 2))
            digest = self.plan(path, sandbox, *approved)["plan_digest"]
            self.upload(path, sandbox, *approved, *self.approved(digest), status=5)
            before = len(sandbox.requests())
            resume = ("resume", "--ledger", self.ledger, "--json", "--repost-unsubmitted")
            error = json.loads(self.run_program(*resume, "5", status=3).stdout)["error"]
            self.assertEqual(error["name"], "approval-differs")
            self.assertEqual(len(sandbox.requests()), before)
            self.run_program(*resume, allowed[-1], status=0)

    def test_an_open_run_goes_on_only_with_its_own_approval(self):
        sandbox = self.sandbox({"default": {"faults": ["401", "ok"]}})
        path = self.file(self.rows(1, 2))
        digest = self.plan(path, sandbox)["plan_digest"]
        self.upload(path, sandbox, *self.approved(digest), "--concurrency", "1", status=5)
        other = digest[:-1] + ("0" if digest[-1] != "0" else "1")
        result = self.upload(path, sandbox, *self.approved(other), status=3)
        self.assertIn("begun with another approved plan", result.stderr)


if __name__ == "__main__":
    unittest.main()
