"""Compares pairs of files: headers here, pixels in processes that a bad file can crash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rushes.cli.exr.diff_pairs import FilePair
from rushes.cli.exr.reading import header, with_time
from rushes.core.errors import RushesError
from rushes.inspection.diff.differences import FileDiff, Limits, PixelsCompared
from rushes.inspection.diff.headers import Excuses, header_changes
from rushes.inspection.diff.many import Asked, pixels_of
from rushes.model.image import Part
from rushes.ports.progress import Progress
from rushes.ports.storage import Storage

_LATE = "They may just be large: --no-pixels compares their headers alone."


@dataclass(frozen=True, slots=True)
class Terms:
    """What is compared, and what counts."""

    excuses: Excuses
    limits: Limits
    pixels: bool = True
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of one pair: a difference (perhaps none at all), or why there is no telling.

    `picture` is a PNG, in which `white` stands for the largest distance.
    """

    pair: FilePair
    diff: FileDiff | None = None
    error: RushesError | None = None
    picture: bytes = b""
    white: float = 0.0

    @property
    def same(self) -> bool:
        """Whether both files are known to be the same."""
        return self.diff is not None and self.diff.same


def differences(
    pairs: Sequence[FilePair], terms: Terms, storage: Storage, progress: Progress
) -> Iterator[Compared]:
    """What came of each pair, in their order."""
    done: dict[int, Compared] = {}
    asked: list[tuple[int, Asked]] = []
    for at, pair in enumerate(pairs):
        one = _headers(pair, terms, storage)
        numbers = [(a.index, b.index) for a, b in _both(one.diff)]
        if terms.pixels and numbers:
            asked.append((at, Asked(Path(pair.a.path), Path(pair.b.path), numbers)))
        done[at] = one
    waiting = {at for at, _ in asked}
    told = 0
    for key, outcome in pixels_of(asked, terms.limits, picture=terms.picture, progress=progress):
        done[key] = _joined(done[key], outcome)
        waiting.discard(key)
        while told in done and told not in waiting:
            yield done.pop(told)
            told += 1
    for at in range(told, len(pairs)):
        yield done.pop(at)


def _headers(pair: FilePair, terms: Terms, storage: Storage) -> Compared:
    try:
        a, b = (header(storage, one.path, one.name) for one in (pair.a, pair.b))
    except RushesError as error:
        return Compared(pair, error=error)
    parts = header_changes(a.image, b.image, terms.excuses) if a.image and b.image else ()
    findings = tuple(dict.fromkeys((*a.findings, *b.findings)))
    return Compared(pair, FileDiff(parts, findings))


def _both(diff: FileDiff | None) -> Iterator[tuple[Part, Part]]:
    for one in diff.parts if diff else ():
        if one.a is not None and one.b is not None:
            yield one.a, one.b


def _joined(one: Compared, outcome: PixelsCompared | RushesError) -> Compared:
    if isinstance(outcome, RushesError):
        return replace(one, diff=None, error=outcome)
    assert one.diff is not None
    late = [with_time(each, _LATE) for each in outcome.findings]
    findings = tuple(dict.fromkeys((*one.diff.findings, *late)))
    diff = replace(one.diff, findings=findings, pixels=outcome.parts)
    return replace(one, diff=diff, picture=outcome.picture, white=outcome.white)
