"""How fast Rushes moves files: copies beside `cat`, plans of known files, small files to S3.

    .venv/bin/python bench/move.py [--quick] [--rounds 5]

Copies are of one large file in memory (tmpfs), hashed with XXH128 on the way, beside `cat` in a
process of its own; and on the disk of the temporary folder beside `dd` that waits for the disk, as
ours does. A plan is that of a whole process: 100,000 files on each of two sides that the ledger
knows, listed and compared. Small files go to moto on this machine, which is slow: by our own engine
(obstore in threads), by s5cmd with our checks before and after, and by s5cmd alone. Prints
Markdown; targets that are missed are marked, and the exit code is 0 all the same. `--quick` takes a
tenth of the files.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import perf_counter

from measure import Line, machine, memory
from targets import Result, at_least, at_most, table, told

from rushes.ports import registry
from rushes.ports.storage_writing import Passage, Terms
from rushes.testing.s3 import KEY_ID, SECRET
from rushes.testing.s3_moto import moto_server
from rushes.transfer.apply import Effort, End, apply
from rushes.transfer.carrying import carried, shared_out
from rushes.transfer.learning import Place, planned
from rushes.transfer.ledger import opened
from rushes.transfer.plan import Act, Moved, listed

_LARGE, _FILES, _SMALL, _SMALL_SIZE = 512 * 1024**2, 100_000, 500, 64 * 1024
_OF_CAT, _PLAN_S, _PLAN_MB = 0.9, 2.0, 150.0


def seconds(these: list[Callable[[], None]], rounds: int) -> list[float]:
    """Medians of each, run in turn after one round for nothing."""
    took: list[list[float]] = [[] for _ in these]
    for turn in range(rounds + 1):
        for one, kept in zip(these, took, strict=True):
            began = perf_counter()
            one()
            if turn:
                kept.append(perf_counter() - began)
    return [statistics.median(one) for one in took]


def copying(folder: Path, rounds: int, *, flushed: bool) -> float:
    """The throughput of ours in that of the program beside it."""
    block = os.urandom(1024**2)
    with open(folder / "large", "wb") as file:
        file.writelines(block for _ in range(_LARGE // len(block)))
    storage = registry.connect("storage", "local")

    def ours() -> None:
        (folder / "ours").unlink(missing_ok=True)
        source = storage.source(str(folder), "large")
        way = Passage(Terms(clone=False))
        storage.receive(str(folder), "ours", source=source, passage=way)
        source.close()

    def theirs() -> None:
        (folder / "theirs").unlink(missing_ok=True)
        program = "dd if=large of=theirs bs=1M conv=fsync status=none" if flushed else None
        subprocess.run(["sh", "-c", program or "cat large > theirs"], cwd=folder, check=True)

    one, other = seconds([ours, theirs], rounds)
    for name in ("large", "ours", "theirs"):
        (folder / name).unlink()
    return other / one


def known(root: Path, files: int) -> None:
    """Two sides with as many files, and a ledger that knows all of them."""
    storage = registry.connect("storage", "local")
    for side in ("here", "there"):
        for at in range(files):
            folder = root / side / "shows" / "demo" / f"sh{at // 1000:03d}" / "plates"
            if at % 1000 == 0:
                folder.mkdir(parents=True)
            (folder / f"plate_v001.{1001 + at % 1000}.exr").touch()
    here, there = (listed(storage, str(root / side)).files for side in ("here", "there"))
    with opened(root / "ledgers", "here", "there") as ledger:
        for path, facts in here.items():
            ledger.moved(path, Moved("xxh128:99aa06d3014798d86001c324468d497f", facts, there[path]))


def plan_known(root: Path) -> None:
    """What the measured process does."""
    storage = registry.connect("storage", "local")
    with opened(root / "ledgers", "here", "there") as ledger:
        sides = [Place(storage, str(root / side)) for side in ("here", "there")]
        made = planned(*sides, ledger)
    assert all(one.act is Act.SAME for one in made.operations)


def planning(root: Path, files: int, rounds: int) -> list[Result]:
    """Seconds and memory of a plan in which nothing is to be moved."""
    known(root, files)
    line = Line((sys.executable, __file__, "--plan", str(root)))
    line.run()
    line.took += [line.run() for _ in range(rounds)]
    peak = memory(line).largest / 1e6
    return [
        at_most(f"a plan of {files:,} known files", line.median, _PLAN_S, unit=" s"),
        at_most("its memory", peak, _PLAN_MB, unit=" MB"),
    ]


def uploading(root: Path, files: int, rounds: int) -> list[Result]:
    """Small files in a second, by each way."""
    here = root / "here"
    for at in range(files):
        folder = here / f"sh{at // 200:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"plate.{1001 + at % 200}.exr").write_bytes(os.urandom(_SMALL_SIZE))
    with moto_server() as endpoint:
        os.environ.update(
            AWS_ENDPOINT_URL_S3=endpoint,
            AWS_ACCESS_KEY_ID=KEY_ID,
            AWS_SECRET_ACCESS_KEY=SECRET,
            AWS_REGION="us-east-1",
        )
        import boto3

        boto3.session.Session().client("s3", endpoint_url=endpoint).create_bucket(Bucket="bucket")
        turns = count()
        source = Place(registry.connect("storage", "local"), str(here))
        bucket = registry.connect("storage", "s3", "bucket")
        courier = registry.connect("courier", "s5cmd", "bucket")

        def run(*, by_s5cmd: bool) -> None:
            target = Place(bucket, f"/demo{next(turns)}")
            with opened(root / "ledgers", "here", target.root) as ledger:
                made = planned(source, target, ledger)
                small, _ = shared_out(made)
                effort = Effort(32)
                found = (
                    carried(small, source, target, ledger, courier, effort=effort)
                    if by_s5cmd
                    else apply(made, source, target, ledger, effort=effort)
                )
                assert all(one.end is End.MOVED for one in found)

        def alone() -> None:
            there = f"s3://bucket/demo{next(turns)}/"
            words = (courier.program, "--numworkers", "64", "cp", f"{here}/", there)
            surroundings = {**os.environ, "S3_ENDPOINT_URL": endpoint}
            subprocess.run(words, check=True, env=surroundings, stdout=subprocess.DEVNULL)

        ways = [lambda: run(by_s5cmd=False), lambda: run(by_s5cmd=True), alone]
        ours, checked, bare = seconds(ways, rounds)
    return [
        told("small files, our own engine", files / ours, unit=" a second"),
        told("small files, s5cmd with our checks", files / checked, unit=" a second"),
        told("small files, s5cmd alone", files / bare, unit=" a second"),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the files")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plan", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.plan:
        plan_known(given.plan)
        return
    share = 10 if given.quick else 1
    shared = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with (
        tempfile.TemporaryDirectory(dir=shared) as in_memory,
        tempfile.TemporaryDirectory() as disk,
    ):
        root = Path(in_memory)
        about = machine(Path(disk))
        results = [
            at_least(
                "copy with XXH128, in `cat`", copying(root, given.rounds, flushed=False), _OF_CAT
            ),
            told(
                "on the disk, in `dd conv=fsync`", copying(Path(disk), given.rounds, flushed=True)
            ),
            *planning(root / "plan", _FILES // share, given.rounds),
            *uploading(root / "up", _SMALL // share, given.rounds),
        ]
    print(f"{about}\n")
    print(table(("What", "Target", "Measured", ""), [result.cells() for result in results]))


if __name__ == "__main__":
    main()
