"""How far a name follows the parts of a template, and what should come next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from rushes.tracking.naming_parts import Code, Literal, Optional, Part
from rushes.tracking.naming_pattern import pattern
from rushes.tracking.naming_tokens import MOST_DIGITS

# Digits that a number could be made of, none of them left over.
DIGITS_THERE = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Reach:
    """The parts of a template that a name follows, up to character `at`, with their values."""

    parts: int
    at: int
    values: dict[str, str | None]


def reach_of(parts: tuple[Part, ...], name: str, *, open_token: str, lazy: bool) -> Reach:
    """As many of the parts as the name begins with."""
    reached = Reach(0, 0, {})
    for count, begun in _beginnings(parts, open_token, lazy):
        found = begun.match(name)
        if found is None:
            continue
        if reached.parts and reached.at != found.end():
            break
        reached = Reach(count, found.end(), found.groupdict())
        if not isinstance(parts[count - 1], Optional):
            break  # else it may have been left out: then it, too, could have come next
    return reached


def next_parts(parts: Sequence[Part], reach: Reach) -> Sequence[Part]:
    """What may come where the name leaves: an optional part, and what stands behind it."""
    coming: list[Part] = []
    for part in parts[reach.parts :]:
        if not isinstance(part, Optional):
            return [*coming, part]
        coming.append(part.parts[0])
    return coming


def agreeing(coming: Sequence[Part], name: str, at: int) -> int:
    """How many characters of the text that should come are there."""
    if len(coming) != 1 or not isinstance(coming[0], Literal):
        return 0
    pairs = zip(coming[0].text, name[at:], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def furthest(kind: Code, rest: str) -> tuple[Reach, tuple[Part, ...]]:
    """The grammar that the rest of a name follows furthest, and how far."""
    followed = [
        (reach_of(grammar, rest, open_token="", lazy=False), grammar) for grammar in kind.grammars
    ]
    return max(followed, key=lambda pair: pair[0].at)


@lru_cache(maxsize=256)
def _beginnings(
    parts: tuple[Part, ...], open_token: str, lazy: bool
) -> list[tuple[int, re.Pattern[str]]]:
    """The expressions for the first so many parts, all of them first."""
    return [
        (count, pattern(parts[:count], open_token=open_token, lazy=lazy))
        for count in range(len(parts), 0, -1)
    ]
