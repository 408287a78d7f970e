"""Templates for names and paths: from values to a name, and from a name back to the same values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rushes.tracking.naming_ambiguity import open_token
from rushes.tracking.naming_parts import (
    Code,
    Field,
    Literal,
    Optional,
    Part,
    Vocabulary,
    fields,
    read_parts,
)
from rushes.tracking.naming_pattern import code, is_certain, pattern
from rushes.tracking.naming_refused import refused, unknown
from rushes.tracking.naming_safety import danger
from rushes.tracking.naming_tokens import Number, Value, Values, vocabulary

_MOST_TYPED = 64


@dataclass(frozen=True)
class Template:
    """A name or a relative path with tokens in it, as in `{shot}_{task}_v{version:03d}.{ext}`.

    What it formats it parses back to the same values, and what it parses it formats to the same
    name; what would break that is refused. Made by `template`.
    """

    text: str
    parts: tuple[Part, ...] = field(repr=False)
    open_token: str = field(default="", repr=False)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Its tokens by name, in the order in which they first stand."""
        return {one.name: one for one in fields(self.parts)}

    @cached_property
    def required(self) -> frozenset[str]:
        """The tokens that every name holds."""
        return frozenset(part.name for part in self.parts if isinstance(part, Field))

    def format(self, values: Values) -> str:
        """The name with these values.

        Raises `notation.invalid` on a token that it does not have or lacks, on a value that the
        token cannot hold, and on a name that is unsafe or would not be read back as these values.
        """
        self._check(values)
        name = "".join(self._written(part, values) for part in self.parts)
        if wrong := danger(name):
            raise refused(f"{self.text!r} gives {name!r}: {wrong}.")
        readings = self.readings(name)
        if readings != [dict(values)]:
            others = [told(one) for one in readings if one != dict(values)]
            raise refused(
                f"{self.text!r} gives {name!r}, which may also be read as"
                f" {others[0] if others else 'nothing at all'}.",
                hint="Leave the character that parts tokens out of the values.",
            )
        return name

    def parse(self, name: str) -> Values:
        """The values in a name. Raises `notation.invalid` where it does not fit, or fits twice."""
        found = self.readings(name)
        if not found:
            raise refused(f"{name!r} does not fit {self.text!r}.")
        if len(found) > 1:
            ways = " or as ".join(map(told, found))
            raise refused(f"{name!r} may be read by {self.text!r} as {ways}.")
        return found[0]

    def match(self, name: str) -> Values | None:
        """The values in a name, None where it does not fit or nobody could tell which they are."""
        found = self.readings(name)
        return found[0] if len(found) == 1 else None

    def readings(self, name: str) -> list[Values]:
        """The ways to read a name: none, the one, or two that show that it is ambiguous."""
        if danger(name):
            return []
        found: list[Values] = []
        for expression in self._expressions:
            fitting = expression.fullmatch(name)
            if fitting is None:
                return []
            values = self._values(fitting)
            if values not in found:
                found.append(values)
        return found

    def pick(self, values: Values) -> Values:
        """Those of `values` that this template has tokens for."""
        return {name: value for name, value in values.items() if name in self.fields}

    def from_text(self, texts: Mapping[str, str]) -> Values:
        """Values that a person typed: numbers are read, with or without their zeros."""
        return {name: self._read(name, text) for name, text in texts.items()}

    @cached_property
    def _expressions(self) -> tuple[re.Pattern[str], ...]:
        greedy = pattern(self.parts, open_token=self.open_token)
        if is_certain(self.parts, self.open_token):
            return (greedy,)
        return greedy, pattern(self.parts, open_token=self.open_token, lazy=True)

    def _values(self, fitting: re.Match[str]) -> Values:
        return {
            name: int(text) if isinstance(self.fields[name].kind, Number) else text
            for name, text in fitting.groupdict().items()
            if text is not None
        }

    def _read(self, name: str, text: str) -> Value:
        known = self.fields.get(name)
        is_number = known is not None and isinstance(known.kind, Number)
        # A longer one is left as it is, and refused as what it is.
        is_read = is_number and text.isascii() and text.isdigit() and len(text) <= _MOST_TYPED
        return int(text) if is_read else text

    def _check(self, values: Values) -> None:
        for name, value in values.items():
            if name not in self.fields:
                raise unknown(f"token in {self.text!r} called", name, self.fields)
            if wrong := _objection(self.fields[name], value):
                raise refused(f"{self.fields[name].shown}: {wrong}.")
        lacking = self.required - values.keys()
        if lacking:
            raise refused(
                f"{self.text!r} lacks {', '.join(one for one in self.fields if one in lacking)}.",
                hint="Give a value for each token outside of brackets.",
            )

    def _written(self, part: Part, values: Values) -> str:
        if isinstance(part, Literal):
            return part.text
        if isinstance(part, Field):
            value = values[part.name]
            return f"{value:0{part.kind.padding}d}" if isinstance(part.kind, Number) else str(value)
        own = {one.name for one in fields(part.parts)} - self.required
        if not own & values.keys():
            return ""
        if own - values.keys():
            raise refused(
                f"{self.text!r} has {', '.join(sorted(own))} together or not at all;"
                f" {', '.join(sorted(own - values.keys()))} is lacking."
            )
        return "".join(self._written(one, values) for one in part.parts)


def template(text: str, tokens: Vocabulary | None = None) -> Template:
    """The template that is written so. Raises `notation.invalid` where it makes no sense.

    `tokens` are those that a project knows; without them, those that come with Rushes.
    """
    parts = read_parts(text, vocabulary({}) if tokens is None else tokens)
    opened = open_token(parts, shown=text)
    for skeleton in (_skeleton(parts, whole=True), _skeleton(parts, whole=False)):
        if wrong := danger(skeleton):
            raise refused(
                f"The template {text!r} makes no names: {wrong}.",
                hint="Write a path relative to the folder of all shows, without '.' and '..'.",
            )
    return Template(text, parts, opened)


def told(values: Values) -> str:
    """Values for people: `shot=sh010 task=comp`."""
    return " ".join(f"{name}={value}" for name, value in values.items())


def _objection(one: Field, value: Value) -> str:
    if not isinstance(one.kind, Code):
        return one.kind.objection(value)
    if isinstance(value, str) and re.fullmatch(code(one.kind), value):
        return ""
    return f"{value!r} is no shot's code as in {' or '.join(one.kind.spelt)}"


def _skeleton(parts: Iterable[Part], *, whole: bool) -> str:
    """A name with x for each token, with all of the optional parts or with none."""
    made = []
    for part in parts:
        if isinstance(part, Optional):
            made.append(_skeleton(part.parts, whole=True) if whole else "")
        else:
            made.append(part.text if isinstance(part, Literal) else "x")
    return "".join(made)
