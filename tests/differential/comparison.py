"""Holds what the program read against what Python read: the same rows, or a refusal; never other rows."""
import re
from decimal import Decimal

import python_reading

BETWEEN = re.compile(rb"\r?\n(?:[ \t]*\r?\n)*")
BEHIND_LAST = re.compile(rb"(?:\r|\r?\n(?:[ \t]*\r?\n)*[ \t]*\r?)?")
ABOVE_FIRST = re.compile(rb"(?:[ \t]*\r?\n)*")


class Difference(AssertionError):
    pass


def expect(truth, what):
    if not truth:
        raise Difference(what)


def all_rows(answer):
    rows = answer["rows"] + answer["invalid"] + answer["left_out"]
    return sorted(rows, key=lambda row: (row["file"], row["offset"]))


def check_every_byte(content, answer):
    """Each byte of the body lies in exactly one row, or is a line's end or blank; lines count LFs."""
    at = answer["files"][0]["body_offset"]
    gap = ABOVE_FIRST
    header = answer["files"][0]["header"].encode()
    above = content[:at].rstrip(b"\r\n")
    expect(above.endswith(header), "the header is not what stands above the body")
    expect(not above[:len(above) - len(header)].removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n"), "text above the header is lost")
    for row in all_rows(answer):
        between = content[at:row["offset"]]
        expect(gap.fullmatch(between), f"bytes {at} to {row['offset']} belong to no row: {between[:80]}")
        expect(row["line"] == 1 + content.count(b"\n", 0, row["offset"]), f"line {row['line']} is not where byte {row['offset']} lies")
        at = row["offset"] + row["length"]
        gap = BETWEEN
    expect(BEHIND_LAST.fullmatch(content[at:]), f"bytes from {at} on belong to no row: {content[at:at + 80]}")


def content_of(row):
    return (python_reading.sid_key(row["installation"]), python_reading.sid_key(row["billing_sid"]), Decimal(row["quantity"]), row["reference"],
            row["currency"])


def check_rows(export, answer, expected):
    ours = all_rows(answer)
    expect([row["line"] for row in ours] == [row.line for row in expected], "other rows than Python's")
    for row, theirs in zip(ours, expected):
        place = f"line {theirs.line}: "
        if "quantity" in row:
            expect(content_of(row) == theirs.content, f"{place}read as {content_of(row)}, by Python as {theirs.content}")
        elif export.hurt and '"' in theirs.raw and "quote-form" in row["problems"]:
            expect(row["amount"] is None or Decimal(row["amount"]) == theirs.amount, place + "another amount")
        else:
            expect(theirs.content is None, f"{place}refused with {row['problems']}, by Python read as {theirs.content}")
            expect((None if row["amount"] is None else Decimal(row["amount"])) == theirs.amount, place + "another amount")


def check_refusal(export, answer, expected):
    expect(answer["status"] == 3, f"refused with exit status {answer['status']}")
    expect(answer["message"] and answer["remedy"] and "\n" not in answer["message"] + answer["remedy"], "no line for people")
    expect(export.hurt or expected is None, f"a clean file is refused: {answer['refused']}: {answer['message']}")


def check(export, answer):
    """What it came to: "refused", or the number of rows that count."""
    try:
        expected = python_reading.read(export)
    except python_reading.Refused as refusal:
        expect("refused" in answer, f"read, though {refusal}")
        expected = None
    if "refused" in answer:
        check_refusal(export, answer, expected)
        return "refused"
    check_every_byte(export.content, answer)
    check_rows(export, answer, expected)
    return len(answer["rows"])
