"""The disk fails under the real program: from the nth write or sync of the ledger on, nothing is written any more.

usage: disk_test.py [--points N]   at N writes and syncs, spread evenly (0: at each of them)
Sending stops with exit 4; each outcome that came and could not be recorded is told on stderr, and is `unknown` afterwards; then
the disk is mended, the run resumed, and the books are right. Needs strace.
"""
import argparse
import collections
import concurrent.futures
import csv
import os
import re
import subprocess

from kill_test import CALL, Life, STRACE

CALLS = {"pwrite64": ("ENOSPC", "EIO", "EROFS"), "fdatasync": ("EIO", "ENOSPC")}  # what SQLite writes and syncs with
TOLD = re.compile(r"NOT RECORDED: request (\d+)")


class FailingDisk(Life):
    def run_traced(self, *strace):
        return subprocess.run([*STRACE, "-qq", *map(str, strace), *self.arguments()], env=self.environment, cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)

    def open_run(self):
        """The run's rows as the ledger has them now, before anybody has mended anything."""
        shown = self.run_program("reconcile", "last", "--ledger", self.ledger, "--out", self.folder / "now", "--json")
        if "no run" in shown.stderr + shown.stdout:
            return []
        with open(self.folder / "now" / "reconciliation.csv", newline="") as file:
            return list(csv.DictReader(file))


def calls():
    life = FailingDisk().begin()
    try:
        trace = life.folder / "trace"
        life.run_traced("-o", trace, "-e", "trace=" + ",".join(CALLS))
        return collections.Counter(m[1] for line in trace.read_text().splitlines() if (m := CALL.match(line)))
    finally:
        life.end()


def fail_at(point):
    """Exit status, how many outcomes were told, how many requests are in doubt."""
    name, number, error = point
    life = FailingDisk().begin()
    try:
        ended = life.run_traced("-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:error={error}:when={number}+")
        sent = collections.Counter(request["installation"].lower() for request in life.server.requests())
        told = set(TOLD.findall(ended.stderr))
        for row in life.open_run():
            posts = sent[row["installed_add_on_sid"].lower()]
            assert posts or row["status"] in ("not_sent", "unknown"), f"not sent, and not said so: {row}"
            # A claim may be in the file though its sync failed: one attempt more than was sent, of which there is nothing to tell.
            if posts == int(row["attempts"]) and "under way" in row["reason"]:
                assert row["request"] in told, f"it lost its outcome, and nobody was told: {row}"
        assert not told or ended.returncode == 4, f"exit {ended.returncode}, though an outcome was not recorded"
        return ended.returncode, len(told), len(life.check(life.finish()))
    except AssertionError as wrong:
        raise AssertionError(f"{name} {number}, {error}: {wrong}") from wrong
    finally:
        life.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    points = [(name, n, CALLS[name][n % len(CALLS[name])]) for name, count in sorted(calls().items()) for n in range(1, count + 1)]
    if 0 < options.points < len(points):
        points = [points[int((i + 0.5) * len(points) / options.points)] for i in range(options.points)]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        ends = list(pool.map(fail_at, points))
    statuses = collections.Counter(status for status, _, _ in ends)
    told = sum(n for _, n, _ in ends)
    print(f"failing disk: {len(points)} runs, exit statuses {dict(statuses)}; {told} outcomes told that could not be recorded, "
          f"{sum(n for _, _, n in ends)} requests in doubt in all")
    if statuses[4] == 0 or told == 0:
        raise SystemExit("nothing was tested")


if __name__ == "__main__":
    main()
