"""Public collections of hard CSV files: equal to the expected cells, or refused with a line number.

usage: collections_test.py --driver PROGRAM
"""
import argparse
import json
import pathlib
import re
import sys
import tempfile

from driver import Driver

COLLECTIONS = pathlib.Path(__file__).resolve().parent.parent / "csv" / "collections"

# What is refused on purpose, by its error; everything else must be read.
REFUSALS = {
    "go-encoding-csv": {
        "input-line-end": ["BareCR", "QuotedTrailingCRCR", "FieldCR", "FieldCRCR", "FieldCRCRLF", "FieldCRCRLFCR", "FieldCRCRLFCRCR",
                           "MultiFieldCRCRLFCRCR"],
        "input-quote": ["LazyQuotes", "BareQuotes", "ExtraneousQuote", "StartLine1", "StartLine2", "QuoteWithTrailingCRLF",
                        "LazyQuoteWithTrailingCRLF", "OddQuotes", "LazyOddQuotes"],
        "input-encoding": ["BinaryBlobField"],
        "input-empty": ["MultipleCRLF"]},
    "papaparse": {
        "input-line-end": ["Two rows, just \\r", "Mixed slash n and slash r should choose first as precident"],
        "input-quote": ["Quoted field with whitespace around quotes", "Quoted field has no closing quote",
                        "Quoted field has invalid trailing quote after delimiter with a valid closer",
                        "Quoted field has invalid trailing quote after delimiter", "Quoted field has invalid trailing quote before delimiter",
                        "Quoted field has invalid trailing quote after new line"],
        "input-empty": ["Empty input string"]}}


def plain(cell):
    """Blanks around a cell, and which line break stands in it, are not what is compared."""
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip(" \t")


def expected_rows(case):
    rows = [[plain(cell) for cell in row] for row in case["expected"]]
    return [row for row in rows if row != [""]]  # a blank line is no row


def check_row(row, expected):
    parsed = [plain(cell.replace("\v\v", "\n").replace("\v", "\n")) for cell in row["parsed"]]
    split = [plain(cell) for cell in row["split"]]
    if row["stray"]:
        return "row"
    if split != expected:
        return f"line {row['line']}: {split} instead of {expected}"
    return "read" if row["columns"] != len(parsed) or parsed == expected else f"line {row['line']}: parsed as {parsed}, split as {split}"


def outcome(case, answer):
    if "refused" in answer:
        told = re.match(r"t\.csv:\d+: ", answer["message"]) or answer["refused"] == "input-empty"
        return answer["refused"] if told else f"no line number: {answer['message']}"
    if case["expected"] is None:
        return "read, though the collection's reader gives up"
    header, *rows = expected_rows(case)
    if [plain(cell) for cell in answer["header"]] != header:
        return f"the header is {answer['header']} instead of {header}"
    if len(rows) != len(answer["rows"]):
        return f"{len(answer['rows'])} rows instead of {len(rows)}"
    found = {check_row(row, expected) for row, expected in zip(answer["rows"], rows)} - {"read"}
    return "read" if not found else found.pop()


def check(driver, folder, collection):
    cases = json.loads((COLLECTIONS / collection / "cases.json").read_text())
    commands = []
    for i, case in enumerate(cases):
        path = folder / f"{collection}-{i}.csv"
        path.write_bytes(case["input"].encode("utf-8", "surrogateescape"))
        commands.append(["cells", case["delimiter"], str(path)])
    wrong = 0
    for case, answer in zip(cases, driver.answers(commands)):
        expected = next((error for error, names in REFUSALS.get(collection, {}).items() if case["name"] in names), "read")
        found = outcome(case, answer)
        if found != expected:
            wrong += 1
            print(f"{collection}, {case['name']}: {found}; expected: {expected}\n  {case['input']!r}", file=sys.stderr)
    print(f"{collection}: {len(cases)} cases, {wrong} wrong")
    return len(cases), wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--driver", required=True)
    driver = Driver(parser.parse_args().driver)
    with tempfile.TemporaryDirectory(prefix="usage-collections-") as folder:
        results = [check(driver, pathlib.Path(folder), path.parent.name) for path in sorted(COLLECTIONS.glob("*/cases.json"))]
    driver.close()
    return 0 if sum(cases for cases, _ in results) >= 143 and not any(wrong for _, wrong in results) else 1


if __name__ == "__main__":
    sys.exit(main())
