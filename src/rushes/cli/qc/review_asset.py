"""One asset as somebody who is to decide on it wants to see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from rushes.cli.qc.review_listing import result_of
from rushes.cli.qc.terminal_screen import Line
from rushes.cli.show import counted
from rushes.core import clock
from rushes.core.errors import RushesError
from rushes.core.escape import unescape
from rushes.frames.notation import brief_frames, parse_frames, parse_pattern
from rushes.model.files import FileSequence, Kind
from rushes.model.finding import Severity
from rushes.model.signoff import Changes, Legacy, Record, SequencePrint
from rushes.qc.kept import Kept

_RESULTS = {"pass": "green", "fail": "red", "pending": "yellow"}
_SEVERITIES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_DOUBLED = re.compile(r"%%(?=0?\d*d|UDIM)")


def lines_of(kept: Kept) -> Iterator[Line]:
    """What is known of the asset, the most important first; its findings come last."""
    yield Line(kept.shown, bold=True)
    if kept.problem is not None:
        yield Line(kept.problem.message, "problem", "red")
        yield Line(kept.problem.hint, " ")
    elif kept.legacy is not None:
        yield from _legacy(kept.legacy)
    elif kept.sidecar is not None:
        yield from _record(kept.sidecar.record)


def picture_of(kept: Kept, mount: Path) -> Path | None:
    """The file that shows the asset: itself, or a sequence's middle frame."""
    folder = mount / kept.folder
    sequence = kept.sidecar.record.sequence if kept.sidecar is not None else None
    if sequence is None:
        path = folder / _DOUBLED.sub("%", kept.name)
        return path if path.is_file() else None
    try:
        return folder / _middle(kept.name, sequence)
    except RushesError:  # no pattern that people would write
        return folder / unescape(sequence.first)


def _middle(name: str, sequence: SequencePrint) -> str:
    pattern = parse_pattern(name.replace("%UDIM", "<UDIM>"))
    digits = sequence.subframe_digits
    frames = parse_frames(sequence.frames, subframe_digits=digits)
    made = FileSequence(
        PurePosixPath(),
        pattern.head,
        pattern.tail,
        sequence.pad,
        frames,
        Kind(sequence.kind),
        digits,
    )
    return made.name(list(frames)[len(frames) // 2])


def _record(record: Record) -> Iterator[Line]:
    result = result_of(record)
    yield Line(
        f"{result}: {record.reason}" if record.reason else result, "result", _RESULTS[result]
    )
    if record.sequence is not None:
        yield Line(_frames(record.sequence), "frames")
    if record.changes is not None:
        yield Line(_changes(record.changes), "changes")
    signed = "signed" if record.signature else "unsigned"
    yield Line(f"{clock.iso(record.qc_time)[:19]}Z by {record.operator}, {signed}", "recorded")
    policy = record.policy
    named = f"{policy.name} {policy.version}" if policy else "none"
    yield Line(f"{named} (policy version {record.policy_version})", "policy")
    if record.notes:
        yield Line(record.notes, "notes")
    for at, one in enumerate(
        sorted(record.findings, key=lambda one: list(Severity).index(one.severity))
    ):
        label = "findings" if not at else " "
        yield Line(
            f"{one.severity.value}  {one.rule}  {one.message}", label, _SEVERITIES[one.severity]
        )


def _legacy(legacy: Legacy) -> Iterator[Line]:
    yield Line(f"{result_of(legacy)}: a record of the earlier tool", "result", "yellow")
    who = legacy.operator or "nobody"
    yield Line(f"{legacy.time or 'at no known time'} by {who}, unsigned", "recorded")


def _frames(sequence: SequencePrint) -> str:
    frames = parse_frames(sequence.frames, subframe_digits=sequence.subframe_digits)
    told = brief_frames(frames, subframe_digits=sequence.subframe_digits)
    holes = f", {counted(sequence.holes, 'hole')}" if sequence.holes else ""
    return f"{told}  ({counted(sequence.frame_count, sequence.kind.rstrip('s'))}{holes})"


def _changes(changes: Changes) -> str:
    changed = "what changed is not known" if changes.changed is None else changes.changed
    told = (("changed", changed), ("added", changes.added), ("removed", changes.removed))
    return ", ".join(f"{word} {frames}" for word, frames in told if frames) or "none"
