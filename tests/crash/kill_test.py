"""kill -9 of the real program at its file and network system calls, then at random moments; then a resume, then the books.

usage: kill_test.py [--points N] [--random N] [--jobs N] [--seed N]
  --points N   kill at N system calls, spread evenly over all of a run (0: at each of them)
  --random N   then N kills at random moments
Prints what was done and found. Needs strace, and the right to trace.
"""
import argparse
import collections
import concurrent.futures
import csv
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time
from decimal import Decimal

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from support import BUILD, EndToEnd, billing, installation  # noqa: E402

PROGRAM = BUILD / "usage-uploader"
STRACE = ["strace", "-f", "-E", "ASAN_OPTIONS=detect_leaks=0"]  # the leak check of a sanitized build does not work under it
CONCURRENCY = 2
CLAIMS = 2 * CONCURRENCY  # as many again as may be in flight are claimed ahead of the wire
CALL = re.compile(r"^\d+\s+(\w+)\(")


class Life(EndToEnd):
    """One run in a folder of its own: five installations with two items each, three of them with a fault."""

    def runTest(self):
        pass

    def begin(self):
        self.setUp()
        faults = {2: ["429", "ok"], 3: ["404"], 4: [{"fault": "not_submitted", "items": [1]}, "ok"]}
        self.server = self.sandbox({"installations": {installation(i): {"faults": f} for i, f in faults.items()}})
        self.rows = [(installation(i), billing(j), f"{i}.{j}5", f"L{i}{j}") for i in range(1, 6) for j in (1, 2)]
        self.path = self.file(self.rows)
        self.run_program("init", "--ledger", self.ledger, status=0)
        return self

    def arguments(self):
        return [str(a) for a in (PROGRAM, "upload", self.path, "--period", "p", "--new-period", "--yes", "--base-url", self.server.url,
                                 "--ledger", self.ledger, "--concurrency", CONCURRENCY, "--repost-unsubmitted", 1, "--json")]

    def start(self, before=()):
        return subprocess.Popen([*before, *self.arguments()], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def finish(self):
        """Uploads again until the period is settled as far as it goes, and reads the period's books."""
        for _ in range(3):
            again = self.run_program(*self.arguments()[1:])
            if again.returncode in (0, 1, 6):
                break
        else:
            raise AssertionError(f"no resume: exit {again.returncode}: {again.stdout} {again.stderr}")
        self.run_program("reconcile", "--period", "p", "--ledger", self.ledger, "--out", self.folder / "books", "--json")
        with open(self.folder / "books" / "reconciliation.csv", newline="") as file:
            return list(csv.DictReader(file))

    def check(self, charges):
        """Nothing twice, nothing lost, nothing invented; in doubt at most what was claimed. Returns each request in doubt with its reason."""
        wanted = collections.Counter((r[0].lower(), r[1], Decimal(r[2])) for r in self.rows)
        key = lambda c: (c["installed_add_on_sid"].lower(), c["billing_sid"], Decimal(c["quantity"]))
        found = collections.Counter(key(c) for c in charges)
        assert found == wanted, f"charges differ from the file: {found - wanted} {wanted - found}"
        billed = self.server.billed()
        for charge in charges:
            times = billed[key(charge)]
            assert times <= 1, f"billed {times} times: {charge}"
            assert times == 1 or charge["status"] != "submitted", f"not billed: {charge}"
            assert times == 0 or charge["status"] in ("submitted", "unknown"), f"billed, not reported: {charge}"
        assert not set(billed) - set(wanted), "something was billed that nobody asked for"
        doubtful = {c["installed_add_on_sid"]: c["reason"] for c in charges if c["status"] == "unknown"}
        assert len(doubtful) <= CLAIMS, f"{len(doubtful)} requests in doubt"
        return doubtful

    def end(self):
        self.tearDown()


def system_calls():
    """How often an undisturbed run makes each file or network system call, by name."""
    life = Life().begin()
    try:
        trace = life.folder / "trace"
        life.start([*STRACE, "-qq", "-o", str(trace), "-e", "trace=%file,%desc,%network"]).wait(60)
        counts = collections.Counter(m[1] for line in trace.read_text(errors="replace").splitlines() if (m := CALL.match(line)))
        assert counts["sendto"] + counts["send"] + counts["sendmsg"] > 0, f"strace does not work here: {counts}"
        life.check(life.finish())
        return counts
    finally:
        life.end()


def undisturbed_seconds():
    life = Life().begin()
    try:
        begin = time.perf_counter()
        life.start().wait(60)
        return time.perf_counter() - begin
    finally:
        life.end()


def kill_at(point):
    name, number = point
    life = Life().begin()
    try:
        process = life.start([*STRACE, "-qq", "-o", "/dev/null", "-e", f"trace={name}",
                              "-e", f"inject={name}:signal=SIGKILL:when={number}"])
        process.wait(60)
        return process.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), life.check(life.finish())
    except AssertionError as error:
        raise AssertionError(f"killed at {name} {number}: {error}") from error
    finally:
        life.end()


def kill_after(seconds):
    life = Life().begin()
    try:
        process = life.start()
        time.sleep(seconds)
        killed = process.poll() is None
        process.kill()
        process.wait()
        return killed, life.check(life.finish())
    except AssertionError as error:
        raise AssertionError(f"killed after {seconds} s: {error}") from error
    finally:
        life.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=120)
    parser.add_argument("--random", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 86_400_000_000_000)  # other points every day
    options = parser.parse_args()
    chosen = random.Random(options.seed)

    calls = system_calls()
    points = [(name, n) for name, count in sorted(calls.items()) for n in range(1, count + 1)]
    if 0 < options.points < len(points):
        step = len(points) / options.points
        points = [points[int(i * step + chosen.random() * step)] for i in range(options.points)]
    typical = undisturbed_seconds()
    moments = [chosen.uniform(0, typical) for _ in range(options.random)]

    print(f"seed {options.seed}: an undisturbed run makes {sum(calls.values())} file and network system calls of {len(calls)} kinds", flush=True)
    killed = wrong = 0
    doubtful = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        works = [*(pool.submit(kill_at, p) for p in points), *(pool.submit(kill_after, m) for m in moments)]
        for done, work in enumerate(works, 1):
            try:
                was_killed, in_doubt = work.result()
                killed += was_killed
                doubtful.update(in_doubt.values())
            except AssertionError as error:
                wrong += 1
                print(error, flush=True)
            if done % 500 == 0:
                print(f"  so far {done} runs, {killed} killed, {wrong} with wrong books, {doubtful.total()} requests in doubt", flush=True)
    print(f"{len(points) + len(moments)} runs, {killed} killed: {wrong} with wrong books, {doubtful.total()} requests in doubt in all")
    for reason, requests in doubtful.most_common():
        print(f"  in doubt: {requests}: {reason}")
    if killed == 0:
        raise SystemExit("no run was killed: nothing was tested")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
