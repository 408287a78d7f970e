"""How fast Rushes moves files, and how faithfully: beside `cat`, s5cmd and scans.

    .venv/bin/python bench/move.py [--quick] [--rounds 5] [--only SECTION …]

- `copy`: one large file in memory (tmpfs), hashed with XXH128 on the way, beside `cat` in a process
  of its own; and on the disk of the temporary folder beside `dd` that waits for the disk, as ours
  does.
- `plan`: a whole process that lists and compares 100,000 files on each of two sides that the ledger
  knows.
- `up`, `large`, `down`, `same`: see `move_s3`; whole processes of `rushes sync` and s5cmd, both as
  they come.
- `changes`, `kills`: see `move_faults`.
- `ingest`: a dry run that opens nothing, of 10,000 frames in 100 sequences, beside a scan of them.
- `mhl`: a hash list of 2,000 files whose hashes are known, in a process that has loaded it.

Ratios are medians of paired runs, in turn, after one round for nothing. Prints Markdown; targets
that are missed are marked, and the exit code is 0 all the same. `--quick` takes a tenth of the
files, of which start-up is a good part: its ratios say little.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

import move_faults
import move_s3
from measure import RUSHES, Line, interleaved, machine, memory
from targets import Result, at_least, at_most, table, told

from rushes.ports import registry
from rushes.ports.progress import Silent
from rushes.ports.storage_writing import Passage, Terms
from rushes.transfer.ledger import opened
from rushes.transfer.plan import Moved, listed

_LARGE, _FILES = 512 * 1024**2, 100_000
_OF_CAT, _PLAN_S, _PLAN_MB, _OF_SCAN, _MHL_S = 0.9, 2.0, 150.0, 3.0, 0.15
_OF_SYNC = 0.3
_SEQUENCES, _FRAMES, _LISTED = 100, 100, 2_000
_TEMPLATE = "{shot}_{task}_v{version:03d}[.{frame:04d}].{ext}"

Section = Callable[[Path], Sequence[Result]]


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


def copies(root: Path, rounds: int) -> list[Result]:
    """In memory, and on a disk."""
    with tempfile.TemporaryDirectory() as disk:
        return [
            at_least("copy with XXH128, in `cat`", copying(root, rounds, flushed=False), _OF_CAT),
            told("on the disk, in `dd conv=fsync`", copying(Path(disk), rounds, flushed=True)),
        ]


def copying(folder: Path, rounds: int, *, flushed: bool) -> float:
    """The throughput of ours in that of the program beside it."""
    folder.mkdir(exist_ok=True)
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


# What the measured process does: with nothing of this program in it.
PLAN = """
import sys
from pathlib import Path
from rushes.ports import registry
from rushes.transfer.learning import Place, planned
from rushes.transfer.ledger import opened
from rushes.transfer.plan import Act
root, storage = Path(sys.argv[1]), registry.connect("storage", "local")
with opened(root / "ledgers", "here", "there") as ledger:
    made = planned(*(Place(storage, str(root / side)) for side in ("here", "there")), ledger)
