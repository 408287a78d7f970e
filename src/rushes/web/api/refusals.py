"""Values that do not fit, told in the same words as the records' own refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
from django.http import HttpRequest

from rushes.model.kinds import PLURALS, Kind
from rushes.tracking.refusing import unknown

_MOST_TOLD = 20
_BELOW = "/api/v1/"
_WORDS = {
    "extra_forbidden": "There is no such field",
    "missing": "It must be given",
    "string_pattern_mismatch": "It does not look like one",
    "string_type": "It is no text",
    "int_type": "It is no whole number",
    "int_parsing": "It is no whole number",
    "int_from_float": "It is no whole number",
    "float_type": "It is no number",
    "float_parsing": "It is no number",
    "bool_type": "It is neither true nor false",
    "dict_type": "It is no object",
    "list_type": "It is no list",
    "uuid_parsing": "It is no token of a reservation",
    "greater_than_equal": "It is less than {ge}",
    "less_than_equal": "It is more than {le}",
    "string_too_short": "It is empty",
    "string_too_long": "It has more than {max_length} characters",
    "too_short": "It is empty",
    "too_long": "It has more than {max_length} items",
}
_HINT = "The fields of each kind stand in /api/v1/docs."


class Worded(NamedTuple):
    """A refusal: the first problem in the message, all of them in `fields`."""

    message: str
    hint: str
    fields: list[dict[str, str]]


def worded(errors: Sequence[dict[str, Any]], request: HttpRequest) -> Worded:
    """What to say of a body that does not fit, row by row and field by field."""
    kind = _kind(request)
    fields = [{"at": ".".join(_place(one)), "problem": _not_given(kind, one) or _problem(one)}
              for one in errors[:_MOST_TOLD]]  # fmt: skip
    if not errors:
        return Worded("It makes no sense.", _HINT, fields)
    place = _place(errors[0])
    row, names = (place[0], place[1:]) if place and place[0].isdecimal() else ("", place)
    message, hint = _said(kind, ".".join(names), errors[0])
    count = _rows(request) if row else 0
    return Worded(f"Row {int(row) + 1} of {count}: {message}" if count > 1 else message, hint,
                  fields)  # fmt: skip


def _said(kind: Kind | None, name: str, error: dict[str, Any]) -> tuple[str, str]:
    """The message and the hint for one field."""
    if error["type"] == "extra_forbidden" and kind is not None:
        field = kind.by_name.get(name)
        if field is None:
            known = [one.name for one in kind.fields if not one.told]
            refused = unknown(name, f"field of {kind.plural}", known)
            return refused.message, refused.hint
        if why := _not_given(kind, error):
            return f"{name}: {why}.", _HINT
    problem = f"{_problem(error).removesuffix('.')}."
    return f"{name}: {problem}" if name else problem, _HINT


def _not_given(kind: Kind | None, error: dict[str, Any]) -> str:
    """Why a field that there is may not be sent; empty where it is something else."""
    if error["type"] != "extra_forbidden" or kind is None:
        return ""
    field = kind.by_name.get(_place(error)[-1])
    if field is None:
        return ""
    return "is told, and never given" if field.told else "is given once, and never changed"


def _problem(error: dict[str, Any]) -> str:
    if error["type"] == "missing" and not _place(error):
        return "There is no body"
    told = str(error["msg"]).removeprefix("Value error, ")
    try:
        return _WORDS.get(error["type"], told).format(**error.get("ctx") or {})
    except (KeyError, IndexError, ValueError):  # braces that are no field of ours
        return told


def _place(error: dict[str, Any]) -> list[str]:
    """`0`, `status` of `("body", "body", "many", 0, "status")`."""
    place = list(error["loc"])
    for known in (("body", "path"), ("body",), ("one", "many")):
        if place and place[0] in known:
            del place[0]
    return [str(one) for one in place]


def _kind(request: HttpRequest) -> Kind | None:
    """The kind whose fields the body has; None where it holds something else, as of `/find`."""
    plural, _, below = request.path.removeprefix(_BELOW).partition("/")
    return PLURALS.get(plural) if not below or below.isdecimal() else None


def _rows(request: HttpRequest) -> int:
    body = orjson.loads(request.body)
    return len(body) if isinstance(body, list) else 1
