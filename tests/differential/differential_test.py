"""Generated files, read by the program and by Python: the same rows and amounts, or a refusal; never other rows.

usage: differential_test.py --driver PROGRAM [--files N] [--seed N] [--only INDEX]
"""
import argparse
import collections
import json
import multiprocessing
import pathlib
import random
import shlex
import sys
import tempfile

import comparison
import export_file
from driver import Driver

BATCH = 40
WORKERS = 2


def made(seed, index):
    return export_file.generate(random.Random(f"{seed}/{index}"))


def command_of(export, folder, index):
    """Writes the files; the words for the driver."""
    paths = [folder / f"{index}-{i}.csv" for i in range(len(export.parts))]
    for path, part in zip(paths, export.parts):
        path.write_bytes(part.content)
    options = list(export.options)
    for i, table in enumerate(export.tables):
        path = folder / f"{index}-table-{i}.csv"
        path.write_bytes(table.content)
        options = [option.replace(f"@{i}@", str(path)) for option in options]
    return ["usage", *map(str, paths), *options]


def keep(export, index, seed, answer, difference):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="usage-differential-"))
    words = command_of(export, folder, index)
    (folder / "words.json").write_text(json.dumps(words))
    (folder / "answer.json").write_text(json.dumps(answer, indent=1))
    return f"file {index} of seed {seed}: {difference}\n  kept: {folder}; usage-uploader validate {shlex.join(words[1:])}"


def check_batch(driver, folder, seed, indexes):
    exports = [made(seed, index) for index in indexes]
    commands = [command_of(export, folder, index) for index, export in zip(indexes, exports)]
    counts = collections.Counter()
    for index, export, answer in zip(indexes, exports, driver.answers(commands)):
        counts["uploads"] += 1
        counts["bytes"] += sum(len(part.content) for part in export.parts)
        try:
            result = comparison.check(export, answer)
        except comparison.Difference as difference:
            print(keep(export, index, seed, answer, difference), file=sys.stderr, flush=True)
            counts["differences"] += 1
            continue
        if result == "refused":
            counts["refused"] += 1
            counts["clean, but refused"] += not export.hurt
        else:
            counts["rows"] += result
            counts["invalid rows"] += len(answer["invalid"])
            counts["rows left out"] += len(answer["left_out"])
            counts["hurt, but read"] += export.hurt
    for path in folder.iterdir():
        path.unlink()
    return counts


def work(program, seed, indexes):
    driver = Driver(program)
    counts = collections.Counter()
    with tempfile.TemporaryDirectory(prefix="usage-differential-") as folder:
        for begin in range(0, len(indexes), BATCH):
            counts += check_batch(driver, pathlib.Path(folder), seed, indexes[begin:begin + BATCH])
    driver.close()
    return counts


def run(options):
    indexes = range(options.files) if options.only is None else [options.only]
    with multiprocessing.Pool(WORKERS) as pool:
        parts = [(options.driver, options.seed, indexes[i::WORKERS]) for i in range(WORKERS)]
        return sum(pool.starmap(work, parts), collections.Counter())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--driver", required=True)
    parser.add_argument("--files", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    counts = run(options)
    print(", ".join(f"{counts[what]:,} {what}" for what in counts))
    # Files that are all refused, or all read, would show little.
    telling = options.only is not None or (counts["rows"] > 2 * options.files and counts["hurt, but read"] > options.files / 20
                                           and options.files / 20 < counts["refused"] < options.files / 1.7)
    return 0 if counts["differences"] == 0 and telling else 1


if __name__ == "__main__":
    sys.exit(main())
