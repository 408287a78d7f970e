"""What the published description says of answers about storage, and of their parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.web.api import telling

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer"}
TRUTH: Json = {"type": "boolean"}
MOMENT: Json = {"type": "string", "format": "date-time"}
PATH: Json = {"type": "string", "description": "An escaped path: \\\\ for \\, \\xNN for odd bytes."}
TEXTS: Json = {"type": "array", "items": TEXT}
FRAMES: Json = {"type": "string", "description": "Frames, as in 1001-1050x2,1060."}

ROOT = ("root", "Where the storage root is mounted, escaped.", True)
BELOW = ("below", "A folder of it, relative and escaped; all of it unless said.", False)
CURSOR = ("cursor", "`next` of the page before.", False)


def maybe(schema: Json) -> Json:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def made_of(**fields: Json) -> Json:
    """An object with these fields."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def list_of(item: Json) -> Json:
    """A list that has no pages."""
    return made_of(data={"type": "array", "items": item})


def page_of(item: Json) -> Json:
    """A page of a list."""
    return made_of(data={"type": "array", "items": item}, next=maybe(TEXT))


def got(answer: Json, *parameters: tuple[str, str, bool], several: Mapping[str, str] = {}) -> Json:
    """Of what is asked for; `parameters` are name, meaning and whether they must be given."""
    told = telling.done(answer)
    told["parameters"] = [
        *(_parameter(name, doc, required=required) for name, doc, required in parameters),
        *(_parameter(name, doc, required=False, several=True) for name, doc in several.items()),
    ]
    return told


def plain(answer: Json) -> Json:
    """Of what may be sent again with no key."""
    return {**telling.done(answer), "parameters": []}


def done(answer: Json, *, status: int = 200) -> Json:
    """Of what is written."""
    return telling.done(answer, status=status)


def _parameter(name: str, doc: str, *, required: bool, several: bool = False) -> Json:
    schema = {"type": "array", "items": TEXT} if several else TEXT
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": doc,
        "schema": schema,
    }
