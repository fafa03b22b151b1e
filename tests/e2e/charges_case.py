"""Charges over several runs, from the command line, over real sockets: what the tests of them share."""
import csv
import json
from collections import Counter
from decimal import Decimal

from support import EndToEnd, billing, installation, whoami

DECIDED = ["--by", "Ada Lovelace", "--note", "asked Twilio, ticket 4711"]


class ChargesCase(EndToEnd):
    def rows(self, *numbers):
        """One row for each number: installation, billing SID, amount and reference all of their own."""
        return [(installation(i), billing(100 + i), f"{i}.10", f"L{i}") for i in numbers]

    def run_in(self, name, path, sandbox, *more, status=0, period="2026-10"):
        """An upload with a result folder of its own."""
        self.out = self.folder / name
        return self.upload(path, sandbox, *more, status=status, period=period)

    def ledger_command(self, *arguments, status=0):
        return self.run_program(*arguments, "--ledger", self.ledger, status=status)

    def json_of(self, *arguments, status=0):
        return json.loads(self.ledger_command(*arguments, "--json", status=status).stdout)

    def period(self, status=0):
        return self.json_of("show", "--period", "2026-10", status=status)

    def rows_of_file(self, path, delimiter=","):
        with open(path, newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file, delimiter=delimiter))

    def fill_in(self, path, decide):
        """unknown.csv with usage_settle filled in: what a person does in a spreadsheet."""
        rows = self.rows_of_file(path)
        for row in rows:
            row["usage_settle"] = decide(row)
        filled = self.folder / "filled.csv"
        with open(filled, "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        return filled

    def assert_billed_once_each(self, sandbox, rows):
        wanted = Counter((row[0].lower(), row[1], Decimal(row[2])) for row in rows)
        self.assertEqual(sandbox.billed(), wanted)

    def in_doubt(self, *numbers):
        return {"installations": {installation(i): {"faults": ["close_after_billing"]} for i in numbers}}

    def events(self):
        """What was done with the run of self.out, each by this user."""
        summary = json.loads((self.out / "summary.json").read_text())
        for event in summary["events"]:
            self.assertEqual(event["by"], whoami())
        return [event["event"] for event in summary["events"]]
