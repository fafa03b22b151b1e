"""Where the bench works, and the generated files: in memory where there is room, else read once before they are measured."""
import dataclasses
import os
import pathlib
import shutil
import subprocess
import tempfile

from machine import memory_gb
from measure import Failed

BYTES_A_ROW = {3: 80, 10: 173}
MEMORY_DISK = pathlib.Path("/dev/shm")


@dataclasses.dataclass
class Place:
    build: pathlib.Path
    disk: pathlib.Path  # for ledgers and result files: never in memory
    inputs: pathlib.Path

    @property
    def uploader(self):
        return self.build / "usage-uploader"

    @property
    def sandbox(self):
        return self.build / "usage-sandbox"

    def tool(self, name):
        return self.build / "bench" / name

    def script(self, name):
        return self.build / "bench" / "node" / name

    def fresh(self, name):
        """An empty folder on disk, instead of the one that had the name."""
        folder = self.disk / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder


@dataclasses.dataclass(frozen=True)
class Input:
    rows: int
    installations: int
    folder: pathlib.Path

    @property
    def csv(self):
        return self.folder / "rows.csv"

    @property
    def posts(self):
        return self.folder / "posts.txt"

    @property
    def reply(self):
        return (self.folder / "reply.json").read_text()

    def remove(self):
        shutil.rmtree(self.folder)


def open_place(build):
    """Both folders go when the bench ends."""
    disk = tempfile.TemporaryDirectory(prefix="work-", dir=build / "bench")
    inputs = tempfile.TemporaryDirectory(prefix="usage-bench-", dir=MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else build / "bench")
    return disk, inputs, Place(build, pathlib.Path(disk.name), pathlib.Path(inputs.name))


def has_room(place, size):
    return shutil.disk_usage(place.inputs).free > 1.2 * size and memory_gb("MemAvailable") * 2**30 > 1.6 * size + 2 * 2**30


def make_input(place, rows, installations, columns=10, content="varied"):
    size = rows * BYTES_A_ROW[columns]
    if not has_room(place, size):
        raise Failed(f"no room in memory for a file of {size / 1e9:.1f} GB and for reading it")
    folder = pathlib.Path(tempfile.mkdtemp(dir=place.inputs))
    made = subprocess.run([place.tool("make_rows"), str(rows), str(installations), str(columns), content, folder], capture_output=True, text=True)
    if made.returncode != 0:
        raise Failed(f"no input: {made.stderr.strip()}")
    return Input(rows, installations, folder)


def installations_for(rows):
    """100,000 as in the issue, fewer where a file is too small to have ten rows for each."""
    return min(100_000, max(1, rows // 10))
