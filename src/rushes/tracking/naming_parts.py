"""The text of a template taken apart: literals, tokens, and parts that may be left out."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rushes.tracking.naming_refused import refused, unknown
from rushes.tracking.naming_tokens import MOST_DIGITS, Alphabet, Number

_PIECE = re.compile(r"\{([^{}\[\]]*)\}|([\[\]])|([^{}\[\]]+)|(.)", re.DOTALL)
_FIELD = re.compile(r"([a-z][a-z0-9_]*)(?::(0?[1-9]|0?[1-9][0-9]|)d)?")
_LITERAL = frozenset(string.ascii_letters + string.digits + string.punctuation + " ")
_MOST_OPTIONAL = 6  # each one doubles the ways in which a name may be read
_HINT = "Write it as in {show}/{shot}/{shot}_{task}[_{variant}]_v{version:03d}.{ext}."


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands in every name."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """What a shot is called where that has parts of its own: any of these grammars."""

    grammars: tuple[tuple[Part, ...], ...]
    spelt: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A token where it stands in a template."""

    name: str
    kind: Alphabet | Number | Code

    @property
    def shown(self) -> str:
        """The token as it is written: `{version:03d}`."""
        padding = self.kind.padding if isinstance(self.kind, Number) else 1
        return f"{{{self.name}:0{padding}d}}" if padding > 1 else f"{{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Optional:
    """A part in square brackets: there with the values of its tokens, or not at all."""

    parts: tuple[Literal | Field, ...]


Part = Literal | Field | Optional
Vocabulary = Mapping[str, Alphabet | Number | Code]


def read_parts(text: str, tokens: Vocabulary) -> tuple[Part, ...]:
    """The parts of a template. Raises `notation.invalid` where it makes no sense."""
    top: list[Part] = []
    inside: list[Literal | Field] | None = None
    for found in _PIECE.finditer(text):
        field, bracket, literal, _ = found.groups()
        if bracket == "[" and inside is None:
            inside = []
        elif bracket == "]" and inside is not None:
            top.append(Optional(tuple(inside)))
            inside = None
        elif field is not None or literal is not None:
            part = _literal(literal, text) if field is None else _field(field, text, tokens)
            (top if inside is None else inside).append(part)
        else:
            raise refused(f"The template {text!r} has a stray {found.group()!r}.", hint=_HINT)
    if inside is not None:
        raise refused(f"The template {text!r} has a '[' without its ']'.", hint=_HINT)
    if sum(isinstance(part, Optional) for part in top) > _MOST_OPTIONAL:
        raise refused(f"The template {text!r} has more than {_MOST_OPTIONAL} optional parts.")
    if not any(isinstance(part, Field) for part in top):
        raise refused(f"The template {text!r} has no token that every name holds.", hint=_HINT)
    return tuple(top)


def fields(parts: tuple[Part, ...]) -> Iterator[Field]:
    """All tokens where they stand, from the left."""
    for part in parts:
        if isinstance(part, Field):
            yield part
        elif isinstance(part, Optional):
            yield from fields(part.parts)


def _literal(text: str, template: str) -> Literal:
    if "#" in text:
        raise refused(
            f"The template {template!r} holds '#'.",
            hint="Write a number as a token with its padding: {version:03d} for ###.",
        )
    odd = next((one for one in text if one not in _LITERAL), "")
    if odd:
        raise refused(f"The template {template!r} holds {odd!r}.", hint="Use ASCII only.")
    return Literal(text)


def _field(inner: str, template: str, tokens: Vocabulary) -> Field:
    found = _FIELD.fullmatch(inner)
    if found is None:
        raise refused(
            f"{{{inner}}} in the template {template!r} is no token.",
            hint="Write {shot} for text, {version:03d} for a number of three digits or more.",
        )
    name, digits = found.groups()
    if name not in tokens:
        raise unknown("token", name, tokens)
    if digits is None:
        return Field(name, tokens[name])
    padding = int(digits or 1)
    if padding > MOST_DIGITS:
        raise refused(f"{{{inner}}} asks for more than {MOST_DIGITS} digits.")
    return Field(name, Number(padding))
