"""Questions about images as SQL: conditions with their values as parameters, never as text."""

from __future__ import annotations

import re
import struct
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
    # As `FileSequence.pattern` writes it.
    "name": "s.head || CASE s.kind WHEN 'file' THEN '' WHEN 'tiles' THEN '<UDIM>'"
    " ELSE CASE WHEN s.padding > 1 THEN '%%0' || s.padding || 'd' ELSE '%%d' END"
    " || CASE WHEN s.subframe_digits > 0 THEN '.%%0' || s.subframe_digits || 'd' ELSE '' END"
    " END || CASE WHEN s.kind = 'file' THEN '' ELSE s.tail END",
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
_ESCAPED = ("show", "folder", "name")
_OPERATORS = {"=": "=", "!=": "IS DISTINCT FROM", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

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
            return self._number(_NUMBERS[one.field], operator, float(one.value))
        if one.kind is Kind.TRUTH:
            return self._with(f"{_TRUTHS[one.field]} {_OPERATORS[operator]} %s", one.value)
        if one.kind is Kind.TIME:
            moment = "extract(epoch FROM %s::timestamptz) * 1000000000"
            return self._with(f"f.mtime_ns {_OPERATORS[operator]} {moment}", one.value)
        if one.kind is Kind.WORDS:
            return self._words(one.field, operator, str(one.value))
        column, text = _TEXTS[one.field], str(one.value)
        if one.field in _ESCAPED:
            text = escape(text)
        if "~" in operator:
            no = "NOT " if operator == "!~" else ""
            return self._with(f"{column} {no}ILIKE %s", _like(text))
        return self._with(f"{column} {_OPERATORS[operator]} %s", text)

    def _number(self, column: str, operator: str, value: float) -> str:
        low, high = _ends(value)
        if operator in ("=", "!="):
            no = "NOT " if operator == "!=" else ""
            return self._with(f"{no}coalesce({column} IN (%s, %s), FALSE)", low, high)
        end = high if operator in ("<=", ">") else low
        return self._with(f"{column} {operator} %s", end)

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
        name = escape(name)
        found = "rushes_attribute(h.changing, h.attributes, f.delta, %s)"
        if isinstance(value, str) or operator == "~":
            return self._attribute_text(name, found, operator, str(value))
        low, high = _ends(value)
        if operator == "=":
            same = "h.attributes @> jsonb_build_object(%s::text, %s::float8)"
            varies = (
                f"h.varying @> ARRAY[%s]::text[] AND (rushes_number_is({found}, '=', %s)"
                f" OR rushes_number_is({found}, '=', %s))"
            )
            return self._with(
                f"({same} OR {same} OR ({varies}))",
                *(name, low, name, high, name, name, low, name, high),
            )
        end = high if operator in ("<=", ">") else low
        there = "h.names @> ARRAY[%s]::text[]"
        return self._with(
            f"({there} AND rushes_number_is({found}, '{operator}', %s))", name, name, end
        )

    def _attribute_text(self, name: str, found: str, operator: str, value: str) -> str:
        if operator == "=":
            same = "h.attributes @> jsonb_build_object(%s::text, %s::text)"
            varies = f"h.varying @> ARRAY[%s]::text[] AND rushes_text_is({found}, '=', %s)"
            return self._with(f"({same} OR ({varies}))", name, value, name, name, value)
        return self._with(
            f"(h.names @> ARRAY[%s]::text[] AND rushes_text_is({found}, '~', %s))",
            *(name, name, _like(value)),
        )

    def _with(self, sql: str, *values: Any) -> str:
        self.values += values
        return sql


def _ends(value: float) -> tuple[float, float]:
    """The number and the nearest that a file of single precision holds, the smaller first.

    Whole numbers as such: the planner knows what it has of those.
    """
    if value.is_integer():
        return int(value), int(value)
    try:
        (single,) = struct.unpack("<f", struct.pack("<f", value))
    except OverflowError:
        single = value
    return min(value, single), max(value, single)


def _like(pattern: str) -> str:
    """A pattern with * and ? as LIKE has it."""
    escaped = re.sub(r"([\\%_])", r"\\\1", pattern)
    return escaped.replace("*", "%").replace("?", "_")
