"""The report's sentences and numbers."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from rushes.core import clock
from rushes.core.units import human_bytes
from rushes.frames.missing import FOUND
from rushes.frames.notation import brief_frames, format_frames
from rushes.model.files import Kind
from rushes.model.frames import FrameRange, FrameSet
from rushes.report.content import Gauge, ReportContent, ReportedSequence


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 frame`, `2,000 frames`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def frames_text(frames: FrameSet, *, digits: int = 0, most: int = 160) -> str:
    """Frame notation with room to break the line, cut at a comma when it is long."""
    text = brief_frames(frames, subframe_digits=digits, most=most)
    return text.replace(", ", ",").replace(",", ", ")


def frame_text(frame: int, digits: int = 0) -> str:
    """A frame number as its name has it: 100125 is 1001.25 where two digits are subframes."""
    return format_frames(FrameSet((FrameRange(frame, frame),)), subframe_digits=digits)


def moment(when: datetime) -> str:
    """`21 Nov 2026, 01:02 UTC`."""
    when = when.astimezone(UTC)
    return f"{when.day} {when:%b %Y, %H:%M} UTC"


def day(nanoseconds: int) -> str:
    """`21 Nov 2026` of a file time, in UTC."""
    when = clock.from_ns(nanoseconds)
    return f"{when.day} {when:%b %Y}"


def took(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min 05 s`, `1 h 02 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def extent(one: ReportedSequence) -> str:
    """What is on disk, in short: `1001-1100`, `100 frames`; `12 tiles`; `single file`."""
    sequence = one.found.sequence
    if sequence.kind is Kind.FILE:
        return "single file"
    if sequence.kind is Kind.TILES:
        return count(len(sequence.frames), "tile")
    return frames_text(sequence.frames, digits=sequence.subframe_digits, most=60)


def judged(one: ReportedSequence) -> str:
    """What the frames were held against, and who said so."""
    if not one.counts_frames:
        return ""
    if one.from_disk or not one.expected:
        return f"judged from {one.source or FOUND}"
    digits = one.found.sequence.subframe_digits
    return f"judged against {frames_text(one.expected, digits=digits, most=60)}, {one.source}"


def source(one: ReportedSequence) -> str:
    """What the frames were held against, in a few words."""
    if not one.counts_frames:
        return ""
    return one.source or FOUND


def strip_summary(one: ReportedSequence) -> str:
    """What a strip shows, in words."""
    sequence, facts = one.found.sequence, one.found.facts
    digits = sequence.subframe_digits
    told = [
        f"{name} {frames_text(frames, digits=digits)}"
        for name, frames in (
            ("missing", one.missing),
            ("empty", facts.empty),
            ("short", facts.short),
            ("outside the range", one.extra),
        )
        if frames
    ]
    return "; ".join([f"{count(len(sequence.frames), 'frame')} on disk", *told])


def gauge_text(gauge: Gauge) -> str:
    """`412.0 GB of 500.0 GB · warning from 400.0 GB · critical from 480.0 GB`."""
    parts = [human_bytes(gauge.used) + (f" of {human_bytes(gauge.of)}" if gauge.of else "")]
    if gauge.warn:
        parts.append(f"warning from {human_bytes(gauge.warn)}")
    if gauge.critical:
        parts.append(f"critical from {human_bytes(gauge.critical)}")
    return " · ".join(parts)


def trust(content: ReportContent) -> list[str]:
    """How far the report may be believed, in sentences, the gravest first."""
    lines = []
    totals = content.totals
    sources = Counter(
        "" if one.from_disk or not one.expected else one.source
        for one in content.sequences
        if one.counts_frames
    )
    blind = sources.pop("", 0)
    if blind:
        lines.append(
            f"{count(blind, 'file sequence')} had no known range and"
            f" {'was' if blind == 1 else 'were'} judged from the first to the last frame found:"
            " a lost first or last frame cannot be seen there."
        )
    if sources:
        known = sum(sources.values())
        lines.append(
            f"{count(known, 'file sequence')} {'was' if known == 1 else 'were'} judged against"
            f" a known range ({_sources(sources)})."
        )
    lines.append(
        f"Disk use is counted by {content.disk_measure}: {human_bytes(totals.allocated)}"
        f" allocated for {human_bytes(totals.size)} of content."
    )
    return [*lines, *content.remarks]


def _sources(sources: Counter[str]) -> str:
    if len(sources) > 3:
        return f"from {len(sources):,} places, named with each sequence"
    return "; ".join(f"{source}: {number:,}" for source, number in sources.most_common())
