"""One process, measured: wall time, CPU and peak memory, as the kernel counted them."""
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

TIMED = pathlib.Path(os.environ["USAGE_BUILD"]).resolve() / "bench" / "timed"


class Failed(Exception):
    """A contestant could not do its work; the text says why, in one line."""


class LeftOut(Failed):
    """It is not there to be measured: not built yet, or not to be had for this machine. No fault of the bench."""


@dataclasses.dataclass(frozen=True)
class Sample:
    seconds: float
    cpu_seconds: float
    peak_mb: float
    work: int = 1  # rows or requests
    output: str = ""

    @property
    def rate(self):
        return self.work / self.seconds

    @property
    def cpu_micros(self):
        """Of one row or request."""
        return self.cpu_seconds / self.work * 1e6


def environment(folder):
    """No proxies, no configuration of the user who measures, and credentials that say nothing."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C", "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "TWILIO_AUTH_TOKEN": "bench"}


def text_of(file):
    file.seek(0)
    return file.read().decode(errors="replace")


def start(arguments, cwd, output, errors):
    return subprocess.Popen([str(argument) for argument in arguments], cwd=cwd, env=environment(cwd), stdin=subprocess.DEVNULL,
                            stdout=output, stderr=errors, start_new_session=True)


@contextlib.contextmanager
def ended_with(process):
    """Where the bench is stopped, what it started goes with it."""
    try:
        yield process
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def check_status(arguments, status, statuses, output, errors):
    if status in statuses:
        return
    lines = (text_of(errors) + text_of(output)).strip().splitlines() or ["it said nothing"]
    telling = next((line for line in lines if re.search("Error: |error: |usage-uploader: ", line)), lines[-1]).strip()
    raise Failed(f"{pathlib.Path(arguments[0]).name} {arguments[1]} ended with {status}: {telling[:160]}")


def measure(arguments, cwd, work=1, statuses=(0,)):
    """Where its exit status is none of `statuses`, it has failed."""
    with tempfile.NamedTemporaryFile("r") as report, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        with ended_with(start([TIMED, report.name, *arguments], cwd, output, errors)) as process:
            process.wait()
        figures = report.read().split() or ["0", "0", "0", str(process.returncode)]
        check_status(arguments, int(figures[3]), statuses, output, errors)
        return Sample(float(figures[0]), float(figures[1]), int(figures[2]) / 1024, work, text_of(output))


def measure_node(arguments, cwd, work=1):
    """The time that a script reports of itself, so that node's start does not count against what runs in it."""
    try:
        sample = measure(["node", *arguments], cwd, work)
    except Failed as failure:
        if "Cannot find module" in str(failure) or "Cannot find package" in str(failure):
            raise LeftOut("left out: npm does not give it for this machine") from failure
        raise
    report = json.loads(sample.output.splitlines()[-1])
    return dataclasses.replace(sample, seconds=report["seconds"], cpu_seconds=report["cpu_seconds"],
                               work=int(report.get("requests", sample.work)))


def anonymous_mb(pid):
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon:")), 0.0)


def measure_own_memory(arguments, cwd):
    """The peak in MB without mapped files, which the kernel does not keep: looked at every two milliseconds."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        peak = 0.0
        with ended_with(start(arguments, cwd, output, errors)) as process:
            while process.poll() is None:
                peak = max(peak, anonymous_mb(process.pid))
                time.sleep(0.002)
        check_status(arguments, process.returncode, (0,), output, errors)
        return peak
