"""Where the next page of records begins: the last row's values in the order asked, as a token."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rushes.core.errors import Code, RushesError
from rushes.model.kinds import Field, Type
from rushes.tracking.values import NUMBERS, clean, day, moment

if TYPE_CHECKING:
    from rushes.tracking.asking import Ordering


def token(order: Sequence[Ordering], values: Sequence[Any]) -> str:
    """The token for the rows after the one with these values of `order`."""
    text = json.dumps([_names(order), list(values)], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place(page: str, order: Sequence[Ordering]) -> tuple[Any, ...]:
    """The values in a token. Raises `usage` where it is none, or one of another order."""
    try:
        names, values = json.loads(urlsafe_b64decode(page + "=" * (-len(page) % 4)))
        if names != _names(order) or len(values) != len(order):
            raise ValueError
        return tuple(_value(one.field, value) for one, value in zip(order, values, strict=True))
    except (ValueError, TypeError, RecursionError, RushesError):
        raise RushesError(
            Code.USAGE,
            "The cursor is not of a page of these records in this order.",
            hint="Ask for the first page without one, and pass on what each page gives.",
        ) from None


def _names(order: Sequence[Ordering]) -> list[str]:
    return [f"-{one.field.name}" if one.down else one.field.name for one in order]


def _value(field: Field, value: Any) -> Any:
    if value is None and field.nullable:
        return None
    if field.type is Type.TEXT:
        return clean(field.name, value)
    if field.type is Type.DAY:
        return day(field, value)
    if field.type is Type.MOMENT:
        return moment(field, value)
    if field.type is Type.SWITCH:
        wanted: tuple[type, ...] = (bool,)
    else:
        wanted = (int, float) if field.type is Type.NUMBER else (int,)
    right = isinstance(value, wanted) and isinstance(value, bool) == (wanted == (bool,))
    if not right or (isinstance(value, int) and abs(value) > NUMBERS) or value != value:
        raise ValueError(value)
    return value
