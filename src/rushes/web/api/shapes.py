"""What may be sent for each kind of records: pydantic models, made of the kinds' fields."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Tag, create_model
from pydantic import Field as Bounds
from pydantic.config import JsonDict

from rushes.model.kinds import KINDS, Field, Kind, Type

MOST_AT_ONCE = 1000
_INT32 = 2**31 - 1
_INT64 = 2**63 - 1
_LONGEST = 100_000
_MOST_ITEMS = 10_000
# Said so, and not as a pattern of all characters but that one: whoever makes up texts of a pattern
# would have each of the hundred thousand in mind.
_NO_NUL: JsonDict = {"not": {"pattern": r"\x00"}}

_ITEMS = Bounds(max_length=_MOST_ITEMS)
_TEXTS = "text"  # the kind that a list's items are of where they are plain text
# Strict by itself: in a list on its own it is in no `Strict` model, and `true` would be 1.
Id = Annotated[int, Bounds(ge=1, le=_INT64, strict=True, description="A record's number.")]


class Strict(BaseModel):
    """Values are taken as they are: no text for a number, and no field that nobody knows."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def given(self) -> dict[str, Any]:
        """What was sent, and nothing that was not."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def creation(kind: Kind) -> type[Strict]:
    """A new record."""
    fields: dict[str, Any] = {}
    for one in kind.fields:
        if not one.told:
            default = ... if one.required else _default(one)
            fields[one.name] = (_annotation(one), default)
    return create_model(f"New{_title(kind)}", __base__=Strict, __doc__=kind.doc, **fields)


def changing(kind: Kind) -> type[Strict]:
    """Other values for a record's fields."""
    return create_model(
        f"{_title(kind)}Change",
        __base__=Strict,
        __doc__=f"New values for fields of: {kind.doc}",
        **_changeable(kind),
    )


def changing_many(kind: Kind) -> type[Strict]:
    """Other values for the fields of one record among several."""
    fields = {"id": (Id, ...), **_changeable(kind)}
    told = "Refuse the change unless it is still this one."
    held = Annotated[int, Bounds(ge=1, le=_INT64, description=told)] | None
    fields["revision"] = (held, None)
    return create_model(f"{_title(kind)}ChangeOfMany", __base__=Strict, __doc__=kind.doc, **fields)


def commenting(kind: Kind) -> type[Strict]:
    """Something that is said of a record, and the status it is given at once."""
    text = KINDS["note"].by_name["text"]
    fields: dict[str, Any] = {"text": (_annotation(text), ...)}
    if "status" in kind.by_name:
        told = _annotation(kind.by_name["status"])
        fields["status"] = (told | None, None)
    return create_model(
        f"{_title(kind)}Comment",
        __base__=Strict,
        __doc__=f"What is said of: {kind.doc}",
        **fields,
    )


def one_or_many(model: type[BaseModel]) -> Any:
    """One of a model, or a list of it."""
    many = Annotated[list[model], Bounds(min_length=1, max_length=MOST_AT_ONCE)]  # type: ignore[valid-type]
    return Annotated[
        Annotated[model, Tag("one")] | Annotated[many, Tag("many")],
        Discriminator(_which),
    ]


def many(item: Any) -> Any:
    """A list of an item."""
    return Annotated[list[item], Bounds(min_length=1, max_length=MOST_AT_ONCE)]


def _which(value: Any) -> str:
    return "many" if isinstance(value, list) else "one"


def _title(kind: Kind) -> str:
    return "".join(word.title() for word in kind.name.split("_"))


def _changeable(kind: Kind) -> dict[str, Any]:
    return {
        one.name: (_annotation(one), _default(one))
        for one in kind.fields
        if not one.told and not one.fixed
    }


def _default(field: Field) -> Any:
    """For the description alone: what was not sent is not written."""
    if isinstance(field.default, tuple):
        return list(field.default)
    return field.default


def _annotation(field: Field) -> Any:
    made: Any = Annotated[_type(field), Bounds(description=field.doc)]
    return made | None if field.nullable else made


def _type(field: Field) -> Any:
    if field.choices:
        return Literal[field.choices]
    words: Any = list[_text(field)] if field.of == _TEXTS else list[Any]  # type: ignore[misc]
    made: dict[Type, Any] = {
        Type.TEXT: _text(field),
        Type.WHOLE: Annotated[
            int, Bounds(ge=_or(field.least, -_INT32), le=_or(field.most, _INT32))
        ],
        Type.NUMBER: Annotated[float, Bounds(ge=field.least, le=field.most, allow_inf_nan=False)],
        Type.SWITCH: bool,
        Type.DAY: Annotated[
            str,
            Bounds(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"}),
            AfterValidator(_day),
        ],
        Type.MOMENT: Annotated[str, Bounds(json_schema_extra={"format": "date-time"})],
        Type.OBJECT: dict[str, Any],
        Type.LIST: Annotated[words, _ITEMS],
        Type.REFERENCE: Id,
        Type.REFERENCES: Annotated[list[Id], Bounds(max_length=_MOST_ITEMS)],
    }
    return made[field.type]


def _text(field: Field) -> Any:
    told: JsonDict = {"pattern": f"^(?:{field.pattern})$"} if field.pattern else _NO_NUL
    bounds = Bounds(
        min_length=1 if field.required else None,
        max_length=field.longest or _LONGEST,
        json_schema_extra=told,
    )
    if not field.pattern:
        return Annotated[str, bounds]

    def like(text: str) -> str:
        if re.fullmatch(field.pattern, text) is None:
            raise ValueError(f"write {field.pattern_doc}")
        return text

    return Annotated[str, bounds, AfterValidator(like)]


def _or(bound: float | None, otherwise: int) -> int:
    return otherwise if bound is None else int(bound)


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text
