"""What a cell, a reply, a name or an option holds reaches no screen as anything but text, whichever command shows it."""
import json
import os
import re
import subprocess
import unittest

import debian_python  # noqa: F401
from hostile_server import HostileServer
from support import BUILD, EndToEnd, billing, installation
from terminal_test import Terminal

# Clears the screen, names the window, the same as single C1 characters, turns the direction, hides, breaks the line, deletes.
HOSTILE = "a\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\u2066\u200b\u2028\u2029\ufeff\x7f\x08\rz"
HIDDEN = "a\u202e\u2066\u200b\ufeffz"
NAME = HOSTILE.replace("/", "_")
RAW = b"\x1b[2J\xff\x9b31m"  # no UTF-8
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
HARMLESS = re.compile(rb"\?|\\u001B|\\033", re.IGNORECASE)  # cleaned; in JSON; in a shell's word
OURS_ON_A_TERMINAL = re.compile(r"\x1b\[[0-9]*[AKm]|\x1b\[J|\r")


def refuse(connection, head, body):
    """Every second installation is refused, the others are in doubt; each reply is hostile in all its parts."""
    number = int(re.search(rb"/XE([0-9a-f]{32})/", head)[1], 16)
    status, text = (b"404 Not", json.dumps({"code": HOSTILE, "message": HOSTILE})) if number % 2 == 0 else (b"202 Accepted", HOSTILE)
    reply = text.encode() + (b"" if number % 2 == 0 else RAW)
    hostile = HOSTILE.replace("\r", "").encode() + RAW
    connection.sendall(b"HTTP/1.1 " + status + b" " + hostile + b"\r\nTwilio-Request-Id: " + hostile + b"\r\nX-" + hostile.replace(b":", b"") +
                       b": " + hostile + b"\r\nContent-Length: %d\r\n\r\n" % len(reply) + reply)


