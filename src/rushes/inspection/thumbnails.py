"""Many thumbnails at once, made in processes that a bad file can crash or hold up, but no more."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.inspection.bounded import Lost, Work, answered
from rushes.inspection.look import Look
from rushes.inspection.refusal import unreadable
from rushes.inspection.thumbnail import WIDTH, Made
from rushes.inspection.thumbnail_worker import made, request
from rushes.ports.progress import Progress, Silent

Key = TypeVar("Key")

TIMEOUT_S = 20.0  # an 8K picture takes two seconds


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many seconds one picture may take, and how many processes work (one per core)."""

    timeout: float = TIMEOUT_S
    workers: int | None = None


class Thumbnails(dict[Key, bytes], Generic[Key]):
    """JPEGs by key; a picture that could not be made is absent, and `failed` says why."""

    def __init__(self) -> None:
        super().__init__()
        self.failed: dict[Key, RushesError] = {}


def thumbnails(
    wanted: Iterable[tuple[Key, Path]],
    *,
    width: int = WIDTH,
    workers: int | None = None,
    timeout: float = TIMEOUT_S,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Thumbnails[Key]:
    """A thumbnail of every wanted file, by its key, as `making` makes them. Raises `cancelled`."""
    done: Thumbnails[Key] = Thumbnails()
    asked = ((key, path, Look()) for key, path in wanted)
    bounds = Bounds(timeout, workers)
    for key, outcome in making(asked, width=width, bounds=bounds, progress=progress):
        if isinstance(outcome, RushesError):
            done.failed[key] = outcome
        else:
            done[key] = outcome.data
    return done


def making(
    wanted: Iterable[tuple[Key, Path, Look]],
    *,
    width: int = WIDTH,
    bounds: Bounds = Bounds(),
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Generator[tuple[Key, Made | RushesError]]:
    """A picture of each, by its key, in the order of being done.

    A picture that takes longer than it may, or that crashes the library that reads it, is given
    up, and costs nothing but itself. Raises `cancelled`.
    """
    work = Work(
        "rushes.inspection.thumbnail_worker", "thumbnails", bounds.timeout, bounds.workers
    )  # fmt: skip
    asked = (((key, path), request(path, look, width=width)) for key, path, look in wanted)
    for (key, path), outcome in answered(asked, work, progress):
        if isinstance(outcome, bytes):
            yield key, made(outcome)
        elif isinstance(outcome, Lost):
            yield key, unreadable(escape(str(path)), outcome.reason)
        else:
            yield key, outcome
