"""What is sent: values that JSON and the server can hold, and who is at work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.client.acting import ON_BEHALF_OF, TOOL
from rushes.client.transport import header_text
from rushes.model.scan import Actor
from rushes.tracking.json_values import json_value
from rushes.tracking.refusing import not_there, refused

_LAST = 2**63 - 1


def sendable(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that can be sent; the server checks the rest. Raises `field.invalid`, naming one.

    JSON would turn a number as a name into text, and take infinity for a value.
    """
    if not isinstance(row, Mapping):
        raise refused(kind, "must be an object of fields")
    return {field_name(name): sendable_value(str(name), value) for name, value in row.items()}


def sendable_value(name: str, value: Any) -> Any:
    """One value that can be sent. Raises `field.invalid`."""
    return json_value(name, value)


def field_name(name: object) -> str:
    """A field's name that can be sent. Raises `field.invalid`."""
    if not isinstance(name, str):
        raise refused(repr(name)[:60], "a field's name is text")
    return str(json_value("a field's name", name))


def number_of(kind: str, number: object) -> int:
    """A record's number. Raises `record.not_found` for one that no record can have."""
    if isinstance(number, bool) or not isinstance(number, int):
        raise refused("id", "must be a whole number")
    if not 1 <= number <= _LAST:
        raise not_there(kind, number)
    return number


def acting(actor: Actor) -> dict[str, str]:
    """Headers that tell by what a write is made, and on whose behalf.

    The name is not sent: it is the server that knows whose the token is.
    """
    made: dict[str, str] = {}
    if actor.tool:
        made[TOOL] = header_text(actor.tool)
    if actor.on_behalf_of:
        made[ON_BEHALF_OF] = header_text(actor.on_behalf_of)
    return made
