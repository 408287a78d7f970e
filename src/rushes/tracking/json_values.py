"""JSON that a record may hold: of a depth and size that databases and programs can bear."""

from __future__ import annotations

import math
from typing import Any

from rushes.core.canonical import canonical
from rushes.tracking.refusing import refused

DEEPEST = 32
LARGEST = 1_000_000  # bytes of it all
_WHOLE = 2**63


def json_value(name: str, value: Any) -> Any:
    """A copy of it with lists and objects alone; raises `field.invalid`, naming the field."""
    made = _copied(name, value, DEEPEST)
    if len(canonical(made)) > LARGEST:
        raise refused(name, f"is larger than {LARGEST // 1_000} kB")
    return made


def _copied(name: str, value: Any, deeper: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, int):
        if not -_WHOLE <= value < _WHOLE:
            raise refused(name, "holds a number of more than 64 bits")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise refused(name, "holds a number that is not finite")
        return value
    if deeper == 0:
        raise refused(name, f"is more than {DEEPEST} deep")
    if isinstance(value, (list, tuple)):
        return [_copied(name, one, deeper - 1) for one in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise refused(name, "has a name that is not text")
        return {_text(name, key): _copied(name, one, deeper - 1) for key, one in value.items()}
    raise refused(name, "holds what JSON does not know")


def _text(name: str, value: str) -> str:
    if "\0" in value:
        raise refused(name, "holds a NUL character")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise refused(name, "holds half a character") from None
    return value
