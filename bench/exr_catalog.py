"""Headers in the database: what 100,000 frames cost, and how long questions over them take.

    python bench/exr_catalog.py [--frames N] [--markdown]

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


def sizes(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Bytes of the tables with their indexes."""
    rows = connection.execute(
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
        " WHERE relkind = 'r' AND relname LIKE 'rushes_image%'"
    ).fetchall()
    return dict(rows)


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


def questions(images: Any, rounds: int) -> None:
    """Time find and similar over what is recorded."""
    finds = [[timed(lambda q=q: images.find(q).rows) for _ in range(rounds)] for q in QUESTIONS]
    for query, times in zip(QUESTIONS, finds, strict=True):
        milliseconds = sorted(one for one, _ in times)
        print(f"  {milliseconds[len(times) // 2]:7.1f} ms {times[0][1]:6} {query}")
    every = sorted(one for times in finds for one, _ in times)
    print(f"find: median {median(every):.1f} ms, p95 {every[int(len(every) * 0.95)]:.1f} ms")
    chosen = random.Random(3).sample(list(islice(takes(7), 2_000)), 40)
    nears = []
    for number, take in enumerate(chosen):
        data = take.header(0).data()
        image = facts.image(wire.parse(data), data)
        query = QUESTIONS[number % 2 * 3] if number % 4 == 3 else ImageQuery()
        nears.append(timed(lambda: images.similar(image, query, most=10))[0])
    nears.sort()
    print(f"similar: median {median(nears):.1f} ms, p95 {nears[int(len(nears) * 0.95)]:.1f} ms")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--frames", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    print(machine(Path.cwd()))
    with tempfile.TemporaryDirectory(prefix="rushes-bench-") as place:
        with temporary_cluster() as cluster:
            for distinct in (False, True):
                with temporary_database(cluster) as url:
                    with closing(open_images(url, data_dir=Path(place))) as images:
                        seconds, raw, number = record(images, given.frames, distinct=distinct)
                        with psycopg.connect(url, autocommit=True) as connection:
                            connection.execute("VACUUM ANALYZE")
                            stored = sizes(connection)
                        whole = sum(stored.values())
                        print(
                            f"{given.frames:,} headers in {number:,} sequences: {seconds:.1f} s,"
                            f" {raw / given.frames:,.0f} bytes each, stored in"
                            f" {whole / given.frames:,.0f}: 1/{raw / whole:.1f}"
                        )
                        print(stored)
                        if distinct:
                            questions(images, given.rounds)


if __name__ == "__main__":
    main()
