"""`--concurrency auto` against an endpoint far away that hides how many requests at once it takes: usage-sandbox."""
import dataclasses
import datetime
import json
import re
import statistics
import subprocess

from clients import bare_loop
from contest import run_contest
from inputs import make_input
from measure import Failed, LeftOut, measure
from table import Row, at_least, at_most

LIMITS = (5, 20, 100)
LATENCIES_MS = {"quick": (20, 80, 400), "default": (20, 80, 400), "full": (20, 80, 400)}
SECONDS = {"quick": 2, "default": 20, "full": 20}
LEAST_REQUESTS = {"quick": 100, "default": 500, "full": 1000}
OVER_THE_LIMIT = "over_concurrency_limit"
RATE_GOAL, REFUSED_GOAL = at_least(0.90), at_most(0.02)


@dataclasses.dataclass(frozen=True)
class NetworkSample:
    of_possible: float  # requests a second, beside limit / latency
    refused: float  # the share answered 429
    peak_mb: float


class Sandbox:
    def __init__(self, place, folder, limit, latency_ms):
        scenario = folder / "scenario.json"
        scenario.write_text(json.dumps({"concurrency_limit": limit, "latency_ms": latency_ms}))
        self.journal = folder / "journal.jsonl"
        self.process = subprocess.Popen([place.sandbox, "--port", "0", "--scenario", scenario, "--journal", self.journal],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()  # it comes when the port is open
        if not line:
            raise Failed("usage-sandbox does not start")
        self.url = line.split()[-1]

    def requests(self):
        return [json.loads(line) for line in self.journal.read_text().splitlines()]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def steady_rate(requests):
    """Answered 202 in a second while it runs: before the first quarter the limit is being found, in the last twentieth there is little left to
    send. Replies come in waves, so this is the slope of the line through all of them and not their number by the time."""
    times = sorted(datetime.datetime.fromisoformat(request["time"]).timestamp() for request in requests if request["status"] == 202)
    first, end = len(times) // 4, len(times) * 19 // 20
    return statistics.linear_regression(times[first:end], range(first, end)).slope


def adaptive_upload(place, url, file, folder):
    measure([place.uploader, "init", "--ledger", folder / "ledger.db"], folder)
    try:
        return measure([place.uploader, "upload", file.csv, "--period", "bench", "--new-period", "--yes", "--base-url", url, "--ledger",
                        folder / "ledger.db", "--out", folder / "out", "--concurrency", "auto"], folder)
    except Failed as failure:
        if re.search(r"--concurrency.*auto", str(failure)):
            raise LeftOut("not built: `--concurrency auto` is refused") from failure
        raise


def send(place, limit, latency_ms, client):
    """`client` gets the sandbox's URL and an empty folder."""
    folder = place.fresh("network")
    sandbox = Sandbox(place, folder, limit, latency_ms)
    try:
        sample = client(sandbox.url, folder)
    finally:
        sandbox.stop()
    requests = sandbox.requests()
    refused = sum(request["fault"] == OVER_THE_LIMIT for request in requests) / len(requests)
    return NetworkSample(steady_rate(requests) / (limit / latency_ms * 1000), refused, sample.peak_mb)


def requests_for(limit, latency_ms, size):
    return max(LEAST_REQUESTS[size], limit * 1000 // latency_ms * SECONDS[size])


def each(found, of):
    return ", ".join(f"{latency_ms} ms: {series.median(of):.3f}" for latency_ms, series in found.items())


def row_of(figure, ours, loops, of, goal, worst):
    """One row for a limit, whose ratio is that of the worst latency."""
    missing = next((series for series in [*ours.values(), *loops.values()] if series.missing), None)
    if missing:
        return Row(figure, goal=goal, missing=missing.missing, is_fault=missing.is_fault)
    peak = max(series.median("peak_mb") for series in ours.values())
    return Row(figure, worst(series.median(of) for series in ours.values()), goal, each(ours, of), each(loops, of), f"{peak:.0f} / -")


def contestants(place, files, limit):
    """Ours, and the bare loop that is told the limit: what the sandbox and this machine give at best."""
    for latency_ms, file in files.items():
        def ours(file=file, latency_ms=latency_ms):
            return send(place, limit, latency_ms, lambda url, folder: adaptive_upload(place, url, file, folder))

        def loop(file=file, latency_ms=latency_ms):
            return send(place, limit, latency_ms, lambda url, _: bare_loop(place, url, file, in_flight=limit))
        yield (latency_ms, "upload"), ours
        yield (latency_ms, "loop"), loop


def rows_at(place, options, limit):
    files = {}
    for latency_ms in LATENCIES_MS[options.size]:
        requests = requests_for(limit, latency_ms, options.size)
        files[latency_ms] = make_input(place, requests, requests, 3, "same")
    found = run_contest(f"network, limit {limit}", dict(contestants(place, files, limit)), options.runs, warm_up=0)
    for file in files.values():
        file.remove()
    ours, loops = ({latency_ms: found[latency_ms, who] for latency_ms in files} for who in ("upload", "loop"))
    return [row_of(f"`--concurrency auto`, hidden limit {limit}: requests a second beside limit / latency", ours, loops, "of_possible", RATE_GOAL,
                   min),
            row_of(f"`--concurrency auto`, hidden limit {limit}: share answered 429", ours, loops, "refused", REFUSED_GOAL, max)]


def run(place, options):
    return [row for limit in LIMITS for row in rows_at(place, options, limit)]
