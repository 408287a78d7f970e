"""Rows of events: as they are sealed, and as they are told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from rushes.core.canonical import Json, canonical
from rushes.model.event import RecordedEvent
from rushes.model.kinds import KINDS

_NAMES = (
    *("id", "position", "at", "actor", "on_behalf_of", "tool", "action", "kind", "target"),
    *("project", "before", "after"),
)
COLUMNS = (
    "id, position, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), actor,"
    " on_behalf_of, tool, action, kind, target, project, before::text, after::text"
)
START = bytes(32)  # what stands before the first seal
_KINDS = {name.replace("_", ""): name for name in KINDS}


def kept_kind(kind: str) -> str:
    """A kind as the database calls it."""
    return kind.replace("_", "")


def sealed(row: Sequence[Any], position: int, before: bytes) -> bytes:
    """The seal of an event at `position`: SHA-256 over the seal before it and the event."""
    told = dict(zip(_NAMES, row, strict=True))
    event: dict[str, Json] = {
        **told,
        "position": position,
        "before": _loaded(told["before"]),
        "after": _loaded(told["after"]),
    }
    return hashlib.sha256(before + canonical(event)).digest()


def event_of(row: Sequence[Any]) -> RecordedEvent:
    """The event of a row, its kind and fields called as in `model.kinds`."""
    told = dict(zip(_NAMES, row, strict=True))
    told["kind"] = _KINDS.get(told["kind"], told["kind"])
    told["before"], told["after"] = _fields(told["before"]), _fields(told["after"])
    return RecordedEvent(**told)


def _loaded(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _fields(text: str | None) -> Mapping[str, Any] | None:
    import orjson

    if text is None:
        return None
    # The database writes 1e20 as a whole number, which whoever is told could not be sent.
    return {name.removesuffix("_id"): value for name, value in orjson.loads(text).items()}
