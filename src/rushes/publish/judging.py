"""The second stage of a publish: what is wrong with the files, and whether that keeps it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath

from rushes.core.escape import escape
from rushes.frames.missing import FOUND, Expectation, missing
from rushes.frames.notation import format_frames
from rushes.model.files import FileSequence, Kind
from rushes.model.finding import Finding, Severity
from rushes.policy.policy import Policy
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage import Storage
from rushes.publish.collecting import Collected, Item
from rushes.publish.target import Target
from rushes.qc.check_asset import Asset as Checked
from rushes.qc.checks import check
from rushes.scan.gaps import Expect, Judged, findings, subject
from rushes.scan.layout import Layout
from rushes.scan.shots import ShotRanges

_PLACES = ("{show}/{sequence}/{shot}", "{show}/{shot}")


class Status(StrEnum):
    """How a publish came out: as it should be, with something odd, or not fit for use."""

    OK = "ok"
    WARNINGS = "warnings"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found; `broken` are the findings that keep others from using it."""

    judged: tuple[Judged, ...]
    findings: tuple[Finding, ...] = ()
    broken: tuple[Finding, ...] = ()

    @property
    def status(self) -> Status:
        """How it comes out."""
        if self.broken:
            return Status.FAILED
        told = any(one.severity is not Severity.NOTE for one in self.findings)
        return Status.WARNINGS if told else Status.OK

    @property
    def all(self) -> tuple[Finding, ...]:
        """All findings, the worst kind first."""
        return (*self.broken, *self.findings)

    @property
    def lacking(self) -> list[Judged]:
        """Sequences with missing frames."""
        return [one for one in self.judged if one.gaps.missing]


def on_record(wanted: Expectation, target: Target) -> Expect:
    """Expect the frames that the shot has on record."""
    names = tuple(one for one in (target.show, target.sequence, target.shot) if one)
    layout = Layout(_PLACES[:1] if target.sequence else _PLACES[1:])
    return of_shot(ShotRanges({names: wanted}, layout, None), PurePosixPath(*names))


def of_shot(ranges: ShotRanges, folder: PurePosixPath) -> Expect:
    """Expect of each file sequence what it would be to have in the shot's folder."""

    def expect(sequence: FileSequence) -> Expectation | None:
        return ranges(replace(sequence, folder=folder))

    return expect


def judged(found: Collected, expect: Expect, *, range_of: Target | None = None) -> Verdict:
    """The verdict on names and frames. `range_of` is the shot, where its range is known."""
    each = tuple(_judge(one, expect) for one in found.items)
    told = [*found.findings, *_empty(found.items), *findings(each), *_absent(each, range_of)]
    return Verdict(each, tuple(told))


def not_named(verdict: Verdict, others: Iterable[Judged]) -> Verdict:
    """The verdict where the settings ask for frames of other names than these."""
    return replace(verdict, findings=(*verdict.findings, *_unnamed(others)))


def held_against(
    verdict: Verdict,
    found: Collected,
    policies: Sequence[Policy],
    *,
    storage: Storage,
    executor: Executor,
    workers: int | None = None,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Verdict:
    """The verdict with what policies say: their errors keep the publish from being used.

    What a scan tells of frames is left out where a policy says itself how bad that is.
    """
    scanned: dict[str, list[Finding]] = {}
    for one in verdict.findings:
        scanned.setdefault(one.subject, []).append(one)
    asked = []
    for item, each in zip(found.items, verdict.judged, strict=True):
        own = tuple(scanned.pop(subject(each.found.sequence), ()))
        asked.append(Checked(str(item.folder), item.asset.found, own, each.gaps))
    told = [one for left in scanned.values() for one in left]
    broken: list[Finding] = []
    for asset, wrong in check(
        asked, policies, storage=storage, executor=executor, workers=workers, progress=progress
    ):
        known = {one.rule for one in asset.findings}
        for one in wrong:
            fatal = one.severity is Severity.ERROR and one.rule not in known
            (broken if fatal else told).append(one)
    return replace(verdict, findings=tuple(told), broken=tuple(broken))


def numbers(verdict: Verdict) -> list[int | float]:
    """All missing frames of all sequences, each once."""
    found: set[int | float] = set()
    for one in verdict.lacking:
        unit = 10**one.found.sequence.subframe_digits
        found |= {frame if unit == 1 else frame / unit for frame in one.gaps.missing}
    return sorted(found)


def padded(verdict: Verdict) -> str:
    """The missing frames as they stand in names, sequence after sequence."""
    several = sum(one.found.sequence.kind is Kind.FRAMES for one in verdict.judged) > 1
    return "; ".join(_padded(one, named=several) for one in verdict.lacking)


def _padded(one: Judged, *, named: bool) -> str:
    made = one.found.sequence
    frames = format_frames(
        one.gaps.missing, padding=made.padding, subframe_digits=made.subframe_digits
    ).replace(",", ", ")
    return f"{frames} ({escape(made.pattern)})" if named else frames


def _judge(item: Item, expect: Expect) -> Judged:
    found = item.asset.found
    return Judged(found, missing(found.sequence, expect(found.sequence)))


def _empty(items: Iterable[Item]) -> Iterator[Finding]:
    """Single files of zero bytes; of frames the scan's own findings tell."""
    for one in items:
        if one.asset.found.sequence.kind is Kind.FILE and not one.asset.found.facts.size:
            yield Finding(
                rule="file.empty",
                severity=Severity.ERROR,
                subject=escape(one.asset.name),
                message="It has zero bytes.",
                fix="Write or copy it again, and check the free space where it was written.",
            )


def _absent(each: Iterable[Judged], range_of: Target | None) -> Iterator[Finding]:
    """Told where there are frames, and none of them is known to be one of the shot's."""
    sequences = [one for one in each if one.found.sequence.kind is Kind.FRAMES]
    if not sequences or not all(one.gaps.source.startswith(FOUND) for one in sequences):
        return
    first = escape(sequences[0].found.sequence.pattern)
    if range_of is not None:
        yield Finding(
            rule="shot.absent",
            severity=Severity.WARNING,
            subject=escape(range_of.name),
            message="No file sequence has any frame of the shot's range.",
            found=first,
            fix="Check the frames' numbers, and the shot's range.",
        )
    else:
        yield Finding(
            rule="frames.no_range",
            severity=Severity.NOTE,
            subject=first,
            message="No range is known: a lost first or last frame cannot be seen.",
            fix="Give --expect, or record the shot's range.",
        )


def _unnamed(others: Iterable[Judged]) -> Iterator[Finding]:
    for one in others:
        yield Finding(
            rule="publish.not_named",
            severity=Severity.WARNING,
            subject=escape(one.found.sequence.pattern),
            message="The settings in [naming] ask for frames of other names.",
            fix="Rename the frames, or set [naming] as they are called.",
        )
