"""What a scan judged, as the report shows it."""

from __future__ import annotations

from rushes.frames.missing import FOUND
from rushes.report.content import ReportedSequence
from rushes.scan.gaps import Judged


def reported(judged: Judged, *, place: tuple[str, ...] = (), root: str = "") -> ReportedSequence:
    """A judged sequence with its place; `root` only where a report covers several roots."""
    gaps = judged.gaps
    return ReportedSequence(
        found=judged.found,
        place=place,
        missing=gaps.missing,
        extra=gaps.extra,
        expected=gaps.expected,
        source=gaps.source,
        from_disk=gaps.source.startswith(FOUND),
        root=root,
    )
