"""One charge that comes again under another name, installation or file: asked about or refused, never billed twice unseen."""
import csv
import unittest

from charges_case import DECIDED, ChargesCase
from support import billing, installation

LINE = (installation(1), billing(1), "10.00", "00123")
MOVED = (installation(9), billing(1), "10.00", "00123")


class OtherNames(ChargesCase):
    def failing_once(self, *numbers):
        return self.sandbox({"installations": {installation(i): {"faults": ["403"]} for i in numbers}})

    def assert_billed_once(self, sandbox, row=LINE):
        self.assert_billed_once_each(sandbox, [row])

    def test_what_another_period_billed_stays_that_when_a_spreadsheet_changes_its_reference(self):
        sandbox = self.sandbox()
        path = self.file([LINE])
        self.run_in("october", path, sandbox)
        for more in ([], ["--skip-invalid"]):
            self.run_in("november" + "".join(more), path, sandbox, *more, status=1 if more else 3, period="2026-11")
            failed = self.out / "failed.csv"
            failed.write_text(failed.read_text().replace("00123", "123"))
            self.run_in("again" + "".join(more), failed, sandbox, status=3, period="2026-11")
            self.assertEqual(self.statuses(), ["invalid"])
        self.assert_billed_once(sandbox)

    def test_what_failed_is_asked_about_once_another_month_billed_its_reference_elsewhere(self):
        sandbox = self.failing_once(1)
        self.run_in("october", self.file([LINE]), sandbox, status=1)
        failed = self.out / "failed.csv"
        self.run_in("november", self.file([MOVED], "november.csv"), sandbox, period="2026-11")
        for name, path in (("failed", failed), ("export", self.file([LINE]))):
            self.run_in(name, path, sandbox, status=3)
            self.assertIn("in period 2026-11", self.reconciliation()[0]["reason"])
        self.assert_billed_once(sandbox, MOVED)

    def test_a_line_that_another_month_billed_is_asked_about_on_a_new_installation(self):
        """A customer who installed the add-on anew, in a cumulative export of which the filter was forgotten."""
        sandbox = self.sandbox()
        later = (installation(2), billing(1), "7.00", "L2")
        self.run_in("october", self.file([LINE, later]), sandbox)
        everything = self.file([MOVED, later, (installation(9), billing(1), "11.00", "L3")], "november.csv")
        for more in ([], ["--skip-invalid"]):
            self.run_in("november" + "".join(more), everything, sandbox, *more, status=3, period="2026-11")
            self.assertRegex(self.reconciliation()[0]["reason"], "^additional: beside 10.00 .* in period 2026-10$")
        self.assert_billed_once_each(sandbox, [LINE, later])

    def test_an_invoice_number_that_several_items_have_is_looked_for_too(self):
        sandbox = self.sandbox()
        invoice = [(installation(1), billing(i), f"1{i}.00", "INV-7") for i in (1, 2)]
        self.run_in("first", self.file(invoice), sandbox)
        moved = [(installation(9), *line[1:]) for line in invoice]
        self.run_in("again", self.file(moved, "corrected.csv"), sandbox, status=3)
        self.assert_billed_once_each(sandbox, invoice)

    def test_rows_that_are_taken_for_charges_by_their_content_alone_are_told(self):
        sandbox = self.sandbox()
        self.run_in("first", self.file([LINE]), sandbox)
        other = self.folder / "other.csv"
        with open(other, "w", newline="") as file:
            csv.writer(file).writerows([["InstalledAddOnSid", "BillingSid", "Quantity"], LINE[:3], [installation(2), *LINE[1:3]]])
        run = self.run_in("second", other, sandbox, "--dry-run")
        self.assertIn("met-without-reference: 1 row is taken for what the period has already by its content alone", run.stdout)
        self.run_in("refused", other, sandbox, "--fail-on", "met-without-reference", status=3)
        self.assert_billed_once(sandbox)

    def test_an_invalid_row_is_asked_about_once_its_export_was_billed_elsewhere(self):
        sandbox = self.sandbox()
        invalid = (LINE[0], LINE[1], "1O.00", LINE[3])
        self.run_in("refused", self.file([invalid]), sandbox, status=3)
        failed = self.out / "failed.csv"
        self.run_in("export", self.file([MOVED], "export.csv"), sandbox)
        failed.write_text(failed.read_text().replace("1O.00", "10.00"))
        self.run_in("again", failed, sandbox, status=3)
        self.assert_billed_once(sandbox, MOVED)

    def test_a_reference_that_only_a_duplicate_had_is_its_charges(self):
        sandbox = self.sandbox()
        plain = self.folder / "plain.csv"
        with open(plain, "w", newline="") as file:
            csv.writer(file).writerows([["InstalledAddOnSid", "BillingSid", "Quantity"], LINE[:3]])
        self.run_in("october", plain, sandbox)
        self.run_in("with-references", self.file([LINE]), sandbox)
        self.assertEqual(self.statuses(), ["duplicate"])
        self.run_in("november", self.file([LINE]), sandbox, status=3, period="2026-11")
        self.assertRegex(self.reconciliation()[0]["reason"], "^additional: beside 10.00 with the reference 00123, .* in period 2026-10$")
        self.assert_billed_once(sandbox)

    def test_what_was_refused_for_another_period_is_named_by_that_period(self):
        sandbox = self.sandbox()
        self.run_in("october", self.file([LINE]), sandbox)
        more = self.file([LINE[:2] + ("12.00", LINE[3]), (installation(2), billing(1), "5.00", "00124")], "november.csv")
        self.run_in("november", more, sandbox, "--skip-invalid", status=1, period="2026-11")
        shown = self.ledger_command("show", "--period", "2026-11").stdout
        self.assertIn("00123 (2026-11-1, line 2)", shown)

    def test_a_copy_of_the_export_in_the_same_upload_is_asked_about(self):
        sandbox = self.sandbox()
        path = self.file([LINE[:3] + ("",)])
        copy = self.folder / "copy.csv"
        copy.write_text(path.read_text().replace(",", ";"))
        self.run_in("both", path, sandbox, copy, status=3)
        self.assertIn("of this upload", self.reconciliation()[1]["reason"])
        self.run_in("meant", path, sandbox, copy, "--allow-additional", "1:10.00")
        self.assertEqual(sum(sandbox.billed().values()), 2)

    def test_what_a_person_settles_as_submitted_after_all_is_asked_about_in_later_files(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["close_after_billing", "403"]}}})
        self.run_in("doubt", self.file([LINE]), sandbox, status=6)
        row = self.rows_of_file(self.out / "unknown.csv")[0]["usage_row"]
        self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "not-submitted", *DECIDED, status=1)
        edited = self.file([LINE[:2] + ("12.00", "00124")], "edited.csv")
        self.run_in("edited", edited, sandbox, status=1)
        self.ledger_command("settle", "2026-10-1", "--row", row, "--as", "submitted", *DECIDED, status=0)
        self.run_in("again", edited, sandbox, status=3)
        self.assert_billed_once(sandbox)


if __name__ == "__main__":
    unittest.main()
