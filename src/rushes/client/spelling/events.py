"""The trail of events as JSON objects, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.model.event import EventBreak, EventHead, EventPortion, RecordedEvent

Json = dict[str, Any]
Given = Mapping[str, Any]
_FIELDS = tuple(RecordedEvent.__dataclass_fields__)


def event_row(one: RecordedEvent) -> Json:
    """An event as it is kept, sealed or not."""
    return {name: getattr(one, name) for name in _FIELDS}


def event_of(row: Given) -> RecordedEvent:
    """`event_row` back."""
    return RecordedEvent(**{name: row[name] for name in _FIELDS})


def head_row(head: EventHead) -> Json:
    """A sealed event."""
    return {"position": head.position, "seal": head.seal}


def head_of(row: Given) -> EventHead:
    """`head_row` back."""
    return EventHead(int(row["position"]), str(row["seal"]))


def portion_row(one: EventPortion) -> Json:
    """A part of the chain that was gone through."""
    return {
        "end": head_row(one.end),
        "count": one.count,
        "total": one.total,
        "waiting": one.waiting,
        "more": one.more,
        "breaks": [{"position": each.position, "why": each.why} for each in one.breaks],
    }


def portion_of(row: Given) -> EventPortion:
    """`portion_row` back."""
    return EventPortion(
        head_of(row["end"]),
        row["count"],
        row["total"],
        row["waiting"],
        row["more"],
        tuple(EventBreak(each["position"], each["why"]) for each in row["breaks"]),
    )
