"""Questions about images as SQL: conditions with their values as parameters, never as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from rushes.core.escape import escape
from rushes.model.image_query import (
    ATTRIBUTE,
    All,
    Comparison,
    Condition,
    ImageQuery,
    Kind,
    Not,
)

_NUMBERS = {
    "width": "f.width",
    "height": "f.height",
    "display_width": "b.display_width",
    "display_height": "b.display_height",
    "pixel_aspect": "b.pixel_aspect",
    "parts": "b.parts",
    "channels": "b.channel_count",
    "frame": "f.frame",
    "size": "f.size",
}
_TEXTS = {
    "show": "s.show",
    "folder": "s.folder",
    "name": "CASE WHEN s.kind = 'file' THEN s.head"
    " ELSE s.head || '%%0' || s.padding || 'd' || s.tail END",
    "software": "b.software",
}
_WORDS = {
    "layer": "b.layers",
    "channel": "b.channels",
    "view": "b.views",
    "compression": "b.compressions",
    "type": "b.kinds",
    "pixels": "b.pixels",
}
_INDEXED = ("layer", "channel", "compression")
_TRUTHS = {"deep": "b.deep", "tiled": "b.tiled", "multipart": "b.multipart"}
_OPERATORS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

Look = Callable[[str, str], Sequence[str]]


class Asked:
    """The conditions of a query as SQL over base `b`, file `f`, sequence `s`, and header `h` where
    `headers` says so.

    `look(kind, like)` gives the known words of a kind that are like a pattern.
    """

    def __init__(self, query: ImageQuery, look: Look) -> None:
        self.values: list[Any] = []
        self.headers = False
        self._look = look
        pieces = [self._words("layer", "~", one) for one in query.layers]
        pieces += [self._words("channel", "~", one) for one in query.channels]
        pieces += [self._words("compression", "~", one) for one in query.compressions]
        if query.show:
            pieces.append(self._with("s.show ILIKE %s", _like(escape(query.show))))
        if query.where is not None:
            pieces.append(self._condition(query.where))
        self.sql = " AND ".join(pieces) or "TRUE"

    def _condition(self, one: Condition) -> str:
        if isinstance(one, Comparison):
            return self._comparison(one)
        if isinstance(one, Not):
            return f"NOT coalesce({self._condition(one.one)}, FALSE)"
        word = " AND " if isinstance(one, All) else " OR "
        return f"({word.join(self._condition(each) for each in one.several)})"

    def _comparison(self, one: Comparison) -> str:
        operator = one.operator
        if one.kind is Kind.ATTRIBUTE:
            return self._attribute(one.field.removeprefix(ATTRIBUTE), operator, one.value)
        if one.kind is Kind.NUMBER:
            return self._with(f"{_NUMBERS[one.field]} {_OPERATORS[operator]} %s", _plain(one.value))
        if one.kind is Kind.TRUTH:
            return self._with(f"{_TRUTHS[one.field]} {_OPERATORS[operator]} %s", one.value)
        if one.kind is Kind.TIME:
            moment = "extract(epoch FROM %s::timestamptz) * 1000000000"
            return self._with(f"f.mtime_ns {_OPERATORS[operator]} {moment}", one.value)
        if one.kind is Kind.WORDS:
            return self._words(one.field, operator, str(one.value))
        column, text = _TEXTS[one.field], str(one.value)
        if "~" in operator:
            no = "NOT " if operator == "!~" else ""
            return self._with(f"{column} {no}ILIKE %s", _like(text))
        return self._with(f"{column} {_OPERATORS[operator]} %s", text)

    def _words(self, field: str, operator: str, text: str) -> str:
        column = _WORDS[field]
        if "~" not in operator:
            found = self._with(f"{column} @> ARRAY[%s]::text[]", text)
        elif field in _INDEXED:
            found = self._with(f"{column} && %s::text[]", list(self._look(field, _like(text))))
        else:
            found = self._with(
                f"EXISTS (SELECT FROM unnest({column}) word WHERE word ILIKE %s)", _like(text)
            )
        return f"NOT ({found})" if operator.startswith("!") else found

    def _attribute(self, name: str, operator: str, value: str | float | bool) -> str:
        if operator.startswith("!"):
            other = {"!=": "=", "!~": "~"}[operator]
            return f"NOT coalesce({self._attribute(name, other, value)}, FALSE)"
        self.headers = True
        found = "rushes_attribute(h.changing, h.attributes, f.delta, %s)"
        if operator == "=":
            kind = "text" if isinstance(value, str) else "number"
            column = {"text": "text", "number": "float8"}[kind]
            same = f"h.attributes @> jsonb_build_object(%s::text, %s::{column})"
            varies = f"h.varying @> ARRAY[%s]::text[] AND rushes_{kind}_is({found}, '=', %s)"
            return self._with(f"({same} OR ({varies}))", name, value, name, name, value)
        there = "h.names @> ARRAY[%s]::text[]"
        if operator == "~":
            wanted: str | float | bool = _like(str(value))
            return self._with(f"({there} AND rushes_text_is({found}, '~', %s))", name, name, wanted)
        return self._with(
            f"({there} AND rushes_number_is({found}, '{operator}', %s))", name, name, value
        )

    def _with(self, sql: str, *values: Any) -> str:
        self.values += values
        return sql


def _plain(value: str | float | bool) -> str | float | bool | int:
    """Whole numbers as such: the planner knows what it has of those."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _like(pattern: str) -> str:
    """A pattern with * and ? as LIKE has it."""
    escaped = re.sub(r"([\\%_])", r"\\\1", pattern)
    return escaped.replace("*", "%").replace("?", "_")
