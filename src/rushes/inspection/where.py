"""Conditions on images as people write them: `width >= 3840 and not (deep or layer ~ 'crypto*')`.

They become a tree of comparisons and never text of a query language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches

from rushes.core.errors import Code, RushesError
from rushes.model.image_query import ATTRIBUTE, FIELDS, All, Any, Comparison, Condition, Kind, Not

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<operator>!=|<=|>=|!~|=|<|>|~|\(|\))
      | '(?P<single>(?:[^'\\]|\\.)*)'
      | "(?P<double>(?:[^"\\]|\\.)*)"
      | (?P<word>[^\s()<>=!~'"]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_OF_KIND = {
    Kind.NUMBER: ("=", "!=", "<", "<=", ">", ">="),
    Kind.TEXT: ("=", "!=", "~", "!~"),
    Kind.WORDS: ("=", "!=", "~", "!~"),
    Kind.TRUTH: ("=", "!="),
    Kind.TIME: ("<", "<=", ">", ">="),
    Kind.ATTRIBUTE: ("=", "!=", "<", "<=", ">", ">=", "~", "!~"),
}
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # operator, text or word
    text: str
    at: int


def condition(text: str) -> Condition:
    """The condition that `text` tells. Raises `usage` with the place of what makes no sense."""
    return _Reader(text).whole()


class _Reader:
    """Reads tokens from the left; each method takes what its rule of the grammar holds."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def whole(self) -> Condition:
        """The whole text."""
        found = self._any()
        if (left := self._peek()) is not None:
            raise _bad(self._text, left.at, f"{left.text!r} is not expected here")
        return found

    def _any(self) -> Condition:
        several = [self._all()]
        while self._took("or"):
            several.append(self._all())
        return several[0] if len(several) == 1 else Any(tuple(several))

    def _all(self) -> Condition:
        several = [self._one()]
        while self._took("and"):
            several.append(self._one())
        return several[0] if len(several) == 1 else All(tuple(several))

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _bad(self._text, len(self._text), "it is nested too deeply")
        try:
            if self._took("not"):
                return Not(self._one())
            token = self._take("a field")
            if token.kind == "operator" and token.text == "(":
                found = self._any()
                closing = self._take("a closing bracket")
                if closing.text != ")" or closing.kind != "operator":
                    raise _bad(self._text, closing.at, "a closing bracket is missing")
                return found
            return self._comparison(token)
        finally:
            self._depth -= 1

    def _comparison(self, token: _Token) -> Condition:
        if token.kind == "operator":
            raise _bad(self._text, token.at, f"a field is missing before {token.text!r}")
        field, kind = self._field(token)
        follows = self._peek()
        if follows is None or follows.kind != "operator" or follows.text in "()":
            if kind is not Kind.TRUTH:
                at = follows.at if follows else len(self._text)
                raise _bad(self._text, at, f"after {field} comes one of {' '.join(_OF_KIND[kind])}")
            return Comparison(field, kind, "=", True)
        operator = self._take("a comparison")
        if operator.text not in _OF_KIND[kind]:
            allowed = " ".join(_OF_KIND[kind])
            raise _bad(self._text, operator.at, f"{field} is compared with one of {allowed}")
        value = self._value(field, kind, operator.text)
        return Comparison(field, kind, operator.text, value)

    def _field(self, token: _Token) -> tuple[str, Kind]:
        if token.text.startswith(ATTRIBUTE) and len(token.text) > len(ATTRIBUTE):
            return token.text, Kind.ATTRIBUTE
        if token.text in FIELDS:
            return token.text, FIELDS[token.text][0]
        near = get_close_matches(token.text, FIELDS, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise _bad(
            self._text,
            token.at,
            f"there is no field {token.text!r}{meant} (attributes are called attr.NAME)",
        )

    def _value(self, field: str, kind: Kind, operator: str) -> str | float | bool:
        token = self._take("a value")
        if token.kind == "operator":
            raise _bad(self._text, token.at, f"a value for {field} is missing")
        number = _NUMBER.fullmatch(token.text) is not None
        if kind is Kind.NUMBER:
            if not number:
                raise _bad(self._text, token.at, f"{field} is a number, {token.text!r} is none")
            return float(token.text)
        if kind is Kind.TRUTH:
            if token.text.lower() not in ("true", "false", "yes", "no"):
                raise _bad(self._text, token.at, f"{field} is true or false")
            return token.text.lower() in ("true", "yes")
        if kind is Kind.TIME:
            return self._time(token)
        if kind is Kind.ATTRIBUTE and operator in ("<", "<=", ">", ">=") and not number:
            raise _bad(self._text, token.at, f"{operator} wants a number, {token.text!r} is none")
        if kind is Kind.ATTRIBUTE and number and token.kind == "word" and "~" not in operator:
            return float(token.text)
        return token.text

    def _time(self, token: _Token) -> str:
        try:
            moment = datetime.fromisoformat(token.text)
        except ValueError as error:
            raise _bad(
                self._text, token.at, f"{token.text!r} is no date such as 2026-11-21"
            ) from error
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, what: str) -> _Token:
        token = self._peek()
        if token is None:
            raise _bad(self._text, len(self._text), f"{what} is missing at the end")
        self._next += 1
        return token

    def _took(self, word: str) -> bool:
        token = self._peek()
        if token is not None and token.kind == "word" and token.text.lower() == word:
            self._next += 1
            return True
        return False


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            raise _bad(text, place, "it cannot be read on (is a quotation mark missing?)")
        kind = str(match.lastgroup)
        start = match.start(kind)
        word = match[kind]
        if kind in ("single", "double"):
            kind, word = "text", re.sub(r"\\(.)", r"\1", word, flags=re.DOTALL)
        found.append(_Token(kind, word, start))
        at = match.end()
    return found


def _bad(text: str, at: int, why: str) -> RushesError:
    return RushesError(
        Code.USAGE,
        f"The condition {text!r} makes no sense at character {at + 1}: {why}.",
        hint="Write it as in: width >= 3840 and layer ~ 'crypto*' and not attr.owner = 'ILM'",
    )
