"""The fields of a record as somebody gave them: known, theirs to give, and of sense each."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from rushes.model.kinds import KINDS, NOTED, Kind, Type
from rushes.tracking.refusing import refused, unknown
from rushes.tracking.values import checked


def kind_of(name: str) -> Kind:
    """The kind called so. Raises `field.invalid`."""
    kind = KINDS.get(name)
    if kind is None:
        raise unknown(name, "kind of record", KINDS)
    return kind


def noted(name: str) -> Kind:
    """The kind called so, whose records notes are of. Raises `field.invalid`."""
    kind = kind_of(name)
    if name not in NOTED:
        raise refused("kind", f"there are no notes of {kind.plural}")
    return kind


def new(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of a new record that is not told, with defaults for what was not given.

    Raises `field.invalid`.
    """
    values = _given(kind, given)
    for field in kind.fields:
        if field.name in values or field.told:
            continue
        if field.required:
            raise refused(field.name, f"must be given for a new {kind.name.replace('_', ' ')}")
        default = field.default
        lists = field.type in (Type.LIST, Type.REFERENCES)
        values[field.name] = list(default or ()) if lists else copy.copy(default)  # type: ignore[call-overload]
    return values


def changed(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    """New values of a record. Raises `field.invalid`."""
    values = _given(kind, given)
    for name in values:
        if kind.by_name[name].fixed:
            raise refused(name, "is given once, and never changed")
    return values


def _given(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise refused(kind.name, "must be an object of fields")
    known = kind.by_name
    values: dict[str, Any] = {}
    for name, value in given.items():
        field = known.get(name)
        if field is None:
            raise unknown(str(name), f"field of {kind.plural}", _settable(kind))
        if field.told:
            raise refused(name, "is told, and never given")
        values[name] = checked(field, value)
    return values


def _settable(kind: Kind) -> list[str]:
    return [one.name for one in kind.fields if not one.told]
