"""What an export says by Python's csv and decimal: the other reading that the program's is held against."""
import csv
import dataclasses
import re
import unicodedata
from collections import Counter

import amounts

csv.field_size_limit(1 << 31)
BLANKS = " \t"
SENTINEL = "the text has ended"


class Refused(Exception):
    """Nobody may read such a file."""


@dataclasses.dataclass
class Row:
    file: int
    line: int
    raw: str                 # its lines as they stand
    cells: list
    delimiter: str
    kind: str = "invalid"    # or "row", or "left_out"
    content: tuple = None    # of a row: installation, billing SID, amount, reference, currency
    amount: object = None    # where it can be read, whatever the row is
    is_filtered: bool = False
    is_zero: bool = False    # left out for that


class Lines:
    """Hands out lines, ended by LF alone, and keeps those of the present record."""

    def __init__(self, text):
        *whole, last = text.split("\n")
        self.lines = [line + "\n" for line in whole] + ([last] if last else [])
        self.taken = 0
        self.raw = []

    def __iter__(self):
        for line in self.lines:
            self.taken += 1
            self.raw.append(line)
            yield line
        yield SENTINEL

    def next_record(self):
        raw, self.raw = "".join(self.raw), []
        return raw


def records(text, delimiter):
    """(line, cells, raw) of each record that is not blank."""
    lines = Lines(text)
    reader = csv.reader(iter(lines), delimiter=delimiter)
    found = []
    last = None
    while True:
        line = lines.taken + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise Refused(str(error)) from error
        if cells is None:
            break
        last = cells
        raw = lines.next_record()
        blank = len(cells) <= 1 and not raw.strip(" \t\r\n")
        if not blank and raw:
            found.append((line, cells, raw))
    if last != [SENTINEL]:
        raise Refused("a quote is never closed")
    return found


CONTROL = re.compile("[\0-\x1f\x7f]")


def is_printable(text):
    return text.isascii() or not any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") for c in text)


def sid_key(text):
    return text[:2] + text[2:].lower() if re.fullmatch("(XE|BI)[0-9a-fA-F]{32}", text) else text


class Reading:
    """One export, read row by row."""

    def __init__(self, export):
        self.export = export
        self.tables = {table.role: table.sids for table in export.tables}
        self.wanted = {value for test, value in export.where if test == "="}
        self.unwanted = {value for test, value in export.where if test == "!="}
        self.met = not export.where
        self.any_row = False

    def sid(self, role, cells):
        if role in cells:
            return cells[role]
        return self.export.constants.get(role) or self.tables[role].get(cells[role + "_key"], "")

    def content(self, cells):
        """The charge that the cells make, or None."""
        mapped = [cell for slot, cell in cells.items() if slot != "status"]
        if any(CONTROL.search(cell) for cell in mapped):
            return None
        installation, billing_sid = self.sid("installation", cells), self.sid("billing_sid", cells)
        amount = amounts.charge_of(cells["quantity"], self.export.form)
        reference, currency = cells.get("reference", ""), cells.get("currency", self.export.constants.get("currency", ""))
        good = (re.fullmatch("XE[0-9a-fA-F]{32}", installation) and re.fullmatch("[!-~]{1,256}", billing_sid)
                and amount is not None and (self.export.max_amount is None or amount <= self.export.max_amount)
                and len(reference.encode()) <= 256 and is_printable(reference) and len(currency) <= 16 and is_printable(currency))
        if not good:
            return None
        upper = "".join(c.upper() if c.isascii() else c for c in currency)
        return sid_key(installation), sid_key(billing_sid), amount, reference, upper

    def is_charge_of_its_own(self, row):
        """Whether its SIDs come from a column or a table: a constant is a total line's as well."""
        if row.kind == "left_out" or not self.has_shape(row):
            return False
        cells = {slot: row.cells[index].strip(BLANKS) for slot, index in self.export.columns.items()}
        key = cells.get("installation_key", "")
        has_installation = "installation" not in self.export.constants and not CONTROL.search(key) and re.fullmatch(
            "XE[0-9a-fA-F]{32}", self.sid("installation", cells))
        return bool(has_installation) or "billing_sid_key" in cells and bool(re.fullmatch("[!-~]{1,256}", self.sid("billing_sid", cells)))

    def has_shape(self, row):
        """Whether each cell is certain to belong to its column: none has moved into one that stands behind the last name."""
        names = self.export.names
        if len(row.cells) != len(names):
            return False
        behind_names = max(i for i, name in enumerate(names) if name) + 1
        return row.delimiter != "," or not any(cell.strip(BLANKS) for cell in row.cells[behind_names:])

    def is_parted(self, row):
        """Whether the amount's own sign may have parted it: its end stands right behind it, in a column without a name."""
        at = self.export.columns["quantity"]
        cells = [cell.strip(BLANKS) for cell in row.cells]
        return (at + 1 < len(cells) and not self.export.names[at + 1] and re.fullmatch("[0-9]+", cells[at]) is not None
                and re.match("[0-9]", cells[at + 1]) is not None)

    def is_short_line(self, row):
        """Whether a filter for what is not empty leaves out a row that ends before its column. Not what may be a charge, or cut off."""
        if ("!=", "") not in self.export.where or len(row.cells) != 1 or self.export.columns["status"] < 1:
            return False
        cell = row.cells[0].strip(BLANKS)
        is_sid = re.fullmatch("(XE|BI)[0-9a-fA-F]{32}", cell)
        is_number = re.search("[0-9]", cell) and re.fullmatch("[0-9.,' \u00a0\u202f\u2019]+", cell)
        return not (is_sid or is_number) and (row.raw.endswith(("\n", "\r")) or row.raw == "\x1a")

    def is_filtered(self, state):
        self.any_row = True
        filtered = state in self.unwanted or bool(self.wanted) and state not in self.wanted
        self.met = self.met or not filtered
        return filtered

    def judge(self, row):
        if self.is_short_line(row):
            at = self.export.columns["quantity"]
            row.amount = amounts.amount_of_row(row.cells[at].strip(BLANKS), self.export.form) if at < len(row.cells) else None
            row.kind, row.is_filtered, self.any_row = "left_out", True, True
        if not self.has_shape(row):
            return
        cells = {slot: row.cells[index].strip(BLANKS) for slot, index in self.export.columns.items()}
        row.amount = amounts.amount_of_row(cells["quantity"], self.export.form)
        row.is_filtered = "status" in cells and self.is_filtered(cells["status"])
        is_parted = self.is_parted(row)
        row.is_zero = self.export.zero_skip and row.amount == 0 and not is_parted and not row.is_filtered
        if row.is_filtered or row.is_zero:
            row.kind = "left_out"
            return
        row.content = None if is_parted else self.content(cells)
        row.kind = "row" if row.content else "invalid"


