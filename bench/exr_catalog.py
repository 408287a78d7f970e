"""Headers in the database: what 100,000 frames cost, and how long questions over them take.

    .venv/bin/python bench/exr_catalog.py [--frames 100000] [--rounds 5]

A bundled PostgreSQL is made for it and thrown away. Frames come from `rushes.testing.media`: takes
of many studios, renderers and comp programs. Questions are timed inside the database, planning and
execution together, over headers of which no two have the same structure.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path, PurePosixPath
from statistics import median
from time import perf_counter
from typing import Any

import psycopg
from measure import machine
from targets import Result, at_least, at_most, table, told

from rushes.db.opening import open_images
from rushes.inspection.header import facts, wire
from rushes.inspection.where import condition
from rushes.model.files import FileSequence
from rushes.model.frames import FrameSet
from rushes.model.image_query import ImageQuery
from rushes.ports.images import FileState, SeenImage, SeenSequence
from rushes.testing.media.industry import takes
from rushes.testing.postgres import temporary_cluster, temporary_database

MOUNT = "/mnt/shows"
BATCH = 4_000
QUESTIONS = [
    ImageQuery(layers=("crypto*",), compressions=("dwaa",), where=condition("width >= 3840")),
    ImageQuery(layers=("crypto*",), show="show7"),
    ImageQuery(channels=("*.id",)),
    ImageQuery(compressions=("zip",), where=condition("display_width = 2048")),
    ImageQuery(where=condition("deep and layer ~ 'diff*'")),
    ImageQuery(where=condition("channels > 60 and multipart")),
    ImageQuery(where=condition("attr.pixelAspectRatio = 2")),
    ImageQuery(where=condition("attr.timeCode ~ '*' and frame = 1001")),
    ImageQuery(where=condition("software ~ '*nuke*' and not tiled")),
    ImageQuery(where=condition("view = right or folder ~ 'show1*/sq010'")),
]


def sequences(count: int, *, distinct: bool) -> Iterator[tuple[SeenSequence, int]]:
    """So many frames by their sequences, and the bytes of their headers."""
    left = count
    for number, take in enumerate(takes(7)):
        frames = 1 if distinct else min(100, left)
        images, size = [], 0
        for at in range(frames):
            data = take.header(at).data()
            size += len(data)
            meaning = facts.image(wire.parse(data), data)
            images.append(SeenImage(1001 + at, FileState(1 << 20, at), data, meaning))
        show = f"show{number % 20}"
        folder = PurePosixPath(f"{show}/sq{number % 9}/sh{number:06d}/renders")
        sequence = FileSequence(folder, f"take{number}.", ".exr", 4, FrameSet())
        yield SeenSequence(sequence, show, images, frames=[one.frame for one in images]), size
        left -= frames
        if left <= 0:
            return


def send(images: Any, batch: list[SeenSequence]) -> float:
    """Record a batch; seconds."""
    start = perf_counter()
    images.record(MOUNT, batch)
    return perf_counter() - start


def record(images: Any, count: int, *, distinct: bool) -> tuple[float, int, int]:
    """Seconds in the port, raw bytes of headers, and sequences."""
    seconds, raw, number = 0.0, 0, 0
    batch: list[SeenSequence] = []
    waiting = 0

    for one, size in sequences(count, distinct=distinct):
        batch.append(one)
        raw, number, waiting = raw + size, number + 1, waiting + len(one.images)
        if waiting >= BATCH:
            seconds += send(images, batch)
            batch, waiting = [], 0
    if batch:
        seconds += send(images, batch)
    return seconds, raw, number


def sizes(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """Bytes of what headers take: structures with their indexes, and what frames differ in; and
    bytes of all, with the files' own rows (size, times, counters) and the vectors.
    """
    connection.execute("VACUUM ANALYZE")
    rows = connection.execute(
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
        " WHERE relkind = 'r' AND relname LIKE 'rushes_image%'"
    ).fetchall()
    tables = dict(rows)
    row = connection.execute(
        "SELECT sum(pg_column_size(delta) + pg_column_size(base_id) + pg_column_size(header_hash))"
        " FROM rushes_imagefile"
    ).fetchone()
    structures = ("rushes_imagebase", "rushes_imageheader", "rushes_imageword")
    headers = sum(tables[name] for name in structures) + int(row[0] if row else 0)
    return headers, sum(tables.values())


class Clock:
    """Adds up what the server took for each question, planning and execution, by its own count."""

    def __init__(self) -> None:
        self.taken = 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("SELECT"):
            return execute(sql, params, many, context)
        with context["connection"].connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql, params)
            (plan,) = cursor.fetchone()[0]
        self.taken += plan["Planning Time"] + plan["Execution Time"]
        return execute(sql, params, many, context)


def timed(ask: Callable[[], Any]) -> tuple[float, int]:
    """Milliseconds that the server took over a question, and how many files it found."""
    from django.db import connections

    clock = Clock()
    with ExitStack() as watched:
        for connection in connections.all(initialized_only=True):
            watched.enter_context(connection.execute_wrapper(clock))
        found = ask()
    return clock.taken, len(found)


def finding(images: Any, rounds: int) -> tuple[list[float], list[str]]:
    """Milliseconds of every question, and a line for each."""
    taken, lines = [], []
    for query in QUESTIONS:
        times = [timed(lambda query=query: images.find(query).rows) for _ in range(rounds)]
        each = sorted(one for one, _ in times)
        taken += each
        lines.append(f"- {median(each):.1f} ms, {times[0][1]} files: {_told(query)}")
    return taken, lines


def resembling(images: Any) -> list[float]:
    """Milliseconds of 40 questions for what is like a header, every fourth with conditions."""
    taken = []
    for number, take in enumerate(random.Random(3).sample(list(islice(takes(7), 2_000)), 40)):
        data = take.header(0).data()
        image = facts.image(wire.parse(data), data)
        query = QUESTIONS[number % 8 // 4 * 3] if number % 4 == 3 else ImageQuery()
        taken.append(
            timed(lambda image=image, query=query: images.similar(image, query, most=10))[0]
        )
    return taken


def _told(query: ImageQuery) -> str:
    words = {name: value for name, value in vars(query).items() if value}
    return ", ".join(f"{name} {value}" for name, value in words.items())


def _p95(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def main() -> None:
    """Make the databases, ask, and print Markdown."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--frames", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    print(machine(Path.cwd()), "\n")
    with (
        tempfile.TemporaryDirectory(prefix="rushes-bench-") as place,
        temporary_cluster() as server,
    ):
        with (
            temporary_database(server) as url,
            closing(open_images(url, data_dir=Path(place))) as images,
        ):
            results = frames(images, url, given.frames)
        with (
            temporary_database(server) as url,
            closing(open_images(url, data_dir=Path(place))) as images,
        ):
            more, lines = structures(images, url, given.frames, given.rounds)
    print(table(("figure", "wanted", "found", ""), [one.cells() for one in results + more]), "\n")
    print("\n".join(lines))


