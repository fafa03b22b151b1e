"""The schema itself, every form of it, and every exit status: each other test's --json answers are checked in support.py."""
import json
import os
import signal
import subprocess
import unittest

import json_schema
from support import BUILD, EndToEnd, billing, installation


class Json(EndToEnd):
    def in_doubt(self):
        return {"installations": {installation(1): {"faults": ["500"]}, installation(2): {"faults": ["404"]}}}

    def test_the_schema_is_one(self):
        json_schema.jsonschema.Draft202012Validator.check_schema(json_schema.SCHEMA)

    def test_it_refuses_what_is_missing_renamed_or_of_another_kind(self):
        answer = json.loads(self.run_program("config", "--json", status=0).stdout)
        json_schema.check_form("config", answer)
        for spoil in (lambda a: a.pop("settings"), lambda a: a.update(more=1), lambda a: a.update(exit_status="0"),
                      lambda a: a["settings"][0].pop("source")):
            spoiled = json.loads(json.dumps(answer))
            spoil(spoiled)
            with self.assertRaises(AssertionError):
                json_schema.check_form("config", spoiled)

    def test_every_command_prints_its_form(self):
        """run_program checks each; here every command and form comes up, in a month with every outcome."""
        sandbox = self.sandbox(self.in_doubt())
        rows = [(installation(i), billing(100 + i), f"1.{i}0", f"L{i}") for i in (1, 2, 3)] + [(installation(4), billing(104), "$1", "L4")]
        path = self.file(rows)
        ledger = ("--ledger", self.ledger, "--json")
        self.run_program("init", *ledger, status=0)
        self.run_program("inspect", path, "--json", status=0)
        self.run_program("validate", path, "--json", status=3)
        self.upload(path, sandbox, "--dry-run", "--skip-invalid", "--json", status=0)
        self.upload(path, sandbox, "--json", status=3)
        self.upload(path, sandbox, "--skip-invalid", "--json", status=6)
        summary = json.loads((self.out / "summary.json").read_text())
        json_schema.check_form("summary", summary)
        self.run_program("runs", *ledger, status=0)
        self.run_program("show", *ledger, status=6)
        self.run_program("show", "--period", "2026-10", *ledger, status=6)
        self.run_program("show", "last", "--request", "1", *ledger, status=0)
        self.run_program("reconcile", "last", "--out", self.folder / "again", *ledger, status=6)
        self.run_program("reconcile", "--period", "2026-10", "--out", self.folder / "period", *ledger, status=6)
        self.run_program("settle", "last", "--as", "submitted", "--installation", installation(1), "--by", "Ada", "--note", "asked", *ledger,
                         status=1)
        self.run_program("resume", *ledger, status=2)
        self.run_program("check", *ledger, "--base-url", sandbox.url, status=0)
        self.run_program("config", "--json", status=0)
        json_schema.check("init", self.run_program("init", "--from", self.out / "reconciliation.csv", "--ledger",
                                                   self.folder / "other" / "ledger.db", "--json", status=0).stdout)

    def test_every_line_of_the_json_log_has_its_form(self):
        sandbox = self.sandbox(self.in_doubt())
        log = self.folder / "log.jsonl"
        self.upload(self.file([(installation(i), billing(100 + i), "1", "") for i in (1, 2, 3)]), sandbox, "--log-json", "--log-file", log,
                    "--log-level", "debug", status=6)
        lines = log.read_text().splitlines()
        self.assertGreater(len(lines), 4)
        for line in lines:
            json_schema.check_form("log_line", json.loads(line))

    def start(self, path, sandbox, *more):
        return subprocess.Popen([BUILD / "usage-uploader", "upload", path, "--period", "2026-10", "--new-period", "--yes", "--json",
                                 "--ledger", self.ledger, "--out", self.out, "--base-url", sandbox.url, *more], env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def status_of(self, faults, *more, rows=(1, 2)):
        """The exit status of an upload whose first installation meets these faults; a ledger and folder of its own."""
        self.ledger = self.folder / f"state{len(self.sandboxes)}" / "ledger.db"
        self.out = self.folder / f"out{len(self.sandboxes)}"
        sandbox = self.sandbox({"installations": {installation(1): {"faults": faults}}})
        path = self.file([(installation(i), billing(100 + i), "1", "") for i in rows])
        result = self.upload(path, sandbox, "--json", *more, status=None)
        return result.returncode

    def test_each_exit_status_comes_up(self):
        """0 to 7, 130 and 143, each from what README says that it stands for."""
        self.assertEqual(self.status_of([]), 0)
        self.assertEqual(self.status_of(["404"]), 1)
        self.assertEqual(self.status_of([], "--rate", "none"), 2)
        self.assertEqual(self.status_of([], "--expect-rows", "7"), 3)
        self.ledger.unlink()
        self.assertEqual(self.run_program("runs", "--json", "--ledger", self.ledger).returncode, 4)
        self.assertEqual(self.status_of(["401"]), 5)
        self.assertEqual(self.status_of(["500"]), 6)
        self.assertEqual(self.status_of(["404"], "--max-failures", "1", "--concurrency", "1"), 7)
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)):
            with self.subTest(signal=number):
                self.ledger = self.folder / f"state-{number}" / "ledger.db"
                self.out = self.folder / f"out-{number}"
                self.run_program("init", "--ledger", self.ledger, status=0)
                slow = {"faults": [{"fault": "slow", "delay_ms": 300}]}
                sandbox = self.sandbox({"installations": {installation(i): slow for i in range(1, 30)}})
                path = self.file([(installation(i), billing(100 + i), "1", "") for i in range(1, 30)])
                process = self.start(path, sandbox, "--concurrency", "1")
                before = len(sandbox.requests())
                self.wait_for(process, lambda: len(sandbox.requests()) > before)
                os.kill(process.pid, number)
                stdout, _ = process.communicate(timeout=60)
                self.assertEqual(process.returncode, status)
                json_schema.check("upload", stdout)
                self.assertEqual(json.loads(stdout)["exit_status"], status)


if __name__ == "__main__":
    unittest.main()
