"""Corrections: failed.csv and corrected exports. From the command line, over real sockets."""
import csv
import json
import unittest

from charges_case import ChargesCase
from support import billing, installation


class Corrections(ChargesCase):
    def period_counts(self):
        return {name: total["rows"] for name, total in self.period()["totals"].items() if total["rows"]}

    def test_a_corrected_failed_csv_is_sent_in_the_old_place(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}}})
        path = self.file(self.rows(1, 2, 3))
        self.run_in("first", path, sandbox, status=1)
        failed = self.folder / "first" / "failed.csv"
        self.assertEqual(len(self.rows_of_file(failed)), 1)
        failed.write_text(failed.read_text().replace("2.10", "2.15"))
        self.run_in("second", failed, sandbox)
        self.assertEqual(self.statuses(), ["submitted"])
        self.assert_billed_once_each(sandbox, self.rows(1, 3) + [(installation(2), billing(102), "2.15")])
        # The first run's results now: superseded, nothing left to correct.
        self.ledger_command("reconcile", "2026-10-1", "--out", self.folder / "again", status=0)
        self.out = self.folder / "again"
        reasons = [row["reason"] for row in self.reconciliation()]
        self.assertIn("superseded by 2026-10-2, line 2", reasons[1])
        self.assertEqual(self.rows_of_file(self.out / "failed.csv"), [])
        # And once more the same file: already billed.
        self.run_in("third", failed, sandbox)
        self.assertEqual(self.statuses(), ["duplicate"])

    def test_an_amount_with_its_sign_elsewhere_stays_refused_until_a_person_says_which_is_right(self):
        """In a failed.csv that lost usage_amount_was; that of the refusal has the wrong amount in it."""
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        self.run_in("first", self.file([(installation(1), billing(101), "12.50", "L1")]), sandbox, status=1)

        cut = self.saved("cut.csv", lambda row: {name: cell for name, cell in row.items() if name != "usage_amount_was"} | {"Amount": "1250"})
        self.run_in("cut", cut, sandbox, status=3)
        self.assertIn("12.50", self.reconciliation()[0]["reason"])
        self.run_in("as-it-is", self.saved("as-it-is.csv", dict), sandbox, status=3)
        self.assertEqual(sandbox.billed(), {})
        corrected = self.saved("corrected.csv", lambda row: row | {"Amount": "12.50", "usage_amount_was": ""})
        self.run_in("corrected", corrected, sandbox)
        self.assert_billed_once_each(sandbox, [(installation(1), billing(101), "12.50")])

    def saved(self, name, change):
        """The last failed.csv, each of its rows changed."""
        rows = [change(row) for row in self.rows_of_file(self.out / "failed.csv")]
        path = self.folder / name
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return path

    def test_what_the_program_wrote_never_confirms_an_amount(self):
        """The files of a refusal, where the cell could not be read and stood beside another file's rows."""
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        self.run_in("first", self.file([(installation(1), billing(101), "1.234", "L1")]), sandbox, status=1)
        failed = self.out / "failed.csv"
        failed.write_text(failed.read_text().replace(",1.234,", ",1234 €,"))
        late = self.file(self.rows(2), "late.csv")
        self.out = self.folder / "refused"
        self.run_program("upload", failed, late, "--period", "2026-10", "--yes", "--base-url", sandbox.url, "--ledger", self.ledger,
                         "--out", self.out, status=3)
        column = {"quantity": "1234"}
        self.run_in("read-by-other-signs", self.saved("other.csv", lambda row: row | (column if "€" in row["quantity"] else {})), sandbox, status=3)
        self.assertEqual(sandbox.billed(), {})
        right = {"quantity": "1.234", "usage_amount_was": ""}
        self.run_in("right", self.saved("right.csv", lambda row: row | (right if row["quantity"] == "1234" else {})), sandbox)
        self.assert_billed_once_each(sandbox, [(installation(1), billing(101), "1.234"), *self.rows(2)])

    def test_a_confirmed_amount_stays_confirmed_through_another_rows_mistake_and_is_no_word_for_another(self):
        sandbox = self.sandbox({"installations": {installation(i): {"faults": ["404"]} for i in (1, 2)}})
        self.run_in("first", self.file([(installation(1), billing(101), "12.50", "L1"), *self.rows(2)]), sandbox, status=1)
        changes = {"L1": {"Amount": "125", "usage_amount_was": ""}, "L2": {"Amount": "x"}}
        self.run_in("refused", self.saved("refused.csv", lambda row: row | changes[row["InvoiceLineId"]]), sandbox, status=3)
        self.assertEqual(self.rows_of_file(self.out / "failed.csv")[0]["usage_amount_was"], "confirmed 125")
        changes = {"L1": {"Amount": "1.25"}, "L2": {"Amount": "2.10"}}
        other = self.saved("other.csv", lambda row: row | changes[row["InvoiceLineId"]])
        right = self.saved("right.csv", lambda row: row | ({"Amount": "2.10"} if row["InvoiceLineId"] == "L2" else {}))
        self.run_in("other", other, sandbox, status=3)
        self.assertEqual(sandbox.billed(), {})
        self.run_in("right", right, sandbox)
        self.assert_billed_once_each(sandbox, [(installation(1), billing(101), "125"), *self.rows(2)])

    def test_invalid_rows_that_are_corrected_one_after_the_other_are_asked_about_no_more_than_together(self):
        sandbox = self.sandbox()
        item = (installation(1), billing(101))
        self.run_in("first", self.file([(*item, "1.00", "L1"), (*item, "x", "L2"), (installation(2), billing(101), "y", "L3")]), sandbox,
                    "--skip-invalid", status=1)
        self.run_in("one", self.saved("one.csv", lambda row: row | ({"Amount": "7.00"} if row["Amount"] == "x" else {})), sandbox, status=3)
        self.assertEqual([row["usage_status"] for row in self.rows_of_file(self.out / "failed.csv")], ["not_sent", "not_sent", "invalid"])
        self.run_in("both", self.saved("both.csv", lambda row: row | ({"Amount": "8.00"} if row["Amount"] == "y" else {})), sandbox)
        self.assert_billed_once_each(sandbox, [(*item, "1.00"), (*item, "7.00"), (installation(2), billing(101), "8.00")])

    def test_a_corrected_amount_is_kept_through_another_mistake_of_its_row(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        self.run_in("first", self.file([(installation(1), billing(101), "7.00", "L1")]), sandbox, status=1)
        mistyped = self.saved("mistyped.csv", lambda row: row | {"Amount": "1.234", "InstalledAddOnSid": "XE1"})
        self.run_in("mistyped", mistyped, sandbox, status=3)
        whole = {"Amount": "1234", "InstalledAddOnSid": installation(1)}
        self.run_in("other-signs", self.saved("whole.csv", lambda row: row | whole), sandbox, status=3)
        self.assertEqual(sandbox.billed(), {})

    def test_an_edited_amount_is_additional_and_needs_its_exact_number_and_sum(self):
        sandbox = self.sandbox()
        self.run_in("first", self.file(self.rows(1, 2)), sandbox)
        edited = self.file([(installation(1), billing(101), "1.90", ""), (installation(2), billing(102), "2.10", "L2")], "edited.csv")
        self.run_in("refused", edited, sandbox, status=3)
        self.run_in("wrong-sum", edited, sandbox, "--allow-additional", "1:1.91", status=3)
        self.run_in("wrong-number", edited, sandbox, "--allow-additional", "2:1.90", status=3)
        self.assert_billed_once_each(sandbox, self.rows(1, 2))
        self.run_in("second", edited, sandbox, "--allow-additional", "1:1.90")
        self.assertEqual(self.statuses(), ["submitted", "duplicate"])
        self.assert_billed_once_each(sandbox, self.rows(1, 2) + [(installation(1), billing(101), "1.90")])

    def test_rows_that_were_held_back_go_out_with_the_corrected_row_that_held_them_back(self):
        """Two lines of one item, the second invalid: corrected in failed.csv, it is another charge than the first."""
        sandbox = self.sandbox()
        item = (installation(2), billing(102))
        self.run_in("first", self.file([*self.rows(1), (*item, "2.00", ""), (*item, "x", "")]), sandbox, "--skip-invalid", status=1)
        self.assertEqual(self.statuses(), ["submitted", "not_sent", "invalid"])
        failed = self.out / "failed.csv"
        text = failed.read_text()
        header, named, invalid = text.splitlines()
        corrected = invalid[:-len("x,")] + "7.00,"
        self.assertEqual(invalid[-2:], "x,")
        # A row that was pasted in from the corrected export may be the one that is named.
        pasted = self.folder / "pasted.csv"
        pasted.write_text("\n".join([header, named, "," * (header.count(",") - 3) + ",".join(item) + ",7.00,"]) + "\n")
        self.assertIn("additional", self.run_in("pasted", pasted, sandbox, status=3).stdout)
        # A row with its name is known for what it is: in a file of its own, and beside what is billed by then.
        alone = self.folder / "alone.csv"
        alone.write_text("\n".join([header, corrected]) + "\n")
        failed.write_text("\n".join([header, named]) + "\n")
        self.run_in("second", failed, sandbox)
        self.run_in("third", alone, sandbox)
        self.assertEqual(self.statuses(), ["submitted"])
        self.assert_billed_once_each(sandbox, [*self.rows(1), (*item, "2.00"), (*item, "7.00")])

    def test_a_corrected_row_of_an_invoice_is_no_question_beside_the_invoices_other_lines(self):
        """Their reference is the invoice's number; nothing of it is billed."""
        sandbox = self.sandbox()
        invoice = [(installation(1), billing(1), "x", "INV-1"), (installation(1), billing(2), "4.00", "INV-1"), *self.rows(3)]
        self.run_in("first", self.file(invoice), sandbox, "--skip-invalid", status=1)
        self.assertEqual(self.statuses(), ["invalid", "not_sent", "submitted"])
        failed = self.folder / "kept.csv"
        failed.write_text((self.out / "failed.csv").read_text().replace(",x,", ",3.00,"))
        self.run_in("second", failed, sandbox)
        self.assert_billed_once_each(sandbox, [(installation(1), billing(1), "3.00"), *invoice[1:]])

    def test_a_corrected_row_of_an_invoice_is_no_question_beside_what_is_billed_of_it(self):
        sandbox = self.sandbox()
        item = (installation(1), billing(1))
        invoice = [(*item, "4.00", "INV-1"), (installation(2), billing(1), "x", "INV-1"), (installation(3), billing(1), "4.00", "INV-1")]
        self.run_in("first", self.file(invoice), sandbox, "--skip-invalid", status=1)
        self.assertEqual(self.statuses(), ["submitted", "invalid", "submitted"])
        corrected = self.saved("corrected.csv", lambda row: row | {"Amount": "4.00"})
        self.run_in("second", corrected, sandbox)
        self.assert_billed_once_each(sandbox, [invoice[0], (*invoice[1][:2], "4.00"), invoice[2]])

    def test_a_repeated_row_that_was_invalid_is_billed_no_more_than_it_would_have_been_there(self):
        """A join brings a line twice, and the copy lacks its SID: corrected, it is the line that is billed."""
        sandbox = self.sandbox()
        line = (installation(1), billing(1), "5.00", "INV-7")
        self.run_in("first", self.file([line, ("", *line[1:])]), sandbox, "--skip-invalid", status=1)
        self.run_in("second", self.saved("corrected.csv", lambda row: row | {"InstalledAddOnSid": line[0]}), sandbox)
        self.assertEqual(self.statuses(), ["duplicate"])
        self.assert_billed_once_each(sandbox, [line])

    def test_a_row_in_conflict_with_a_charge_is_no_proof_that_the_invalid_row_beside_it_is_another_line(self):
        sandbox = self.sandbox()
        item = (installation(1), billing(1))
        self.run_in("first", self.file([(*item, "5.00", "INV-7")]), sandbox)
        again = [(*item, "5.00 EUR", "INV-7"), (*item, "6.00", "INV-7"), *self.rows(2)]
        self.run_in("again", self.file(again, "again.csv"), sandbox, "--skip-invalid", status=1)
        self.assertEqual(self.statuses(), ["invalid", "invalid", "submitted"])
        header, first, _ = (self.out / "failed.csv").read_text().splitlines()
        failed = self.folder / "kept.csv"
        failed.write_text(f"{header}\n{first.replace(',5.00 EUR,', ',5.00,')}\n")
        self.run_in("second", failed, sandbox)
        self.assertEqual(self.statuses(), ["duplicate"])
        self.assert_billed_once_each(sandbox, [(*item, "5.00"), *self.rows(2)])

    def test_an_invalid_row_has_one_name_however_often_its_export_is_uploaded(self):
        sandbox = self.sandbox()
        export = self.file([*self.rows(1), (installation(2), billing(102), "x", "L2")])
        self.run_in("first", export, sandbox, "--skip-invalid", status=1)
        name, = [row["usage_row"] for row in self.rows_of_file(self.out / "failed.csv")]
        self.run_in("again", export, sandbox, "--skip-invalid", status=1)
        self.assertEqual([row["usage_row"] for row in self.rows_of_file(self.out / "failed.csv")], [name])
        self.run_in("dry", export, sandbox, "--dry-run", status=3)
        self.assertEqual([row["usage_row"] for row in self.rows_of_file(self.out / "failed.csv")], [name])
        moved = {"Amount": "2.00", "InstalledAddOnSid": installation(3)}
        corrected = self.saved("corrected.csv", lambda row: row | (moved if row["Amount"] == "x" else {}))
        self.run_in("second", corrected, sandbox)
        self.run_in("third", export, sandbox, "--skip-invalid", status=1)
        self.assertEqual([warning["name"] for warning in self.period()["warnings"]], [])
        other = self.saved("other.csv", lambda row: row | {"Amount": "2.00"})
        self.assertIn("already submitted", self.run_in("other", other, sandbox, status=3).stdout)
        # Nor does the export bill it anew once it is corrected there, at the customer where it stood.
        mended = self.file([*self.rows(1), (installation(2), billing(102), "3.00", "")], "mended.csv")
        self.assertIn("which a correction moved to", self.run_in("mended", mended, sandbox, status=3).stdout)
        self.assert_billed_once_each(sandbox, [*self.rows(1), (installation(3), billing(102), "2.00")])

    def test_lines_of_one_file_that_were_invalid_are_corrected_one_after_the_other(self):
        sandbox = self.sandbox()
        item = (installation(1), billing(1))
        self.run_in("first", self.file([(*item, "x", ""), (*item, "y", ""), *self.rows(2)]), sandbox, "--skip-invalid", status=1)
        header, one, two = (self.out / "failed.csv").read_text().splitlines()
        for name, row in (("one", one.replace(",x,", ",5.00,")), ("two", two.replace(",y,", ",5.00,"))):
            path = self.folder / f"{name}.csv"
            path.write_text(f"{header}\n{row}\n")
            self.run_in(name, path, sandbox)
            self.assertEqual(self.statuses(), ["submitted"])
        self.assert_billed_once_each(sandbox, [(*item, "5.00"), (*item, "5.00"), *self.rows(2)])

    def test_a_corrected_row_that_is_refused_for_its_reference_keeps_its_name(self):
        sandbox = self.sandbox()
        item = (installation(1), billing(1))
        self.run_in("first", self.file([(*item, "x", "L1"), *self.rows(2)]), sandbox, "--skip-invalid", status=1)
        kept = self.folder / "kept.csv"
        kept.write_text((self.out / "failed.csv").read_text())
        self.run_in("other", self.file([(*item, "3.00", "L3")], "other.csv"), sandbox)
        mistyped = self.folder / "mistyped.csv"
        mistyped.write_text(kept.read_text().replace(",x,L1", ",5.00,L3"))
        self.run_in("mistyped", mistyped, sandbox, "--skip-invalid", status=1)
        right = self.saved("right.csv", lambda row: row | {"InvoiceLineId": "L1"})
        self.run_in("asked", right, sandbox, status=3)  # beside another run's line of its item
        self.run_in("right", right, sandbox, "--allow-additional", "1:5.00")
        self.assert_billed_once_each(sandbox, [(*item, "3.00"), (*item, "5.00"), *self.rows(2)])

    def test_a_corrected_row_is_billed_once_however_often_and_however_it_is_corrected(self):
        sandbox = self.sandbox({"installations": {installation(5): {"faults": ["404", "ok"]}}})
        self.run_in("first", self.file([*self.rows(1), (installation(2), billing(102), "x", "")]), sandbox, "--skip-invalid", status=1)
        name = self.reconciliation()[1]["usage_row"]
        self.assertTrue(name)
        failed = self.out / "failed.csv"
        self.assertEqual([row["usage_row"] for row in self.rows_of_file(failed)], [name])
        kept = self.folder / "kept.csv"
        kept.write_text(failed.read_text())

        def corrected(amount, to, file="corrected.csv"):
            path = self.folder / file
            path.write_text(kept.read_text().replace(",x,", f",{amount},").replace(installation(2), installation(to)))
            return path

        # Invalid once more, refused, held back, and failed under other SIDs: it stays that row, by its name.
        self.run_in("wrong-again", corrected("1e3", 2), sandbox, "--skip-invalid", status=1)
        self.assertEqual([row["usage_row"] for row in self.rows_of_file(self.out / "failed.csv")], [name])
        self.run_in("refused", corrected("1e3", 2), sandbox, status=3)
        self.assertEqual([row["usage_row"] for row in self.rows_of_file(self.out / "failed.csv")], [name])
        self.run_in("failed", corrected("7.00", 5), sandbox, status=1)
        self.assertEqual([(row["usage_row"], row["status"]) for row in self.reconciliation()], [(name, "failed")])
        self.ledger_command("reconcile", "2026-10-1", "--out", self.folder / "anew")
        self.out = self.folder / "anew"
        self.assertEqual(self.rows_of_file(self.out / "failed.csv"), [])
        self.assertIn("superseded by 2026-10-3, line 2", self.reconciliation()[1]["reason"])
        self.run_in("billed", corrected("8.00", 2), sandbox)
        self.assertEqual(self.statuses(), ["submitted"])
        # The file as it was, corrected once more: to the same, to another amount, to another customer.
        self.run_in("again", corrected("8.00", 2), sandbox)
        self.assertEqual(self.statuses(), ["duplicate"])
        for amount, to in (("9.00", 2), ("8.00", 3), ("9.00", 4)):
            self.assertIn("this charge is already submitted", self.run_in("other", corrected(amount, to), sandbox, status=3).stdout)
        self.assert_billed_once_each(sandbox, [*self.rows(1), (installation(2), billing(102), "8.00")])
        shown = self.period()
        self.assertEqual([warning["name"] for warning in shown["warnings"]], [])
        self.assertEqual(shown["totals"]["submitted"]["rows"], 2)

    def test_two_corrections_of_one_invalid_row_are_refused_also_in_two_files(self):
        sandbox = self.sandbox()
        self.run_in("first", self.file([*self.rows(1), (installation(2), billing(102), "x", "")]), sandbox, "--skip-invalid", status=1)
        header, row = (self.out / "failed.csv").read_text().splitlines()
        paths = []
        for name, lines in (("one.csv", [row.replace(",x,", ",1.00,")]), ("two.csv", [row.replace(",x,", ",2.00,")])):
            paths.append(self.folder / name)
            paths[-1].write_text("\n".join([header, *lines]) + "\n")
        self.out = self.folder / "both"
        self.assertIn("two rows name this charge", self.upload(paths[0], sandbox, paths[1], status=3).stdout)
        self.assert_billed_once_each(sandbox, self.rows(1))

    def test_what_stands_in_usage_settle_of_an_invalid_row_holds_it_back(self):
        sandbox = self.sandbox()
        self.run_in("first", self.file([*self.rows(1), (installation(2), billing(102), "x", "")]), sandbox, "--skip-invalid", status=1)
        left_out = self.saved("left-out.csv", lambda row: row | {"Amount": "2.00", "usage_settle": "left-out"})
        self.assertIn("no charge yet that could be settled", self.run_in("second", left_out, sandbox, status=3).stderr)
        self.assert_billed_once_each(sandbox, self.rows(1))

    def test_a_corrected_row_is_a_question_where_a_later_run_billed_its_reference_under_other_sids(self):
        sandbox = self.sandbox()
        invoice = [(installation(1), billing(1), "x", "INV-1"), (installation(2), billing(1), "5.00", "INV-1")]
        self.run_in("first", self.file(invoice), sandbox, "--skip-invalid", status=1)
        failed = self.folder / "kept.csv"
        failed.write_text((self.out / "failed.csv").read_text().replace(",x,", ",3.00,"))
        self.run_in("export", self.file([(installation(3), billing(1), "3.00", "INV-1"), invoice[1]]), sandbox)
        asked = self.run_in("second", failed, sandbox, status=3).stdout
        self.assertIn(f"beside 3.00 with the reference INV-1, for {billing(1)} of {installation(3)}", asked)
        self.assert_billed_once_each(sandbox, [(installation(3), billing(1), "3.00"), invoice[1]])

    def test_a_corrected_row_is_a_question_where_the_run_that_billed_its_line_had_another_invalid_row_on_its_item(self):
        sandbox = self.sandbox()
        item = (installation(1), billing(1))
        self.run_in("first", self.file([(*item, "tba", "L1"), (*item, "tbd", "L2")]), sandbox, "--skip-invalid", status=1)
        failed = self.folder / "kept.csv"
        failed.write_text((self.out / "failed.csv").read_text().replace(",tba,", ",11.00,").replace(",tbd,", ",22.00,"))
        moved = [(installation(2), billing(1), "11.00", "L1"), (*item, "tbd", "L2")]
        self.run_in("moved", self.file(moved), sandbox, "--skip-invalid", status=1)
        self.assertIn(f"beside 11.00 with the reference L1, for {billing(1)} of {installation(2)}", self.run_in("second", failed, sandbox, status=3).stdout)
        self.assert_billed_once_each(sandbox, moved[:1])

    def test_a_corrected_row_of_a_refused_plan_is_a_question_where_a_run_billed_its_line_since(self):
        sandbox = self.sandbox()
        item = (installation(1), billing(1))
        self.run_in("refused", self.file([(*item, "tba", "INV-1"), (*item, "tbd", "INV-1")]), sandbox, status=3)
        failed = self.folder / "kept.csv"
        text = (self.out / "failed.csv").read_text().replace(",tba,", ",11.00,")
        failed.write_text("".join(line for line in text.splitlines(True) if ",tbd," not in line))
        moved = [(installation(2), billing(1), "11.00", "INV-1"), (*item, "tbd", "INV-1")]
        self.run_in("moved", self.file(moved), sandbox, "--skip-invalid", status=1)
        self.run_in("second", failed, sandbox, status=3)
        self.assert_billed_once_each(sandbox, moved[:1])

    def test_an_additional_row_that_was_held_back_stays_the_charge_that_it_corrects(self):
        """L1 failed on an installation that is not its own, where another line was billed since."""
        wrong, right = installation(2), installation(5)
        sandbox = self.sandbox({"installations": {wrong: {"faults": ["404", "ok"]}}})
        self.run_in("first", self.file([(wrong, billing(1), "2.00", "L1")]), sandbox, status=1)
        self.run_in("other", self.file([(wrong, billing(1), "3.00", "L2")]), sandbox)
        both = self.file([(wrong, billing(1), "2.00", "L1"), (wrong, billing(2), "x", "L3")])
        self.run_in("held-back", both, sandbox, "--skip-invalid", status=1)
        held = self.rows_of_file(self.out / "failed.csv")[0]
        self.assertEqual(held["usage_row"], self.rows_of_file(self.folder / "first" / "failed.csv")[0]["usage_row"])
        corrected = self.folder / "corrected.csv"
        corrected.write_text((self.out / "failed.csv").read_text().replace(f"{wrong},{billing(1)}", f"{right},{billing(1)}").replace(",x,", ",7.00,"))
        # It only names the charge, which stands in the first run.
        settled = ["--as", "left-out", "--by", "Ann", "--note", "credited", "--ledger", self.ledger]
        for which in (["--row", held["usage_row"]], ["--installation", wrong]):
            self.run_program("settle", "2026-10-3", *which, *settled, status=3)
        self.assertIn("beside 3.00 with the reference L2", self.run_in("asked", corrected, sandbox, status=3).stdout)
        self.run_in("allowed", corrected, sandbox, "--allow-additional", "1:2.00")
        shown = json.loads(self.run_program("show", "--period", "2026-10", "--json", "--ledger", self.ledger).stdout)
        self.assertEqual(sorted((charge["quantity"], charge["status"]) for charge in shown["charges"]),
                         [("2.00", "submitted"), ("3.00", "submitted"), ("7.00", "submitted")])

    def test_an_edited_line_that_was_invalid_at_first_is_asked_about_beside_the_charge_that_it_may_be(self):
        """2.00 failed, and the export has it as 7.00 since. That this was unreadable once makes it no other line."""
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}}})
        item = (installation(2), billing(102))
        self.run_in("first", self.file([*self.rows(1), (*item, "2.00", "")]), sandbox, status=1)
        failed = self.folder / "kept.csv"
        failed.write_bytes((self.out / "failed.csv").read_bytes())
        self.out = self.folder / "both"
        self.upload(failed, sandbox, self.file([(*item, "$7.00", "")], "edited.csv"), "--skip-invalid", status=1)
        mended = self.folder / "mended.csv"
        mended.write_text((self.out / "failed.csv").read_text().replace("$7.00", "7.00"))
        self.assertIn("additional", self.run_in("mended", mended, sandbox, status=3).stdout)
        header, named = failed.read_text().splitlines()
        pasted = self.folder / "pasted.csv"
        pasted.write_text("\n".join([header, named, "," * (header.count(",") - 3) + ",".join(item) + ",$7.00,"]) + "\n")
        self.run_in("pasted", pasted, sandbox, status=3)
        mended.write_text((self.out / "failed.csv").read_text().replace("$7.00", "7.00"))
        self.assertIn("additional", self.run_in("mended-again", mended, sandbox, status=3).stdout)
        self.assert_billed_once_each(sandbox, self.rows(1))

    def test_an_invalid_row_of_another_item_lets_no_edited_line_out(self):
        sandbox = self.sandbox()
        item = (installation(2), billing(102))
        self.run_in("first", self.file([*self.rows(1), (*item, "2.00", ""), (installation(2), billing(103), "x", "")]), sandbox, "--skip-invalid", status=1)
        failed = self.folder / "kept.csv"
        failed.write_bytes((self.out / "failed.csv").read_bytes())
        self.out = self.folder / "both"
        self.upload(failed, sandbox, self.file([(*item, "$7.00", "")], "edited.csv"), "--skip-invalid", status=1)
        mended = self.folder / "mended.csv"
        mended.write_text((self.out / "failed.csv").read_text().replace("$7.00", "7.00").replace(",x,", ",3.00,"))
        self.assertIn("7.00; beside 2.00", self.run_in("mended", mended, sandbox, status=3).stdout)
        self.assert_billed_once_each(sandbox, self.rows(1))

    def test_a_refused_correction_is_the_same_charge_when_it_is_mended(self):
        """The files of a refused plan, and those of rows left behind by --skip-invalid, keep the charges' names."""
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}, installation(2): {"faults": ["404"]}}})
        self.run_in("first", self.file(self.rows(1, 2, 5)), sandbox, status=1)
        failed = (self.folder / "first" / "failed.csv").read_text()
        names = [row["usage_row"] for row in self.rows_of_file(self.folder / "first" / "failed.csv")]
        moved = failed.replace(installation(1), installation(9))
        broken = self.folder / "broken.csv"
        for name, text in (("refused", moved.replace("2.10", "2.1O")), ("name", moved.replace(names[0], names[0] + "7"))):
            broken.write_text(text)
            self.run_in(name, broken, sandbox, status=3)
            kept = [row["usage_row"] for row in self.rows_of_file(self.out / "failed.csv")]
            self.assertEqual(kept, [row["usage_row"] for row in self.rows_of_file(broken)])
        broken.write_text(moved.replace("2.10", "2.1O"))
        self.run_in("skipped", broken, sandbox, "--skip-invalid", status=1)
        self.assertEqual([row["usage_row"] for row in self.rows_of_file(self.out / "failed.csv")], names[1:])
        self.out.joinpath("failed.csv").write_text((self.out / "failed.csv").read_text().replace("2.1O", "2.15"))
        self.run_in("mended", self.out / "failed.csv", sandbox)
        self.assertEqual(self.period_counts(), {"submitted": 3})
        # An old correction of the first, refused; mended in that file, it still is what was billed.
        old = self.folder / "old.csv"
        old.write_text(failed.replace(installation(1), installation(8)))
        self.run_in("too-late", old, sandbox, status=3)
        self.run_in("too-late-again", self.out / "failed.csv", sandbox, status=3)
        self.assert_billed_once_each(sandbox, [(installation(9), billing(101), "1.10"), (installation(2), billing(102), "2.15")]
                                     + self.rows(5))

    def test_the_charge_that_two_rows_name_is_taken_by_no_other_row_and_both_can_be_corrected(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        export = self.file(self.rows(1))
        self.run_in("first", export, sandbox, status=1)
        header, row = (self.out / "failed.csv").read_text().splitlines()
        moved = [row.replace(installation(1), installation(to)) for to in (8, 9)]
        twice = self.folder / "twice.csv"
        twice.write_text("\n".join([header, *moved]) + "\n")
        self.run_in("asked", twice, sandbox, export, "--skip-invalid", status=3)
        self.run_in("allowed", twice, sandbox, export, "--skip-invalid", "--allow-additional", "1:1.10", status=1)
        named = [(row["usage_row"], row["installed_add_on_sid"]) for row in self.rows_of_file(self.out / "failed.csv")]
        name = row.split(",")[0]
        self.assertEqual(named, [(name, installation(8)), (name, installation(9))])
        self.assert_billed_once_each(sandbox, self.rows(1))

    def test_an_exports_refused_row_takes_its_charge_along_when_it_is_corrected(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        self.run_in("first", self.file(self.rows(1)), sandbox, status=1)
        self.run_in("refused", self.file(self.rows(1) + [(installation(2), billing(102), "2.1O", "L2")], "export.csv"), sandbox, status=3)
        failed = self.out / "failed.csv"
        failed.write_text(failed.read_text().replace(installation(1), installation(9)).replace("2.1O", "2.10"))
        self.run_in("second", failed, sandbox)
        self.assertEqual(self.period_counts(), {"submitted": 2})

    def test_a_reference_that_a_spreadsheet_changed_is_still_the_charges(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["403", "403"]}}})
        self.run_in("first", self.file([(installation(1), billing(1), "10.00", "00123")]), sandbox, status=1)
        sheet = self.folder / "sheet.csv"
        sheet.write_text((self.folder / "first" / "failed.csv").read_text().replace(",00123", ",123"))
        self.run_in("second", sheet, sandbox, status=1)
        self.run_in("third", self.file([(installation(2), billing(1), "10.00", "00123")], "corrected.csv"), sandbox)
        self.run_in("asked", self.folder / "second" / "failed.csv", sandbox, status=3)
        self.run_in("november", self.file([(installation(1), billing(2), "7.00", "L7")], "november.csv"), sandbox, period="2026-11")
        self.assert_billed_once_each(sandbox, [(installation(2), billing(1), "10.00"), (installation(1), billing(2), "7.00")])

    def test_what_another_period_billed_is_asked_about_under_a_changed_reference(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["403"]}}})
        rows = [(installation(1), billing(1), "10.00", "00123")]
        self.run_in("october", self.file(rows), sandbox, status=1)
        self.run_in("november", self.file(rows, "november.csv"), sandbox, period="2026-11")
        sheet = self.folder / "sheet.csv"
        sheet.write_text((self.folder / "october" / "failed.csv").read_text().replace(",00123", ",123"))
        refused = self.run_in("refused", sheet, sandbox, status=3)
        self.assertIn("10.00 with the reference 00123", refused.stdout)
        self.assert_billed_once_each(sandbox, rows)

    def test_a_periods_failed_csv_asks_where_two_of_its_charges_may_be_one(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["403", "403"]}}})
        for name, amount in (("first", "100.00"), ("second", "90.00")):
            self.run_in(name, self.file([(installation(1), billing(1), amount, "")], f"{name}.csv"), sandbox, status=1)
        self.ledger_command("reconcile", "--period", "2026-10", "--out", self.folder / "october", status=1)
        self.run_in("refused", self.folder / "october" / "failed.csv", sandbox, status=3)
        self.assertEqual(sandbox.billed(), {})
        self.run_in("both", self.folder / "october" / "failed.csv", sandbox, "--allow-additional", "1:100.00")
        self.assert_billed_once_each(sandbox, [(installation(1), billing(1), "100.00"), (installation(1), billing(1), "90.00")])

    def test_a_decimal_comma_survives_failed_csv(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        path = self.folder / "komma.csv"
        path.write_text("InstalledAddOnSid;BillingSid;Amount\n"
                        f"{installation(1)};{billing(1)};1,50\n{installation(2)};{billing(2)};1.234\n")
        self.run_in("refused", path, sandbox, "--decimal-comma", status=3)
        failed = self.rows_of_file(self.out / "failed.csv", ";")
        self.assertEqual([(row["Amount"], row["usage_decimal_sign"]) for row in failed], [("1,50", ","), ("1.234", ",")])
        # As it is, without --decimal-comma: 1.234 is still no small amount.
        self.run_in("still-refused", self.out / "failed.csv", sandbox, status=3)
        again = self.rows_of_file(self.out / "reconciliation.csv")
        self.assertEqual([(row["status"], row["usage_decimal_sign"]) for row in again], [("not_sent", "."), ("invalid", "?")])
        corrected = self.folder / "corrected.csv"
        corrected.write_text((self.out / "failed.csv").read_text().replace("1.234", "1234,00"))
        self.run_in("first", corrected, sandbox, status=1)
        self.run_in("second", self.folder / "first" / "failed.csv", sandbox)
        self.assert_billed_once_each(sandbox, [(installation(1), billing(1), "1.50"), (installation(2), billing(2), "1234.00")])

    def test_an_old_failed_csv_is_asked_about_where_the_export_was_corrected_too(self):
        """The line failed for a wrong installation; the corrected export billed it for the right one, as another charge."""
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        wrong, right = [(installation(i), billing(101), "1.10", "L1") for i in (1, 9)]
        self.run_in("first", self.file([wrong, *self.rows(2)]), sandbox, status=1)
        failed = self.out / "failed.csv"
        self.run_in("second", self.file([right, *self.rows(2)]), sandbox, status=0)
        before = len(sandbox.requests())
        for path in (failed, self.file([wrong, *self.rows(2)])):
            refused = self.run_in("third", path, sandbox, status=3).stdout
            self.assertIn(f"1.10 with the reference L1, for {billing(101)} of {installation(9)}, submitted by run 2026-10-2", refused)
        self.assertEqual(len(sandbox.requests()), before)
        self.run_in("third", failed, sandbox, "--allow-additional", "1:1.10")
        self.assert_billed_once_each(sandbox, [wrong, right, *self.rows(2)])

    def test_the_corrected_export_and_failed_csv_in_one_upload_are_asked_about(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        wrong, right = [(installation(i), billing(101), "1.10", "L1") for i in (1, 9)]
        self.run_in("first", self.file([wrong]), sandbox, status=1)
        failed = self.out / "failed.csv"
        before = len(sandbox.requests())
        self.out = self.folder / "both"
        refused = self.upload(failed, sandbox, self.file([right], "corrected.csv"), status=3).stdout
        self.assertIn("1.10 with the reference L1", refused)
        self.assertEqual(len(sandbox.requests()), before)

    def test_a_reference_that_a_spreadsheet_changed_is_known_in_the_next_period(self):
        """October is billed with 123 in place of 00123, and without INV-A; November's export repeats both lines as they were."""
        sandbox = self.sandbox({"installations": {installation(i): {"faults": ["404"]} for i in (1, 2)}})
        october = self.file([(installation(1), billing(101), "1.10", "00123"), (installation(2), billing(102), "2.10", "INV-A")])
        self.run_in("first", october, sandbox, status=1)
        sheet = self.folder / "sheet.csv"
        sheet.write_text((self.out / "failed.csv").read_text().replace("00123", "123").replace("INV-A", ""))
        self.run_in("second", sheet, sandbox)
        refused = self.run_in("third", october, sandbox, period="2026-11", status=3).stdout
        for reference in ("00123", "INV-A"):
            self.assertIn(f"{reference}: period 2026-10 has this reference submitted", refused)
        self.assert_billed_once_each(sandbox, self.rows(1, 2))

    def test_an_old_failed_csv_is_asked_about_where_a_spreadsheet_changed_the_reference_of_the_newer_one(self):
        sandbox = self.sandbox({"installations": {installation(i): {"faults": ["404"]} for i in (1, 9)}})
        wrong, right = [(installation(i), billing(101), "1.10", "00123") for i in (1, 9)]
        self.run_in("first", self.file([wrong, *self.rows(2)]), sandbox, status=1)
        old = self.out / "failed.csv"
        self.run_in("second", self.file([right, *self.rows(2)]), sandbox, status=1)
        sheet = self.folder / "sheet.csv"
        sheet.write_text((self.out / "failed.csv").read_text().replace("00123", "123"))
        self.run_in("third", sheet, sandbox)
        refused = self.run_in("fourth", old, sandbox, status=3).stdout
        self.assertIn(f"1.10 with the reference 00123, for {billing(101)} of {installation(9)}, submitted by run 2026-10-3", refused)
        self.assert_billed_once_each(sandbox, [right, *self.rows(2)])

    def test_a_row_is_sent_in_the_place_of_the_charge_of_its_reference_beside_an_equal_one_that_was_billed(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": [{"fault": "not_submitted", "items": [1]}]}}})
        without, with_one = [(installation(1), billing(101), "1.10", reference) for reference in ("", "INV-A")]
        self.run_in("first", self.file([without, with_one]), sandbox, status=1)
        self.run_in("second", self.file([without, with_one]), sandbox)
        self.assertEqual(self.statuses(), ["duplicate", "submitted"])
        self.run_in("third", self.file([with_one]), sandbox)
        self.assertEqual(self.statuses(), ["duplicate"])
        self.assert_billed_once_each(sandbox, [without, with_one])

    def test_a_correction_is_kept_when_the_results_are_written_again(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404"]}}})
        self.run_in("first", self.file(self.rows(1, 2)), sandbox, status=1)
        failed = self.out / "failed.csv"
        corrected = failed.read_text().replace(installation(1), installation(7))
        failed.write_text(corrected)
        again = self.ledger_command("reconcile", "last", "--out", self.out, status=1)
        self.assertIn("failed.csv in ", again.stderr)
        self.assertIn("kept there as failed.kept-1.csv", again.stderr)
        self.assertEqual((self.out / "failed.kept-1.csv").read_text(), corrected)
        self.assertIn(installation(1), failed.read_text())
        self.assertNotIn("kept", self.ledger_command("reconcile", "last", "--out", self.out, status=1).stderr)


if __name__ == "__main__":
    unittest.main()
