"""Lists as addresses ask for them: `?status__in=wip,done&order=-due&fields=id,name&limit=50`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from math import isfinite
from typing import Any, NamedTuple

from django.http import QueryDict

from rushes.core.errors import Code
from rushes.model.kinds import Field, Kind, Type
from rushes.ports.studio import Filter, Op, Query
from rushes.tracking.named import NAMED
from rushes.web.problems import RefusedError

MOST = 1000
_INT64 = 2**63
_DIGITS = re.compile(r"-?[0-9]{1,19}")
_LONGEST = 4096
_ASKED = frozenset({"order", "fields", "limit", "cursor", "archived"})
_WORDS = {"true": True, "1": True, "false": False, "0": False}


class Asked(NamedTuple):
    """Which records, and from which page on."""

    query: Query
    page: str | None


def asked(kind: Kind, given: QueryDict) -> Asked:
    """What an address asks for. Raises `field.invalid`, naming the parameter."""
    filters: list[Filter] = []
    named: dict[str, str] = {}
    for name, values in given.lists():
        if "\0" in name or any("\0" in one or len(one) > _LONGEST for one in values):
            raise _invalid(name, "holds what no text may hold, or is too long")
        if name in _ASKED:
            if len(values) != 1:
                raise _invalid(name, "is given more than once")
            named[name] = values[0]
        else:
            filters += [_filter(kind, name, one) for one in values]
            _check_one(kind, name, filters[-1], values)
    query = Query(
        filters=tuple(filters),
        order=_order(kind, named.get("order", "")),
        fields=_fields(kind, named.get("fields", "")),
        archived=_switch("archived", named.get("archived", "false")),
        limit=_limit(named.get("limit", "100")),
    )
    return Asked(query, named.get("cursor") or None)


def asked_fields(kind: Kind, given: QueryDict) -> tuple[str, ...]:
    """The fields that an address asks for, and nothing else. Raises `field.invalid`."""
    for name, values in given.lists():
        if name != "fields":
            raise _invalid(name, "is not for one record", hint="Only `fields` is.")
        if len(values) != 1:
            raise _invalid(name, "is given more than once")
    return _fields(kind, given.get("fields", ""))


def _filter(kind: Kind, name: str, text: str) -> Filter:
    called, _, word = name.partition("__")
    field = kind.by_name.get(called)
    if field is None:
        raise _unknown(kind, name, called)
    try:
        op = Op(word) if word else Op.IS
    except ValueError:
        raise _invalid(
            name, f"compares by {word!r}, which there is not", hint=f"There are {_listed(Op)}."
        ) from None
    if op is Op.NULL:
        return Filter(called, op, _switch(name, text))
    if op is Op.IN:
        return Filter(called, op, [_value(field, name, one) for one in text.split(",")])
    if op is Op.LIKE:
        return Filter(called, op, text)
    return Filter(called, op, _value(field, name, text))


def _check_one(kind: Kind, name: str, made: Filter, values: Sequence[str]) -> None:
    """A field that holds one value is not two: either of them was meant, and nothing is found."""
    field = kind.by_name[made.name]
    if len(values) > 1 and made.op is Op.IS and field.type not in (Type.LIST, Type.REFERENCES):
        hint = f"Either of several is {made.name}__in={','.join(values)[:80]}."
        raise _invalid(name, "is given more than once", hint=hint)


def _value(field: Field, name: str, text: str) -> Any:
    read = _READERS.get(field.type)
    if read is None:
        return text
    try:
        return read(text)
    except (ValueError, KeyError):
        what = "record's number" if field.type is Type.REFERENCE else field.type.value
        raise _invalid(name, f"{text[:80]!r} is no {what}") from None


def _whole(text: str) -> int:
    if not _DIGITS.fullmatch(text) or not -_INT64 <= int(text) < _INT64:
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value


_READERS: dict[Type, Callable[[str], Any]] = {
    Type.WHOLE: _whole,
    Type.REFERENCE: _whole,
    Type.REFERENCES: _whole,
    Type.NUMBER: _number,
    Type.SWITCH: _WORDS.__getitem__,
}


def _order(kind: Kind, text: str) -> tuple[str, ...]:
    names = tuple(one for one in text.split(",") if one)
    for one in names:
        if one.removeprefix("-") not in kind.by_name:
            raise _unknown(kind, "order", one)
    return names


def _fields(kind: Kind, text: str) -> tuple[str, ...]:
    names = tuple(one for one in text.split(",") if one)
    for one in names:
        if one not in kind.by_name and one not in NAMED.get(kind.name, ()):
            raise _unknown(kind, "fields", one)
    return names


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= MOST:
        raise _invalid("limit", f"{text[:80]!r} is no whole number from 1 to {MOST}")
    return int(text)


def _switch(name: str, text: str) -> bool:
    if text.lower() not in _WORDS:
        raise _invalid(name, f"{text[:80]!r} is neither true nor false")
    return _WORDS[text.lower()]


def _unknown(kind: Kind, name: str, wanted: str) -> RefusedError:
    return _invalid(
        name,
        f"a {kind.name.replace('_', ' ')} has no field {wanted[:80]!r}",
        hint=f"It has {', '.join(kind.by_name)}.",
    )


def _invalid(name: str, what: str, *, hint: str = "") -> RefusedError:
    return RefusedError(
        Code.FIELD_INVALID,
        f"The parameter {name[:80]!r}: {what}.",
        hint=hint,
        context={"parameter": name[:200]},
    )


def _listed(words: Iterable[Op]) -> str:
    return ", ".join(one.value for one in words)