assert all(one.act is Act.SAME for one in made.operations)
"""


def planning(root: Path, files: int, rounds: int) -> list[Result]:
    """Seconds and memory of a plan in which nothing is to be moved."""
    known(root, files)
    line = Line((sys.executable, "-c", PLAN, str(root)))
    line.run()
    line.took += [line.run() for _ in range(rounds)]
    peak = memory(line).largest / 1e6
    return [
        at_most(f"a plan of {files:,} known files", line.median, _PLAN_S, unit=" s"),
        at_most("its memory", peak, _PLAN_MB, unit=" MB"),
    ]


def ingesting(root: Path, sequences: int, rounds: int) -> list[Result]:
    """A look at the names of a drop, beside a scan of it."""
    drop, config = root / "drop", root / "rushes.toml"
    for at in range(sequences):
        folder = drop / f"sh{at:03d}0"
        folder.mkdir(parents=True)
        for frame in range(1001, 1001 + _FRAMES):
            (folder / f"sh{at:03d}0_comp_v001.{frame}.exr").write_bytes(b"x")
    config.write_text(f"[naming.templates]\nframes = '{_TEMPLATE}'\n")
    asked = ("--project", "FG", "--dry-run", "--no-db", "--quick", "--settle", "0")
    with_config = ("env", f"RUSHES_CONFIG={config}")
    dry = Line((*with_config, *RUSHES, "ingest", str(drop), *asked, "--to", str(root)))
    scan = Line((*with_config, *RUSHES, "scan", str(drop), "--no-db"))
    interleaved([dry, scan], rounds=rounds)
    pairs = zip(dry.took, scan.took, strict=True)
    return [
        at_most(
            f"a dry run of {sequences * _FRAMES:,} frames, by a scan",
            statistics.median(our / their for our, their in pairs),
            _OF_SCAN,
        ),
        told("… the dry run", dry.median, unit=" s"),
        told("… the scan", scan.median, unit=" s"),
    ]


def listing(root: Path, files: int, rounds: int) -> list[Result]:
    """A hash list of files whose hashes are known already, as an ingest writes it."""
    import shutil

    from rushes.core import clock
    from rushes.transfer.mhl.commit import Told, write
    from rushes.transfer.mhl.compose import composed
    from rushes.transfer.mhl.files import Digests, ReadFiles
    from rushes.transfer.mhl.tree import read_tree

    storage, told_of = registry.connect("storage", "local"), Told(comment="a benchmark")
    root.mkdir()
    for at in range(files):
        (root / f"plate.{1001 + at}.exr").write_bytes(b"x")

    def list_them() -> None:
        shutil.rmtree(root / "ascmhl", ignore_errors=True)
        tree = read_tree(storage, root, told_of.ignore, progress=Silent())
        now, read = clock.now().isoformat(), ReadFiles()
        for folder in tree.folders():
            read.digests[folder] = {
                file.name: Digests(1, 1, {"xxh128": f"{at:032x}"}, now)
                for at, file in enumerate(folder.files)
            }
        made = composed(tree, ("xxh128",), read)
        list(write(tree.histories, told_of, made))

    (took,) = seconds([list_them], rounds)
    return [at_most(f"a hash list of {files:,} known hashes", took, _MHL_S, unit=" s")]


def sections(rounds: int, *, share: int) -> Mapping[str, Section]:
    """What there is to measure, by name; all of them with a `share`-th of the files."""
    small, large = move_s3.SMALL // share, max(1, move_s3.LARGE // share)
    size = move_s3.LARGE_SIZE // (4 if share > 1 else 1)
    little, few = move_s3.SMALL_SIZE, max(1, rounds // 2)
    return {
        "copy": partial(copies, rounds=rounds),
        "plan": partial(planning, files=_FILES // share, rounds=rounds),
        "up": partial(move_s3.uploads, files=small, size=little, rounds=rounds, large=False),
        "large": partial(move_s3.uploads, files=large, size=size, rounds=few, large=True),
        "down": partial(move_s3.downloads, files=small, size=little, rounds=rounds),
        "down-large": partial(move_s3.downloads, files=large, size=size, rounds=few),
        "same": partial(move_s3.unchanged, files=small, size=little, rounds=rounds, most=_OF_SYNC),
        "same-many": partial(
            move_s3.unchanged, files=10 * small, size=1024, rounds=few, most=_OF_SYNC
        ),
        **move_faults.CASES,
        "ingest": partial(ingesting, sequences=_SEQUENCES // share, rounds=rounds),
        "mhl": partial(listing, files=_LISTED // share, rounds=rounds),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the files")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", metavar="SECTION", help="these sections alone")
    given = parser.parse_args()
    found = sections(given.rounds, share=10 if given.quick else 1)
    wanted = given.only or list(found)
    if odd := set(wanted) - found.keys():
        parser.error(f"no section {', '.join(sorted(odd))}; there are {', '.join(found)}")
    shared = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=shared) as in_memory:
        print(f"{machine(Path(in_memory))}\n", flush=True)
        rows = []
        for name in wanted:
            began = perf_counter()
            results = found[name](Path(in_memory) / name)
            rows += [result.cells() for result in results]
            print(f"{name}: {perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(("What", "Target", "Measured", ""), rows))


if __name__ == "__main__":
    main()