class HostileText(EndToEnd):
    def setUp(self):
        super().setUp()
        self.environment |= {"USER": HOSTILE, "LOGNAME": HOSTILE, "HOSTNAME": HOSTILE}
        self.shown = 0

    def check(self, output, command):
        """Valid UTF-8 without a character that a screen obeys or hides."""
        try:
            text = output.decode()
        except UnicodeDecodeError as error:
            self.fail(f"{command}: {error}")
        for line in text.split("\n"):
            found = UNSAFE.search(line)
            self.assertIsNone(found, f"{command}: {found and found[0]!r} in {line!r}")

    def say(self, *arguments, status=None, environment=None, echo=True):
        """Runs the program and checks both of its outputs; where the hostile text is echoed, its harmless end must be there."""
        command = [os.fsencode(argument) for argument in map(str, arguments)]
        result = subprocess.run([os.fsencode(BUILD / "usage-uploader"), *command], env={**self.environment, **(environment or {})},
                                capture_output=True, stdin=subprocess.DEVNULL, cwd=self.folder, start_new_session=True, timeout=60)
        self.check(result.stdout, command)
        self.check(result.stderr, command)
        said = result.stdout + result.stderr
        self.assertNotIn(b"internal error", said, command)
        if status is not None:
            self.assertEqual(result.returncode, status, (command, said.decode()))
        if echo:
            self.assertRegex(said, HARMLESS, command)
            self.shown += 1
        return result

    def hostile_file(self, valid=True):
        """Whatever may be hostile is: in a valid file a column that is carried through, its name and the file's own; else every cell."""
        quoted, reference, currency = '"' + HOSTILE + '"', "L", "EUR"
        sids = [(installation(n), billing(n), f"{n}.5") for n in range(1, 5)]
        if not valid:
            reference, currency = HIDDEN, quoted
            sids = [(quoted, billing(1), "1.5"), (installation(2), quoted, "1.5"), (installation(3), billing(3), quoted)]
        return self.file([(*ids, f"{reference}{n}", currency, quoted) for n, ids in enumerate(sids)], name=NAME + ".csv",
                         header=f'InstalledAddOnSid,BillingSid,Amount,InvoiceLineId,Currency,"{HOSTILE}"')

    def test_a_file_is_inspected_validated_planned_and_refused(self):
        for valid, status in ((True, 0), (False, 3)):
            path = self.hostile_file(valid)
            self.say("inspect", path)
            self.say("inspect", path, "--json")
            for more in ([], ["--json"], ["--log-level", "debug"]):
                self.say("validate", path, *more, status=status)
        self.say("validate", self.hostile_file(), "--where", f"{HOSTILE}=nothing", "--json")
        self.say("validate", self.hostile_file(), "--where", f"Currency={HOSTILE}x", status=3)
        self.say("validate", self.hostile_file(), "--column", f"quantity={HOSTILE}")
        self.say("validate", self.hostile_file(), "--lookup", f"installation={self.hostile_file()}:{HOSTILE}")

    def test_a_run_with_hostile_cells_replies_and_names_is_shown_everywhere(self):
        server = HostileServer(refuse)
        self.addCleanup(server.stop)
        self.ledger, self.out = self.folder / NAME / "ledger.db", self.folder / (NAME + "out")
        path = self.hostile_file()
        self.say("init", "--ledger", self.ledger, status=0)
        common = ["--ledger", self.ledger]
        send = [path, "--period", "2026-10", "--new-period", "--base-url", server.url, *common]
        for more in ([], ["--json"]):
            plan = self.say("upload", *send, "--dry-run", "--out", self.folder / "dry", *more, status=0)
        digest = json.loads(plan.stdout)["plan"]["plan_digest"]
        log = self.folder / "run.log"
        self.say("upload", *send, "--out", self.out, "--log-level", "debug", "--approve", digest, "--by", "G", status=6)
        self.assertEqual(sorted(self.statuses()), ["failed", "failed", "unknown", "unknown"])
        for more in ([], ["--json"]):
            self.say("runs", *common, *more, echo=False)
            self.say("show", "2026-10-1", *common, *more)
            self.say("show", "--period", "2026-10", *common, *more)
            for request in range(1, 5):
                self.say("show", "2026-10-1", "--request", request, *common, *more)
        for order in (["2026-10-1"], ["--period", "2026-10"]):
            for more in ([], ["--json"]):
                self.say("reconcile", *order, "--out", f"{self.folder}/{NAME}{len(order)}{len(more)}", *common, *more)
        settle = ["settle", "2026-10-1", "--as", "submitted", "--installation", installation(1), *common]
        for by, note in ((HOSTILE, "N"), (HIDDEN, "N"), ("G", HOSTILE), ("G", HIDDEN)):
            self.say(*settle, "--by", by, "--note", note, status=2)
        self.say(*settle, "--by", "G", "--note", "N", echo=False)
        self.say("settle", "2026-10-1", "--from", self.out / "unknown.csv", "--by", "G", "--note", "N", *common)
        failed = self.out / "failed.csv"
        self.say("upload", failed, "--period", "2026-10", "--base-url", server.url, *common, "--out", self.folder / "second", "--yes",
                 "--log-file", log, "--log-json", "--log-level", "debug")
        self.say("show", "--period", "2026-10", *common)
        self.say("init", "--from", self.out / "reconciliation.csv", "--ledger", self.folder / (NAME + "new.db"))
        self.check(log.read_bytes(), "the log file")
        reports = list(self.folder.rglob("report.html"))
        self.assertGreater(len(reports), 3)
        for report in reports:
            self.check(report.read_bytes(), report)
        for file in self.folder.rglob("reconciliation.csv"):
            self.check(file.read_bytes(), file)

    def test_a_terminal_with_the_live_view_gets_no_sequence_but_ours(self):
        server = HostileServer(refuse)
        self.addCleanup(server.stop)
        self.run_program("init", "--ledger", self.ledger, status=0)
        for columns in (40, 120):
            terminal = Terminal(columns, 50)
            out = self.folder / f"{NAME}{columns}"
            terminal.run([BUILD / "usage-uploader", "upload", self.hostile_file(), "--period", f"2026-{columns // 10 - 3:02d}", "--new-period", "--yes",
                          "--base-url", server.url, "--ledger", self.ledger, "--out", out],
                         env={**self.environment, "TERM": "xterm-256color"}, cwd=self.folder)
            self.assertIn(b"\x1b[K", terminal.bytes)
            self.check(OURS_ON_A_TERMINAL.sub("", terminal.bytes.decode()).encode(), f"on {columns} columns")

    def test_errors_echo_what_was_typed_as_text(self):
        plain = self.file([(installation(1), billing(1), "1.5", "L1")])
        self.run_program("init", "--ledger", self.ledger, status=0)
        ledger = ["--ledger", self.ledger]
        config = self.folder / (NAME + ".toml")
        config.write_text(f'"{json.dumps(HOSTILE)[1:-1]}" = 1\n'.replace("\\u007f", "\\u007F"))
        wrong = self.folder / "value.toml"
        wrong.write_text(f'delimiter = {json.dumps(HOSTILE)}\n')
        broken = self.folder / (NAME + "broken.toml")
        broken.write_text(f"{HOSTILE} = \n")
        cases = [
            ([HOSTILE], 2), ([f"--{HOSTILE}"], 2), (["--help", HOSTILE], None), (["upload", f"--{HOSTILE}", plain], 2), (["show", HOSTILE, *ledger], None),
            (["show", "--period", HOSTILE, *ledger], None), (["resume", HOSTILE, *ledger], None), (["abandon", HOSTILE, *ledger], None),
            (["reconcile", HOSTILE, "--out", self.out, *ledger], None), (["settle", HOSTILE, "--as", "submitted", "--row", HOSTILE, "--by", "x", "--note", "y", *ledger], None),
            (["settle", "R", "--as", HOSTILE, "--row", "1", "--by", "x", "--note", "y", *ledger], 2), (["show", "R", "--request", HOSTILE, *ledger], 2),
            (["validate", self.folder / NAME], 3), (["inspect", self.folder / NAME], 3), (["runs", "--ledger", self.folder / NAME], 4),
            (["init", "--from", self.folder / NAME, "--ledger", self.folder / "new.db"], None),
            (["validate", plain, "--config", config], 2), (["validate", plain, "--config", wrong], 2), (["validate", plain, "--config", broken], 2),
            (["validate", plain, "--config", self.folder / NAME], 2), (["validate", plain, "--log-file", f"{plain}/{NAME}"], 2),
        ]
        cases += [(["validate", plain, f"--{option}", HOSTILE], 2) for option in (
            "delimiter", "encoding", "grouping", "column", "lookup", "constant", "where", "zero", "header-line", "expect-rows", "expect-total",
            "max-amount", "fail-on", "log-level")]
        upload = ["upload", plain, "--period", "2026-10", "--new-period", "--yes", *ledger, "--out", self.out]
        cases += [([*upload, f"--{option}", HOSTILE], 2) for option in (
            "base-url", "proxy", "ca-file", "credentials", "approve", "concurrency", "timeout", "max-unknown", "allow-additional")]
        cases += [(["upload", plain, "--period", HOSTILE, *ledger], 2), ([*upload[:-1], f"{plain}/{NAME}"], 2)]
        for arguments, status in cases:
            with self.subTest(arguments[:3]):
                secret = "--proxy" in arguments
                self.say(*arguments, status=status, echo=not secret)
                self.say(*arguments, "--json", status=status, echo=not secret)
        self.say("runs", *ledger, environment={f"USAGE_UPLOADER_{HOSTILE}": "x"}, status=2)
        self.say("runs", *ledger, environment={"USAGE_UPLOADER_LOG_LEVEL": HOSTILE}, status=2)
        self.say(*upload, "--credentials", "", environment={"TWILIO_ACCOUNT_SID": HOSTILE}, echo=False)
        self.assertGreater(self.shown, 80)


if __name__ == "__main__":
    unittest.main()
