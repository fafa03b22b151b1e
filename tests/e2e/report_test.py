"""report.html in a real browser: what it shows, what it does not run or load, on a wide and a narrow screen, and on paper."""
import csv
import json
import re
import subprocess
import unittest
from collections import defaultdict
from decimal import Decimal

from browser import browser, pdf, resize
from support import EndToEnd, billing, installation

SCRIPT = "<script>window.owned=1</script>"
IMAGE = "\"><img/src=x/onerror=window.owned=1>"
STYLE = "</style><svg/onload=window.owned=1>"
ADDRESS = "javascript:window.owned=1"
BIDI = "\u202egnp.exe"
HOSTILE_FILE = "a<b>'\"&\u202e.csv"
ELEMENTS = set("html head meta title style body header main section footer h1 h2 p div span dl dt dd table caption thead tbody tfoot "
               "tr th td svg rect small strong em code pre ol li br".split())


class Report(EndToEnd):
    @classmethod
    def setUpClass(cls):
        cls.browser_context = browser()
        cls.driver = cls.browser_context.__enter__()
        cls.addClassCleanup(cls.browser_context.__exit__, None, None, None)

    def open(self, width=1280):
        """The page of self.out, and what the browser had to say while it loaded."""
        for log in ("browser", "performance"):
            self.driver.get_log(log)
        resize(self.driver, width)
        page = (self.out / "report.html").as_uri()
        self.driver.get(page)
        self.assertEqual(self.driver.get_log("browser"), [])
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        self.assertEqual(asked, [page])
        self.assertEqual(self.run("return performance.getEntriesByType('resource').length"), 0)

    def run(self, script, *arguments):
        if not isinstance(script, str):
            return super().run(script, *arguments)  # unittest's own
        return self.driver.execute_script(script, *arguments)

    def text(self):
        return self.run("return document.body.textContent")

    def widths(self):
        return self.run("return [document.documentElement.scrollWidth, innerWidth]")

    def figures(self):
        """Of the tables by outcome: (currency, outcome) -> (rows, amount) as shown."""
        rows = self.run("""return [...document.querySelectorAll('#totals table.outcomes tbody tr')].map(row =>
            [row.closest('table').caption.textContent, row.dataset.status,
             row.querySelector('th').firstChild.textContent, ...[...row.querySelectorAll('td')].slice(-2).map(c => c.textContent)])""")
        for row in rows:
            self.assertEqual(row[1], row[2])
        return {(currency, status): (int(count.replace(",", "")), Decimal(amount)) for currency, status, _, count, amount in rows}

    def sums(self):
        rows = self.run("""return [...document.querySelectorAll('#totals table.outcomes tfoot tr')].map(row =>
            [row.closest('table').caption.textContent, row.querySelector('th').firstChild.textContent,
             ...[...row.querySelectorAll('td')].slice(-2).map(c => c.textContent)])""")
        return {(currency, name): (int(count.replace(",", "")), Decimal(amount)) for currency, name, count, amount in rows}

    def reconciled(self):
        """The same from reconciliation.csv alone."""
        found = defaultdict(lambda: (0, Decimal(0)))
        with open(self.out / "reconciliation.csv", newline="") as file:
            for row in csv.DictReader(file):
                key = (row["currency"], row["status"])
                found[key] = (found[key][0] + 1, found[key][1] + Decimal(row["quantity"]))
        return dict(found)

    def month(self):
        """40 installations in two currencies: some refused, one in doubt, one item not submitted."""
        scenario = {"installations": {installation(3): {"faults": ["404"]}, installation(4): {"faults": ["404"]},
                                      installation(5): {"faults": ["close_after_billing"]},
                                      installation(6): {"faults": [{"fault": "not_submitted", "items": [1]}]}}}
        rows = [(installation(i), billing(item), f"{1000 * i + item}.{i:02d}{item}", f"L{i}-{item}", "EUR" if i % 3 else "USD")
                for i in range(1, 41) for item in (1, 2)]
        path = self.file(rows, header="InstalledAddOnSid,BillingSid,Amount,InvoiceLineId,Currency")
        return path, self.sandbox(scenario)

    def test_hostile_cells_names_and_replies_are_shown_as_text_and_nothing_runs_or_loads(self):
        message = f"{SCRIPT} {IMAGE} {STYLE} {BIDI} \u0000\u001b[2J"
        sandbox = self.sandbox({"installations": {
            installation(2): {"faults": [{"fault": "404", "message": message}]},
            installation(3): {"faults": [{"fault": "500_after_billing", "message": message}]}}})
        rows = [(installation(1), IMAGE.replace('"', '""').join('""'), "5.25", SCRIPT, "<i>$&'"),
                (installation(2), ADDRESS, "6.25", STYLE, "<b>EUR"), (installation(3), "<svg/onload=window.owned=1>" + "x" * 200, "7.25", BIDI[1:], "<b>EUR")]
        path = self.file(rows, name=HOSTILE_FILE, header="InstalledAddOnSid,BillingSid,Amount,InvoiceLineId,Currency")
        plan = json.loads(self.upload(path, sandbox, "--dry-run", "--json", status=0).stdout)["plan"]
        self.upload(path, sandbox, "--approve", plan["plan_digest"], "--by", STYLE + IMAGE, status=6)
        for width in (1280, 360):
            self.open(width)
            self.assertIsNone(self.run("return window.owned || null"))
            scroll, inner = self.widths()
            self.assertEqual(inner, width)
            self.assertLessEqual(scroll, inner)
        elements = set(self.run("return [...document.querySelectorAll('*')].map(e => e.localName)"))
        self.assertLessEqual(elements, ELEMENTS)
        attributes = set(self.run("return [...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"))
        self.assertEqual({name for name in attributes if name.startswith("on") or name in ("src", "href", "style", "action")}, set())
        shown = self.text()
        for text in (SCRIPT, IMAGE, STYLE, "?gnp.exe", HOSTILE_FILE.replace("\u202e", "?"), "<svg/onload=window.owned=1>xxx", "<B>EUR", "<I>$&'", STYLE + IMAGE):
            self.assertIn(text, shown)
        self.assertNotIn("\u202e", shown)
        self.assertEqual(self.figures(), self.reconciled())

    def test_totals_are_those_of_the_reconciliation_and_close(self):
        path, sandbox = self.month()
        self.upload(path, sandbox, status=6)
        self.open()
        reconciled = self.reconciled()
        self.assertEqual(self.figures(), reconciled)
        self.assertEqual({status for _, status in reconciled}, {"submitted", "failed", "not_submitted", "unknown"})
        with open(path, newline="") as file:
            given = list(csv.DictReader(file))
        for currency in ("EUR", "USD"):
            amounts = [Decimal(row["Amount"]) for row in given if row["Currency"] == currency]
            for name in ("input", "all outcomes"):
                self.assertEqual(self.sums()[(currency, name)], (len(amounts), sum(amounts)))
        self.assertIn("The totals close.", self.text())
        # A bar is as long as its share of its currency's amount, to the tenth of a percent.
        bars = self.run("""return [...document.querySelectorAll('#totals tbody tr')].map(row =>
            [row.closest('table').caption.textContent, row.dataset.status,
             row.querySelectorAll('rect')[1].getAttribute('width'), row.querySelector('td.share').textContent])""")
        for currency, status, width, share in bars:
            whole = sum(amount for (other, _), (_, amount) in reconciled.items() if other == currency)
            self.assertAlmostEqual(float(width[:-1]), float(reconciled[(currency, status)][1] / whole * 100), delta=0.06)
            self.assertEqual(share, width[:-1] + " %")

    def test_the_unknown_the_causes_and_the_largest_installations_say_what_the_other_files_say(self):
        path, sandbox = self.month()
        self.upload(path, sandbox, status=6)
        self.open()
        unknown = self.run("return [...document.querySelectorAll('#unknown tbody tr')].map(r => [...r.cells].map(c => c.innerText))")
        with open(self.out / "unknown.csv", newline="") as file:
            doubtful = list(csv.DictReader(file))
        self.assertEqual([(row[0], *row[1].split("\n"), row[3], row[4]) for row in unknown],
                         [(str(10 + i), row["InstalledAddOnSid"], row["BillingSid"], row["InvoiceLineId"], row["Amount"], row["Currency"])
                          for i, row in enumerate(doubtful)])
        self.assertEqual(len(unknown), 2)
        causes = self.run("return [...document.querySelectorAll('#causes tbody tr')].map(r => [...r.cells].map(c => c.textContent))")
        with open(self.out / "failed.csv", newline="") as file:
            failed = list(csv.DictReader(file))
        expected = defaultdict(lambda: [0, Decimal(0)])
        for row in failed:
            cause = expected[(row["usage_status"], row["usage_reason"], row["usage_next_step"].replace("this file", "failed.csv"), row["Currency"])]
            cause[0] += 1
            cause[1] += Decimal(row["Amount"])
        self.assertEqual({(row[0], row[1], row[2], row[5]): [int(row[3]), Decimal(row[4])] for row in causes}, dict(expected))
        largest = self.run("return [...document.querySelectorAll('#largest table')].map(t => [...t.tBodies[0].rows].map(r => [r.cells[0].textContent, r.cells[4].textContent]))")
        sums = defaultdict(lambda: defaultdict(Decimal))
        for row in self.reconciliation():
            sums[row["currency"]][row["installed_add_on_sid"]] += Decimal(row["quantity"])
        for currency, table in zip(("EUR", "USD"), largest):
            best = sorted(sums[currency].items(), key=lambda entry: -entry[1])[:10]
            self.assertEqual([(sid, Decimal(amount)) for sid, amount in table], best)

    def test_printed_it_is_a4_pages_with_the_totals_and_everything_else_whole(self):
        path, sandbox = self.month()
        self.upload(path, sandbox, status=6)
        self.open()
        (self.folder / "report.pdf").write_bytes(pdf(self.driver))
        told = subprocess.run(["pdfinfo", self.folder / "report.pdf"], text=True, capture_output=True, check=True).stdout
        self.assertRegex(told, r"Page size: +59[45][.\d]* x 84[12][.\d]* pts \(A4\)")
        self.assertLessEqual(int(re.search(r"Pages: +(\d+)", told)[1]), 4)
        text = subprocess.run(["pdftotext", "-layout", self.folder / "report.pdf", "-"], text=True, capture_output=True, check=True).stdout
        for _, amount in [*self.figures().values(), *self.sums().values()]:
            self.assertIn(str(amount), text)
        for row in self.reconciliation():
            if row["status"] == "unknown":
                self.assertIn(row["billing_sid"], text)
        self.assertIn("The totals close.", text)

    def test_printed_each_heading_stands_with_what_it_heads_and_pages_have_numbers(self):
        path, sandbox = self.month()
        self.upload(path, sandbox, status=6)
        self.open()
        headings = self.run("return [...document.querySelectorAll('section')].filter(s => s.querySelector('table')).map(s => "
                            "[s.querySelector('h2').textContent, s.querySelector('tbody tr').cells[0].innerText.split('\\n')[0]])")
        self.assertGreater(len(headings), 5)
        # Wherever a page may end: what stands before the sections grows, line by line.
        for lines in range(0, 60, 3):
            self.run("const f = document.querySelector('.figures'); f.style.paddingBottom = arguments[0] + 'pt'", lines * 11)
            (self.folder / "report.pdf").write_bytes(pdf(self.driver))
            text = subprocess.run(["pdftotext", "-layout", self.folder / "report.pdf", "-"], text=True, capture_output=True, check=True).stdout
            pages = text.rstrip("\f").split("\f")
            for number, page in enumerate(pages, 1):
                self.assertEqual(page.strip().splitlines()[-1].replace(" ", ""), f"{number}/{len(pages)}")
            for heading, first_cell in headings:
                page = next(page for page in pages if re.search(rf"^ *{re.escape(heading)}$", page, re.M))
                self.assertIn(first_cell, page[page.index(heading):], f"{heading}, with {lines} lines more above")

    def test_on_a_narrow_screen_each_run_of_a_period_shows_its_amount_and_its_digest_on_two_lines(self):
        path, sandbox = self.month()
        plan = json.loads(self.upload(path, sandbox, "--dry-run", "--json", status=0).stdout)["plan"]
        self.upload(path, sandbox, "--approve", plan["plan_digest"], "--by", "Grace Hopper", status=6)
        self.out = self.folder / "period"
        self.run_program("reconcile", "--period", "2026-10", "--base-url", sandbox.url, "--ledger", self.ledger, "--out", self.out, status=6)
        self.open(390)
        self.assertLessEqual(*self.widths())
        for cell in self.run("return [...document.querySelectorAll('#runs tbody tr > *')].map(c => [c.textContent, c.getBoundingClientRect().right])"):
            self.assertLessEqual(cell[1], 390, cell[0])
        self.assertLessEqual(self.run("return document.querySelector('#runs code').getClientRects().length"), 2)
        self.assertEqual(self.run("return document.querySelectorAll('#runs .wide').length && document.querySelector('#runs .wide').scrollWidth"),
                         self.run("return document.querySelector('#runs .wide').clientWidth"))

    def test_a_dry_run_a_refused_plan_and_a_whole_period_say_what_they_are(self):
        path, sandbox = self.month()
        self.upload(path, sandbox, "--dry-run", status=0)
        self.open()
        self.assertIn("Nothing was sent. This is what an upload would do.", self.text())
        self.assertEqual(self.figures(), self.reconciled())
        self.assertEqual({status for _, status in self.figures()}, {"not_sent"})
        self.upload(path, sandbox, "--expect-rows", "7", status=3)
        self.open()
        self.assertIn("Nothing was sent. The plan was refused: the control total says 7 rows, the file has 80 rows", self.text())
        self.assertEqual(sandbox.requests(), [])
        self.upload(path, sandbox, status=6)
        self.out = self.folder / "period"
        self.run_program("reconcile", "--period", "2026-10", "--base-url", sandbox.url, "--ledger", self.ledger, "--out", self.out, status=6)
        self.open(360)
        self.assertLessEqual(*self.widths())
        self.assertIn("Period 2026-10: 80 charges, each once, in its latest state", self.text())
        self.assertEqual(self.figures(), self.reconciled())
        runs = self.run("return [...document.querySelectorAll('#runs tbody tr')].map(r => [...r.cells].slice(0, 2).map(c => c.textContent))")
        self.assertEqual(runs, [["2026-10-1", "finished"]])


if __name__ == "__main__":
    unittest.main()
