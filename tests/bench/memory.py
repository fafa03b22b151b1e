"""Is the memory of `resume` the same, however many requests are still to come?"""
from clients import IN_FLIGHT
from inputs import make_input
from measure import Failed, measure
from nginx import Nginx
from table import Row, at_most

REQUESTS = {"quick": (500, 5_000), "default": (20_000, 200_000), "full": (20_000, 200_000)}
CREDENTIALS_REFUSED = 5
GOAL = at_most(1.1)


def open_run(place, server, file):
    """A run that is planned and not sent: the endpoint refused the credentials."""
    folder = place.fresh("resume")
    server.start(file.reply, status=401)
    try:
        measure([place.uploader, "init", "--ledger", folder / "ledger.db"], folder)
        measure([place.uploader, "upload", file.csv, "--period", "bench", "--new-period", "--yes", "--base-url", server.url, "--ledger",
                 folder / "ledger.db", "--out", folder / "out"], folder, statuses=(CREDENTIALS_REFUSED,))
    finally:
        server.stop()
    return folder


def resume(place, requests):
    file = make_input(place, requests, requests, 3, "same")
    server = Nginx(place.fresh("nginx"))
    folder = open_run(place, server, file)
    server.start(file.reply)
    try:
        return measure([place.uploader, "resume", "--base-url", server.url, "--ledger", folder / "ledger.db", "--concurrency", IN_FLIGHT],
                       folder, requests)
    finally:
        server.stop()
        file.remove()


def run(place, options):
    few, many = REQUESTS[options.size]
    figure = f"`resume`: peak memory with {many:,} requests still to send beside {few:,}"
    try:
        large, small = resume(place, many), resume(place, few)
    except Failed as failure:
        return [Row(figure, goal=GOAL, missing=str(failure), is_fault=True)]
    return [Row(figure, large.peak_mb / small.peak_mb, GOAL, f"{large.peak_mb:.0f} MB", f"{small.peak_mb:.0f} MB",
                f"{large.peak_mb:.0f} / {small.peak_mb:.0f}", f"{large.cpu_micros:.1f} us / {small.cpu_micros:.1f} us")]