def frames(images: Any, url: str, count: int) -> list[Result]:
    """What frames of sequences cost."""
    seconds, raw, number = record(images, count, distinct=False)
    with psycopg.connect(url, autocommit=True) as connection:
        headers, everything = sizes(connection)
    what = f"{count:,} frames of {number:,} sequences"
    return [
        at_most(f"{what}: recorded", seconds, 30 * count / 100_000, unit=" s"),
        told("their headers, raw, each", raw / count, unit=" bytes"),
        at_least("raw bytes by those of structures and differences", raw / headers, 15),
        told("raw bytes by those of all tables and indexes", raw / everything),
    ]


def structures(images: Any, url: str, count: int, rounds: int) -> tuple[list[Result], list[str]]:
    """Questions over headers of which no two have the same structure."""
    seconds, raw, _ = record(images, count, distinct=True)
    with psycopg.connect(url, autocommit=True) as connection:
        headers, _ = sizes(connection)
    finding(images, 1)  # what is on disk comes into memory
    found, lines = finding(images, rounds)
    near = resembling(images)
    return [
        told(f"{count:,} headers, no two alike: recorded", seconds, unit=" s"),
        told("raw bytes by those of structures", raw / headers),
        told("find: median", median(found), unit=" ms"),
        at_most("find: 95 of 100 within", _p95(found), 50, unit=" ms"),
        told("similar: median", median(near), unit=" ms"),
        at_most("similar: 95 of 100 within", _p95(near), 50, unit=" ms"),
    ], lines


if __name__ == "__main__":
    main()
