"""An upload of what an open run has goes on with that run: under the guards of a new upload."""
import json
import os
import pty
import subprocess
import unittest

from support import BUILD, EndToEnd, billing, installation


class OpenRun(EndToEnd):
    def begin(self, *more):
        """The second row's credentials are refused: 1 row is sent, 2 wait."""
        self.server = self.sandbox({"installations": {installation(2): {"faults": ["401"]}}})
        self.path = self.file([(installation(i), billing(i), f"{i}.10", f"L{i}") for i in (1, 2, 3)])
        self.upload(self.path, self.server, "--concurrency", "1", *more, status=5)
        self.before = len(self.server.requests())

    def refused(self, name, *more, path=None):
        result = json.loads(self.upload(path or self.path, self.server, *more, "--json", status=3).stdout)
        self.assertEqual(result["error"]["name"], name)
        self.assertIn("run 2026-10-1", result["error"]["message"])
        self.assertIn(f"usage-uploader resume --ledger {self.ledger} 2026-10-1", result["error"]["remedy"])
        self.assertEqual(len(self.server.requests()), self.before, "something was sent")
        return result["error"]

    def assert_goes_on(self, *more):
        self.upload(self.path, self.server, *more, status=0)
        self.check_books(self.server, self.path)

    def test_on_a_terminal_it_asks_before_it_goes_on(self):
        self.begin()
        command = [BUILD / "usage-uploader", "upload", self.path, "--period", "2026-10", "--ledger", self.ledger, "--base-url", self.server.url]
        for answer, status, requests in ((b"n\n", 3, self.before), (b"y\n", 0, self.before + 2)):
            ours, theirs = pty.openpty()
            process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.environment,
                                       start_new_session=True)
            os.write(ours, answer)
            said = process.communicate(timeout=60)[1].decode()
            self.assertEqual(process.returncode, status, said)
            self.assertIn("Run 2026-10-1 has this content and is open. What is left of it: 2 requests to 127.0.0.1", said)
            self.assertEqual(len(self.server.requests()), requests)
            os.close(ours), os.close(theirs)

    def test_a_dry_run_names_the_command_that_shows_it_before_the_one_that_sends(self):
        self.begin()
        remedy = self.refused("run-open", "--dry-run")["remedy"]
        self.assertTrue(remedy.startswith(f"look at it with: usage-uploader show --ledger {self.ledger} 2026-10-1; "), remedy)
        self.run_program("show", "--ledger", self.ledger, "2026-10-1", status=5)
        self.assertEqual(len(self.server.requests()), self.before, "something was sent")

    def test_control_totals_are_held_against_the_file(self):
        self.begin()
        self.assertIn("the file has 3 rows", self.refused("control-rows", "--expect-rows", "77")["message"])
        both = self.refused("control-rows", "--expect-total", "999", "--expect-rows", "77")["message"]
        self.assertIn("adds up to 6.30", both)
        self.refused("control-total", "--expect-total", "999")
        self.assert_goes_on("--expect-rows", "3", "--expect-total", "6.30")

    def test_a_total_line_is_held_against_the_file(self):
        self.begin()
        text = self.path.read_text() + "Total,,{},\n"
        cut = self.folder / "cut.csv"
        cut.write_text(text.format("150"))
        self.assertIn("says 150", self.refused("total-line", "--total-row", path=cut)["message"])
        cut.write_text(text.format("6.30"))
        self.upload(cut, self.server, "--total-row", status=0)

    def test_warnings_that_are_to_refuse_do(self):
        self.server = self.sandbox({"default": {"faults": ["401", "ok"]}})
        self.path = self.file([(installation(1), billing(1), "5", ""), (installation(1), billing(1), "5", "")])
        self.upload(self.path, self.server, "--concurrency", "1", status=5)
        self.before = len(self.server.requests())
        self.refused("warning-refused", "--fail-on", "equal-rows")
        self.assert_goes_on()

    def test_warnings_of_its_plan_that_are_to_refuse_do(self):
        """Last month's file, begun by hand and stopped: the job that is to refuse it does not finish it."""
        self.server = self.sandbox({"installations": {installation(2): {"faults": ["ok", "401"]}}})
        self.path = self.file([(installation(i), billing(i), f"{i}.10", "") for i in (1, 2, 3)])
        self.out = self.folder / "september"
        self.upload(self.path, self.server, period="2026-09", status=0)
        self.out = self.folder / "october"
        self.upload(self.path, self.server, "--concurrency", "1", status=5)
        self.before = len(self.server.requests())
        self.refused("warning-refused", "--fail-on", "same-content-earlier")
        self.upload(self.path, self.server, "--fail-on", "equal-rows", status=0)

    def test_a_run_begun_without_an_approval_does_not_go_on_where_one_is_required(self):
        self.begin()
        self.assertIn("without an approval", self.refused("approval-missing", "--require-approval")["message"])
        self.run_program("resume", "--ledger", self.ledger, status=0)

    def test_an_approved_run_goes_on_where_an_approval_is_required(self):
        self.server = self.sandbox({"installations": {installation(2): {"faults": ["401"]}}})
        self.path = self.file([(installation(i), billing(i), f"{i}.10", f"L{i}") for i in (1, 2, 3)])
        plan = json.loads(self.upload(self.path, self.server, "--dry-run", "--json").stdout)["plan"]
        approved = ["--require-approval", "--approve", plan["plan_digest"], "--by", "Grace Hopper"]
        self.upload(self.path, self.server, "--concurrency", "1", *approved, status=5)
        self.assert_goes_on("--require-approval")

    def test_what_a_guard_said_when_it_was_begun_does_not_hinder_it(self):
        """Rows that were held back, and additional charges that were allowed, are the run's already."""
        self.server = self.sandbox({"installations": {installation(2): {"faults": ["401"]}}})
        self.upload(self.file([(installation(1), billing(1), "9", "N")], "first.csv"), self.server, status=0)
        self.path = self.file([(installation(1), billing(1), "1", "A"), (installation(2), billing(2), "2", "B"),
                               (installation(3), billing(3), "x", "C")])
        self.out = self.folder / "second"
        more = ["--skip-invalid", "--allow-additional", "1:1"]
        self.upload(self.path, self.server, "--concurrency", "1", *more, status=5)
        self.upload(self.path, self.server, *more, status=1)
        self.assertEqual(self.statuses(), ["submitted", "submitted", "invalid"])


