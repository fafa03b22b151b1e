"""`validate` beside what else reads such a file."""
import json
from decimal import Decimal

from contest import run_contest
from inputs import installations_for, make_input
from measure import Failed, measure, measure_node, measure_own_memory
from table import Row, at_least, at_most, compare, times_faster

SIZES = {"quick": [(100_000, 10), (100_000, 3)], "default": [(1_000_000, 10)],
         "full": [(1_000_000, 10), (10_000_000, 10), (10_000_000, 3)]}
TIMES_DUCKDB = {10: 6, 3: 7.5}
MEMORY_BASE, MEMORY_A_ROW = 24e6, 48  # bytes


class Readers:
    """The contestants over one file. Those that check must find the same rows and the same total."""

    def __init__(self, place, file):
        self.place, self.file = place, file
        plan = json.loads(self.measured([place.uploader, "validate", "--json", file.csv]).output)["plan"]
        if plan["valid"] != file.rows:
            raise Failed(f"validate found {plan['valid']} valid rows of {file.rows}")
        self.total = Decimal(plan["totals"][0]["amount"])

    def validate(self):
        """As a clerk calls it: with --json it makes the content's digest, too."""
        sample = self.measured([self.place.uploader, "validate", self.file.csv])
        if str(self.total) not in sample.output.replace(",", ""):
            raise Failed(f"validate found another total than {self.total}")
        return sample

    def duckdb(self):
        sample = self.in_node("duckdb_group.mjs")
        found = json.loads(sample.output)
        if Decimal(found["total"]) != self.total or int(found["rows"]) != self.file.rows or found["problems"] != "0":
            raise Failed(f"DuckDB found another total or other rows than validate: {found}")
        return sample

    def count_lines(self):
        return self.measured(["wc", "-l", self.file.csv])

    def plain_loop(self):
        return self.measured([self.place.tool("csv_sum"), self.file.csv])

    def polars(self):
        return self.in_node("polars_sum.mjs")

    def measured(self, arguments):
        return measure(arguments, self.place.disk, self.file.rows)

    def in_node(self, script):
        return measure_node([self.place.script(script), self.file.csv], self.place.disk, self.file.rows)


def name_of(rows, columns):
    return f"{rows // 1_000_000} million rows, {columns} columns" if rows >= 1_000_000 else f"{rows:,} rows, {columns} columns"


def memory_row(name, readers):
    """A run of its own: looking costs time."""
    allowed = (MEMORY_BASE + MEMORY_A_ROW * readers.file.rows) / 2**20
    figure, goal = f"`validate`, {name}: its own memory beside 24 MB + 48 bytes a row", at_most(1)
    try:
        peak = measure_own_memory([readers.place.uploader, "validate", readers.file.csv], readers.place.disk)
    except Failed as failure:
        return Row(figure, goal=goal, missing=str(failure), is_fault=True)
    return Row(figure, peak / allowed, goal, f"{peak:.0f} MB", f"{allowed:.0f} MB", f"{peak:.0f} / -", "")


def rows_at(place, runs, rows, columns):
    file = make_input(place, rows, installations_for(rows), columns)
    readers = Readers(place, file)
    name = name_of(rows, columns)
    found = run_contest(f"reading {name}", {
        "validate": readers.validate, "wc -l": readers.count_lines, "DuckDB": readers.duckdb, "io::CSVReader": readers.plain_loop,
        "polars": readers.polars}, runs)
    ours = found["validate"]
    table = [
        compare(f"`validate`, {name}: time beside `wc -l`", ours, found["wc -l"], "seconds", at_most(5)),
        times_faster("the same: times faster than DuckDB with the same checks and lists", ours, found["DuckDB"],
                     at_least(TIMES_DUCKDB[columns])),
        times_faster("the same: times faster than an `io::CSVReader` loop that only sums", ours, found["io::CSVReader"]),
        times_faster("the same: times faster than polars' float sum alone", ours, found["polars"]),
        memory_row(name, readers)]
    file.remove()
    return table


def run(place, options):
    table = []
    for rows, columns in SIZES[options.size]:
        try:
            table += rows_at(place, options.runs, rows, columns)
        except Failed as failure:
            table.append(Row(f"`validate`, {name_of(rows, columns)}", missing=str(failure)))
    return table
