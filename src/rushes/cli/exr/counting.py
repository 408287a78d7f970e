"""Pixel statistics of files in the order of the files, whoever of the workers is done first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rushes.cli.exr.images import Wanted
from rushes.cli.exr.reading import told, with_time
from rushes.core.errors import RushesError
from rushes.inspection.pixels.many import TIMEOUT_S, statistics_of
from rushes.model.pixels import PixelStats
from rushes.ports.progress import Progress, Silent

_SILENT = Silent()
_LATE = "It may just be large: `rushes exr stats --timeout SECONDS` gives it longer."


@dataclass(frozen=True, slots=True)
class Count:
    """How pixels are to be counted; no `parts` are all of them."""

    sample: int = 1
    parts: tuple[int, ...] = ()
    timeout: float = TIMEOUT_S
    workers: int | None = None


def counted(
    files: Sequence[Wanted], how: Count, *, histograms: bool = False, progress: Progress = _SILENT
) -> Iterator[PixelStats | RushesError]:
    """The statistics of every file, or why there are none, under the file's own name."""
    waiting: dict[int, PixelStats | RushesError] = {}
    following = 0
    for key, outcome in statistics_of(
        ((at, Path(one.path)) for at, one in enumerate(files)),
        sample=how.sample,
        parts=how.parts or None,
        histograms=histograms,
        workers=how.workers,
        timeout=how.timeout,
        progress=progress,
    ):
        waiting[key] = outcome
        while following in waiting:
            yield _called(waiting.pop(following), files[following])
            following += 1


def _called(outcome: PixelStats | RushesError, file: Wanted) -> PixelStats | RushesError:
    """The same, with findings about the file as the person called it."""
    if isinstance(outcome, RushesError):
        return told(file.path, file.name, outcome)
    findings = tuple(replace(with_time(one, _LATE), subject=file.name) for one in outcome.findings)
    return replace(outcome, subject=file.name, findings=findings)
