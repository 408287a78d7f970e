"""Where a name leaves a template, why, and what the right name would be where that can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rushes.tracking.naming import Template, told
from rushes.tracking.naming_mending import mended_name
from rushes.tracking.naming_parts import Code, Field, Literal, Part
from rushes.tracking.naming_reach import (
    DIGITS_THERE,
    Reach,
    agreeing,
    furthest,
    next_parts,
    reach_of,
)
from rushes.tracking.naming_safety import danger
from rushes.tracking.naming_tokens import Alphabet, Number


@dataclass(frozen=True, slots=True)
class Departure:
    """How far a name follows a template.

    `at` is the character where it leaves it; `right` is the name that was probably meant, or
    nothing where that would be a guess. `fixed` are the characters followed that are no values.
    """

    at: int
    why: str
    right: str = ""
    fixed: int = 0


def departure(template: Template, name: str) -> Departure:
    """Where and why `name` does not fit the template."""
    readings = template.readings(name)
    if len(readings) > 1:
        ways = " or as ".join(map(told, readings))
        return Departure(len(name), f"it may be read as {ways}")
    ways_to_reach = [False, True] if template.open_token else [False]
    rights = {lazy: mended_name(template, name, lazy=lazy) for lazy in reversed(ways_to_reach)}
    lazy = next((one for one, right in rights.items() if right), ways_to_reach[-1])
    reach = reach_of(template.parts, name, open_token=template.open_token, lazy=lazy)
    at = reach.at + agreeing(next_parts(template.parts, reach), name, reach.at)
    if wrong := danger(name):
        return Departure(0, wrong, rights[lazy])
    why = _why(template.parts, reach, name)
    followed = [part for part in template.parts[: reach.parts] if isinstance(part, Literal)]
    fixed = sum(len(part.text) for part in followed) + at - reach.at
    if code := _code(template.parts, reach):
        at += furthest(code, name[at:])[0].at
    return Departure(at, why, rights[lazy], fixed)


def _code(parts: Sequence[Part], reach: Reach) -> Code | None:
    """What a shot's code is made of, where one should come."""
    coming = next_parts(parts, reach)
    first = coming[0] if len(coming) == 1 else None
    if isinstance(first, Field) and isinstance(first.kind, Code) and first.name not in reach.values:
        return first.kind
    return None


def _why(parts: Sequence[Part], reach: Reach, name: str) -> str:
    coming = next_parts(parts, reach)
    at = reach.at + agreeing(coming, name, reach.at)
    there = _short(name[at:]) if at < len(name) else "its end"
    if not coming:
        return f"it should end before {there}"
    if len(coming) == 1 and isinstance(coming[0], Field):
        return _why_field(coming[0], reach, name)
    wanted = " or ".join(_wanted(one, at - reach.at) for one in coming)
    return f"at {there} there should be {wanted}"


def _why_field(field: Field, reach: Reach, name: str) -> str:
    rest = name[reach.at :]
    before = reach.values.get(field.name)
    if before is not None:
        return f"{{{field.name}}} is {before!r} at first, and at {_short(rest)} something else"
    if not rest:
        return f"it ends where {field.shown} should be"
    if isinstance(field.kind, Number) and (digits := DIGITS_THERE.match(rest)):
        return f"{field.shown} has the wrong padding: {digits.group()!r}"
    if isinstance(field.kind, Alphabet):
        return f"{field.shown} may hold {field.kind.spelt}, and not {rest[0]!r}"
    if isinstance(field.kind, Code):
        inner, grammar = furthest(field.kind, rest)
        if inner.at:
            return f"in {field.shown}, {_why(grammar, inner, rest)}"
    return f"at {_short(rest)} there should be {_wanted(field, 0)}"


def _wanted(part: Part, skipped: int) -> str:
    if isinstance(part, Literal):
        return repr(part.text[skipped:])
    assert isinstance(part, Field)
    if isinstance(part.kind, Number):
        digits = f" of {part.kind.padding} digits or more" if part.kind.padding > 1 else ""
        return f"{part.shown}, a number{digits}"
    if isinstance(part.kind, Alphabet):
        return part.shown
    return f"{part.shown}, a code as in {' or '.join(part.kind.spelt)}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else f"{text[:23]}…")
