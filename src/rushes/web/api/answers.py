"""Answers straight from the port: JSON without a second validation, with ETags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson
import xxhash
from django.http import HttpRequest, HttpResponse

from rushes.core.errors import Code, RushesError
from rushes.ports.records import Page
from rushes.ports.studio import Entity
from rushes.web.problems import JSON, RefusedError

_TAG = re.compile(r'"?(\d{1,9})"?', re.ASCII)


def row_of(entity: Entity) -> dict[str, Any]:
    """A record as it is sent."""
    return {"id": entity.id, **entity.fields}


def one(entity: Entity, request: HttpRequest, *, status: int = 200) -> HttpResponse:
    """One record, and its revision as the ETag."""
    tag = f'"{entity.revision}"'
    if request.method in ("GET", "HEAD") and request.META.get("HTTP_IF_NONE_MATCH") == tag:
        answer = HttpResponse(status=304)
    else:
        answer = as_json(row_of(entity), status=status)
    answer.headers["ETag"] = tag
    return answer


def commented(note: Entity, record: Entity) -> HttpResponse:
    """A note, and the record that it is on, whose revision is the ETag."""
    answer = as_json({"note": row_of(note), "record": row_of(record)}, status=201)
    answer.headers["ETag"] = f'"{record.revision}"'
    answer.headers["Location"] = f"/api/v1/notes/{note.id}"
    return answer


def many(entities: Sequence[Entity], *, status: int = 200) -> HttpResponse:
    """Several records."""
    return as_json({"data": [row_of(entity) for entity in entities]}, status=status)


def page(found: Page[Entity], request: HttpRequest) -> HttpResponse:
    """A page of a list; its ETag stands for its content."""
    body = orjson.dumps({"data": [row_of(entity) for entity in found.rows], "next": found.next})
    tag = f'W/"{xxhash.xxh3_64_hexdigest(body)}"'
    if request.META.get("HTTP_IF_NONE_MATCH") == tag:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(body, content_type=JSON)
    answer.headers["ETag"] = tag
    return answer


def as_json(value: Any, *, status: int = 200) -> HttpResponse:
    """Any value."""
    return HttpResponse(orjson.dumps(value), status=status, content_type=JSON)


def wanted_revision(request: HttpRequest) -> int | None:
    """The revision that a record must still have; None where `If-Match` does not say.

    Raises `field.invalid` for what is no revision: nobody has written meanwhile.
    """
    given = request.META.get("HTTP_IF_MATCH")
    if given is None or given == "*":
        return None
    found = _TAG.fullmatch(given.strip())
    if found is None:
        raise RushesError(
            Code.FIELD_INVALID,
            f"If-Match: {given[:40]!r} is no revision of a record.",
            hint='Send the ETag that came with it, as in "7", or * for any.',
        )
    return int(found[1])


def changed_meanwhile(
    revision: int | None = None, *, told: RushesError | None = None
) -> RefusedError:
    """The answer to a change of what is not there any more as it was, as the records `told` it."""
    return RefusedError(
        Code.RECORD_CONFLICT,
        "The record was written by somebody else meanwhile." if told is None else told.message,
        hint="Get it again, and decide anew." if told is None else told.hint,
        status=412,
        context={} if revision is None else {"revision": revision},
    )
