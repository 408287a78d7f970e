"""Conditions on images as the text that `inspection.where` reads."""

from __future__ import annotations

from rushes.model.image_query import All, Comparison, Condition, Kind, Not


def condition_text(one: Condition) -> str:
    """Text that is read as the very same tree, with no more levels than it had."""
    if isinstance(one, Comparison):
        return f"{_quoted(one.field)} {one.operator} {_value(one)}"
    if isinstance(one, Not):
        return f"not {_inner(one.one)}"
    word = " and " if isinstance(one, All) else " or "
    return word.join(map(_inner, one.several))


def _inner(one: Condition) -> str:
    text = condition_text(one)
    return text if isinstance(one, (Comparison, Not)) else f"({text})"


def _value(one: Comparison) -> str:
    value = one.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value).replace("inf", "1e999")
        # What is no attribute may be written either way; of an attribute, quotes make it text.
        return text if one.kind is Kind.ATTRIBUTE else _quoted(text)
    return _quoted(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