class NothingToSend(EndToEnd):
    def stop_reason(self, rows, *more, status, name):
        self.out = self.folder / name
        header = "InstalledAddOnSid,BillingSid,Amount,InvoiceLineId,Status"
        self.upload(self.file(rows, name + ".csv", header), self.server, *more, status=status)
        summary = json.loads((self.out / "summary.json").read_text())
        self.assertEqual(summary["stop_name"], "nothing-to-send")
        self.assertIn(summary["stop_reason"], (self.out / "report.html").read_text())
        return summary["stop_reason"]

    def test_the_run_says_why(self):
        self.server = self.sandbox()
        good, sibling, bad = ((installation(1), billing(1), "1", "A", "paid"), (installation(2), billing(1), "2", "B", "paid"),
                              (installation(2), billing(2), "x", "C", "paid"))
        self.assertEqual(self.stop_reason([sibling, bad], "--skip-invalid", status=1, name="held-back"),
                         "none of the rows can be sent: 1 row is invalid, 1 row is held back")
        self.assertEqual(self.stop_reason([bad], "--skip-invalid", status=1, name="invalid"),
                         "none of the rows can be sent: 1 row is invalid")
        self.assertEqual(self.server.requests(), [])
        self.out = self.folder / "sent"
        header = "InstalledAddOnSid,BillingSid,Amount,InvoiceLineId,Status"
        self.upload(self.file([good], header=header), self.server, status=0)
        self.assertEqual(self.stop_reason([good], status=1, name="again"), "the period has every row of the file already")
        self.assertEqual(self.stop_reason([good, bad], "--skip-invalid", status=1, name="mixed"),
                         "none of the rows can be sent: 1 row is invalid, 1 row is in the period already")
        draft = (installation(4), billing(4), "4", "D", "draft")
        self.assertEqual(self.stop_reason([draft, bad], "--skip-invalid", "--where", "Status=paid", status=1, name="draft"),
                         "none of the rows can be sent: 1 row is invalid, 1 row is left out")


if __name__ == "__main__":
    unittest.main()
