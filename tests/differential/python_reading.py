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
    line: int
    raw: str                 # its lines as they stand
    content: tuple = None    # installation, billing SID, amount, reference, currency; None where the row is invalid
    amount: object = None    # where it can be read, also of an invalid row


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


def content_of(cells, amount, export):
    """The charge that the cells make, or None."""
    if any(CONTROL.search(cell) for cell in cells.values()):
        return None
    reference, currency = cells.get("reference", ""), cells.get("currency", "")
    good = (re.fullmatch("XE[0-9a-fA-F]{32}", cells["installation"]) and re.fullmatch("[!-~]{1,256}", cells["billing_sid"])
            and amount is not None and (export.max_amount is None or amount <= export.max_amount)
            and len(reference.encode()) <= 256 and is_printable(reference) and len(currency) <= 16 and is_printable(currency))
    if not good:
        return None
    upper = "".join(c.upper() if c.isascii() else c for c in currency)
    return sid_key(cells["installation"]), sid_key(cells["billing_sid"]), amount, reference, upper


def row_of(line, cells, raw, width, export):
    row = Row(line, raw)
    if len(cells) != width:
        return row
    mapped = {role: cells[index].strip(BLANKS) for role, index in export.columns.items()}
    row.amount = amounts.value_of(mapped["quantity"], export.decimal_comma)
    row.content = content_of(mapped, row.amount, export)
    return row


def reject_repeated_references(rows):
    key = lambda row: (row.content[0], row.content[1], row.content[3])
    count = Counter(key(row) for row in rows if row.content and row.content[3])
    for row in rows:
        if row.content and row.content[3] and count[key(row)] > 1:
            row.content = None


def text_of(content):
    if b"\0" in content:
        raise Refused("NUL")
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Refused(str(error)) from error


def read(export):
    """All rows, or Refused."""
    found = records(text_of(export.content), export.delimiter)
    if len(found) < 2:
        raise Refused("no header, or no row")
    width = len(found[0][1])
    rows = [row_of(*record, width, export) for record in found[1:]]
    reject_repeated_references(rows)
    return rows
