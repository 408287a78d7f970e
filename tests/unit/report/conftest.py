"""Made-up sequences and reports for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from rushes.model.files import FileFacts, FileSequence, FoundSequence, Kind
from rushes.model.frames import FrameSet
from rushes.model.scan import ScanTotals
from rushes.report.content import ReportContent, ReportedSequence

NOTHING = FrameSet()


def make_sequence(
    frames: FrameSet = NOTHING,
    *,
    folder: str = "demo/sq010/sh0010/comp",
    head: str = "comp.",
    tail: str = ".exr",
    place: tuple[str, ...] = ("demo", "sq010", "sh0010", "comp"),
    missing: FrameSet = NOTHING,
    extra: FrameSet = NOTHING,
    empty: FrameSet = NOTHING,
    short: FrameSet = NOTHING,
    source: str = "",
    kind: Kind = Kind.FRAMES,
    root: str = "",
    subframe_digits: int = 0,
) -> ReportedSequence:
    count = len(frames) or 1
    facts = FileFacts(
        count, count * 1000, count * 4096, 1000, 1000, 10**18, 10**18, "f", empty, short
    )
    sequence = FileSequence(PurePosixPath(folder), head, tail, 4, frames, kind, subframe_digits)
    return ReportedSequence(
        FoundSequence(sequence, facts),
        place,
        missing,
        extra,
        (frames | missing) - extra,
        source or "first to last found",
        not source,
        root,
    )


def make_content(*sequences: ReportedSequence, **others: object) -> ReportContent:
    content = ReportContent(
        title="demo",
        roots=("/mnt/shows",),
        started=datetime(2026, 11, 21, 1, 2, tzinfo=UTC),
        took_s=1.5,
        totals=ScanTotals(
            sequences=sum(s.found.sequence.kind is not Kind.FILE for s in sequences),
            single_files=sum(s.found.sequence.kind is Kind.FILE for s in sequences),
        ),
        tool_version="0.1.0",
        sequences=sequences,
    )
    return replace(content, **others)  # type: ignore[arg-type]


@pytest.fixture
def sequence() -> Callable[..., ReportedSequence]:
    return make_sequence


@pytest.fixture
def content() -> Callable[..., ReportContent]:
    return make_content
