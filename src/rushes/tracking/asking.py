"""What somebody asks of the studio's records, checked: conditions, order, fields, and place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rushes.model.kinds import Field, Kind, Type
from rushes.ports.studio import Filter, Op, Query
from rushes.tracking.fields import kind_of
from rushes.tracking.named import NAMED
from rushes.tracking.paging import place
from rushes.tracking.refusing import refused, shown, unknown
from rushes.tracking.values import NUMBERS, clean, day, moment

MOST_ROWS = 1_000
_MOST_FILTERS, _MOST_ORDERS, _MOST_VALUES = 50, 8, 10_000
_UNORDERED = (Type.OBJECT, Type.LIST, Type.REFERENCES)
_TRUTH = {"true": True, "false": False}


class Condition(NamedTuple):
    """A filter whose value is of the field's type."""

    field: Field
    op: Op
    value: Any


class Ordering(NamedTuple):
    """A field to order by; `down` descends. Nulls come last in either direction."""

    field: Field
    down: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that makes sense. `order` ends with the number; `after` are the values of `order` in
    the last row of the page before.
    """

    kind: Kind
    conditions: tuple[Condition, ...]
    order: tuple[Ordering, ...]
    fields: tuple[str, ...]
    archived: bool
    limit: int
    after: tuple[Any, ...] | None

    @property
    def by(self) -> frozenset[str]:
        """Names of the fields that rows are sought and ordered by."""
        return frozenset(
            (*(one.field.name for one in self.conditions), *(one.field.name for one in self.order))
        )


def asked(kind: str, query: Query, *, page: str | None) -> Asked:
    """The query, checked. Raises `field.invalid`, and `usage` for a token that is none of it."""
    of = kind_of(kind)
    if len(query.filters) > _MOST_FILTERS:
        raise refused("filters", f"are more than {_MOST_FILTERS}")
    if isinstance(query.limit, bool) or not 1 <= query.limit <= MOST_ROWS:
        raise refused("limit", f"must be from 1 to {MOST_ROWS}")
    order = _order(of, query.order)
    return Asked(
        of,
        tuple(_condition(of, one) for one in query.filters),
        order,
        field_names(of, query.fields),
        query.archived,
        query.limit,
        place(page, order) if page is not None else None,
    )


def field_names(kind: Kind, names: Sequence[str]) -> tuple[str, ...]:
    """The fields to be told: all where none are named. Raises `field.invalid`."""
    if not names:
        return tuple(kind.by_name)
    known = {*kind.by_name, *NAMED.get(kind.name, ())}
    for name in names:
        if name not in known:
            raise unknown(str(name), f"field of {kind.plural}", known)
    return tuple(dict.fromkeys(names))


def _order(kind: Kind, names: Sequence[str]) -> tuple[Ordering, ...]:
    if len(names) > _MOST_ORDERS:
        raise refused("order", f"names more than {_MOST_ORDERS} fields")
    made: list[Ordering] = []
    for name in names:
        bare = name.removeprefix("-")
        field = _field(kind, bare)
        if field.type in _UNORDERED:
            raise refused(bare, "cannot be ordered by")
        if field not in (one.field for one in made):
            made.append(Ordering(field, name.startswith("-")))
        if bare == "id":
            return tuple(made)
    return (*made, Ordering(kind.by_name["id"], down=False))


def _field(kind: Kind, name: str) -> Field:
    field = kind.by_name.get(name)
    if field is None:
        raise unknown(str(name), f"field of {kind.plural}", kind.by_name)
    return field


def _condition(kind: Kind, given: Filter) -> Condition:
    field = _field(kind, given.name)
    try:
        op = Op(given.op)
    except ValueError:
        raise unknown(str(given.op), "way to compare", [one.value for one in Op]) from None
    if field.type is Type.OBJECT or (field.type is Type.LIST and field.of != "text"):
        raise refused(field.name, "cannot be asked by")
    if op is Op.NULL or (given.value is None and op in (Op.IS, Op.NOT)):
        if field.type in _UNORDERED:
            raise refused(field.name, "is never null")
        wanted = op is Op.IS if given.value is None else _switch(field, given.value)
        return Condition(field, Op.NULL, wanted)
    if op is Op.HAS:
        if field.type not in (Type.LIST, Type.REFERENCES):
            raise refused(field.name, "is no list, and has nothing in it")
        return Condition(field, op, _sought(field, given.value))
    if op is Op.LIKE:
        if field.type is not Type.TEXT:
            raise refused(field.name, "is no text, and cannot be like anything")
        return Condition(field, op, clean(field.name, given.value))
    if op is Op.IN:
        if not isinstance(given.value, (list, tuple)) or len(given.value) > _MOST_VALUES:
            raise refused(field.name, f"must be in a list of at most {_MOST_VALUES} values")
        return Condition(field, op, [_sought(field, one) for one in given.value])
    if op not in (Op.IS, Op.NOT) and field.type in (*_UNORDERED, Type.SWITCH):
        raise refused(field.name, "has no order to compare by")
    return Condition(field, op, _sought(field, given.value))


def _sought(field: Field, value: Any) -> Any:
    """A value to compare with, given as its type or as text, as addresses have it."""
    if field.type in (Type.TEXT, Type.LIST):
        return clean(field.name, value)
    if field.type is Type.DAY:
        return day(field, value)
    if field.type is Type.MOMENT:
        return moment(field, value)
    if field.type is Type.SWITCH:
        return _switch(field, value)
    return _number(field, value)


def _switch(field: Field, value: Any) -> bool:
    found = _TRUTH.get(value) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise refused(field.name, f"{shown(str(value))} is neither true nor false")
    return found


def _number(field: Field, value: Any) -> int | float:
    wanted = float if field.type is Type.NUMBER else int
    try:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError
        found = wanted(value) if isinstance(value, str) else value
        if not math.isfinite(found) or (wanted is int and not isinstance(found, int)):
            raise ValueError
        if wanted is int and not -NUMBERS <= found <= NUMBERS:
            raise ValueError
        return wanted(found)
    except (ValueError, OverflowError):
        what = "number" if wanted is float else "whole number of 64 bits"
        raise refused(field.name, f"{shown(str(value)[:200])} is no {what}") from None
