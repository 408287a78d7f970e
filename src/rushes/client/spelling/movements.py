"""Movements and their files as JSON objects, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rushes.client.spelling.texts import moment_of
from rushes.core.clock import iso
from rushes.core.escape import unescape
from rushes.model.movement import (
    DeliveredFile,
    Headway,
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
    SentFile,
)

Json = dict[str, Any]
Given = Mapping[str, Any]


def new_row(new: NewMovement) -> Json:
    """One that begins."""
    return {
        "kind": new.kind.value,
        "key": new.key,
        "project": new.project,
        "name": new.name,
        "context": new.context,
        "order": dict(new.order),
        "state": new.state.value,
    }


def new_of(row: Given) -> NewMovement:
    """`new_row` back."""
    return NewMovement(
        MovementKind(row["kind"]),
        row["key"],
        row["project"],
        row["name"],
        row["context"],
        row["order"],
        MovementState(row["state"]),
    )


def progress_row(one: Movement) -> Json:
    """How it stands."""
    return {
        "id": one.id,
        "state": one.state.value,
        "wanted": one.wanted,
        "lost": one.lost,
        "done": one.headway.done,
        "total": one.headway.total,
        "note": one.headway.note,
        "seen": _text(one.seen),
        "started": _text(one.started),
        "ended": _text(one.ended),
        "counts": dict(one.counts),
        "told": one.told,
    }


def listed_row(one: Movement) -> Json:
    """One in a list: all but its report."""
    return {
        **progress_row(one),
        "kind": one.kind.value,
        "key": one.key,
        "project": one.project,
        "name": one.name,
        "context": one.context,
        "order": dict(one.order),
        "artist": one.artist,
        "machine": one.machine,
        "created": iso(one.created),
    }


def movement_row(one: Movement) -> Json:
    """One on record, whole."""
    return {**listed_row(one), "report": dict(one.report)}


def movement_of(row: Given) -> Movement:
    """`movement_row` back."""
    return Movement(
        id=row["id"],
        kind=MovementKind(row["kind"]),
        key=row["key"],
        project=row["project"],
        name=row["name"],
        context=row["context"],
        order=row["order"],
        state=MovementState(row["state"]),
        headway=Headway(row["done"], row["total"], row["note"]),
        counts=row["counts"],
        told=row["told"],
        report=row["report"],
        artist=row["artist"],
        machine=row["machine"],
        created=moment_of(row["created"]),
        started=_moment(row["started"]),
        seen=_moment(row["seen"]),
        ended=_moment(row["ended"]),
        wanted=row["wanted"],
        lost=row.get("lost", False),
    )


def end_row(ended: MovementEnd) -> Json:
    """What came of it, without its files."""
    return {
        "state": ended.state.value,
        "counts": dict(ended.counts),
        "told": ended.told,
        "report": dict(ended.report),
    }


def file_of(row: Given) -> DeliveredFile:
    """`DeliveredFile.row` back. Raises `usage`."""
    return DeliveredFile(
        unescape(row["path"]),
        row["size"],
        row["digests"],
        row["source"],
        row["publish"],
        row["version"],
        row["frame"],
        row["earlier"],
    )


def sent_row(one: SentFile) -> Json:
    """A file that was sent."""
    return {
        "movement": one.movement,
        "name": one.name,
        "context": one.context,
        "sent": iso(one.sent),
        "file": one.file.row(),
    }


def sent_of(row: Given) -> SentFile:
    """`sent_row` back."""
    return SentFile(
        row["movement"], row["name"], row["context"], moment_of(row["sent"]), file_of(row["file"])
    )


def _text(moment: datetime | None) -> str | None:
    return iso(moment) if moment is not None else None


def _moment(text: str | None) -> datetime | None:
    return moment_of(text) if text is not None else None
