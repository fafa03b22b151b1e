"""kill -9 of `init --from` at its file system calls: the ledger is whole, or it is not there and is made by the next one.

usage: seed_test.py [--points N]   at N system calls, spread evenly (0: at each of them)
Also: the file is synced after its last write and before it takes its name, and its folder after that. Needs strace.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from kill_test import STRACE  # noqa: E402
from support import BUILD, EndToEnd, billing, installation  # noqa: E402

PROGRAM = BUILD / "usage-uploader"
CALL = re.compile(r"^\d+\s+(\w+)\(")


class Seeding(EndToEnd):
    """A lost ledger's two runs, to be seeded from."""

    def runTest(self):
        pass

    def begin(self):
        self.setUp()
        server = self.sandbox({"installations": {installation(2): {"faults": ["404"]}, installation(3): {"faults": ["close_after_billing"]}}})
        path = self.file([(installation(i), billing(i), f"{i}.25", f"L{i}") for i in range(1, 40)])
        self.files = []
        for run, status in (("first", 6), ("second", 6)):
            self.out = self.folder / run
            self.upload(path, server, status=status)
            self.files.append(self.out / "reconciliation.csv")
        self.expected = self.charges(self.ledger)
        return self

    def charges(self, ledger):
        shown = self.run_program("show", "--period", "2026-10", "--ledger", ledger, "--json", status=6)
        return [(c["run"], c["line"], c["status"], c["quantity"]) for c in json.loads(shown.stdout)["charges"]]

    def init(self, ledger, before=()):
        command = [*map(str, before), str(PROGRAM), "init", "--from", *map(str, self.files), "--ledger", str(ledger)]
        return subprocess.run(command, env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=120)

    def system_calls(self):
        trace = self.folder / "trace"
        made = self.init(self.folder / "whole" / "new.db", [*STRACE, "-y", "-qq", "-o", trace, "-e", "trace=%file,%desc"])
        assert made.returncode == 0, made.stderr
        assert self.charges(self.folder / "whole" / "new.db") == self.expected
        lines = trace.read_text(errors="replace").splitlines()
        self.check_order(lines)
        return collections.Counter(m[1] for line in lines if (m := CALL.match(line)))

    @staticmethod
    def check_order(lines):
        def last(pattern, before=None):
            found = [i for i, line in enumerate(lines[:before]) if re.search(pattern, line)]
            assert found, f"no call like {pattern}"
            return found[-1]
        placed = last(r"renameat2\(.*/\.usage-uploader-\w+\.db.*new\.db")
        written = last(r" p?write(64)?\(\d+<[^>]*/\.usage-uploader-\w+\.db>", placed)
        synced = last(r" f(data)?sync\(\d+<[^>]*/\.usage-uploader-\w+\.db>", placed)
        assert written < synced, "written after its last sync"
        assert last(r" fsync\(\d+<[^>]*/whole>") > placed, "its folder is not synced after it took its name"

    def kill_at(self, point):
        """Was it killed, and was the ledger there then?"""
        name, number = point
        folder = self.folder / f"{name}-{number}"
        ledger = folder / "new.db"
        killed = self.init(ledger, [*STRACE, "-qq", "-o", "/dev/null", "-e", f"trace={name}",
                                    "-e", f"inject={name}:signal=SIGKILL:when={number}"]).returncode in (-9, 137)
        there = ledger.exists()
        if not there:
            again = self.init(ledger)
            assert again.returncode == 0, f"killed at {name} {number}: no second one: {again.stderr}"
        assert self.charges(ledger) == self.expected, f"killed at {name} {number}: charges are missing"
        shutil.rmtree(folder)
        return killed, there


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    seeding = Seeding().begin()
    try:
        calls = seeding.system_calls()
        points = [(name, n) for name, count in sorted(calls.items()) for n in range(1, count + 1)]
        if 0 < options.points < len(points):
            points = [points[int(i * len(points) / options.points)] for i in range(options.points)]
            points += sorted(set(calls.items()) - set(points))  # and at the last of each kind: some come after it took its name
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            ends = collections.Counter(pool.map(seeding.kill_at, points))
    finally:
        seeding.tearDown()
    killed = ends[True, True] + ends[True, False]
    print(f"init --from: {len(points)} runs, {killed} killed: {ends[True, True]} with the whole ledger in its place, {ends[True, False]} with none")
    if killed == 0:
        raise SystemExit("none was killed: nothing was tested")


if __name__ == "__main__":
    main()
