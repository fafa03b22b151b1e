"""How the program is started: with closed or full stdin, stdout and stderr, with little that it may open or write, with a careless umask."""
import itertools
import json
import os
import subprocess
import unittest

from support import BUILD, EndToEnd, billing, installation

LOST = "the answer, or a part of it, was not written"


class HostileLimits(EndToEnd):
    def setUp(self):
        super().setUp()
        self.run_program("init", "--ledger", self.ledger, status=0)
        self.rows("2026-10")

    def rows(self, period, count=8):
        """The file, with references that no other period has."""
        self.path = self.file([(installation(n), billing(n), f"{n}.25", f"{period}-{n}") for n in range(1, count + 1)], f"{period}.csv")

    def start(self, *arguments, status, redirect="", limits="", answer=None):
        """As a shell starts it, with these redirections and limits. Returns what went to stderr."""
        answer = answer or self.folder / "answer"
        with open(self.folder / "errors", "w") as errors, open(answer, "w") as out:
            result = subprocess.run(["sh", "-c", f'{limits}\nexec "$@" {redirect}', "sh", BUILD / "usage-uploader", *map(str, arguments)],
                                    env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, timeout=120)
        said = (self.folder / "errors").read_text()
        if status is not None:
            self.assertEqual(result.returncode, status, said)
        return said

    def upload_command(self, sandbox, period="2026-10"):
        self.out = self.folder / period
        return ["upload", self.path, "--period", period, "--new-period", "--yes", "--base-url", sandbox.url, "--ledger", self.ledger,
                "--out", self.out]

    def test_what_cannot_be_printed_is_an_error_and_undoes_nothing(self):
        sandbox = self.sandbox()
        for redirect in (">/dev/full", ">&-"):
            for command in (["--version"], ["config"], ["config", "--json"], ["validate", self.path, "--json"], ["inspect", self.path],
                            ["runs", "--json", "--ledger", self.ledger], [*self.upload_command(sandbox), "--dry-run"]):
                self.assertIn(LOST, self.start(*command, redirect=redirect, status=2), (command, redirect))
            # An error keeps its status, and is told where it can be.
            said = self.start("validate", "/nonexistent.csv", "--json", redirect=redirect, status=3)
            self.assertIn("/nonexistent.csv", said)
        self.assertEqual(sandbox.requests(), [])
        for period, redirect, more in (("A", ">/dev/full", []), ("B", ">&-", ["--json"])):
            self.rows(period)
            said = self.start(*self.upload_command(sandbox, period), *more, redirect=redirect, status=0)
            self.assertIn(LOST, said)
            self.assertIn("what was done stands", said)
            self.assertEqual(self.statuses(), ["submitted"] * 8)
        self.assertEqual(set(sandbox.billed().values()), {2})  # once in each period
        again = [*self.upload_command(sandbox, "B")[:-1], self.folder / "again"]
        self.assertIn(LOST, self.start(*again, redirect=">/dev/full", status=0))
        self.assertEqual(len(sandbox.requests()), 16)

    def test_a_status_other_than_0_stays_where_nothing_could_be_printed(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["500"]}}})
        self.start(*self.upload_command(sandbox), "--json", redirect=">/dev/full", status=6)
        self.assertIn(LOST, self.start("show", "--ledger", self.ledger, redirect=">/dev/full", status=6))

    def test_a_log_file_that_takes_nothing_stops_nothing_and_is_told_of(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["500"]}}})
        said = self.start(*self.upload_command(sandbox), "--log-file", "/dev/full", status=6)
        self.assertRegex(said, r"the log file /dev/full lacks [1-9]\d* lines \(No space left on device\)")
        self.assertEqual(sum(sandbox.billed().values()), 7)
        self.assertNotIn("lacks", self.start("validate", self.path, "--log-file", self.folder / "run.log", status=0))

    def test_a_reader_that_went_away_is_no_error(self):
        reading, writing = os.pipe()
        os.close(reading)
        self.addCleanup(os.close, writing)
        ended = subprocess.run([BUILD / "usage-uploader", "config"], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                               stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))

    def test_closed_descriptors_let_nothing_that_is_printed_into_our_files(self):
        sandbox = self.sandbox()
        closings = ("<&-", ">&-", "2>&-")
        for number, closed in enumerate(itertools.chain.from_iterable(itertools.combinations(closings, n) for n in (1, 2, 3))):
            with self.subTest(closed):
                self.rows(f"P{number}")
                self.start(*self.upload_command(sandbox, f"P{number}"), "--log-level", "debug", redirect=" ".join(closed), status=0)
                self.assertEqual(self.statuses(), ["submitted"] * 8)
                json.loads((self.out / "summary.json").read_text())
                lock = self.ledger.with_name(self.ledger.name + ".lock").read_text()
                self.assertEqual(len(lock.splitlines()), 1, lock)
                self.run_program("show", "--period", f"P{number}", "--ledger", self.ledger, status=0)

    def test_a_limit_of_the_size_of_files_stops_like_a_full_disk(self):
        sandbox = self.sandbox()
        self.rows("2026-10", 3000)
        said = self.start(*self.upload_command(sandbox), limits="ulimit -f 200", status=4)  # of 512 bytes
        self.assertIn("what to do", said)
        self.assertEqual(sandbox.requests(), [])
        self.start(*self.upload_command(sandbox), status=0)
        self.assertEqual(set(sandbox.billed().values()), {1})

    def test_with_few_files_that_may_be_open_nothing_is_lost_or_sent_twice(self):
        sandbox = self.sandbox({"latency_ms": 5})
        for limit in (4, 6, 8, 10, 12, 16, 24):
            with self.subTest(limit):
                period = f"F{limit}"
                self.rows(period, 60)
                before = len(sandbox.requests())
                command = self.upload_command(sandbox, period)
                self.start(*command, "--concurrency", "50", "--max-attempts", "2", limits=f"ulimit -n {limit}", status=None)
                # With room again: what is left of the run where it is open, then what is proven not billed.
                for folder in ("rest", "again"):
                    self.start(*command[:-1], self.folder / period / folder, status=None)
                self.run_program("reconcile", "--period", period, "--out", self.folder / period / "all", "--ledger", self.ledger, status=0)
                self.assertEqual(len(sandbox.requests()) - before, 60)

    def test_a_working_folder_that_is_gone_is_refused_before_anything_is_sent(self):
        sandbox = self.sandbox()
        gone = "mkdir gone && cd gone && rmdir ../gone"
        said = self.start(*self.upload_command(sandbox)[:-2], limits=gone, status=2)
        self.assertIn("the result folder usage-2026-10-1 cannot be written", said)
        self.assertEqual(sandbox.requests(), [])
        self.assertNotIn("internal error", self.start("check", "--ledger", self.ledger, "--base-url", sandbox.url, limits=gone, status=None))
        self.start(*self.upload_command(sandbox), limits=gone, status=0)

    def test_no_umask_opens_a_file_to_others(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}, installation(3): {"faults": ["500"]}}})
        self.ledger = self.folder / "other" / "ledger.db"
        log = self.folder / "run.log"
        self.start("init", "--ledger", self.ledger, limits="umask 000", status=0)
        self.start(*self.upload_command(sandbox), "--log-file", log, limits="umask 000", status=6)
        written = [log, self.ledger.parent, *self.ledger.parent.iterdir(), self.out, *self.out.iterdir()]
        self.assertGreater(len(written), 8)
        for path in written:
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


if __name__ == "__main__":
    unittest.main()
