"""A publish, planned or recorded, as text and as JSON."""

from __future__ import annotations

from typing import Any

from rushes.cli import show
from rushes.cli.rows import sequence_row
from rushes.core import clock
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.model.finding import Severity
from rushes.model.work import Number
from rushes.publish.judging import Verdict, numbers, padded
from rushes.publish.ledger import Noted
from rushes.publish.publishing import Planned, Published
from rushes.publish.target import Target, shown

Row = dict[str, Any]
_TOLD = "frames.missing"  # in a line of its own


def show_published(done: Published) -> None:
    """What is on record now."""
    show.text("Publish recorded:")
    _lines(done.planned, shown(done.noted.number), done.status.value)
    show.findings([one for one in done.findings if _is_told(one.rule, one.severity)])
    show.note(f"It is publish {done.noted.id}: `rushes publishes show {done.noted.id}`.")
    if done.copy is not None:
        show.note(f"The copy is at {escape(str(done.copy))}.")
    if done.problem is not None:
        show.error(done.problem, as_json=False)


def show_planned(planned: Planned, next_number: Number) -> None:
    """What would be published."""
    show.text("Publish planned (dry run: nothing is recorded, written or reserved):")
    told = planned.verdict.status.value
    _lines(planned, f"{shown(next_number)}, unless somebody takes it before", told)
    show.findings([one for one in planned.verdict.all if _is_told(one.rule, one.severity)])
    if (place := planned.place(next_number)) is not None:
        show.note(f"The copy would be at {escape(str(place))}.")


def published_row(done: Published) -> Row:
    """What is on record now, as JSON."""
    planned, noted = done.planned, done.noted
    return {
        "dry_run": False,
        "id": noted.id,
        "backend": done.ledger,
        **_row(planned, noted.number, done.status.value),
        "record_status": noted.status.value,
        "is_latest": noted.is_latest,
        "timestamp": clock.iso(noted.created),
        "path": noted.path,
        "sidecar": escape(str(done.sidecar)) if done.problem is None else None,
        "copy": escape(str(done.copy)) if done.copy is not None else None,
        "components": [dict(one) for one in noted.components],
        "findings": [one.row() for one in done.findings],
        "problem": done.problem.message if done.problem is not None else None,
    }


def planned_row(planned: Planned, next_number: Number, backend: str) -> Row:
    """What would be published, as JSON; there is no id, and the number is nobody's yet."""
    place = planned.place(next_number)
    return {
        "dry_run": True,
        "id": None,
        "backend": backend,
        **_row(planned, next_number, planned.verdict.status.value),
        "record_status": None,
        "is_latest": None,
        "timestamp": None,
        "path": escape(str(planned.found.path)),
        "sidecar": None,
        "copy": escape(str(place)) if place is not None else None,
        "components": [],
        "findings": [one.row() for one in planned.verdict.all],
        "problem": None,
    }


def target_row(target: Target, number: Number) -> Row:
    """Whose publish it is, and which."""
    return {
        "show": target.show,
        "sequence": target.sequence,
        "shot": target.shot,
        "task": target.task,
        "software": target.software,
        "asset": target.asset,
        "part": target.part,
        "version": f"v{number.version:03d}",
        "iteration": number.iteration,
    }


def noted_row(noted: Noted, *, whole: bool = False) -> Row:
    """A publish on record; the `whole` of it with its components and metadata."""
    row = {
        "id": noted.id,
        **target_row(noted.target, noted.number),
        "record_status": noted.status.value,
        "status": check_of(noted).get("status"),
        "is_latest": noted.is_latest,
        "timestamp": clock.iso(noted.created),
        "artist": noted.artist,
        "note": noted.comment,
        "path": noted.path,
        "files": check_of(noted).get("files"),
        "bytes": check_of(noted).get("size"),
    }
    if whole:
        row["item_usd_path"] = noted.item_usd_path
        row["asset_usd_path"] = noted.asset_usd_path
        row["components"] = [dict(one) for one in noted.components]
        row["metadata"] = dict(noted.metadata)
    return row


def check_of(noted: Noted) -> Row:
    """What `rushes publish` found when it published this; empty for what others recorded."""
    found = noted.metadata.get("publish")
    return found if isinstance(found, dict) else {}


def _row(planned: Planned, number: Number, status: str) -> Row:
    found = planned.found
    return {
        **target_row(planned.target, number),
        "status": status,
        "missing_frames": numbers(planned.verdict),
        "files": found.files,
        "bytes": found.size,
        "note": planned.note,
        "root": escape(str(found.root)),
        "sequences": _sequences(planned.verdict),
    }


def _sequences(verdict: Verdict) -> list[Row]:
    return [sequence_row(one) for one in verdict.judged if one.gaps.expected]


def _lines(planned: Planned, number: str, status: str) -> None:
    target, found = planned.target, planned.found
    show.text(f"  Show: {escape(target.show)}")
    show.text(f"  Shot: {escape('/'.join(filter(None, (target.sequence, target.shot))))}")
    if target.task:
        show.text(f"  Task: {escape(target.task)}")
    show.text(f"  Version: {number}")
    show.text(f"  Status: {status}")
    if missing := padded(planned.verdict):
        show.text(f"  Missing frames: {missing}")
    noun = "file" if found.files == 1 else "files"
    show.text(f"  Renders size: {human_bytes(found.size)} ({found.files} {noun})")
    if planned.note:
        show.text(f"  Note: {show.printable(planned.note)}")


def _is_told(rule: str, severity: Severity) -> bool:
    return rule != _TOLD and severity is not Severity.NOTE
