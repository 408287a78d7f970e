"""One value of one field: whether it is what the field holds, and as what it is kept."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from rushes.core import clock
from rushes.model.kinds import Field, Type
from rushes.tracking.json_values import json_value
from rushes.tracking.refusing import refused, shown

WHOLE = (-(2**31), 2**31 - 1)
NUMBERS = 2**63 - 1  # of records
_SEVERAL = 10_000
_WORDS = 1_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def checked(field: Field, value: Any) -> Any:
    """The value as it is kept; raises `field.invalid`. Days and moments stay text."""
    if value is None:
        if field.nullable:
            return None
        raise refused(field.name, "may not be null")
    if field.type in (Type.TEXT, Type.DAY, Type.MOMENT):
        return _TEXTS[field.type](field, value)
    if field.type in (Type.WHOLE, Type.REFERENCE):
        return _whole(field, value)
    if field.type is Type.NUMBER:
        return _number(field, value)
    if field.type is Type.SWITCH:
        if not isinstance(value, bool):
            raise refused(field.name, "must be true or false")
        return value
    if field.type is Type.REFERENCES:
        return references(field, value)
    return _json(field, value)


def clean(name: str, value: Any) -> str:
    """Text that the database can hold; raises `field.invalid`."""
    if not isinstance(value, str):
        raise refused(name, "must be text")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise refused(name, "holds half a character") from None
    if "\0" in value:
        raise refused(name, "holds a NUL character")
    return value


def day(field: Field, value: Any) -> str:
    """A day as in 2026-11-21."""
    text = clean(field.name, value)
    try:
        if _DAY.fullmatch(text) is None:
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise refused(field.name, f"{shown(text)} is no day, as in 2026-11-21") from None


def moment(field: Field, value: Any) -> str:
    """A moment in UTC as `clock.iso` writes it, of any RFC 3339 text."""
    text = clean(field.name, value)
    try:
        found = datetime.fromisoformat(text)
        aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return clock.iso(aware)
    except (ValueError, OverflowError):
        why = f"{shown(text)} is no moment, as in 2026-11-21T12:00:00Z"
        raise refused(field.name, why) from None


def references(field: Field, value: Any) -> list[int]:
    """Numbers of records, each once; people come in no order but that of their numbers."""
    if not isinstance(value, (list, tuple)):
        raise refused(field.name, "must be a list of numbers")
    if len(value) > _SEVERAL:
        raise refused(field.name, f"holds more than {_SEVERAL} numbers")
    found = [_whole(field, one) for one in value]
    if len(set(found)) < len(found):
        raise refused(field.name, "holds a number twice")
    return sorted(found) if field.of == "artist" else found


def _whole(field: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise refused(field.name, "must be a whole number")
    least, most = (1, NUMBERS) if field.of else WHOLE
    least = least if field.least is None else int(field.least)
    most = most if field.most is None else int(field.most)
    if not least <= value <= most:
        raise refused(field.name, f"must be a whole number from {least} to {most}")
    return value


def _number(field: Field, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise refused(field.name, "must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise refused(field.name, "must be a number that is finite")
    if field.least is not None and number < field.least:
        raise refused(field.name, f"must not be less than {field.least:g}")
    if field.most is not None and number > field.most:
        raise refused(field.name, f"must not be more than {field.most:g}")
    return number


def _text(field: Field, value: Any) -> str:
    text = clean(field.name, value)
    if field.longest and len(text) > field.longest:
        why = f"is {len(text)} characters long, and {field.longest} is the most"
        raise refused(field.name, why)
    if not text.strip() and (field.required or field.default != ""):
        raise refused(field.name, "is empty")
    if not text:
        return text
    if field.choices and text not in field.choices:
        known = ", ".join(field.choices)
        raise refused(field.name, f"there is no {shown(text)}", hint=f"There are: {known}.")
    return _worded(field, text)


def _words(field: Field, value: Iterable[Any]) -> list[str]:
    found = [_worded(field, clean(field.name, one)) for one in value]
    for one in found if field.longest else ():
        if len(one) > field.longest:
            raise refused(field.name, f"{shown(one)} is longer than {field.longest} characters")
        if found.count(one) > 1:
            raise refused(field.name, f"{shown(one)} is there twice")
    return found


def _worded(field: Field, text: str) -> str:
    if field.pattern and _pattern(field.pattern).fullmatch(text) is None:
        raise refused(field.name, f"{shown(text)} will not do: {field.pattern_doc}")
    return text


def _json(field: Field, value: Any) -> Any:
    wanted = dict if field.type is Type.OBJECT else (list, tuple)
    if not isinstance(value, wanted):
        raise refused(field.name, f"must be {'an object' if wanted is dict else 'a list'}")
    if field.of == "text":
        if len(value) > _WORDS:
            raise refused(field.name, f"holds more than {_WORDS} texts")
        return _words(field, value)
    return json_value(field.name, value)


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


_TEXTS = {Type.TEXT: _text, Type.DAY: day, Type.MOMENT: moment}
