"""Many movies and sound files probed, in processes that a bad file can crash or hold up, no more.

Probing goes through the same bounded workers as pixels do: FFmpeg's libraries read what strangers
send, and decoders have crashed on less.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.inspection.bounded import Lost, Work, answered
from rushes.inspection.media.facts import Probed
from rushes.inspection.media.findings import unreadable
from rushes.inspection.media.rows import from_row
from rushes.inspection.media.worker import request
from rushes.ports.progress import Progress, Silent

Key = TypeVar("Key")

TIMEOUT_S = 60.0
_READ = 20e6  # bytes a second, below which storage is as good as dead


class Wanted(NamedTuple):
    """A file to probe: where it lies, what it is called (escaped), whether to measure loudness.

    Loudness takes all of the sound decoded, and so nearly all of the file read.
    """

    path: Path
    name: str
    loudness: bool = False


def probe(path: Path, *, loudness: bool = False) -> Probed:
    """One file probed. Raises `path.not_found` and `path.unreadable`."""
    wanted = Wanted(path, escape(str(path)), loudness)
    ((_, outcome),) = probed([(None, wanted)], workers=1)
    if isinstance(outcome, RushesError):
        raise outcome
    return outcome


def probed(
    wanted: Iterable[tuple[Key, Wanted]],
    *,
    workers: int | None = None,
    timeout: float = TIMEOUT_S,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Iterator[tuple[Key, Probed | RushesError]]:
    """What every wanted file is, with its key, as they are done by `workers` processes.

    An error is `path.not_found` or `path.unreadable`; whatever is wrong with a file that is there
    is a finding, and so is one that takes longer than `timeout` seconds (and, where loudness is
    measured, the time that the largest of these files takes to read), or that crashes the library
    that reads it. Raises `cancelled`.
    """
    asked = [*wanted]
    largest = max((_size(one.path) for _, one in asked if one.loudness), default=0)
    work = Work("rushes.inspection.media.worker", "media files", timeout + largest / _READ, workers)
    requests = (
        ((key, one), request(one.path, one.name, loudness=one.loudness)) for key, one in asked
    )
    for (key, one), outcome in answered(requests, work, progress):
        if isinstance(outcome, bytes):
            yield key, from_row(json.loads(outcome))
        elif isinstance(outcome, Lost):
            yield key, Probed(None, (unreadable(one.name, outcome.reason),))
        else:
            yield key, outcome


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
