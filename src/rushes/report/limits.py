"""What a report leaves out so that it stays small enough to forward."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from rushes.inspection.endings import is_picture
from rushes.model.files import Kind
from rushes.report.content import ReportContent, ReportedSequence


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of each; errors and warnings have no limit, they are always shown."""

    in_order: int = 400  # file sequences without errors or warnings
    notes: int = 200  # subjects that have nothing but notes
    shots: int = 600  # marks in the overview
    picture_bytes: int = 24 * 1024**2


LIMITS = Limits()


def picture_frames(one: ReportedSequence) -> tuple[int, ...]:
    """First, middle and last frame on disk, without repeats; a single file counts as frame 0."""
    if one.found.sequence.kind is Kind.FILE:
        return (0,)
    frames = one.found.sequence.frames
    if not frames:
        return ()
    middle = _nth(one, (len(frames) - 1) // 2)
    return tuple(dict.fromkeys((frames.first, middle, frames.last)))


def wanted_pictures(
    content: ReportContent, *, limits: Limits = LIMITS
) -> Iterator[tuple[str, PurePosixPath]]:
    """Key and path (relative to its root) of each thumbnail the report has room for.

    Sequences with errors and warnings come first. Frames of zero bytes are not asked for, nor
    what is no image and no movie by its name, and of single files only those with a finding.
    """
    at_fault = {finding.subject.removeprefix("./") for finding in content.findings}
    first = [one for one in content.sequences if one.subject in at_fault]
    rest = [
        one
        for one in in_reading_order(content.sequences)
        if one.subject not in at_fault and one.found.sequence.kind is not Kind.FILE
    ]
    for one in (*first, *rest[: limits.in_order]):
        for frame in picture_frames(one):
            there = one.found.facts.size and frame not in one.found.facts.empty
            if there and is_picture(one.found.sequence.name(frame)):
                yield one.picture_key(frame), one.found.sequence.path(frame)


def in_reading_order(sequences: Iterable[ReportedSequence]) -> list[ReportedSequence]:
    """By place, then by path."""
    return sorted(sequences, key=lambda one: (one.root, one.place, one.subject))


def _nth(one: ReportedSequence, place: int) -> int:
    for run in one.found.sequence.frames.runs:
        if place < len(run):
            return run.first + place * run.step
        place -= len(run)
    raise IndexError(place)
