"""Statistics of the pixels of one file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from rushes.core.escape import escape
from rushes.inspection.header import wire
from rushes.inspection.pixels.layout import RefusedError
from rushes.inspection.pixels.levels import lost_levels
from rushes.inspection.pixels.losses import finding
from rushes.inspection.pixels.opening import (
    changed,
    header_of,
    keep_memory,
    opened,
    placed,
    tables,
    titled,
)
from rushes.inspection.pixels.part import Counting
from rushes.inspection.pixels.source import Source
from rushes.model.finding import Finding
from rushes.model.image import Part
from rushes.model.pixels import PartStats, PixelStats


def statistics(
    path: Path,
    *,
    sample: int = 1,
    deep: bool = True,
    parts: Collection[int] | None = None,
    histograms: bool = False,
) -> PixelStats:
    """What the values of every channel are like, in every part (or in those numbered `parts`).

    Smallest, largest, mean and spread are of finite values alone (see `ChannelStats`).
    The file is read in bands of whole chunks, at full resolution only, in memory that does not
    grow with it; `sample` = n reads every nth band. Without `deep`, deep parts are left out.
    `histograms` of half channels are worth keeping where `merge.merged` is to follow. What cannot
    be read becomes a finding, and everything else is counted. Raises `path.not_found`,
    `path.unreadable` and `dependency.missing`.

    The library that decodes can crash or hang on hostile files, and prints to standard error;
    `many.statistics_of` keeps that apart.
    """
    subject = escape(str(path))
    keep_memory()
    source = opened(path, subject)
    try:
        asked = _Asked(subject, max(1, sample), deep=deep, parts=parts, histograms=histograms)
        found = _counted(source, asked)
        if not source.changed():
            return found
    finally:
        source.close()
    return replace(found, findings=(*found.findings, changed(subject)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is wanted, of which file."""

    subject: str
    sample: int
    deep: bool
    parts: Collection[int] | None
    histograms: bool


def _counted(source: Source, asked: _Asked) -> PixelStats:
    subject = asked.subject
    header = header_of(source, subject)
    if isinstance(header, Finding):
        return PixelStats(subject, (), (header,), asked.sample)
    made: list[PartStats] = []
    findings: list[Finding] = []
    for part, table in tables(header):
        if asked.parts is None or part.index in asked.parts:
            one, told_of_it = _part(source, header, part, table=table, asked=asked)
            made.append(one)
            findings += told_of_it
    return PixelStats(subject, tuple(made), tuple(findings), asked.sample)


def _part(
    source: Source, header: wire.Header, part: Part, *, table: int | str, asked: _Asked
) -> tuple[PartStats, list[Finding]]:
    made = PartStats(part.index, part.name, part.view, part.kind)
    title = titled(header, part)
    try:
        found = placed(header, part, table)
    except RefusedError as refused:
        message = f"Nothing of {title} can be read: {refused}."
        return replace(made, left_out=str(refused)), [finding(asked.subject, message)]
    made = replace(made, width=found.width, height=found.height)
    if found.deep and not asked.deep:
        return replace(made, left_out="deep parts were not asked for"), []
    counting = Counting(source, found, histograms=asked.histograms)
    counting.count(sample=asked.sample)
    made = replace(
        made,
        channels=counting.channels(),
        samples=counting.samples(),
        bands_read=counting.bands_read,
        bands_there=counting.bands_there,
    )
    told = {"subject": asked.subject, "title": title}
    lost = (counting.losses.findings(found, **told), lost_levels(source, found, **told))
    return made, [*chain(*lost)]