def take_total_line(rows, export, reading):
    """The last rows down to the total become left out."""
    for row in reversed(rows[-6:]):
        is_charge = reading.is_charge_of_its_own(row)
        cells = [cell.strip(BLANKS) for cell in row.cells]
        found = [amounts.any_amount_of(cell, export.form) for cell in cells]
        said = [amount for amount in found if amount is not None]
        row.kind, row.content, row.amount, row.is_filtered, row.is_zero = "left_out", None, None, False, False
        if not said and sum(map(bool, cells)) == 1:
            continue
        at = export.columns["quantity"]
        row.amount = found[at] if at < len(found) and found[at] is not None else said[0] if len(said) == 1 else None
        if row.amount is None or is_charge or any(re.fullmatch("(XE|BI)[0-9a-fA-F]{32}", cell) for cell in cells):
            break
        return
    raise Refused("the last line is no total")


def reject_repeated_references(rows):
    key = lambda row: (row.content[0], row.content[1], row.content[3])
    count = Counter(key(row) for row in rows if row.content and row.content[3])
    for row in rows:
        if row.content and row.content[3] and count[key(row)] > 1:
            row.kind, row.content = "invalid", None


def text_of(content, encoding):
    try:
        text = encoding.text_of(content)
    except UnicodeDecodeError as error:
        raise Refused(str(error)) from error
    if "\0" in text:
        raise Refused("NUL")
    return text.removeprefix("\ufeff")


def is_passed_over(record, delimiter, export):
    """An empty row, unless nothing but its amount would make it a charge."""
    _, cells, raw = record
    is_empty = not raw.rstrip("\r\n").strip(BLANKS + '"' + delimiter)
    return is_empty and len(cells) == len(export.names) and not {"installation", "billing_sid"} <= export.constants.keys()


def rows_of(part, file, export):
    """The records below the header."""
    text = text_of(part.content, export.encoding)
    above = (export.header_line or 1) - 1
    lines = text.split("\n")
    found = records("\n".join(lines[above:]), part.delimiter)
    header = next((i for i, (_, cells, _) in enumerate(found) if [cell.strip(BLANKS) for cell in cells] == export.names), None)
    below = [] if header is None else [record for record in found[header + 1:] if not is_passed_over(record, part.delimiter, export)]
    if not below:
        raise Refused("no header, or no row")
    return [Row(file, line + above, raw, cells, part.delimiter) for line, cells, raw in below]


def read(export):
    """All rows of all files, or Refused."""
    if any(table.sids is None for table in export.tables):
        raise Refused("a table that nobody may use")
    if len({part.content for part in export.parts}) < len(export.parts):
        raise Refused("the same content twice")
    reading = Reading(export)
    rows = []
    for file, part in enumerate(export.parts):
        own = rows_of(part, file, export)
        for row in own:
            reading.judge(row)
        if export.total_row:
            take_total_line(own, export, reading)
        rows += own
    nothing_else = all(row.kind == "left_out" and not row.is_zero for row in rows)
    if reading.any_row and not reading.met or nothing_else and any(row.is_filtered for row in rows):
        raise Refused("no row passes the filters")
    reject_repeated_references(rows)
    return rows
