"""Holds what the program read against what Python read: the same rows, or a refusal; never other rows."""
import re
from decimal import Decimal

import python_reading



class Difference(AssertionError):
    pass


def expect(truth, what):
    if not truth:
        raise Difference(what)


def all_rows(answer):
    """The rows in the order of the input, each with what became of it."""
    rows = [{**row, "kind": kind} for kind, name in (("row", "rows"), ("invalid", "invalid"), ("left_out", "left_out")) for row in answer[name]]
    return sorted(rows, key=lambda row: (row["file"], row["offset"]))


def gaps_of(delimiter):
    """What may stand above the first row, between two, and behind the last: lines that are blank, or of empty cells."""
    empty = b'[ \\t"' + re.escape(delimiter).encode() + b"]*"
    lines = b"(?:" + empty + rb"\r?\n)*"
    return [re.compile(gap) for gap in (lines, rb"\r?\n" + lines, rb"(?:\r|\r?\n" + lines + empty + rb"\r?)?")]


def check_every_byte(part, file, rows, encoding):
    """Each byte of the body lies in exactly one row, or is a line's end, blank or of an empty row; lines count LFs."""
    content = encoding.text_of(part.content).encode()  # places count in the text as UTF-8
    at = file["body_offset"]
    gap, between_rows, behind_last = gaps_of(part.delimiter)
    header = file["header"].encode()
    above = content[:at].rstrip(b"\r\n")
    expect(above.endswith(header), "the header is not what stands above the body")
    above = above[:len(above) - len(header)].removeprefix(b"\xef\xbb\xbf").decode()
    expect(above == part.above, f"{above!r} stands above the header instead of {part.above!r}")
    for row in rows:
        between = content[at:row["offset"]]
        expect(gap.fullmatch(between), f"bytes {at} to {row['offset']} belong to no row: {between[:80]}")
        expect(row["line"] == 1 + content.count(b"\n", 0, row["offset"]), f"line {row['line']} is not where byte {row['offset']} lies")
        at = row["offset"] + row["length"]
        gap = between_rows
    expect(behind_last.fullmatch(content[at:]), f"bytes from {at} on belong to no row: {content[at:at + 80]}")


def content_of(row):
    return (python_reading.sid_key(row["installation"]), python_reading.sid_key(row["billing_sid"]), Decimal(row["quantity"]), row["reference"],
            row["currency"])


def check_row(export, ours, theirs):
    place = f"file {theirs.file}, line {theirs.line}: "
    if export.hurt and '"' in theirs.raw and "quote-form" in ours.get("problems", []):
        expect(ours["amount"] is None or Decimal(ours["amount"]) == theirs.amount, place + "another amount")
        return
    expect(ours["kind"] == theirs.kind, f"{place}{ours['kind']} {ours.get('problems', '')}, by Python {theirs.kind} {theirs.content}")
    if theirs.kind == "row":
        expect(content_of(ours) == theirs.content, f"{place}read as {content_of(ours)}, by Python as {theirs.content}")
    else:
        amount = None if ours["amount"] is None else Decimal(ours["amount"])
        expect(amount == theirs.amount, f"{place}{ours['kind']} with {amount}, by Python with {theirs.amount}")


def check_rows(export, rows, expected):
    expect([(row["file"], row["line"]) for row in rows] == [(row.file, row.line) for row in expected], "other rows than Python's")
    for ours, theirs in zip(rows, expected):
        check_row(export, ours, theirs)


def check_totals(export, answer):
    lines = [(row["file"], row["line"], row["amount"]) for row in answer["left_out"] if row["reason"] == "by --total-row"]
    expect(lines == [(total["file"], total["line"], total["amount"]) for total in answer["total_lines"]], "other total lines than are left out")
    expect(len(lines) == (len(export.parts) if export.total_row else 0), "not one total line a file")


def may_be_parted_otherwise(export, answer):
    """Tabs beside the names of a header may part it so that the needed names are found, too; nobody said which is meant."""
    given = "--delimiter" in export.options
    return answer["refused"] == "input-delimiter" and not given and any(b"\t" in part.content for part in export.parts)


def check_refusal(export, answer, expected):
    expect(answer["status"] == 3, f"refused with exit status {answer['status']}: {answer['message']}")
    expect(answer["message"] and answer["remedy"] and "\n" not in answer["message"] + answer["remedy"], "no line for people")
    expect(export.hurt or expected is None or may_be_parted_otherwise(export, answer), f"a clean file is refused: {answer['refused']}: {answer['message']}")


def check(export, answer):
    """What it came to: "refused", or the number of rows that count."""
    try:
        expected = python_reading.read(export)
    except python_reading.Refused as refusal:
        # A row with stray quotes is a problem, whatever Python makes of its cells: no filter has seen it. And a total line
        # that is the only row has nothing to agree with: the plan refuses it.
        if str(refusal) == "no row passes the filters" and answer.get("rows") == [] and (answer["invalid"] or export.total_row):
            return 0
        expect("refused" in answer, f"read, though {refusal}")
        expected = None
    if "refused" in answer:
        check_refusal(export, answer, expected)
        return "refused"
    rows = all_rows(answer)
    for i, (part, file) in enumerate(zip(export.parts, answer["files"])):
        check_every_byte(part, file, [row for row in rows if row["file"] == i], export.encoding)
    check_rows(export, rows, expected)
    check_totals(export, answer)
    return len(answer["rows"])
