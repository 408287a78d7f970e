"""Counts of requests, for Prometheus: each worker leaves its own in a file, any of them sums up."""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_EVERY_S = 1.0

Key = tuple[str, str, int]  # route, method, status


class Counts:
    """Requests of this worker by route, method and status, and how long they took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[Key, list[float]] = defaultdict(lambda: [0.0] * (len(BOUNDS) + 2))
        self._changed = False

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        with self._lock:
            row = self._rows[route, method, status]
            row[bisect_left(BOUNDS, seconds)] += 1
            row[-1] += seconds
            self._changed = True

    def write(self, folder: Path) -> None:
        """Leave the counts where the other workers find them, if they have changed."""
        with self._lock:
            if not self._changed:
                return
            rows = [[*key, row[:]] for key, row in self._rows.items()]
            self._changed = False
        path = folder / f"{os.getpid()}.json"
        part = path.with_suffix(".part")
        # Counts are worth no error: a full disk only makes them old.
        with suppress(OSError):
            part.write_bytes(orjson.dumps(rows))
            part.replace(path)

    def keep_writing(self, folder: Path) -> None:
        """Write them every second, in the background, for as long as the worker lives."""
        folder.mkdir(parents=True, exist_ok=True)
        stop = threading.Event()

        def run() -> None:
            while not stop.wait(_EVERY_S):
                self.write(folder)

        threading.Thread(target=run, name="counts", daemon=True).start()


COUNTS = Counts()


def summed(folder: Path) -> dict[Key, list[float]]:
    """The counts of all workers since the server started."""
    total: dict[Key, list[float]] = defaultdict(lambda: [0.0] * (len(BOUNDS) + 2))
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError):
            for route, method, status, row in orjson.loads(path.read_bytes()):
                held = total[route, method, status]
                total[route, method, status] = [a + b for a, b in zip(held, row, strict=True)]
    return total


def told(rows: dict[Key, list[float]], *, database_up: bool) -> str:
    """All of it in Prometheus' text format."""
    return "\n".join([*_lines(rows), *_gauge(database_up), ""])


def _lines(rows: dict[Key, list[float]]) -> Iterator[str]:
    ordered = sorted(rows.items())
    yield "# HELP rushes_requests_total Requests by route, method and status."
    yield "# TYPE rushes_requests_total counter"
    for (route, method, status), row in ordered:
        yield f"rushes_requests_total{_labels(route, method, status)} {sum(row[:-1]):g}"
    yield "# HELP rushes_request_seconds How long requests took."
    yield "# TYPE rushes_request_seconds histogram"
    for route, method, row in _by_route(ordered):
        name, below = _labels(route, method), 0.0
        for bound, count in zip((*BOUNDS, "+Inf"), row[:-1], strict=True):
            below += count
            yield f'rushes_request_seconds_bucket{name[:-1]},le="{bound}"}} {below:.0f}'
        yield f"rushes_request_seconds_sum{name} {row[-1]:.6f}"
        yield f"rushes_request_seconds_count{name} {below:.0f}"


def _by_route(
    ordered: Iterable[tuple[Key, list[float]]],
) -> Iterator[tuple[str, str, list[float]]]:
    merged: dict[tuple[str, str], list[float]] = {}
    for (route, method, _), row in ordered:
        held = merged.get((route, method), [0.0] * len(row))
        merged[route, method] = [a + b for a, b in zip(held, row, strict=True)]
    for (route, method), row in merged.items():
        yield route, method, row


def _gauge(database_up: bool) -> Iterator[str]:
    yield "# HELP rushes_database_up Whether the database answers."
    yield "# TYPE rushes_database_up gauge"
    yield f"rushes_database_up {int(database_up)}"


def _labels(route: str, method: str, status: int | None = None) -> str:
    values: dict[str, Any] = {"route": route, "method": method}
    if status is not None:
        values["status"] = status
    inner = ",".join(f'{name}="{_quoted(str(value))}"' for name, value in values.items())
    return f"{{{inner}}}"


def _quoted(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
