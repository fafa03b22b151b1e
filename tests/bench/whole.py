"""A month from file to result files, beside the bare loop that only posts its bodies; and its result files beside `validate`."""
from clients import bare_loop, upload
from contest import run_contest
from inputs import make_input
from measure import measure
from nginx import Nginx
from table import at_most, compare, less_than

SIZES = {"quick": (10_000, 1_000), "default": (1_000_000, 100_000), "full": (1_000_000, 100_000)}


def reconcile(place, file):
    folder = place.disk / "whole"
    return measure([place.uploader, "reconcile", "last", "--ledger", folder / "ledger.db", "--out", place.fresh("again") / "out"], folder,
                   file.rows)


def run(place, options):
    rows, installations = SIZES[options.size]
    file = make_input(place, rows, installations, 10, "same")
    server = Nginx(place.fresh("nginx"))
    server.start(file.reply)
    try:
        found = run_contest("whole", {
            "upload": lambda: upload(place, server.url, file, name="whole"),
            "loop": lambda: bare_loop(place, server.url, file),
            "reconcile": lambda: reconcile(place, file),
            "validate": lambda: measure([place.uploader, "validate", file.csv], place.disk, file.rows)}, options.runs)
    finally:
        server.stop()
    file.remove()
    return [compare(f"`upload`, {rows:,} rows over {installations:,} installations, from file to result files: time beside the bare loop",
                    found["upload"], found["loop"], "seconds", at_most(1.4)),
            compare("`reconcile --out` of that run: time beside `validate` of the same rows", found["reconcile"], found["validate"], "seconds",
                    less_than(1))]
