"""The clients that post to nginx: ours, and what it is compared with."""
import re

from measure import Failed, measure, measure_node

IN_FLIGHT = 50
WRK_SCRIPT = """wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Basic QUMxMTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE6YmVuY2g="
wrk.body = [[{body}]]
"""


def upload(place, url, file, *more, name="send"):
    """With a ledger of its own, made before the clock starts."""
    folder = place.fresh(name)
    measure([place.uploader, "init", "--ledger", folder / "ledger.db"], folder)
    return measure([place.uploader, "upload", file.csv, "--period", "bench", "--new-period", "--yes", "--base-url", url,
                    "--ledger", folder / "ledger.db", "--out", folder / "out", "--concurrency", IN_FLIGHT, *more],
                   folder, file.installations)


def bare_loop(place, url, file, *more, in_flight=IN_FLIGHT):
    sample = measure([place.tool("multi_loop"), url, file.posts, in_flight, *more], place.disk, file.installations)
    if int(sample.output) != file.installations:
        raise Failed(f"the bare loop sent {sample.output.strip()} requests of {file.installations}")
    return sample


def node_loop(place, script, url, file, requests):
    return measure_node([place.script(script), url, file.posts, requests, IN_FLIGHT], place.disk, requests)


def wrk(place, url, file, seconds):
    """One request again and again: nothing prepares requests as fast as not preparing them."""
    with open(file.posts) as posts:
        sid, body = posts.readline().rstrip("\n").split(" ", 1)
    script = place.disk / "post.lua"
    script.write_text(WRK_SCRIPT.format(body=body))
    sample = measure(["wrk", "-t1", f"-c{IN_FLIGHT}", f"-d{seconds}s", "-s", script, f"{url}/v1/InstalledAddOns/{sid}/Usage"], place.disk)
    count = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", sample.output)
    if count is None or "Non-2xx" in sample.output or "Socket errors" in sample.output:
        raise Failed(f"wrk was not answered as it should: {sample.output.splitlines()[-1]}")
    unit = {"ms": 0.001, "s": 1, "m": 60}[count[3]]
    return type(sample)(float(count[2]) * unit, sample.cpu_seconds, sample.peak_mb, int(count[1]))
