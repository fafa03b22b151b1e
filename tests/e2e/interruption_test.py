"""What comes between a run and its end: signals that come twice, or late; a lock that is taken away; a backup of the ledger that is put back."""
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

from support import BUILD, EndToEnd, billing, installation


class Interruption(EndToEnd):
    def rows(self, count):
        return self.file([(installation(i), billing(100 + i), f"{i}.50", f"L{i}") for i in range(1, count + 1)])

    def slow(self, count, milliseconds=150):
        return self.sandbox({"installations": {installation(i): {"faults": [{"fault": "slow", "delay_ms": milliseconds}] * 3} for i in range(1, count + 1)}})

    def start(self, path, sandbox, *more):
        self.run_program("init", "--ledger", self.ledger, status=0)
        return self.spawn("upload", path, "--period", "2026-10", "--new-period", "--yes", "--base-url", sandbox.url, "--out", self.out, *more)

    def spawn(self, command, *more):
        return subprocess.Popen([BUILD / "usage-uploader", command, *map(str, more), "--ledger", self.ledger], env=self.environment, text=True, cwd=self.folder,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)

    def stopped(self, process, sandbox, requests):
        """Stopped by SIGTERM once so many requests came; what it printed."""
        self.wait_for(process, lambda: len(sandbox.requests()) >= requests)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 143, output)

    def put_back(self, backup):
        for name in self.ledger.parent.iterdir():
            name.unlink()
        shutil.copy(backup, self.ledger)

    def assert_refused(self, sandbox, path):
        """Nothing is sent by the older copy, and the results of the newer one stay."""
        sent = len(sandbox.requests())
        before = (self.out / "reconciliation.csv").read_text()
        upload = ("upload", path, "--period", "2026-10", "--yes", "--base-url", sandbox.url)
        for command in (("resume",), ("resume", "--out", self.folder / "elsewhere"), upload, (*upload, "--out", self.out), ("abandon", "last", "--yes", "--out", self.folder / "elsewhere"), ("reconcile", "last", "--out", self.out)):
            refused = self.run_program(*command, "--ledger", self.ledger, status=2)
            self.assertIn("the ledger is an older copy", refused.stderr)
        self.assertEqual(len(sandbox.requests()), sent)
        self.assertEqual((self.out / "reconciliation.csv").read_text(), before)

    def test_a_backup_that_lacks_a_decision_only_sends_nothing(self):
        """Settled as not billed, left so by the next run, and found to be billed after all: nothing but that decision says so."""
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["close_after_billing", "404", "ok"]}}})
        path = self.rows(1)
        decided = ("--installation", installation(1), "--by", "Ada", "--note", "asked")
        self.upload(path, sandbox, status=6)
        self.run_program("settle", "last", *decided, "--as", "not-submitted", "--ledger", self.ledger, status=1)
        self.out = self.folder / "second"
        self.upload(path, sandbox, status=1)
        row = self.reconciliation()[0]["usage_row"]
        backup = shutil.copy(self.ledger, self.folder / "backup.db")
        self.run_program("settle", "last", "--row", row, *decided[2:], "--as", "submitted", "--ledger", self.ledger, status=0)
        self.run_program("reconcile", "last", "--ledger", self.ledger, status=0)
        self.put_back(backup)
        refused = self.upload(path, sandbox, status=2)
        self.assertIn("the ledger is an older copy", refused.stderr)
        self.assertEqual(sum(sandbox.billed().values()), 1)

    def test_a_backup_made_while_a_run_was_open_sends_nothing_once_that_run_has_ended(self):
        sandbox = self.slow(12)
        path = self.rows(12)
        self.stopped(self.start(path, sandbox, "--concurrency", "1"), sandbox, 3)
        backup = shutil.copy(self.ledger, self.folder / "backup.db")
        self.run_program("resume", "--ledger", self.ledger, status=0)
        self.put_back(backup)
        self.assert_refused(sandbox, path)
        self.check_books(sandbox, path)

    def test_a_backup_made_in_the_middle_of_a_run_sends_nothing_once_that_run_has_ended(self):
        sandbox = self.slow(40)
        path = self.rows(40)
        process = self.start(path, sandbox, "--concurrency", "1")
        self.wait_for(process, lambda: len(sandbox.requests()) >= 3)
        backup = self.folder / "backup.db"
        with contextlib.closing(sqlite3.connect(self.ledger)) as ledger, contextlib.closing(sqlite3.connect(backup)) as copy:
            ledger.backup(copy)
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, output)
        self.put_back(backup)
        self.assert_refused(sandbox, path)

    def made_way_for(self, *other):
        sandbox = self.slow(12)
        path = self.rows(12)
        self.stopped(self.start(path, sandbox, "--concurrency", "1"), sandbox, 3)
        backup = shutil.copy(self.ledger, self.folder / "backup.db")
        self.run_program("resume", "--ledger", self.ledger, status=0)
        self.run_program(*other, "--ledger", self.ledger, "--base-url", sandbox.url, "--out", self.out, status=0)
        self.assertTrue((self.out / "usage-2026-10-1" / "summary.json").exists())
        self.put_back(backup)
        self.assert_refused(sandbox, path)

    def test_nor_where_the_results_of_that_run_have_made_way_for_the_periods(self):
        self.made_way_for("reconcile", "--period", "2026-10")

    def test_nor_where_they_have_made_way_for_a_plans(self):
        other = self.file([(installation(20), billing(20), "1.5", "M1")], name="other.csv")
        self.made_way_for("upload", other, "--period", "2026-11", "--new-period", "--dry-run")

    def upload_month(self, month, sandbox, *more, status):
        self.out = self.folder / f"usage-{month}-1"
        path = self.file([(installation(i), billing(1), f"{month[-2:]}.{i}0", f"{month}-{i}") for i in (1, 2)], name=f"{month}.csv")
        return self.upload(path, sandbox, *more, status=status, period=month).stderr

    def test_a_backup_that_lacks_a_month_sends_no_other_month_beside_its_results(self):
        sandbox = self.sandbox()
        self.upload_month("2026-10", sandbox, status=0)
        backup = shutil.copy(self.ledger, self.folder / "backup.db")
        self.upload_month("2026-11", sandbox, status=0)
        self.put_back(backup)
        self.assertIn("know more than this ledger", self.upload_month("2026-12", sandbox, "--dry-run", status=2))
        refused = self.upload_month("2026-12", sandbox, status=2)
        self.assertIn(f"{self.folder}/usage-2026-11-1 holds results of run 2026-11-1 that know more than this ledger", refused)
        self.assertIn("a backup of it that is newer", refused)
        self.assertIn("the reconciliation.csv of ALL its runs", refused)
        self.assertFalse(self.out.exists())
        self.assertEqual(len(sandbox.requests()), 4)
        # What the refusal names, with all the runs: and the old ledger's results beside are no business of the new one.
        self.ledger = self.folder / "new.db"
        both = [self.folder / f"usage-{month}-1" / "reconciliation.csv" for month in ("2026-10", "2026-11")]
        self.run_program("init", "--ledger", self.ledger, "--from", *both, status=0)
        self.upload_month("2026-12", sandbox, status=0)
        self.upload_month("2027-01", sandbox, status=0)
        self.assertEqual(set(sandbox.billed().values()), {1})

    def test_a_backup_that_has_made_a_run_of_the_lost_ones_name_is_no_better(self):
        sandbox = self.sandbox()
        self.upload_month("2026-10", sandbox, status=0)
        backup = shutil.copy(self.ledger, self.folder / "backup.db")
        self.upload_month("2026-11", sandbox, status=0)
        self.put_back(backup)
        # Where no results lie, nothing tells.
        (self.folder / "elsewhere").mkdir()
        self.out = self.folder / "elsewhere" / "out"
        self.upload(self.rows(1), sandbox, period="2026-11", status=0)
        refused = self.upload_month("2026-12", sandbox, status=2)
        self.assertIn(f"{self.folder}/usage-2026-11-1 holds results of run 2026-11-1 that know more than this ledger", refused)

    def test_a_backup_is_known_by_what_lies_in_a_configured_folder_that_holds_the_input_too(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404", "close_after_billing", "ok"]}}})
        results = self.folder / "results"
        self.environment["USAGE_UPLOADER_OUT"] = str(results)
        self.run_program("init", "--ledger", self.ledger, status=0)
        command = ["--period", "2026-10", "--new-period", "--yes", "--base-url", sandbox.url, "--ledger", self.ledger]
        path = self.rows(1)
        self.run_program("upload", path, *command, status=1)
        backup = shutil.copy(self.ledger, self.folder / "backup.db")
        self.run_program("upload", path, *command, status=6)
        self.put_back(backup)
        refused = self.run_program("upload", results / "unknown.csv", *command, status=2)
        self.assertIn("know more than this ledger", refused.stderr)
        self.assertEqual(sum(sandbox.billed().values()), 1)

    def test_a_backup_is_known_by_what_lies_in_the_configured_folder_above_an_open_runs_own(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404", "401", "ok"]}}})
        results = self.folder / "results"
        self.environment["USAGE_UPLOADER_OUT"] = str(results)
        self.run_program("init", "--ledger", self.ledger, status=0)
        command = ["--new-period", "--yes", "--base-url", sandbox.url, "--ledger", self.ledger]
        self.run_program("upload", self.rows(1), "--period", "2026-10", *command, status=1)
        self.run_program("upload", results / "failed.csv", "--period", "2026-10", *command, status=5)
        backup = shutil.copy(self.ledger, self.folder / "backup.db")
        november = self.file([(installation(2), billing(1), "1.00", "N1")], "november.csv")
        self.run_program("upload", november, "--period", "2026-11", *command, status=0)
        self.put_back(backup)
        refused = self.run_program("resume", "--ledger", self.ledger, status=2)
        self.assertIn("know more than this ledger", refused.stderr)

    def test_a_backup_that_lacks_a_month_does_not_go_on_with_an_open_run_beside_its_results(self):
        sandbox = self.slow(12)
        self.out = self.folder / "usage-2026-10-1"
        self.stopped(self.start(self.rows(12), sandbox, "--concurrency", "1"), sandbox, 3)
        backup = shutil.copy(self.ledger, self.folder / "backup.db")
        self.upload_month("2026-11", sandbox, status=0)
        self.put_back(backup)
        sent = len(sandbox.requests())
        for more in ([], ["--out", self.folder / "else" / "where"]):
            self.assertIn("the ledger is an older copy", self.run_program("resume", *more, "--ledger", self.ledger, status=2).stderr)
        self.assertEqual(len(sandbox.requests()), sent)

    def test_nor_once_that_run_has_gone_on_and_was_killed(self):
        sandbox = self.slow(12)
        path = self.rows(12)
        self.stopped(self.start(path, sandbox, "--concurrency", "1"), sandbox, 3)
        backup = shutil.copy(self.ledger, self.folder / "backup.db")
        sent = len(sandbox.requests())
        resumed = self.spawn("resume", "--concurrency", "1")
        self.wait_for(resumed, lambda: len(sandbox.requests()) > sent + 1)
        resumed.kill()
        resumed.communicate()
        time.sleep(0.5)  # the endpoint's, for what was under way
        self.put_back(backup)
        self.assert_refused(sandbox, path)
        # The way out that the refusal names: what the killed life had under way is nobody's knowledge but the endpoint's.
        self.run_program("init", "--ledger", self.folder / "new.db", "--from", self.out / "reconciliation.csv", status=0)

    def test_a_hang_up_that_comes_twice_finishes_what_is_in_flight(self):
        sandbox = self.slow(20, 700)
        path = self.rows(20)
        process = self.start(path, sandbox, "--concurrency", "4")
        self.wait_for(process, lambda: len(sandbox.requests()) >= 2)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)  # else the kernel makes one of the two
        process.send_signal(signal.SIGHUP)
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 143, output)
        self.assertEqual(set(self.statuses()), {"submitted", "not_sent"})
        self.check_books(sandbox, path)

    def test_a_second_signal_ends_at_once_and_says_what_to_do(self):
        sandbox = self.slow(3, 20000)
        process = self.start(self.rows(3), sandbox)
        self.wait_for(process, lambda: sandbox.requests())
        process.send_signal(signal.SIGINT)
        told = ""
        while "stopping" not in told:
            told = process.stderr.readline()
            self.assertTrue(told)
        time.sleep(0.2)  # what comes sooner is taken for the same one
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=10)
        self.assertEqual((process.returncode, output), (143, ""))
        self.assertIn("ended at once", errors)
        self.assertIn("usage-uploader resume", errors)

    def test_a_signal_while_the_results_are_written_changes_nothing(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        path = self.file([(installation(1), billing(i), "1.25", "") for i in range(1, 20000)])
        process = self.start(path, sandbox)
        for line in process.stderr:
            if "run-ended" in line:
                break
        self.assertIsNone(process.poll())
        os.kill(process.pid, signal.SIGHUP)
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("has finished", output)
        self.assertEqual(self.summary()["exit_status"], 1)
        self.assertEqual(set(self.statuses()), {"failed"})

    def test_a_run_whose_lock_is_taken_away_stops_and_can_be_resumed(self):
        sandbox = self.slow(30, 100)
        path = self.rows(30)
        process = self.start(path, sandbox, "--concurrency", "1")
        self.wait_for(process, lambda: len(sandbox.requests()) >= 3)
        self.ledger.with_name(self.ledger.name + ".lock").unlink()
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 4, output)
        self.assertEqual(self.summary()["stop_name"], "lock-gone")
        self.assertEqual(set(self.statuses()), {"submitted", "not_sent"})
        self.run_program("resume", "--ledger", self.ledger, status=0)
        self.check_books(sandbox, path)

    def test_a_run_whose_lock_was_taken_away_and_that_another_program_took_over_says_so(self):
        sandbox = self.slow(4, 4000)
        process = self.start(self.rows(4), sandbox, "--concurrency", "1")
        self.wait_for(process, lambda: sandbox.requests())
        self.ledger.with_name(self.ledger.name + ".lock").unlink()
        self.run_program("resume", "--ledger", self.ledger, "--out", self.folder / "other", status=6)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 4, errors)
        self.assertIn("the ledger's lock file was removed", errors)
        self.assertNotIn("please report", errors)


if __name__ == "__main__":
    unittest.main()
