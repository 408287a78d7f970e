"""A name with wrong padding, case and separators put right: never with another value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rushes.tracking.naming import Template
from rushes.tracking.naming_parts import Code, Field, Literal, Part
from rushes.tracking.naming_reach import (
    DIGITS_THERE,
    Reach,
    agreeing,
    furthest,
    next_parts,
    reach_of,
)
from rushes.tracking.naming_tokens import Alphabet, Number

_PARTING = "_-. "
_MOST_STEPS = 64
_LETTERS = re.compile("[A-Za-z]+")


def mended_name(template: Template, name: str, *, lazy: bool) -> str:
    """The name with wrong padding, case and separators put right; empty where that is not all."""
    mended = name.replace("\\", "/").strip()
    for _ in range(_MOST_STEPS):
        readings = template.readings(mended)
        if readings:
            return mended if len(readings) == 1 and mended != name else ""
        reach = reach_of(template.parts, mended, open_token=template.open_token, lazy=lazy)
        stepped = _step(template.parts, reach, mended)
        if stepped == mended:
            return ""
        mended = stepped
    return ""


def _step(parts: Sequence[Part], reach: Reach, name: str) -> str:
    for part in next_parts(parts, reach):
        at = reach.at + agreeing([part], name, reach.at)
        right, length = _right(part, reach, name, at)
        if length and name[at : at + length] != right:
            return name[:at] + right + name[at + length :]
    return name


def _right(part: Part, reach: Reach, name: str, at: int) -> tuple[str, int]:
    """What should stand at `at`, and how many characters of the name it replaces."""
    rest = name[at:]
    if isinstance(part, Literal):
        wanted = part.text[at - reach.at :][:1]
        alike = rest[:1].lower() == wanted.lower()
        parting = bool(rest) and rest[0] in _PARTING and wanted in _PARTING
        return wanted, int(bool(wanted) and (alike or parting))
    if not isinstance(part, Field):
        return "", 0
    before = reach.values.get(part.name)
    if isinstance(part.kind, Number) and (digits := DIGITS_THERE.match(rest)):
        padded = f"{int(digits.group()):0{part.kind.padding}d}"
        return (padded, digits.end()) if before in (None, padded) else ("", 0)
    if isinstance(part.kind, Code) and before is None:
        inner, grammar = furthest(part.kind, rest)
        return _step(grammar, inner, rest), len(rest)
    if isinstance(part.kind, Alphabet) and before is None and (word := _LETTERS.match(rest)):
        turned = (one if one in part.kind.characters else one.swapcase() for one in word.group())
        return "".join(turned), word.end()
    if before is not None and rest[: len(before)].lower() == before.lower():
        return before, len(before)
    return "", 0
