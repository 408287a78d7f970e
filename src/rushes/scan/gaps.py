"""Which frames are missing, told against what ought to be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from rushes.core.escape import escape
from rushes.frames.missing import Expectation, Gaps, missing
from rushes.frames.notation import brief_frames, format_frames
from rushes.model.files import FileSequence, FoundFolder, FoundSequence, Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.scan import dead_links

Expect = Callable[[FileSequence], Expectation | None]
_NONE = FrameSet()


@dataclass(frozen=True, slots=True)
class Judged:
    """A file sequence and what it lacks."""

    found: FoundSequence
    gaps: Gaps


def judge(folder: FoundFolder, expect: Expect) -> Iterator[Judged]:
    """Every sequence and single file of the folder, with its gaps."""
    links = folder.left_out.dead_links
    for found in folder.sequences:
        sequence = found.sequence
        dead = dead_links.frames(sequence, links) if links else _NONE
        yield Judged(found, missing(sequence, expect(sequence), dead=dead))


def nothing_known(_sequence: FileSequence) -> None:
    """Expect nothing: gaps are told from the first to the last frame found."""
    return


def always(expectation: Expectation) -> Expect:
    """Expect the same of every sequence, because someone said so."""

    def expect(_sequence: FileSequence) -> Expectation:
        return expectation

    return expect


def empty_as_missing(judged: Judged) -> Judged:
    """The same, with frames of zero bytes taken for missing where they ought to be there."""
    empty = judged.found.facts.empty & judged.gaps.expected
    if not empty:
        return judged
    return replace(judged, gaps=replace(judged.gaps, missing=judged.gaps.missing | empty))


def findings(judged: Iterable[Judged]) -> Iterator[Finding]:
    """What is wrong with the frames that are there and those that are not."""
    for one in judged:
        sequence, gaps = one.found.sequence, one.gaps
        if sequence.kind is not Kind.FRAMES:
            continue
        if gaps.missing:
            yield _missing(sequence, gaps)
        if gaps.extra:
            yield _extra(sequence, gaps)


def _missing(sequence: FileSequence, gaps: Gaps) -> Finding:
    count = len(gaps.missing)
    digits = sequence.subframe_digits
    frames = brief_frames(gaps.missing, subframe_digits=digits)
    return Finding(
        rule="frames.missing",
        severity=Severity.ERROR,
        subject=subject(sequence),
        message=f"{count:,} missing frame{'s' if count > 1 else ''}: {frames}"
        f" (against {gaps.source})",
        found=format_frames(sequence.frames, subframe_digits=digits),
        wanted=format_frames(gaps.expected, subframe_digits=digits),
        fix="Render or copy the missing frames, or correct the shot's range.",
    )


def _extra(sequence: FileSequence, gaps: Gaps) -> Finding:
    count = len(gaps.extra)
    digits = sequence.subframe_digits
    return Finding(
        rule="frames.extra",
        severity=Severity.NOTE,
        subject=subject(sequence),
        message=f"{count:,} frame{'s' if count > 1 else ''} outside {gaps.source}:"
        f" {brief_frames(gaps.extra, subframe_digits=digits)}",
        found=format_frames(sequence.frames, subframe_digits=digits),
        wanted=format_frames(gaps.expected, subframe_digits=digits),
        fix="Handles are fine; otherwise the shot's range is out of date.",
    )


def subject(sequence: FileSequence) -> str:
    """The sequence's pattern with its folder, escaped: what findings and JSON call it."""
    folder = str(sequence.folder)
    return escape(sequence.pattern if folder == "." else f"{folder}/{sequence.pattern}")
