"""Pixels of many pairs of files, compared in processes that a bad file can crash, but no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.inspection.bounded import Lost, Work, answered
from rushes.inspection.diff.differences import Limits, PixelsCompared
from rushes.inspection.diff.files import Numbers
from rushes.inspection.diff.worker import answer, request
from rushes.inspection.pixels.losses import finding
from rushes.ports.progress import Progress, Silent

Key = TypeVar("Key")

TIMEOUT_S = 300.0  # two 8K frames of forty channels take half a minute


class Asked(NamedTuple):
    """Two files, and which of their parts are to be compared, by their numbers."""

    a: Path
    b: Path
    pairs: Sequence[Numbers]


def pixels_of(
    wanted: Iterable[tuple[Key, Asked]],
    limits: Limits,
    *,
    picture: bool = False,
    workers: int | None = None,
    timeout: float = TIMEOUT_S,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Iterator[tuple[Key, PixelsCompared | RushesError]]:
    """What the pixels of all pairs differ in, with their keys, as they are done by `workers`.

    As `files.compared` tells it; an error is what that would have raised. A pair that takes longer
    than `timeout` seconds, or crashes the library that reads it, has a finding and no parts.
    Raises `cancelled`.
    """
    work = Work("rushes.inspection.diff.worker", "pixel comparisons", timeout, workers)
    asked = (
        ((key, one), request(one.a, one.b, one.pairs, limits, picture=picture))
        for key, one in wanted
    )
    for (key, one), outcome in answered(asked, work, progress):
        if isinstance(outcome, bytes):
            yield key, answer(outcome)
        elif isinstance(outcome, Lost):
            a, b = escape(str(one.a)), escape(str(one.b))
            message = f"The pixels of it and {b} cannot be compared: {outcome.reason}."
            yield key, PixelsCompared(findings=(finding(a, message),))
        else:
            yield key, outcome
