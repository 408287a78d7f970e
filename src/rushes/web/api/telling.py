"""What the published description says of answers and parameters; requests tell of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.model.kinds import KINDS, Field, Kind, Type
from rushes.ports.studio import Op

Json = dict[str, Any]

_TYPES: Mapping[Type, Json] = {
    Type.TEXT: {"type": "string"},
    Type.WHOLE: {"type": "integer"},
    Type.NUMBER: {"type": "number"},
    Type.SWITCH: {"type": "boolean"},
    Type.DAY: {"type": "string", "format": "date"},
    Type.MOMENT: {"type": "string", "format": "date-time"},
    Type.OBJECT: {"type": "object"},
    Type.LIST: {"type": "array", "items": {}},
    Type.REFERENCE: {"type": "integer"},
    Type.REFERENCES: {"type": "array", "items": {"type": "integer"}},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "Change it only while this is its ETag; else 412.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again within a day, the same request gives the same answer and does"
    " nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


def title(kind: Kind) -> str:
    """What the description calls a kind."""
    return "".join(word.title() for word in kind.name.split("_"))


def listed(kind: Kind) -> Json:
    """Of a list."""
    names = "|".join(kind.by_name)
    words = "|".join(one.value for one in Op if one is not Op.IS)
    return {
        "parameters": [
            {
                "name": "filters",
                "in": "query",
                "style": "form",
                "explode": True,
                "description": f"Conditions: a field, or a field, `__` and one of {words}.",
                "schema": {
                    "type": "object",
                    "propertyNames": {"pattern": f"^({names})(__({words}))?$"},
                    "additionalProperties": {"type": "string"},
                },
            },
            _parameter("order", "Fields, with `-` before those that descend.", type="string"),
            _parameter("fields", "Only these fields.", type="string"),
            _parameter("limit", "How many at most.", type="integer", minimum=1, maximum=1000,
                       default=100),
            _parameter("cursor", "`next` of the page before.", type="string"),
            _parameter("archived", "Archived ones, too.", type="boolean", default=False),
        ],
        "responses": _answers(200, _ref(f"{title(kind)}Page")),
    }  # fmt: skip


def got(kind: Kind) -> Json:
    """Of one record that is asked for."""
    return {
        "parameters": [_parameter("fields", "Only these fields.", type="string")],
        **record(kind),
    }


def record(kind: Kind) -> Json:
    """Of one record."""
    return {"responses": _answers(200, _ref(title(kind)))}


def changed(kind: Kind) -> Json:
    """Of a change."""
    return {"parameters": [_IF_MATCH], **record(kind)}


def several(kind: Kind) -> Json:
    """Of several records."""
    return {"responses": _answers(200, _ref(f"{title(kind)}List"))}


def created(kind: Kind) -> Json:
    """Of new records."""
    made = {"oneOf": [_ref(title(kind)), _ref(f"{title(kind)}List")]}
    return {"parameters": [ONCE], "responses": _answers(201, made)}


def commented(kind: Kind) -> Json:
    """Of a comment: the note, and the record as it is then."""
    both = _object({"note": _ref("Note"), "record": _ref(title(kind))})
    return {"parameters": [_IF_MATCH, ONCE], "responses": _answers(201, both)}


def gone() -> Json:
    """Of what was removed."""
    made = _answers(204, {})
    made["204"] = {"description": "Gone."}
    return {"parameters": [ONCE], "responses": made}


def done(schema: Json, *, status: int = 200) -> Json:
    """Of what is no record."""
    return {"parameters": [ONCE], "responses": _answers(status, schema)}


def schemas() -> Json:
    """The records of all kinds, their lists and pages, and the envelope of errors."""
    made: Json = {"Problem": _PROBLEM}
    for kind in KINDS.values():
        name = title(kind)
        rows = {"type": "array", "items": _ref(name)}
        made[name] = _record(kind)
        made[f"{name}List"] = _object({"data": rows})
        made[f"{name}Page"] = _object({"data": rows, "next": {"type": ["string", "null"]}})
    return made


def _record(kind: Kind) -> Json:
    return {
        "type": "object",
        "description": kind.doc,
        "properties": {one.name: _field(one) for one in kind.fields},
        "required": ["id"],
    }


def _field(field: Field) -> Json:
    made = {**_TYPES[field.type], "description": field.doc}
    if field.choices:
        made["enum"] = list(field.choices)
    if field.nullable:
        made["type"] = [made["type"], "null"]
    if field.told:
        made["readOnly"] = True
    return made


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


_TEXT = {"type": "string"}
_PROBLEM = _object(
    {
        "error": _object(
            {"code": _TEXT, "message": _TEXT, "hint": _TEXT, "context": {"type": "object"}}
        )
    }
)


def _answers(status: int, schema: Json) -> Json:
    return {
        str(status): {
            "description": "Done." if status == 200 else "Made.",
            "content": {"application/json": {"schema": schema}},
        },
        "default": {
            "description": "It was not done: the status and the code tell why.",
            "content": {"application/json": {"schema": _ref("Problem")}},
        },
    }


def _parameter(name: str, doc: str, **schema: Any) -> Json:
    return {"name": name, "in": "query", "required": False, "description": doc, "schema": schema}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
