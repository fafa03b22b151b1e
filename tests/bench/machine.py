"""How large the machine is, and on what the files lie: without it the figures say little."""
import os
import pathlib
import platform


def field(path, name):
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.split(":", 1)[1].strip()
    return "unknown"


def memory_gb(name="MemTotal"):
    return int(field("/proc/meminfo", name).split()[0]) / 1024 / 1024


def filesystem_of(folder):
    """The type of the file system that a folder lies on: the last mount point that is one of its parents."""
    best = ("/", "unknown")
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        _, point, kind, *_ = line.split()
        if pathlib.Path(folder).resolve().is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


def description(place):
    load = os.getloadavg()[0]
    return (f"{os.cpu_count()} cores ({field('/proc/cpuinfo', 'model name')}), {memory_gb():.0f} GB of memory, Linux {platform.release()}, "
            f"load {load:.1f} at the start; input on {filesystem_of(place.inputs)}, ledgers and results on {filesystem_of(place.disk)}")
