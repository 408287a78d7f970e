"""Many thumbnails at once, made in processes that a bad file can crash or hold up, but no more."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Generic, TypeVar

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.inspection.bounded import Lost, Work, answered
from rushes.inspection.refusal import unreadable
from rushes.inspection.thumbnail import WIDTH
from rushes.inspection.thumbnail_worker import request
from rushes.ports.progress import Progress, Silent

Key = TypeVar("Key")

TIMEOUT_S = 20.0  # an 8K picture takes two seconds


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
    """A thumbnail of every wanted file, by its key, made by `workers` processes (one per core).

    A picture that takes longer than `timeout` seconds, or that crashes the library that reads it,
    is given up, and costs nothing but itself. Raises `cancelled`.
    """
    work = Work("rushes.inspection.thumbnail_worker", "thumbnails", timeout, workers)
    made: Thumbnails[Key] = Thumbnails()
    asked = [((key, path), request(path, width=width)) for key, path in wanted]
    for (key, path), outcome in answered(asked, work, progress):
        if isinstance(outcome, bytes):
            made[key] = outcome
        elif isinstance(outcome, Lost):
            made.failed[key] = unreadable(escape(str(path)), outcome.reason)
        else:
            made.failed[key] = outcome
    return made
