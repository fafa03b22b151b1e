"""Makes sample_data/report.png again: a month's end in the sandbox, its report in a browser.

    USAGE_BUILD=build python3 tests/e2e/report_picture.py sample_data/report.png

It needs what tests/run.sh installs, and fonts-liberation. The amounts are the same each time; so that the picture is too, times, port
and random names are set to fixed ones in it. --until SECTION ends it below that section of the page; "" shows all.
"""
import argparse
import hashlib
import json
import pathlib
import re
from decimal import Decimal

from browser import browser, page_png, pdf, resize
from support import EndToEnd, whoami

FEES = ("49.00", "149.00", "490.00")


def sid(prefix, text):
    return prefix + hashlib.sha256(text.encode()).hexdigest()[:32]


def customer(i):
    return sid("XE", f"customer {i}")


def month():
    """44 customers with a fee and some usage each, seven of them billed in EUR."""
    rows = []
    for i in range(1, 45):
        currency = "EUR" if i % 6 == 0 else "USD"
        usage = (Decimal(int(hashlib.sha256(f"usage {i}".encode()).hexdigest()[:6], 16)) / 4000).quantize(Decimal("0.01"))
        for name, amount in (("fee", FEES[i % 3]), ("usage", usage), ("storage", (usage / 8).quantize(Decimal("0.001")))):
            if name != "storage" or i % 4 == 0:
                rows.append((customer(i), sid("BI", name), amount, f"INV-26{i:03d}-{name[0].upper()}", currency))
    return rows


SCENARIO = {"installations": {
    customer(9): {"faults": ["404"]}, customer(23): {"faults": ["404"]}, customer(31): {"faults": ["404"]},
    customer(14): {"faults": [{"fault": "not_submitted", "items": [1]}]},
    customer(18): {"faults": ["close_after_billing"]},
    customer(5): {"faults": [{"fault": "429", "retry_after": "1"}, "ok"]}}}


class Month(EndToEnd):
    def runTest(self):
        pass

    def report(self):
        """Planned, approved by a second person, and sent."""
        sandbox = self.sandbox(SCENARIO)
        path = self.file(month(), header="InstalledAddOnSid,BillingSid,Amount,InvoiceLineId,Currency")
        self.out = pathlib.Path("usage-2026-10-1")
        plan = json.loads(self.upload(path, sandbox, "--dry-run", "--json", status=0).stdout)["plan"]
        self.upload("october.csv", sandbox, "--approve", plan["plan_digest"], "--by", "Grace Hopper", "--concurrency", "1",
                    status=6)
        return self.folder / self.out / "report.html"


def set_fixed(text, folder):
    """Nothing of this run that the next one would not have."""
    text = text.replace(str(folder) + "/state/ledger.db", "ledger.db").replace(str(folder) + "/", "")
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:4010", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "2026-11-02 08:30:12 UTC", text)
    text = re.sub(r"\b[0-9a-f]{8}(-[0-9a-f]{8}){3}-[0-9a-f]{32}\b", "8e1c0a44-51f0b6d2-c07a993e-44d1e8b7-"
                  "2f9d6a1be07c4d538a90c1f27e6b3d45", text)
    text = text.replace(whoami(), "anna@billing1")
    return re.sub(r"ledger [0-9a-f]{16}", "ledger 5b1f0c77a9e2d384", text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("picture", type=pathlib.Path)
    parser.add_argument("--width", type=int, default=1200)
    parser.add_argument("--until", default="causes")
    parser.add_argument("--pdf", type=pathlib.Path)
    parser.add_argument("--html", type=pathlib.Path)
    arguments = parser.parse_args()
    case = Month()
    case.setUp()
    try:
        page = case.report()
        page.write_text(set_fixed(page.read_text(), case.folder))
        if arguments.html:
            arguments.html.write_text(page.read_text())
        with browser() as driver:
            resize(driver, arguments.width)
            driver.get(page.as_uri())
            height = driver.execute_script("const s = document.getElementById(arguments[0]); return s && s.getBoundingClientRect().bottom + 32",
                                           arguments.until)
            arguments.picture.write_bytes(page_png(driver, height))
            if arguments.pdf:
                arguments.pdf.write_bytes(pdf(driver))
    finally:
        case.doCleanups()
        case.tearDown()


if __name__ == "__main__":
    main()
