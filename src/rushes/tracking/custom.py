"""Fields of a project's own schema: what the schema may say, and what `custom` may hold by it.

A schema is `{kind: {name: {"type": …, "required", "choices", "longest", "least", "most", "doc"}}}`
with the types text, whole, number, switch, day, moment, object and list. Kinds without a schema
may hold anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rushes.model.kinds import KINDS, Field, Type
from rushes.tracking.refusing import refused, shown, unknown
from rushes.tracking.values import checked

_TYPES = tuple(one.value for one in Type if one not in (Type.REFERENCE, Type.REFERENCES))
_WORDS = ("type", "doc", "required", "choices", "longest", "least", "most")


def check_schema(schema: Mapping[str, Any]) -> None:
    """Raise `field.invalid` where a schema makes no sense."""
    for kind, fields in schema.items():
        if kind not in KINDS:
            raise unknown(kind, "kind of record in custom_schema", KINDS)
        if not isinstance(fields, dict):
            raise refused("custom_schema", f"{kind} must be an object of fields")
        for name, told in fields.items():
            _field(name, told)


def check_custom(schema: Mapping[str, Any], kind: str, custom: Mapping[str, Any]) -> None:
    """Raise `field.invalid` where `custom` is not what the project's schema says of the kind."""
    if kind not in schema:
        return
    fields = {name: _field(name, told) for name, told in schema[kind].items()}
    for name, value in custom.items():
        field = fields.get(name)
        if field is None:
            raise unknown(name, f"custom field of {KINDS[kind].plural} in this project", fields)
        if value is not None or field.required:
            checked(field, value)
    for name, field in fields.items():
        if field.required and name not in custom:
            raise refused(f"custom.{name}", "must be given in this project")


def _field(name: str, told: Any) -> Field:
    where = f"custom_schema.{shown(name)}"
    if not isinstance(told, dict) or told.get("type") not in _TYPES:
        raise refused(where, "needs a type", hint=f"There are: {', '.join(_TYPES)}.")
    if strange := sorted(set(told) - set(_WORDS)):
        raise unknown(strange[0], f"word in {where}", _WORDS)
    choices, least, most = told.get("choices", []), told.get("least"), told.get("most")
    if not isinstance(choices, list) or not all(isinstance(one, str) for one in choices):
        raise refused(where, "choices must be a list of texts")
    if not _amount(least) or not _amount(most):
        raise refused(where, "least and most must be numbers")
    longest = told.get("longest", 0)
    if isinstance(longest, bool) or not isinstance(longest, int) or longest < 0:
        raise refused(where, "longest must be a whole number")
    return Field(
        f"custom.{name}", Type(told["type"]), str(told.get("doc", "")),
        required=told.get("required") is True, longest=longest, least=least, most=most,
        choices=tuple(choices), default="",
    )  # fmt: skip


def _amount(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value is None or (number and math.isfinite(value))
