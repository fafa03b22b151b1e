"""One table: what reading and sending cost, each as the median of several runs, beside `wc -l` on the same file."""
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

BUILD = pathlib.Path(os.environ["USAGE_BUILD"]).resolve()
ROWS, INSTALLATIONS, REQUESTS, RUNS = 1_000_000, 20_000, 20_000, 5
ENVIRONMENT = {**os.environ, "TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "bench"}


def measure(arguments):
    """Seconds of wall time and of CPU, and peak memory in MB, of one process."""
    begin = time.perf_counter()
    process = subprocess.Popen([str(a) for a in arguments], env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"exit status {process.returncode}: {arguments}")
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def write_file(path, rows, installations):
    chosen = random.Random(20261031)
    with open(path, "w") as file:
        file.write("Customer,InstalledAddOnSid,BillingSid,Amount,InvoiceLineId,Memo\n")
        for i in range(rows):
            file.write(f"Customer {i % installations},XE{chosen.randrange(installations):032x},BI{chosen.randrange(3):032x},"
                       f"{chosen.randrange(1, 10**5)}.{chosen.randrange(1000):03d},L{i},some text\n")


def main():
    with tempfile.TemporaryDirectory(prefix="usage-bench-") as name:
        folder = pathlib.Path(name)
        write_file(folder / "read.csv", ROWS, INSTALLATIONS)
        chosen = random.Random(1)
        with open(folder / "send.csv", "w") as file:
            file.write("InstalledAddOnSid,BillingSid,Amount\n")
            for i in range(REQUESTS):
                file.write(f"XE{i:032x},BI{1:032x},{chosen.randrange(1, 10**5)}.5\n")
        sandbox = subprocess.Popen([BUILD / "usage-sandbox", "--port", "0"], stdout=subprocess.PIPE, text=True)
        url = sandbox.stdout.readline().split()[-1]
        counted, read, sent = [], [], []
        for run in range(RUNS + 1):  # the first warms up
            counted.append(measure(["wc", "-l", folder / "read.csv"]))
            read.append(measure([BUILD / "usage-uploader", "validate", folder / "read.csv"]))
            ledger = folder / f"ledger-{run}.db"
            measure([BUILD / "usage-uploader", "init", "--ledger", ledger])
            sent.append(measure([BUILD / "usage-uploader", "upload", folder / "send.csv", "--period", "bench", "--new-period", "--yes",
                                 "--base-url", url, "--ledger", ledger, "--out", folder / f"out-{run}", "--concurrency", "50"]))
        sandbox.terminate()
        sandbox.wait()
        print(f"{'what':<34}{'wall s':>8}{'CPU s':>8}{'a second':>12}{'peak MB':>9}{'beside wc -l':>14}")
        base = statistics.median(t[0] for t in counted[1:])
        for what, runs, amount in ((f"wc -l, {ROWS} rows", counted, ROWS), (f"validate, {ROWS} rows", read, ROWS),
                                   (f"upload, {REQUESTS} requests, 50 ahead", sent, REQUESTS)):
            wall, cpu, memory = (statistics.median(t[i] for t in runs[1:]) for i in range(3))
            beside = f"{wall / base:.1f} x" if amount == ROWS else "-"
            print(f"{what:<34}{wall:>8.2f}{cpu:>8.2f}{amount / wall:>12,.0f}{memory:>9.0f}{beside:>14}")


main()
