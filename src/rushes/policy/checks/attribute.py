"""Attributes: whether they are there, of which type, and with which value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from rushes.inspection.header.text import told
from rushes.model.image import Attribute, Part, Value
from rushes.policy.checks.check import PartCheck, Problem, either, listed
from rushes.policy.kinds import (
    NAMES,
    NUMBER,
    REGEX,
    SWITCH,
    TEXTS,
    VALUE,
    VALUES,
    choice,
    key,
    like,
    says,
)

PRESENCE = choice("required", "optional", "forbidden")
_LONGEST = 100  # characters of a value in a message
_WILD = re.compile(r"[*?\[]")
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeCheck(PartCheck):
    """Attributes of each part: there or not, their type, their value."""

    fix: ClassVar[str] = "Set the attribute where the file is written."

    names: tuple[str, ...] = key(NAMES, "The attributes it is about.", required=True, default=())
    presence: str = key(
        PRESENCE,
        "Whether they must be there, may be (then what they hold is judged), or must not.",
        default="required",
    )
    types: tuple[str, ...] = key(TEXTS, "Their type is one of these, as in `string`.", default=())
    value: Any = key(VALUE, "They hold this.")  # noqa: RUF009 (a field)
    one_of: tuple[Any, ...] = key(VALUES, "They hold one of these.", default=())
    pattern: re.Pattern[str] | None = key(REGEX, "Their whole text fits it.")  # noqa: RUF009 (a field)
    min: float | None = key(NUMBER, "No number in them is smaller.")
    max: float | None = key(NUMBER, "No number in them is greater.")
    above: float | None = key(NUMBER, "All numbers in them are greater.")
    below: float | None = key(NUMBER, "All numbers in them are smaller.")
    non_empty: bool = key(SWITCH, "They hold more than white space.", default=False)
    tolerance: float = key(
        NUMBER, "How far numbers may be from `value` and `one_of`.", default=_TOLERANCE
    )

    def __post_init__(self) -> None:
        if self.presence == "forbidden" and says(self, besides=("names", "presence")):
            raise ValueError("forbids attributes and yet says what they hold")

    def judge(self, part: Part) -> list[Problem] | None:
        """What is wrong; None where nothing of what may be there is there."""
        problems: list[Problem] = []
        applies = self.presence != "optional"
        for name in self.names:
            there = _named(part, name)
            applies |= bool(there)
            if not there and self.presence == "required":
                problems.append(
                    Problem(f"There is no attribute {name}.", "not there", self._wanted())
                )
            for one in there:
                problems += self._one(one)
        return problems if applies else None

    def _wanted(self) -> str:
        if self.value is not None:
            return _shown(self.value)
        if self.one_of:
            return either(map(_shown, self.one_of))
        return either(self.types) or "there"

    def _one(self, one: Attribute) -> Iterator[Problem]:
        if self.presence == "forbidden":
            yield Problem(f"The attribute {one.name} is there.", brief(one), "not there")
            return
        if self.types and one.type not in self.types:
            wanted = either(self.types)
            yield Problem(
                f"The attribute {one.name} is of the type {one.type}, not {wanted}.",
                one.type,
                wanted,
            )
        for what, wanted in self._wrong(one.value):
            yield Problem(f"The attribute {one.name} {what}: {brief(one)}.", brief(one), wanted)

    def _wrong(self, value: Value) -> Iterator[tuple[str, str]]:
        """What is wrong with a value, and what was wanted."""
        if self.value is not None and not same(value, self.value, self.tolerance):
            yield f"is not {_shown(self.value)}", _shown(self.value)
        if self.one_of and not any(same(value, one, self.tolerance) for one in self.one_of):
            wanted = either(map(_shown, self.one_of))
            yield f"is not {wanted}", wanted
        if self.pattern is not None and not _fits(self.pattern, value):
            yield f"does not fit {self.pattern.pattern}", self.pattern.pattern
        if self.non_empty and not _filled(value):
            yield "is empty", "not empty"
        yield from self._out_of_range(value)

    def _out_of_range(self, value: Value) -> Iterator[tuple[str, str]]:
        if self.min is self.max is self.above is self.below is None:
            return
        found = numbers(value)
        wanted = listed(
            f"{word} {limit:g}"
            for word, limit in (
                ("at least", self.min),
                ("at most", self.max),
                ("above", self.above),
                ("below", self.below),
            )
            if limit is not None
        )
        if not found:
            yield "is no number", wanted
        elif not all(self._within(one) for one in found):
            yield f"is not {wanted}", wanted

    def _within(self, number: float) -> bool:
        """False for what is not a number, too."""
        return (
            (self.min is None or number >= self.min)
            and (self.max is None or number <= self.max)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
            and number == number
        )


def brief(one: Attribute) -> str:
    """An attribute's value on one line, cut where it is long."""
    return _cut(" ".join(told(one).split()))


def same(found: Value, wanted: Any, tolerance: float = _TOLERANCE) -> bool:
    """Whether a value of a header is the one of a policy; numbers may be a little off."""
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        number = numbers(found)
        return len(number) == 1 and abs(number[0] - wanted) <= tolerance * max(1.0, abs(wanted))
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(same(a, b, tolerance) for a, b in zip(found, wanted, strict=True))
        )
    if isinstance(wanted, dict):
        return (
            isinstance(found, dict)
            and found.keys() == wanted.keys()
            and all(same(found[name], one, tolerance) for name, one in wanted.items())
        )
    return bool(found == wanted)


def numbers(value: Value) -> list[float]:
    """The numbers in a value, a rational as one; none where something in it is none."""
    if isinstance(value, str):
        odd = value in ("NaN", "Infinity", "-Infinity")  # as headers are read
        return [float(value.replace("Infinity", "inf"))] if odd else []
    if isinstance(value, (int, float)):
        return [value]
    if isinstance(value, dict):
        if value.keys() == {"numerator", "denominator"}:
            below = value["denominator"]
            return [value["numerator"] / below] if below else [float("nan")]
        value = list(value.values())
    if not isinstance(value, list):
        return []
    inside = [numbers(one) for one in value]
    return [one for some in inside for one in some] if all(inside) else []


def _named(part: Part, name: str) -> list[Attribute]:
    if _WILD.search(name):
        return [one for one in part.attributes if like(one.name, (name,))]
    return [one for one in part.attributes if one.name == name]


def _fits(pattern: re.Pattern[str], value: Value) -> bool:
    texts = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) and pattern.fullmatch(one) for one in texts)


def _filled(value: Value) -> bool:
    if isinstance(value, str):
        return bool(value.strip(" \t\r\n\0"))
    return value is not None and value != [] and value != {}


def _shown(value: Any) -> str:
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
