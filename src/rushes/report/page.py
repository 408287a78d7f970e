"""The page as its templates read it, worked out from the content."""

from __future__ import annotations

from dataclasses import dataclass

from rushes.model.files import Kind
from rushes.model.finding import Finding, Severity
from rushes.report import wording
from rushes.report.content import Gauge, ReportContent, ReportedSequence
from rushes.report.diskmap import DiskMap, disk_map
from rushes.report.grouping import Block, Group, blocks, groups, shot
from rushes.report.limits import LIMITS, Limits, in_reading_order
from rushes.report.overview import Overview, overview
from rushes.report.pictures import Album, Picture
from rushes.report.strip import Strip, strip_of
from rushes.report.verdict import Stat, Verdict, stats, verdict


@dataclass(frozen=True, slots=True)
class SequenceView:
    """A file sequence with its strip, its pictures and its numbers as text."""

    one: ReportedSequence
    strip: Strip | None
    summary: str
    extent: str
    judged: str
    source: str
    pictures: tuple[Picture, ...]

    @property
    def on_disk(self) -> int:
        """Frames, tiles or files that are there."""
        return len(self.one.found.sequence.frames) or self.one.found.facts.files


@dataclass(frozen=True, slots=True)
class BlockView:
    """A subject's findings, ready to be shown."""

    subject: str
    task: str
    worst: Severity
    findings: tuple[Finding, ...]
    view: SequenceView | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """A shot's findings; `anchor` is what the overview links to."""

    anchor: str
    place: tuple[str, ...]
    group: Group
    blocks: tuple[BlockView, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the templates show, in the order they show it."""

    content: ReportContent
    verdict: Verdict
    stats: tuple[Stat, ...]
    overview: Overview
    groups: tuple[GroupView, ...]
    notes: tuple[BlockView, ...]
    more_notes: int
    in_order: tuple[tuple[str, SequenceView], ...]
    more_in_order: int
    single_in_order: int
    disk: DiskMap | None
    gauges: tuple[Gauge, ...]
    left_out: tuple[tuple[str, str], ...]
    trust: tuple[str, ...]
    lacking: int  # errors and warnings that the scan counted and did not hand over
    cuts: tuple[str, ...]


def page(content: ReportContent, *, limits: Limits = LIMITS) -> Page:
    """Work out what to show and what there is no room for, and say the latter."""
    album = Album(content, limits.picture_bytes)
    parts = blocks(content.findings, content.sequences)
    grave = [block for block in parts if block.worst is not Severity.NOTE]
    notes = [block for block in parts if block.worst is Severity.NOTE]
    gathered = groups(grave, content.sequences)
    group_views = tuple(_group(at, group, album) for at, group in enumerate(gathered, 1))
    at_fault = {block.subject for block in grave}
    fine = [one for one in in_reading_order(content.sequences) if one.subject not in at_fault]
    rows = [one for one in fine if one.found.sequence.kind is not Kind.FILE]
    shown = tuple((" / ".join(shot(one)), _view(one, album)) for one in rows[: limits.in_order])
    note_views = tuple(_block(block, None) for block in notes[: limits.notes])
    more = len(rows) - len(shown)
    more_notes = max(0, len(notes) - limits.notes)
    return Page(
        content=content,
        verdict=verdict(content, faulty=sum(_counted(b) for b in grave)),
        stats=stats(content),
        overview=overview(content.sequences, gathered, most=limits.shots),
        groups=group_views,
        notes=note_views,
        more_notes=more_notes,
        in_order=shown,
        more_in_order=more,
        single_in_order=len(fine) - len(rows),
        disk=disk_map(content.usage),
        gauges=content.gauges,
        left_out=_left_out(content),
        trust=tuple(wording.trust(content)),
        lacking=_lacking(content),
        cuts=tuple(_cuts(more, len(fine) - len(rows), more_notes, album.left_out)),
    )


def _counted(block: Block) -> bool:
    """Whether the block is about one of those that the totals call file sequences."""
    one = block.sequence
    return one is not None and one.found.sequence.kind is not Kind.FILE


def _group(at: int, group: Group, album: Album) -> GroupView:
    views = tuple(_block(block, album) for block in group.blocks)
    return GroupView(f"g{at}", group.place, group, views)


def _block(block: Block, album: Album | None) -> BlockView:
    one = block.sequence
    task = " / ".join(one.place[3:]) if one is not None else ""
    view = _view(one, album) if one is not None else None
    return BlockView(block.subject, task, block.worst, block.findings, view)


def _view(one: ReportedSequence, album: Album | None) -> SequenceView:
    """Without an album there are no pictures: those of notes stand with the sequence below."""
    return SequenceView(
        one=one,
        strip=strip_of(one),
        summary=wording.strip_summary(one),
        extent=wording.extent(one),
        judged=wording.judged(one),
        source=wording.source(one),
        pictures=album.pictures(one) if album else (),
    )


def _left_out(content: ReportContent) -> tuple[tuple[str, str], ...]:
    totals = content.totals
    told = (
        (totals.hidden, "hidden file", "names that begin with a dot, Thumbs.db and the like"),
        (totals.temporary, "temporary file", "unfinished or left over by a program"),
        (totals.special, "special file", "links to folders or to nothing, sockets, pipes, devices"),
    )
    return tuple((wording.count(number, noun), what) for number, noun, what in told if number)


def _lacking(content: ReportContent) -> int:
    counted = content.totals.errors + content.totals.warnings
    given = sum(finding.severity is not Severity.NOTE for finding in content.findings)
    return max(0, counted - given)


def _cuts(in_order: int, single: int, notes: int, pictures: int) -> list[str]:
    cuts = []
    if in_order:
        cuts.append(f"{wording.count(in_order, 'file sequence')} without errors or warnings")
    if single:
        cuts.append(f"{wording.count(single, 'single file')} without errors or warnings")
    if notes:
        cuts.append(f"the notes on {wording.count(notes, 'more subject')}")
    if pictures:
        cuts.append(wording.count(pictures, "thumbnail"))
    return cuts
