"""Runs the parts of the bench and prints one table, in Markdown. See run.sh."""
import argparse
import os
import pathlib
import signal
import sys
import traceback

import linear
import memory
import network
import reading
import sending
import whole
from inputs import open_place
from machine import description
from measure import Failed
from table import Row, markdown

PARTS = {"reading": reading.run, "linear": linear.run, "sending": sending.run, "memory": memory.run, "whole": whole.run,
         "network": network.run}
NOTES = """Ratios of medians; the best run stands in brackets; peak memory and CPU are ours / beside. Time is that of the whole program, but for what runs in
node: there it is the work's own, without node's start. nginx has one worker and answers one fixed 202 over kept connections; what sends to it has 50 in
flight. wrk sends one request again and again from one thread. The ratio of a network row is that of its worst latency; beside it stands a
bare loop that is told the limit."""


def read_arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each, after one that warms up")
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part; may be given several times")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", dest="size", action="store_const", const="quick", help="small sizes: shows that each row works")
    sizes.add_argument("--full", dest="size", action="store_const", const="full", help="also 10 and 50 million rows: needs 20 GB of memory")
    parser.set_defaults(size="default")
    return parser.parse_args()


def run_part(name, place, options):
    """Whatever happens in it: hours of the other parts must not be lost."""
    try:
        return PARTS[name](place, options)
    except Exception as error:
        if not isinstance(error, Failed):
            traceback.print_exc()
        return [Row(name, missing=str(error) or type(error).__name__, is_fault=True)]


def main():
    options = read_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers and folders go
    disk, inputs, place = open_place(pathlib.Path(os.environ["USAGE_BUILD"]).resolve())
    with disk, inputs:
        machine = description(place)
        rows = [row for name in options.only or PARTS for row in run_part(name, place, options)]
    print(f"{machine}; {options.size} sizes, {options.runs} runs each.\n{NOTES}\n\n{markdown(rows)}")
    return 1 if any(row.is_fault for row in rows) else 0


sys.exit(main())
