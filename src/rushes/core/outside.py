"""JSON from outside, in which no key may stand twice: programs differ in which of them counts."""

from __future__ import annotations

import json
from typing import Any

_MOST = 60  # characters of a key that are told


class TwiceError(ValueError):
    """One object has the key `key` more than once."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key[:_MOST]!r} stands twice in one object")
        self.key = key


def parsed(text: str | bytes) -> Any:
    """The value of a JSON text. Raises `ValueError`, and `RecursionError` where it is too deep.

    Numbers that JSON has not (NaN, Infinity) are refused, too.
    """
    return json.loads(text, object_pairs_hook=once, parse_constant=no_number)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, for `json`'s decoders. Raises `TwiceError`."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise TwiceError(twice(pairs))
    return made


def twice(pairs: list[tuple[str, Any]]) -> str:
    """The first key that comes again."""
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    return ""


def no_number(text: str) -> Any:
    """Refuse what only JavaScript takes for a number, for `json`'s decoders."""
    raise ValueError(f"{text} is no number")
