"""The whole `upload`, with its ledger, beside other clients that post the same bodies to the same nginx."""
from clients import IN_FLIGHT, bare_loop, node_loop, upload, wrk
from contest import run_contest
from inputs import make_input
from nginx import Nginx
from table import at_least, at_most, compare

REQUESTS = {"quick": 2_000, "default": 50_000, "full": 200_000}
SLOW_PART = 5  # the SDK sends one request in five: its rate is reached at once, and it is slow
WRK_SECONDS = {"quick": 1, "default": 3, "full": 5}
# Of CPU, as measured for the issue: 25 us a request where the bare loop takes 18.
CPU_BESIDE_LOOP = 25 / 18


def contestants(place, server, file, size):
    slow = max(1, file.installations // SLOW_PART)
    return {
        "upload": lambda: upload(place, server.url, file),
        "loop": lambda: bare_loop(place, server.url, file),
        "wrk": lambda: wrk(place, server.url, file, WRK_SECONDS[size]),
        "undici": lambda: node_loop(place, "undici_loop.mjs", server.url, file, file.installations),
        "SDK": lambda: node_loop(place, "twilio_loop.mjs", server.url, file, slow),
        "upload TLS": lambda: upload(place, server.tls_url, file, "--ca-file", server.ca_file),
        "loop TLS": lambda: bare_loop(place, server.tls_url, file, server.ca_file)}


def table_of(found, requests):
    ours = found["upload"]
    return [
        compare(f"`upload`, {requests:,} requests, {IN_FLIGHT} in flight: rate beside a bare libcurl multi loop", ours, found["loop"], "rate",
                at_least(0.85)),
        compare("the same over TLS", found["upload TLS"], found["loop TLS"], "rate", at_least(0.95)),
        compare("`upload`: rate beside wrk", ours, found["wrk"], "rate", at_least(0.30)),
        compare("`upload`: rate beside Twilio's Node SDK", ours, found["SDK"], "rate", at_least(11)),
        compare("`upload`: rate beside undici", ours, found["undici"], "rate"),
        compare("`upload`: CPU a request beside the bare loop (25 us to 18)", ours, found["loop"], "cpu_micros", at_most(CPU_BESIDE_LOOP)),
        compare("the same over TLS (no goal)", found["upload TLS"], found["loop TLS"], "cpu_micros")]


def run(place, options):
    requests = REQUESTS[options.size]
    file = make_input(place, requests, requests, 3, "same")
    server = Nginx(place.fresh("nginx"))
    server.start(file.reply)
    try:
        found = run_contest("sending", contestants(place, server, file, options.size), options.runs)
    finally:
        server.stop()
    file.remove()
    return table_of(found, requests)
