"""The real programs, run as a user runs them, and an independent reading of what they left behind."""
import csv
import json
import os
import pathlib
import pwd
import socket
import subprocess
import tempfile
import time
import unittest
from collections import Counter
from decimal import Decimal, getcontext

import json_schema

getcontext().prec = 60  # with the 28 digits of the default, long sums would be rounded

BUILD = pathlib.Path(os.environ["USAGE_BUILD"]).resolve()
ACCOUNT = "AC" + "1" * 32
SECRET = "s3cr3t/+token=with%signs"
RECONCILIATION_COLUMNS = (
    "line,installed_add_on_sid,billing_sid,quantity,currency,reference,status,reason,http_status,error_code,attempts,request,"
    "twilio_request_id,sent_at,completed_at,settled_by,settled_at,settle_note,usage_row").split(",")


def installation(n):
    return f"XE{n:032x}"


def whoami():
    """As the ledger knows who runs the program."""
    return f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"


def billing(n):
    return f"BI{n:032x}"


class Sandbox:
    def __init__(self, folder, scenario=None, tls=None, seed=7):
        self.journal = pathlib.Path(folder) / "journal.jsonl"
        arguments = [BUILD / "usage-sandbox", "--port", "0", "--journal", self.journal, "--seed", str(seed)]
        if scenario is not None:
            path = pathlib.Path(folder) / "scenario.json"
            path.write_text(json.dumps(scenario))
            arguments += ["--scenario", path]
        if tls:
            arguments += ["--tls", *tls]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.url = line.split()[-1]
        assert self.url.startswith("http"), line

    def requests(self):
        return [json.loads(line) for line in self.journal.read_text().splitlines()] if self.journal.exists() else []

    def billed(self):
        """(installation key, billing SID, amount) -> how often the sandbox billed it."""
        found = Counter()
        for request in self.requests():
            for item in request["billed"]:
                found[(request["installation"].lower(), item["sid"], Decimal(item["quantity"]))] += 1
        return found

    def stop(self):
        self.process.terminate()
        status = self.process.wait(20)
        self.process.stdout.close()
        return status


class EndToEnd(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="usage-e2e-"))
        self.ledger = self.folder / "state" / "ledger.db"
        self.out = self.folder / "out"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C",
                            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": SECRET}
        self.sandboxes = []

    def tearDown(self):
        for sandbox in self.sandboxes:
            sandbox.stop()
        subprocess.run(["rm", "-rf", self.folder], check=True)

    def sandbox(self, scenario=None, tls=None):
        self.sandboxes.append(Sandbox(self.folder, scenario, tls))
        return self.sandboxes[-1]

    def file(self, rows, name="october.csv", header="InstalledAddOnSid,BillingSid,Amount,InvoiceLineId"):
        path = self.folder / name
        path.write_text("\n".join([header] + [",".join(map(str, row)) for row in rows]) + "\n")
        return path

    def run_program(self, *arguments, status=None, **options):
        result = subprocess.run([BUILD / "usage-uploader", *map(str, arguments)], env=self.environment, text=True,
                                capture_output=True, stdin=subprocess.DEVNULL, start_new_session=True, cwd=self.folder,
                                timeout=300, **options)
        if status is not None:
            self.assertEqual(result.returncode, status, f"{result.stdout}\n{result.stderr}")
        if "--json" in arguments:
            json_schema.check(str(arguments[0]), result.stdout)
            self.assertEqual(json.loads(result.stdout)["exit_status"], result.returncode)
        return result

    def wait_for(self, process, reached):
        while not reached():
            self.assertIsNone(process.poll(), "the program ended too early")
            time.sleep(0.02)

    def upload(self, path, sandbox, *more, status=0, period="2026-10"):
        if not self.ledger.exists():
            self.run_program("init", "--ledger", self.ledger, status=0)
        return self.run_program("upload", path, "--period", period, "--new-period", "--yes", "--base-url", sandbox.url,
                                "--ledger", self.ledger, "--out", self.out, *more, status=status)

    def reconciliation(self):
        with open(self.out / "reconciliation.csv", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        self.assertEqual(reader.fieldnames, RECONCILIATION_COLUMNS)
        return rows

    def summary(self):
        return json.loads((self.out / "summary.json").read_text())

    def statuses(self):
        return [row["status"] for row in self.reconciliation()]

    def check_books(self, sandbox, path):
        """Journal, reconciliation, summary and input agree: nothing twice, nothing lost, nothing invented."""
        rows = self.reconciliation()
        billed = sandbox.billed()
        submitted, unknown = Counter(), Counter()
        for row in rows:
            if row["status"] in ("submitted", "unknown"):
                key = (row["installed_add_on_sid"].lower(), row["billing_sid"], Decimal(row["quantity"]))
                (submitted if row["status"] == "submitted" else unknown)[key] += 1
        for key in set(billed) | set(submitted):
            self.assertGreaterEqual(billed[key], submitted[key], f"reported but not billed: {key}")
            self.assertLessEqual(billed[key], submitted[key] + unknown[key], f"billed but not reported: {key}")
        for request in sandbox.requests():
            self.assertIsNone(request.get("violation"), request)
        with open(path, newline="", encoding="utf-8-sig") as file:
            expected = list(csv.reader(file))[1:]
        self.assertEqual(len(rows), len(expected))
        self.assertEqual(sum(Decimal(row["quantity"]) for row in rows if row["status"] != "invalid"),
                         sum(Decimal(row[2]) for row, ours in zip(expected, rows) if ours["status"] != "invalid"))
        return rows
