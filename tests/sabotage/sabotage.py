"""Breaks a copy of the program on purpose, one named breakage at a time, and shows that a test turns red for each.

usage: sabotage.py [--three] [--only NAME ...] [--list]
  --three   only three, other ones every day
The list is tests/sabotage/breakages.py. A breakage that no test notices, or that no longer fits the code, is an error.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from breakages import BREAKAGES

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FLAGS = ["-G", "Ninja", "-DCMAKE_CXX_COMPILER=clang++", "-DUSAGE_TEST_BUILD=ON", "-DCMAKE_BUILD_TYPE=Debug",
         "-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g1", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"]


def run(arguments, folder, **options):
    return subprocess.run([str(a) for a in arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


class Copy:
    """The project's files elsewhere, with a build of their own that finds in ccache what the tests' build compiled."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "copy"
        self.build = self.folder / "build-test"
        names = run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], ROOT, check=True).stdout.splitlines()
        for name in names:
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / name).write_bytes((ROOT / name).read_bytes())
        self.environment = {**os.environ, "CCACHE_BASEDIR": str(self.folder), "CCACHE_NOHASHDIR": "1", "USAGE_BUILD": str(self.build),
                            "USAGE_SIMULATION_SEEDS": "2500"}
        configured = run(["cmake", "-S", self.folder, "-B", self.build, *FLAGS], self.folder, env=self.environment)
        if configured.returncode != 0:
            raise SystemExit(configured.stdout)

    def make(self, targets):
        return run(["cmake", "--build", self.build, "--target", *targets], self.folder, env=self.environment)

    def command(self, test):
        """A doctest program ("run_test", "run_test:CASES"), or a test of the real programs ("e2e:PATTERN")."""
        if test.startswith("e2e:"):
            return ["python3", "-m", "unittest", "discover", "-s", self.folder / "tests" / "e2e", "-p", "*_test.py", "-k", test[4:]]
        program, _, pattern = test.partition(":")
        chosen = pattern or ("no seed*" if program == "simulation_test" else "*")
        return [self.build / "tests" / program, f"-tc={chosen}", "--abort-after=1"]

    def is_red(self, test):
        try:
            return run(self.command(test), self.folder, env=self.environment, timeout=1200).returncode != 0
        except subprocess.TimeoutExpired:
            return True

    def break_it(self, changes):
        """The files' earlier texts, or nothing where a breakage does not fit the code."""
        earlier = {}
        for name, old, new in changes:
            path = self.folder / name
            text = path.read_text()
            earlier.setdefault(path, text)
            if text.count(old) != 1:
                self.mend(earlier)
                return None
            path.write_text(text.replace(old, new))
        return earlier

    @staticmethod
    def mend(earlier):
        for path, text in earlier.items():
            path.write_text(text)


def targets_of(tests):
    programs = sorted({t.partition(":")[0] for t in tests if not t.startswith("e2e:")})
    return programs + (["usage-uploader", "usage-sandbox"] if any(t.startswith("e2e:") for t in tests) else [])


def try_breakage(copy, name, tests, changes):
    earlier = copy.break_it(changes)
    if earlier is None:
        return "DOES NOT FIT THE CODE"
    try:
        built = copy.make(targets_of(tests))
        if built.returncode != 0:
            return "DOES NOT BUILD:\n" + built.stdout[-2000:]
        for test in tests:
            if copy.is_red(test):
                return f"red: {test}"
        return "NOT NOTICED by " + ", ".join(tests)
    finally:
        copy.mend(earlier)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--three", action="store_true")
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    names = [b[0] for b in BREAKAGES]
    assert len(set(names)) == len(names), "two breakages have one name"
    if options.list:
        print("\n".join(names))
        return
    chosen = [b for b in BREAKAGES if options.only is None or b[0] in options.only]
    if options.three:
        first = 3 * (time.time_ns() // 86_400_000_000_000)
        chosen = [BREAKAGES[(first + i) % len(BREAKAGES)] for i in range(3)]
    if not chosen:
        raise SystemExit(f"no breakage is named {', '.join(options.only)}")
    red = 0
    with tempfile.TemporaryDirectory(prefix="usage-sabotage-") as folder:
        copy = Copy(folder)
        tests = sorted({t for b in chosen for t in b[1]})
        built = copy.make(targets_of(tests))
        if built.returncode != 0:
            raise SystemExit(built.stdout[-4000:])
        for test in tests:  # what is red without any breakage proves nothing; before the three, all tests have just passed
            if not options.three and copy.is_red(test):
                raise SystemExit(f"{test} is red before anything is broken")
        for name, tests, changes in chosen:
            begin = time.perf_counter()
            verdict = try_breakage(copy, name, tests, changes)
            red += verdict.startswith("red")
            print(f"{name:<44} {verdict} ({time.perf_counter() - begin:.0f} s)", flush=True)
    print(f"{red} of {len(chosen)} breakages turned a test red")
    if red < len(chosen):
        sys.exit(1)


if __name__ == "__main__":
    main()
