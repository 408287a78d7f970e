"""A project's templates by name, with its tokens and the grammars of its shots' codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rushes.core.errors import RushesError
from rushes.tracking.naming import Template, template
from rushes.tracking.naming_parts import Code, Optional, Vocabulary, fields
from rushes.tracking.naming_refused import refused, unknown
from rushes.tracking.naming_sets import SETS
from rushes.tracking.naming_tokens import Values, vocabulary

_TABLES = ("templates", "shots", "tokens")
_NAME = re.compile(r"(?!all\Z)[A-Za-z][A-Za-z0-9_-]{0,39}")
_SHOT = "shot"


@dataclass(frozen=True, slots=True)
class ShotCode:
    """A shot's code taken apart: by which grammar, and into what."""

    code: str
    grammar: str
    values: Values


@dataclass(frozen=True)
class Templates:
    """Templates by name; made by `read_templates` or `built_in`.

    `shots` are the grammars of shots' codes, the first that fits counting. Where there are any,
    `{shot}` in a template is a code of one of them; inside a grammar it is the shot's own part.
    `tokens` are the project's own, or those that hold something else there.
    """

    templates: Mapping[str, Template]
    shots: Mapping[str, Template] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Template:
        """The template of that name. Raises `notation.invalid`, and tells the nearest."""
        if name not in self.templates:
            raise unknown("template", name, self.templates)
        return self.templates[name]

    def template(self, text: str) -> Template:
        """A template that is written out, with this project's tokens."""
        return template(text, self._vocabulary)

    def shot(self, code: str) -> ShotCode:
        """A shot's code taken apart. Raises `notation.invalid` where it fits no grammar."""
        for name, grammar in self.shots.items():
            values = grammar.match(code)
            if values is not None:
                return ShotCode(code, name, values)
        shapes = " or ".join(grammar.text for grammar in self.shots.values())
        raise refused(
            f"{code!r} is no shot's code.",
            hint=f"Write it as in {shapes}." if shapes else "This project has no grammar for them.",
        )

    def shot_code(self, grammar: str, values: Values) -> str:
        """The code of these values. Raises `notation.invalid`, as `Template.format` does."""
        if grammar not in self.shots:
            raise unknown("grammar of shots' codes", grammar, self.shots)
        return self.shots[grammar].format(values)

    def row(self) -> dict[str, dict[str, str]]:
        """The set as JSON, for a project's records; `read_templates` makes the same of it."""
        return {
            "templates": {name: one.text for name, one in self.templates.items()},
            "shots": {name: one.text for name, one in self.shots.items()},
            "tokens": dict(self.tokens),
        }

    @property
    def _vocabulary(self) -> Vocabulary:
        return _with_codes(self.shots, self.tokens)


def read_templates(table: Mapping[str, Any], *, shown: str = "naming") -> Templates:
    """The templates of a table with `templates`, `shots` and `tokens`, each of text by name.

    Raises `notation.invalid` with the entry's name, `shown` before it.
    """
    for name in table:
        if name not in _TABLES:
            raise unknown(f"table in {shown} called", str(name), _TABLES)
    texts, shots, tokens = (_texts(table.get(name, {}), f"{shown}.{name}") for name in _TABLES)
    try:
        plain = vocabulary(tokens)
    except RushesError as error:
        raise error.told_of(f"{shown}.tokens") from error
    grammars = {
        name: _grammar(text, plain, f"{shown}.shots.{name}") for name, text in shots.items()
    }
    words = _with_codes(grammars, tokens)
    made = {
        name: _template(text, words, f"{shown}.templates.{name}") for name, text in texts.items()
    }
    return Templates(made, grammars, tokens)


def built_in(name: str) -> Templates:
    """A set that comes with Rushes. Raises `notation.invalid`, and tells the nearest."""
    if name not in SETS:
        raise unknown("set of templates", name, SETS)
    return read_templates(SETS[name], shown=name)


def chosen(like: str, own: Mapping[str, Mapping[str, str]]) -> Templates:
    """A project's `own` tables laid over the set that it starts from.

    Where it names none, its own templates stand alone; without those, it gets the set `rushes`.
    Raises `notation.invalid`.
    """
    start = like or ("" if own.get("templates") else "rushes")
    if start and start not in SETS:
        raise unknown("set of templates", start, SETS)
    under = SETS[start] if start else {}
    return read_templates({name: {**under.get(name, {}), **own.get(name, {})} for name in _TABLES})


def _with_codes(grammars: Mapping[str, Template], tokens: Mapping[str, str]) -> Vocabulary:
    words: dict[str, Any] = dict(vocabulary(tokens))
    if grammars:
        shapes = tuple(one.text for one in grammars.values())
        words[_SHOT] = Code(tuple(one.parts for one in grammars.values()), shapes)
    return words


def _template(text: str, words: Vocabulary, shown: str) -> Template:
    try:
        return template(text, words)
    except RushesError as error:
        raise error.told_of(shown) from error


def _grammar(text: str, words: Vocabulary, shown: str) -> Template:
    made = _template(text, words, shown)
    repeated = len(list(fields(made.parts))) > len(made.fields)
    optional = any(isinstance(part, Optional) for part in made.parts)
    if "/" in text or made.open_token or repeated or optional:
        raise refused(
            f"{shown}: {text!r} is no grammar of shots' codes.",
            hint="Each token stands in it once, ends where the next text begins, and no part is"
            " optional; numbers such as {sequence:03d} always do.",
        )
    return made


def _texts(value: object, shown: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise refused(f"{shown} must be a table of texts by name.")
    for name, text in value.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise refused(
                f"{shown}: {name!r} cannot be a name.",
                hint="Use letters, digits, '-' and '_', a letter first; 'all' means all of them.",
            )
        if not isinstance(text, str):
            raise refused(f"{shown}.{name} must be text, not {text!r}.")
    return dict(value)
