"""What a person sees: the programs on a terminal of their own, whose screen pyte works out as a terminal would."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time

import debian_python  # noqa: F401  another Python than Debian's, beside Debian's modules
import pyte

from support import BUILD, EndToEnd, billing, installation


class Terminal:
    """A terminal that remembers every screen it has shown."""

    def __init__(self, columns, lines):
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screens = []
        self.colors = set()
        self.bytes = b""

    def run(self, command, **options):
        process = subprocess.Popen(command, stdin=self.theirs, stderr=self.theirs, stdout=self.theirs,
                                   start_new_session=True, **options)
        os.close(self.theirs)
        rest = b""
        while True:
            try:
                some = os.read(self.ours, 65536)
            except OSError:  # the other end is closed
                break
            self.bytes += some
            *lines, rest = (rest + some).split(b"\x1b[K")  # what is read may end anywhere, within an escape too
            for line in lines:  # each line of a drawing, so that no screen is missed
                self.show(line + b"\x1b[K")
        self.show(rest)
        os.close(self.ours)
        return process.wait(60)

    def show(self, output):
        self.stream.feed(output)
        self.screens.append(list(self.screen.display))
        self.colors |= {self.screen.buffer[y][x].fg for y in range(self.screen.lines) for x in range(15)}

    def ever(self, text):
        return any(text in line for screen in self.screens for line in screen)


class OnATerminal(EndToEnd):
    def upload_on(self, terminal, *more, rows=50, currencies=("",), **environment):
        # The first two go alone, so that a 429 cannot make them the last, after which nothing is drawn.
        faults = {installation(1): {"faults": ["500"]}, installation(2): {"faults": ["404"]}}
        sandbox = self.sandbox({"latency_ms": 60, "concurrency_limit": 4, "installations": faults})
        path = self.file([(installation(n), billing(n), f"{n}.25", f"L{n}", currencies[n % len(currencies)])
                          for n in range(1, rows + 1)], header="InstalledAddOnSid,BillingSid,Amount,InvoiceLineId,Currency")
        self.run_program("init", "--ledger", self.ledger, status=0)
        command = [BUILD / "usage-uploader", "upload", path, "--period", "2026-10", "--new-period", "--yes", "--base-url", sandbox.url,
                   "--ledger", self.ledger, "--out", self.out, *more]
        status = terminal.run(command, env={**self.environment, "TERM": "xterm-256color", **environment})
        self.assertEqual(status, 6, terminal.bytes.decode())
        self.check_books(sandbox, path)

    def test_a_wide_one_shows_a_block_in_place_that_is_gone_at_the_end(self):
        terminal = Terminal(100, 50)
        self.upload_on(terminal)
        for text in ("comparing with the ledger", "requests/s", "concurrency", "left", "of 50 installations", "failed", "2.25", "unknown", "1.25", "429"):
            self.assertTrue(terminal.ever(text), text)
        self.assertIn("green", terminal.colors)
        self.assertIn("red", terminal.colors)
        for screen in terminal.screens:
            self.assertLessEqual(sum("[#" in line or "[." in line for line in screen), 1, "\n".join(screen))
        last = "\n".join(terminal.screen.display)
        self.assertNotIn("requests/s", last)
        self.assertNotIn("[#", last)
        self.assertIn("Run 2026-10-1 of period 2026-10 has finished", last)

    def test_amounts_of_two_currencies_stand_beside_each_other(self):
        terminal = Terminal(80, 50)
        self.upload_on(terminal, currencies=("EUR", "USD"))
        lines = [line for screen in terminal.screens for line in screen if line.startswith("submitted ") and " rows" in line]
        self.assertTrue(any(re.search(r" \d+\.\d+ EUR +\d+\.\d+ USD", line) for line in lines), lines[-5:])
        self.assertTrue(terminal.ever("2.25 EUR"))  # failed
        self.assertTrue(terminal.ever("1.25 USD"))  # unknown

    def check_narrow(self, columns):
        """All that a wide one has, on more lines."""
        terminal = Terminal(columns, 24)
        self.upload_on(terminal, currencies=("EUR", "USD"))
        for pattern in (r"^submitted +\d+ rows +\d+\.\d+ EUR +\d+\.\d+ USD", r"^failed +1 row +2\.25 EUR", r"^unknown +1 row +1\.25 USD",
                        r"\] +\d+%", r" left\b", r"\d requests/s", r"concurrency \d+", "of 50 installations", r"times? 429", "in flight"):
            self.assertTrue(any(re.search(pattern, line) for screen in terminal.screens for line in screen), pattern)

    def test_sixty_columns_show_what_a_hundred_do(self):
        self.check_narrow(60)

    def test_seventy_columns_show_what_a_hundred_do(self):
        self.check_narrow(70)

    def test_while_only_replies_are_awaited_it_says_so_and_claims_no_time_left(self):
        sandbox = self.sandbox({"latency_ms": 20, "installations": {installation(30): {"faults": ["no_reply"]}}})
        path = self.file([(installation(n), billing(n), "1.25", f"L{n}") for n in range(1, 31)])
        self.run_program("init", "--ledger", self.ledger, status=0)
        terminal = Terminal(80, 24)
        status = terminal.run([BUILD / "usage-uploader", "upload", path, "--period", "2026-10", "--new-period", "--yes", "--base-url", sandbox.url,
                               "--ledger", self.ledger, "--out", self.out, "--timeout", "3"], env={**self.environment, "TERM": "xterm-256color"})
        self.assertEqual(status, 6)
        awaiting = [screen for screen in terminal.screens if any("waiting for 1 reply" in line for line in screen)]
        self.assertGreater(len(awaiting), 5)
        for line in awaiting[-1]:
            self.assertNotRegex(line, r"requests/s|\d left| in flight")

    def refused_on_a_terminal(self, *more):
        """How many of 40 refusals are listed on it."""
        sandbox = self.sandbox({"installations": {installation(n): {"faults": ["404"]} for n in range(1, 61)}})
        path = self.file([(installation(n), billing(n), "1.25", f"L{n}") for n in range(0, 60)])
        self.run_program("init", "--ledger", self.ledger, status=0)
        terminal = Terminal(200, 50)
        status = terminal.run([BUILD / "usage-uploader", "upload", path, "--period", "2026-10", "--new-period", "--yes", "--base-url", sandbox.url,
                               "--ledger", self.ledger, "--out", self.out, "--max-failures", "40", "--concurrency", "1", *more],
                              env={**self.environment, "TERM": "xterm-256color"})
        self.assertEqual(status, 7)
        self.assertEqual(terminal.bytes.count(b"attempts-not-listed"), 0 if more else 1)
        return terminal.bytes.count(b"warning attempt-ended")

    def test_twenty_refusals_are_listed_and_the_rest_is_in_the_result_files(self):
        self.assertEqual(self.refused_on_a_terminal(), 20)

    def test_who_asks_for_everything_gets_every_refusal(self):
        self.assertEqual(self.refused_on_a_terminal("--log-level", "debug"), 40)

    def test_a_terminal_that_is_held_does_not_hold_what_is_sent(self):
        """As by Ctrl-S, for longer than --timeout."""
        sandbox = self.sandbox({"latency_ms": 100, "installations": {installation(n): {"faults": ["404"]} for n in range(5, 40, 3)}})
        path = self.file([(installation(n), billing(n), "1.25", f"L{n}") for n in range(1, 61)])
        self.run_program("init", "--ledger", self.ledger, status=0)
        ours, theirs = pty.openpty()
        process = subprocess.Popen([BUILD / "usage-uploader", "upload", path, "--period", "2026-10", "--new-period", "--yes", "--base-url", sandbox.url,
                                    "--ledger", self.ledger, "--out", self.out, "--timeout", "2", "--concurrency", "2", "--log-json"], stdin=subprocess.DEVNULL, stderr=theirs,
                                   stdout=subprocess.PIPE, start_new_session=True, env={**self.environment, "TERM": "xterm-256color"})
        self.wait_for(process, lambda: len(sandbox.requests()) >= 3)
        termios.tcflow(theirs, termios.TCOOFF)
        until = time.monotonic() + 20
        self.wait_for(process, lambda: len(sandbox.requests()) == 60 or time.monotonic() > until)
        termios.tcflow(theirs, termios.TCOON)
        process.communicate(timeout=60)
        shown = os.read(ours, 65536)
        os.close(theirs)
        os.close(ours)
        self.assertEqual(process.returncode, 1)
        self.assertRegex(shown, rb'"event":"lines-left-out","text":"[1-9]\d* lines were left out')
        self.assertEqual(set(self.statuses()), {"submitted", "failed"})

    def test_no_color_is_respected(self):
        terminal = Terminal(100, 50)
        self.upload_on(terminal, NO_COLOR="1")
        self.assertTrue(terminal.ever("[#"))
        self.assertEqual(terminal.colors, {"default"})

    def test_a_narrow_one_shows_one_line_that_never_wraps(self):
        terminal = Terminal(40, 50)
        self.upload_on(terminal)
        self.assertTrue(terminal.ever("% "))
        self.assertFalse(terminal.ever("[#"))
        self.assertNotIn(b"\x1b[32m", terminal.bytes)
        drawn = [line for line in terminal.bytes.split(b"\r") if line.endswith(b"\x1b[K")]
        self.assertGreater(len(drawn), 3)
        self.assertLessEqual(max(map(len, drawn)), 39 + len(b"\x1b[K"))

    def test_a_dumb_one_gets_lines_without_escapes(self):
        terminal = Terminal(100, 50)
        self.upload_on(terminal, rows=120, TERM="dumb")
        self.assertNotIn(b"\x1b", terminal.bytes)
        self.assertIn(b"progress:", terminal.bytes)

    def test_quiet_shows_the_summary_and_nothing_of_the_way(self):
        terminal = Terminal(100, 50)
        self.upload_on(terminal, "--quiet")
        self.assertNotIn(b"\x1b", terminal.bytes)
        for text in (b"progress:", b"run-started", b"Content"):
            self.assertNotIn(text, terminal.bytes)
        self.assertIn(b"has finished", terminal.bytes)
