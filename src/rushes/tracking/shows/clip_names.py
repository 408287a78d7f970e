"""Which shot a name in a cut means: by the show's grammar, or as most people write shots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rushes.tracking.naming import Template
from rushes.tracking.naming_parts import Field, Literal
from rushes.tracking.naming_templates import read_templates
from rushes.tracking.naming_tokens import Number, Values
from rushes.tracking.project_naming import grammars
from rushes.tracking.shows.asked import Key
from rushes.tracking.shows.state import Show

_SEQUENCE = ("sequence", "seq", "scene")
_SHOW = ("show", "project")
_NUMBERED = ("sequence", "shot")
# How shots are called where a show has no grammar: their sequence first, and a digit in each.
_USUAL = {
    "shots": {
        "full": "{show}_{episode}_{sequence}_{shot}",
        "show": "{show}_{sequence}_{shot}",
        "plain": "{sequence}_{shot}",
    },
    "tokens": dict.fromkeys(("show", "episode", "sequence", "shot"), "A-Za-z0-9-"),
}
# What stands behind a shot in the name of a clip: a step of work, a version, frames, an ending.
_VERSION = re.compile(r"[ _.-]+[vV][0-9]+.*")
_BEHIND = re.compile(r"[ _.-]+[A-Za-z][A-Za-z0-9-]*[ _.-]+[vV][0-9]+.*")
_ENDING = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_PARTING = re.compile(r"[ _.-]")
_SIGN = re.compile(r"[_.\- ]")
_LONGEST = 200


class Meant(NamedTuple):
    """A shot as a name spells it: `short` is what it is called within its sequence."""

    episode: str | None
    sequence: str
    whole: str
    short: str


class ShotNames:
    """Names of shots in one show.

    A shot that is there is found by its code, or by the part of it that its sequence does not
    tell. A new one is called by the whole name where the show has a grammar of its own, which
    says what codes are made of; else by its part, since the sequence is told beside it.
    """

    def __init__(self, show: Show) -> None:
        fields = show.project.fields
        self.own = grammars(fields["shot_grammar"], fields["templates"])
        self._code = show.code
        self._keys = set(show.shots_by_key)
        self._by_code: dict[str, list[Key]] = {}
        for key in self._keys:
            self._by_code.setdefault(str(key[-1]), []).append(key)

    def key(self, name: str) -> Key | None:
        """The key of the shot that a name means; None where nothing tells."""
        name = name.strip()[:_LONGEST]
        exact = self._by_code.get(name, ())
        if len(exact) == 1:
            return exact[0]
        found = self._own(name) if self.own else self._usual(name)
        return None if found is None else self._placed(found)

    def _placed(self, found: Meant) -> Key:
        for code in (found.whole, found.short):
            key = (found.episode, found.sequence, code)
            if key in self._keys:
                return key
            others = [one for one in self._by_code.get(code, ()) if one[1] == found.sequence]
            if len(others) == 1 and found.episode is None:
                return others[0]
        return found.episode, found.sequence, found.whole if self.own else found.short

    def _own(self, name: str) -> Meant | None:
        """By the show's own grammars, something else standing behind the shot or not."""
        for cut in (len(name), *(one.start() for one in reversed(list(_PARTING.finditer(name))))):
            for grammar in self.own.values():
                values = grammar.match(name[:cut])
                if values is not None:
                    return self._meant(grammar, values, name[:cut])
        return None

    def _usual(self, name: str) -> Meant | None:
        bare = _ENDING.sub("", name)
        for one in dict.fromkeys((name, bare, _VERSION.sub("", bare), _BEHIND.sub("", bare))):
            for grammar in usual().values():
                values = grammar.match(one)
                if values is not None and all(_counted(values[each]) for each in _NUMBERED):
                    meant = self._meant(grammar, values, one)
                    if meant is not None:
                        return meant
        return None

    def _meant(self, grammar: Template, values: Values, whole: str) -> Meant | None:
        told = [str(values[one]) for one in _SHOW if one in values]
        if any(one.casefold() != self._code.casefold() for one in told):
            return None
        spelt = _words(grammar, values)
        sequence = next((spelt[one] for one in _SEQUENCE if one in spelt), None)
        if sequence is None:
            return None
        return Meant(spelt.get("episode"), sequence, whole, spelt.get("shot", whole))


def usual() -> Mapping[str, Template]:
    """The grammars of shows that have none."""
    return read_templates(_USUAL).shots


def _words(grammar: Template, values: Values) -> dict[str, str]:
    """Each token's value with the letters that stick to it: `sc01` of `ep{episode}_sc{scene}`."""
    found: dict[str, str] = {}
    parts: Sequence[Any] = grammar.parts
    for at, part in enumerate(parts):
        if isinstance(part, Field):
            before = _literal(parts, at - 1)
            after = _literal(parts, at + 1)
            is_last = at + 2 >= len(parts)
            behind = _SIGN.split(after)[0] if is_last or _SIGN.search(after) else ""
            found[part.name] = _SIGN.split(before)[-1] + _spelt(part, values) + behind
    return found


def _literal(parts: Sequence[Any], at: int) -> str:
    beside = parts[at] if 0 <= at < len(parts) else None
    return beside.text if isinstance(beside, Literal) else ""


def _spelt(part: Field, values: Values) -> str:
    value = values[part.name]
    return f"{value:0{part.kind.padding}d}" if isinstance(part.kind, Number) else str(value)


def _counted(value: object) -> bool:
    return any(one.isdigit() for one in str(value))
