"""Conditions and orders of queries over rows in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cmp_to_key
from typing import Any

from rushes.model.kinds import Type
from rushes.ports.studio import Op
from rushes.tracking.asking import Asked, Condition, Ordering

Row = Mapping[str, Any]

_COMPARED: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.IS: lambda held, value: held == value,
    Op.LESS: lambda held, value: held < value,
    Op.MOST: lambda held, value: held <= value,
    Op.MORE: lambda held, value: held > value,
    Op.LEAST: lambda held, value: held >= value,
    Op.IN: lambda held, value: held in value,
}


def found(asked: Asked, rows: Iterable[Row]) -> list[Any]:
    """The rows that meet all conditions, in order, from where the page begins."""
    meeting = [one for one in rows if all(_meets(one, each) for each in asked.conditions)]
    meeting.sort(key=cmp_to_key(lambda one, other: _compare(asked.order, one, other)))
    if asked.after is None:
        return meeting
    last = dict(zip((one.field.name for one in asked.order), asked.after, strict=True))
    return [one for one in meeting if _compare(asked.order, one, last) > 0]


def _meets(row: Row, condition: Condition) -> bool:
    field, op, value = condition
    held = row[field.name]
    if op is Op.NULL:
        return (held is None) is value
    if field.type in (Type.LIST, Type.REFERENCES):
        wanted = value if op is Op.IN else (value,)
        return any(one in held for one in wanted) != (op is Op.NOT)
    if op is Op.NOT:
        return bool(held != value)
    if held is None:
        return False
    if op is Op.LIKE:
        return _pattern(value).fullmatch(held) is not None
    return _COMPARED[op](held, value)


def _pattern(text: str) -> re.Pattern[str]:
    signs = {"*": ".*", "?": "."}
    parts = (signs.get(one) or re.escape(one) for one in text)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def _compare(order: Iterable[Ordering], one: Row, other: Row) -> int:
    for each in order:
        left, right = one[each.field.name], other[each.field.name]
        if left == right:
            continue
        if left is None or right is None:
            return 1 if left is None else -1
        later = 1 if left > right else -1
        return -later if each.down else later
    return 0
