"""Does the time of `validate` grow with the rows and no faster? Its start, measured with one row, is taken off."""
from contest import run_contest
from inputs import installations_for, make_input
from measure import Failed, measure
from table import Row, at_most, shown

SIZES = {"quick": [1_000, 10_000, 100_000], "default": [10_000, 100_000, 1_000_000],
         "full": [10_000, 100_000, 1_000_000, 10_000_000, 50_000_000]}
REFERENCE = {"quick": 100_000, "default": 1_000_000, "full": 1_000_000}
GOAL = at_most(1.25)


def validate_all(place, files):
    return {rows: (lambda file: lambda: measure([place.uploader, "validate", file.csv], place.disk, file.rows))(file)
            for rows, file in files.items()}


def row_of(rows, reference, found):
    figure = f"`validate`, {rows:,} rows: time a row beside that at {reference:,}"
    missing = next((found[size] for size in (1, rows, reference) if found[size].missing), None)
    if missing:
        return Row(figure, goal=GOAL, missing=missing.missing, is_fault=missing.is_fault)

    def a_row(size):
        return (found[size].median("seconds") - found[1].median("seconds")) / size
    return Row(figure, a_row(rows) / a_row(reference), GOAL, shown(found[rows], "seconds"), shown(found[reference], "seconds"),
               f"{found[rows].median('peak_mb'):.0f} / {found[reference].median('peak_mb'):.0f}",
               f"{found[rows].median('cpu_seconds'):.2f} s / {found[reference].median('cpu_seconds'):.2f} s")


def run(place, options):
    files, table = {}, []
    for rows in [1, *SIZES[options.size]]:
        try:
            files[rows] = make_input(place, rows, 1 if rows == 1 else installations_for(rows))
        except Failed as failure:
            table.append(Row(f"`validate`, {rows:,} rows", goal=GOAL, missing=str(failure)))
    found = run_contest("linear", validate_all(place, files), options.runs)
    reference = REFERENCE[options.size]
    table = [row_of(rows, reference, found) for rows in files if rows not in (1, reference)] + table
    for file in files.values():
        file.remove()
    return table
