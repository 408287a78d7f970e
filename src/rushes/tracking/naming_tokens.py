"""The tokens that templates are made of: what each is called, and what its values may hold."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rushes.tracking.naming_refused import refused

Value = str | int
Values = Mapping[str, Value]

DIGITS = frozenset(string.digits)
MOST_DIGITS = 9  # longer numbers are times, hashes and serial numbers
_LEGAL = frozenset(string.ascii_letters + string.digits + "._-")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PIECE = re.compile(r"([A-Za-z0-9])-([A-Za-z0-9])|([A-Za-z0-9._-])")
NUMBER = "number"

# What names hold: entities may be called anything that is legal, steps of work one word.
_ENTITY, _WORD = "A-Za-z0-9_-", "A-Za-z0-9-"
TOKENS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("show", "project", "episode", "scene", "sequence", "seq", "shot"), _ENTITY
        ),
        **dict.fromkeys(("asset", "asset_type", "part", "artist"), _ENTITY),
        **dict.fromkeys(("task", "dept", "department", "software", "vendor", "variant"), _WORD),
        **dict.fromkeys(("element", "layer", "aov", "view", "resolution", "colour"), _WORD),
        **dict.fromkeys(("name", "label"), _ENTITY),
        "date": "0-9",
        "ext": "A-Za-z0-9.",
        **dict.fromkeys(("version", "iteration", "frame", "number"), NUMBER),
    }
)


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The characters of a text token's values, at least one of them.

    `spelt` is as in a regular expression's brackets: `A-Za-z0-9_-`.
    """

    spelt: str
    characters: frozenset[str]

    def objection(self, value: object) -> str:
        """What is wrong with a value, in words; empty where nothing is."""
        if not isinstance(value, str):
            return f"it must be text, not {value!r}"
        if not value:
            return "it is empty"
        odd = next((one for one in value if one not in self.characters), "")
        if not odd:
            return ""
        told = "the slash that parts folders" if odd == "/" else repr(odd)
        return f"{value!r} holds {told}; it may hold {self.spelt}"


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from 0, written with at least `padding` digits, as printf's `%03d` does."""

    padding: int = 1

    def objection(self, value: object) -> str:
        """What is wrong with a value, in words; empty where nothing is."""
        if isinstance(value, bool) or not isinstance(value, int):
            return f"it must be a whole number, not {value!r}"
        if not 0 <= value < 10**MOST_DIGITS:
            return f"{value} is not from 0 to {10**MOST_DIGITS - 1:,}"
        return ""


Kind = Alphabet | Number


def alphabet(spelt: str, *, token: str) -> Alphabet:
    """The alphabet that is written as `A-Za-z0-9_-`; a `-` that is meant stands at the end.

    Only what all systems and clients take can be in it: ASCII letters and digits, dot,
    underscore and hyphen. Raises `notation.invalid`.
    """
    characters: set[str] = set()
    at = 0
    while at < len(spelt):
        piece = _PIECE.match(spelt, at)
        if piece is None:
            break
        first, last = piece[1] or piece[3], piece[2] or piece[3]
        characters.update(map(chr, range(ord(first), ord(last) + 1)))
        at = piece.end()
    if at < len(spelt) or not characters or not characters <= _LEGAL:
        raise refused(
            f"The token {token} cannot hold {spelt!r}.",
            hint=f"Write the characters as in A-Za-z0-9_- (ASCII only), or {NUMBER!r}.",
        )
    return Alphabet(spelt, frozenset(characters))


def vocabulary(own: Mapping[str, str]) -> dict[str, Kind]:
    """All tokens there are, a project's own going first.

    Raises `notation.invalid` on a name or an alphabet that makes no sense.
    """
    for name in own:
        if not _NAME.fullmatch(name):
            raise refused(
                f"{name!r} cannot be the name of a token.",
                hint="Use small letters, digits and underscores, a letter first.",
            )
    return {
        name: Number() if spelt == NUMBER else alphabet(spelt, token=name)
        for name, spelt in {**TOKENS, **own}.items()
    }
