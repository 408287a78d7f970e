"""What a key of a policy may hold, and how a key of a check is declared."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from rushes.core.settings.kinds import COUNT, SIZE, SWITCH, TEXT, Kind, choice

__all__ = [
    "COUNT",
    "COUNTS",
    "NAMES",
    "NUMBER",
    "NUMBERS",
    "PAIR",
    "RATES",
    "REGEX",
    "SAMPLING",
    "SETS",
    "SIZE",
    "SIZES",
    "SWITCH",
    "TEXT",
    "TEXTS",
    "VALUE",
    "VALUES",
    "Key",
    "Kind",
    "choice",
    "key",
    "keys_of",
    "like",
    "or_none",
    "says",
    "words",
]


_MOST_FPS = 10_000
_ROUNDED_FPS = 0.006  # 23.98 is meant as 24000/1001, as 23.976 is


class Key(NamedTuple):
    """One key of a check or of a condition: what it may hold and what it means."""

    name: str
    kind: Kind
    doc: str
    required: bool
    default: Any


def key(kind: Kind, doc: str, *, default: Any = None, required: bool = False) -> Any:
    """A field of a check that a policy may set; unset, it is `default`."""
    told = {"kind": kind, "doc": doc, "required": required}
    return dataclasses.field(default=default, metadata=told)


def keys_of(made: type) -> dict[str, Key]:
    """The keys of a check or a condition by name, as they are declared."""
    assert dataclasses.is_dataclass(made)
    return {
        one.name: Key(
            one.name,
            one.metadata["kind"],
            one.metadata["doc"],
            one.metadata["required"],
            one.default,
        )
        for one in dataclasses.fields(made)
    }


def says(one: Any, *, besides: Sequence[str] = ()) -> bool:
    """Whether any key of a check or a condition, `besides` some, is other than unless set."""
    return any(
        getattr(one, field.name) != field.default
        for field in dataclasses.fields(one)
        if field.name not in besides
    )


@lru_cache(maxsize=8192)  # frames of a sequence ask the same again and again
def like(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether `name` fits one of the patterns, in which `*` and `?` stand for anything."""
    return any(fnmatchcase(name, one) for one in patterns)


def _texts(value: object) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given:
        raise ValueError
    if not all(isinstance(one, str) and one for one in given):
        raise ValueError
    return tuple(given)


def _regex(value: object) -> re.Pattern[str]:
    if not isinstance(value, str):
        raise ValueError
    try:
        return re.compile(value, re.ASCII)
    except re.error as error:
        raise ValueError from error


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError
    return value


def _numbers(value: object) -> tuple[float, ...]:
    given = value if isinstance(value, list) else [value]
    if not given:
        raise ValueError
    return tuple(_number(one) for one in given)


def _pair(value: object) -> tuple[float, ...]:
    numbers = _numbers(value)
    if len(numbers) != 2:
        raise ValueError
    return numbers


def _rates(value: object) -> tuple[Fraction, ...]:
    given = value if isinstance(value, list) else [value]
    if not given:
        raise ValueError
    return tuple(_rate(one) for one in given)


def _rate(value: object) -> Fraction:
    """A frame rate; 23.976, 29.97 and the like are the fractions of 1001 that they stand for."""
    if isinstance(value, str):
        with suppress(ZeroDivisionError):
            told = Fraction(value)
            if 0 < told <= _MOST_FPS:
                return told
        raise ValueError
    number = _number(value)
    if not 0 < number <= _MOST_FPS:
        raise ValueError
    drop = Fraction(round(number) * 1000, 1001)
    near = number != round(number) and abs(float(drop) - number) < _ROUNDED_FPS
    return drop if near else Fraction(str(number))


def _sizes(value: object) -> tuple[tuple[int, int], ...]:
    if not isinstance(value, list) or not value:
        raise ValueError
    given = value if isinstance(value[0], list) else [value]
    pairs = [_counts(one) for one in given]
    if not all(len(one) == 2 and min(one) > 0 for one in pairs):
        raise ValueError
    return tuple((wide, high) for wide, high in pairs)


def _counts(value: object) -> tuple[int, ...]:
    given = value if isinstance(value, list) else [value]
    if not given or not all(isinstance(one, int) and not isinstance(one, bool) for one in given):
        raise ValueError
    return tuple(given)


def _sampling(value: object) -> tuple[int, ...]:
    numbers = _counts(value)
    if len(numbers) > 2 or min(numbers) < 1:
        raise ValueError
    return numbers if len(numbers) == 2 else numbers * 2


def _sets(value: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list) or not value:
        raise ValueError
    given = value if isinstance(value[0], list) else [value]
    return tuple(_texts(one) for one in given)


def _value(value: object) -> Any:
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return [_value(one) for one in value]
    if isinstance(value, dict):
        return {name: _value(one) for name, one in value.items()}
    if not isinstance(value, (str, int)):
        raise ValueError
    return value


def _values(value: object) -> tuple[Any, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError
    return tuple(_value(one) for one in value)


def words(*known: str) -> Kind:
    """One or several of the words `known`."""

    def read(value: object) -> tuple[str, ...]:
        given = _texts(value)
        if not set(given) <= set(known):
            raise ValueError
        return given

    told = f"one or several of {', '.join(known)}"
    return Kind(told, f'["{known[0]}"]', read)


def or_none(kind: Kind) -> Kind:
    """The same, or none at all."""

    def read(value: object) -> object:
        return () if value == [] else kind.read(value)

    return Kind(f"{kind.wanted}; [] for none", kind.example, read)


def _plain(wanted: str, example: str, read: Callable[[object], object]) -> Kind:
    return Kind(wanted, example, read)


TEXTS = _plain("a text or a list of texts", '["one", "two"]', _texts)
NAMES = _plain("a name or a list of names (`*` and `?` match)", '["R", "diffuse.*"]', _texts)
REGEX = _plain("a regular expression", '"[a-z]+"', _regex)
NUMBER = _plain("a number", "1.5", _number)
NUMBERS = _plain("a number or a list of numbers", "[1.0, 2.0]", _numbers)
PAIR = _plain("a list of two numbers", "[0.3127, 0.329]", _pair)
RATES = _plain('a frame rate such as 24, 23.976 or "24000/1001", or several', "[24, 25]", _rates)
SIZES = _plain("a width and a height, or a list of such pairs", "[[1920, 1080]]", _sizes)
COUNTS = _plain("a whole number or a list of them", "[2, 1026]", _counts)
SAMPLING = _plain("a whole number above 0, or two", "1", _sampling)
SETS = _plain("a list of names, or a list of such lists", '[["R", "G", "B"]]', _sets)
VALUE = _plain("a text, a number, a list or a table", '"text"', _value)
VALUES = _plain("a list of values", '["one", "two"]', _values)
