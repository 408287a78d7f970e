"""Statistics of many files, counted in processes that a bad file can crash or hold up, no more."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.inspection.bounded import Lost, Work, answered
from rushes.inspection.pixels.losses import finding
from rushes.inspection.pixels.rows import from_row
from rushes.inspection.pixels.worker import request
from rushes.model.pixels import PixelStats
from rushes.ports.progress import Progress, Silent

Key = TypeVar("Key")

TIMEOUT_S = 120.0  # an 8K frame of forty channels takes ten seconds


def statistics_of(
    wanted: Iterable[tuple[Key, Path]],
    *,
    sample: int = 1,
    deep: bool = True,
    parts: Collection[int] | None = None,
    histograms: bool = False,
    workers: int | None = None,
    timeout: float = TIMEOUT_S,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Iterator[tuple[Key, PixelStats | RushesError]]:
    """Statistics of every wanted file, with its key, as they are done by `workers` processes.

    As `statistics.statistics` gives them, which also tells what may be asked; an error is what
    that would have raised. `histograms` are worth carrying (some ten KB a channel) where `merged`
    is to follow. A file that takes longer than `timeout` seconds, or crashes the library that
    reads it, has a finding and no parts. Raises `cancelled`.
    """
    work = Work("rushes.inspection.pixels.worker", "pixel statistics", timeout, workers)
    asked = (
        (
            (key, path),
            request(path, sample=sample, deep=deep, parts=parts, histograms=histograms),
        )
        for key, path in wanted
    )
    for (key, path), outcome in answered(asked, work, progress):
        if isinstance(outcome, bytes):
            yield key, from_row(json.loads(outcome))
        elif isinstance(outcome, Lost):
            subject = escape(str(path))
            message = f"The pixels of {subject} cannot be read: {outcome.reason}."
            yield key, PixelStats(subject, (), (finding(subject, message),), sample)
        else:
            yield key, outcome
