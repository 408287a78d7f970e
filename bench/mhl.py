"""How fast Rushes writes ASC MHL hash lists, beside the reference implementation.

    .venv/bin/python bench/mhl.py [--quick] [--rounds 9]

2,000 files of 256 KB in ten folders in memory, warm cache, XXH64. Whole processes, run in turn,
medians of paired runs. The reference is called by its function for the command, so that it does not
ask on the internet for a newer version of itself. Hashing alone is `transfer.hashing` over the same
files in a process that has loaded it already, with as many workers. Prints Markdown; targets that
are missed are marked, and the exit code is 0 all the same. `--quick` takes a tenth of the files.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from measure import RUSHES, Line, machine
from targets import Result, at_least, at_most, table, told

from rushes.adapters.executor.processes import ProcessExecutor, cores
from rushes.transfer.hashing import Job, hashes

_FILES, _FOLDERS, _SIZE = 2000, 10, 256 * 1024
_FASTER, _ON_TOP_S = 1.5, 0.15
_REFERENCE = (sys.executable, "-c", "from ascmhl.commands import create; create()")


def made(root: Path, files: int) -> Path:
    """A folder of shots with frames of noise."""
    for at in range(files):
        folder = root / f"sh{at % _FOLDERS:02d}0"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"plate.{1001 + at // _FOLDERS:04d}.exr").write_bytes(os.urandom(_SIZE))
    return root


def alone(root: Path) -> float:
    """Seconds for the bytes of all files, with nothing written."""
    jobs = [
        Job(folder, folder, names, sizes=[_SIZE] * len(names))
        for folder, _, names in os.walk(root)
        if names
    ]
    executor = ProcessExecutor(cores())
    try:
        list(hashes([Job("", str(root), ["none"])], executor, algorithms=["xxh64"]))
        began = perf_counter()
        rows = [row for _, done in hashes(jobs, executor, algorithms=["xxh64"]) for row in done]
        took = perf_counter() - began
    finally:
        executor.close()
    assert all(row.digests for row in rows)
    return took


def measured(root: Path, rounds: int) -> list[Result]:
    """Every figure, from runs in turn."""

    def clean() -> None:
        shutil.rmtree(root / "ascmhl", ignore_errors=True)

    ours = Line((*RUSHES, "mhl", "create", str(root), "--hash", "xxh64"), before=clean)
    theirs = Line((*_REFERENCE, str(root), "--hash_format", "xxh64"), before=clean)
    bare: list[float] = []
    for line in (ours, theirs):
        line.run()
    for _ in range(rounds):
        ours.took.append(ours.run())
        theirs.took.append(theirs.run())
        clean()
        bare.append(alone(root))
    pairs = zip(ours.took, theirs.took, strict=True)
    faster = statistics.median(their / our for our, their in pairs)
    hashing = statistics.median(bare)
    return [
        at_least("the reference's time, in Rushes' times", faster, _FASTER),
        at_most("Rushes on top of hashing alone", ours.median - hashing, _ON_TOP_S, unit=" s"),
        told("rushes mhl create", ours.median, unit=" s"),
        told("ascmhl create", theirs.median, unit=" s"),
        told("hashing alone", hashing, unit=" s"),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the files")
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    files = _FILES // 10 if given.quick else _FILES
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        about = machine(Path(folder))
        results = measured(made(Path(folder) / "show", files), given.rounds)
    print(f"{about}\n\n{files:,} files of {_SIZE // 1024} KB:\n")
    print(table(("What", "Target", "Measured", ""), [result.cells() for result in results]))


if __name__ == "__main__":
    main()
