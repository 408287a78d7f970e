"""How fast a scan of a million files is recorded, beside Django's own way of doing it.

    .venv/bin/python bench/records.py [--sequences 50000] [--folders 8000] [--rounds 5]

The same file sequences are recorded by the records of Rushes (staging and merge, folders and
their past included) and by `bulk_create(update_conflicts)` into the very table that the merge
writes, in turn: into a database that holds none, again as they are, and again with every one
changed. All on one bundled PostgreSQL, each round in a new database. What was found is made
before the clock runs, and so are Django's rows; ours are made while it runs. Prints Markdown; a
missed target is marked, and the exit code is 0.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from measure import machine
from targets import at_least, table, told

from rushes.model.files import FoundFolder
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.scan import ScanTotals
from rushes.ports.progress import Silent
from rushes.ports.records import Records, ScanRequest
from rushes.testing.found import ACTOR, MOUNT, found_folder
from rushes.testing.postgres import temporary_cluster, temporary_database

if TYPE_CHECKING:
    from rushes.db.models import SequenceRow

_BATCH = 2_000  # as many folders, or rows, at a time
_FRAMES = 20
_FASTER = {"empty": 2.5, "unchanged": 5, "all changed": 1.5}  # than bulk_create, at least

Took = dict[str, list[float]]


def made(sequences: int, folders: int, *, size: int) -> list[FoundFolder]:
    """That many file sequences of 20 frames in that many folders, each file of `size` bytes."""
    frames = FrameSet((FrameRange(1001, 1000 + _FRAMES),))
    held = [sequences // folders + (one < sequences % folders) for one in range(folders)]
    return [
        found_folder(
            f"hero/sq{one // 200:04d}/sh{one // 8:05d}/renders/layer{one % 8}_v001",
            *(f"sh{one // 8:05d}_pass{number}_v001." for number in range(count)),
            size=size,
            frames=frames,
        )
        for one, count in enumerate(held)
    ]


def recorded(records: Records, folders: Sequence[FoundFolder]) -> tuple[int, int, int]:
    """What recording `folders` added, removed and changed."""
    scan = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0].id
    for start in range(0, len(folders), _BATCH):
        records.add_folders(scan, folders[start : start + _BATCH], actor=ACTOR)
    ended = records.finish_scan(scan, ScanTotals(), actor=ACTOR, progress=Silent())
    return ended.added, ended.removed, ended.changed


def ready(folders: Sequence[FoundFolder]) -> list[SequenceRow]:
    """The rows of `folders` as Django wants them, with the values that we give to COPY."""
    from rushes.db.models import SequenceRow
    from rushes.db.rows import SEQUENCE_COLUMNS, staged_sequences

    columns = [SequenceRow._meta.get_field(name) for name in ("key", *SEQUENCE_COLUMNS)]
    made = []
    for line in staged_sequences(1, folders):
        values = zip(columns, line[:-1].split("\t")[1:], strict=True)
        given = {column.name: column.to_python(value) for column, value in values}
        made.append(SequenceRow(root_id=1, since=1, **given))
    return made


def bulk_created(alias: str, rows: Sequence[SequenceRow]) -> None:
    """`rows` written by Django alone: no past, nothing removed, folders left out."""
    from rushes.db.models import SequenceRow
    from rushes.db.rows import SEQUENCE_QUIET, SEQUENCE_TOLD

    SequenceRow.objects.using(alias).bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["root", "key"],
        update_fields=[*SEQUENCE_TOLD, *SEQUENCE_QUIET],
    )


def measure(server: str, folders: Sequence[FoundFolder], changed: Sequence[FoundFolder]) -> Took:
    """Seconds of each run of one round, each way in a database of its own."""
    from rushes.db.connect import setup
    from rushes.db.opening import open_records

    count = sum(len(folder.sequences) for folder in folders)
    steps = {
        "empty": (folders, (count, 0, 0)),
        "unchanged": (folders, (0, 0, 0)),
        "all changed": (changed, (0, 0, count)),
    }
    took: Took = {}
    with temporary_database(server) as url, closing(open_records(url, data_dir=Path())) as records:
        for name, (met, wanted) in steps.items():
            took[name] = [_timed(partial(recorded, records, met), wanted)]
    with temporary_database(server) as url:
        open_records(url, data_dir=Path()).close()
        alias = setup(url)
        for name, (met, _) in steps.items():
            rows = ready(met)
            took[name].append(_timed(partial(bulk_created, alias, rows), None))
        _disconnect(alias)
    return took


def _timed(work: Callable[[], object], wanted: object) -> float:
    began = perf_counter()
    outcome = work()
    took = perf_counter() - began
    if outcome != wanted:
        raise SystemExit(f"recorded {outcome}, not {wanted}")
    return took


def _disconnect(alias: str) -> None:
    from django.db import connections

    connections[alias].close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sequences", type=int, default=50_000)
    parser.add_argument("--folders", type=int, default=8_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    os.environ.pop("RUSHES_DATABASE_URL", None)
    measured_on = machine(Path(tempfile.gettempdir()))
    folders = made(asked.sequences, asked.folders, size=1000)
    changed = made(asked.sequences, asked.folders, size=2000)
    with temporary_cluster() as server:
        measure(server, folders, changed)  # once for nothing
        rounds = [measure(server, folders, changed) for _ in range(asked.rounds)]
    results, rows = [], []
    for name, limit in _FASTER.items():
        ours, theirs = ([one[name][at] for one in rounds] for at in (0, 1))
        ratio = statistics.median(theirs) / statistics.median(ours)
        results.append(at_least(f"bulk_create, {name}, by Rushes", ratio, limit))
        rows += [_seconds(f"Rushes, {name}", ours), _seconds(f"bulk_create, {name}", theirs)]
    rate = asked.sequences / statistics.median(one["empty"][0] for one in rounds)
    results.append(told("recorded for the first time", rate / 1e3, unit=" k sequences/s"))
    size = f"{asked.sequences:,} file sequences in {asked.folders:,} folders"
    print(f"{measured_on}\n\n{size}, medians of {asked.rounds}.\n")
    print(table(("figure", "target", "result", ""), (one.cells() for one in results)))
    print()
    print(table(("run", "median", "runs"), rows))


def _seconds(name: str, took: Sequence[float]) -> tuple[str, str, str]:
    runs = " ".join(f"{one:.3f}" for one in took[:5])
    return name, f"{statistics.median(took):.3f} s", runs


if __name__ == "__main__":
    main()
