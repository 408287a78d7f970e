"""What was written, for programs: page after page, or as a stream of the live process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from rushes.core.errors import Code
from rushes.web.api import answers
from rushes.web.api.operations import add
from rushes.web.api.streaming import led_to_stream
from rushes.web.callers import caller_of
from rushes.web.house import house
from rushes.web.live import asking
from rushes.web.problems import RefusedError

Given = Mapping[str, Any]
_MOST = 1000
_USUAL = 100
_LIMIT = re.compile(r"[0-9]{1,9}")


def add_events(api: NinjaAPI) -> None:
    """Have events told."""
    add(api, "GET", "/events", list_events, "list_events", "What was written, in order",
        tag="events", told=_LISTED)  # fmt: skip
    add(api, "GET", "/events/stream", stream_events, "stream_events",
        "The same as it happens: server-sent events", tag="events", told=_STREAMED)  # fmt: skip


def list_events(request: HttpRequest, _given: Given) -> HttpResponse:
    """The next events after a position, and the position to go on from."""
    who = caller_of(request)
    given = _once(request, (*asking.PARAMETERS, "limit"))
    position = asking.after(given) or 0
    told = house().events.after(
        position,
        access=who.access,
        wanted=asking.wanted(given),
        limit=_limit(given.get("limit", "")),
    )
    if not told.events:
        _want_reached(position)
    return answers.as_json({"data": [one.row() for one in told.events], "next": told.position})


def stream_events(request: HttpRequest, _given: Given) -> HttpResponse:
    """Where the stream is, with a ticket for it."""
    who = caller_of(request)
    given = _once(request, asking.PARAMETERS)
    asking.after(given)
    asking.wanted(given)
    # What a browser says when it comes again; whether it says so there, too, is up to it.
    resumed = request.META.get("HTTP_LAST_EVENT_ID", "")
    if resumed:
        given["after"] = resumed
    _want_reached(asking.after(given) or 0)
    return led_to_stream(request, who, "events", given)


def _want_reached(position: int) -> None:
    """Refuse a position that no event has had: until then, all that happens would be passed over.

    Who kept one and finds it here has seen a database that was put back or begun anew since.
    """
    last = house().events.head().position if position else 0
    if position > last:
        raise RefusedError(
            Code.FIELD_INVALID,
            f"The parameter 'after': there is no position {position} yet, the last is {last}.",
            hint="Was the database restored? Read the records anew, and go on from the last.",
            context={"parameter": "after", "position": last},
        )


def _once(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    """The parameters, each given once. Raises `field.invalid`."""
    asking.check_names(request.GET, names)
    made: dict[str, str] = {}
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise RefusedError(
                Code.FIELD_INVALID,
                f"The parameter {name!r} is given more than once.",
                context={"parameter": name},
            )
        made[name] = str(values[0])
    return made


def _limit(text: str) -> int:
    if not text:
        return _USUAL
    if not _LIMIT.fullmatch(text) or not 1 <= int(text) <= _MOST:
        raise RefusedError(
            Code.FIELD_INVALID,
            f"The parameter 'limit': {text[:80]!r} is no whole number from 1 to {_MOST}.",
            context={"parameter": "limit"},
        )
    return int(text)


def _parameter(name: str, doc: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": doc, "schema": schema}


_ASKED = [
    _parameter("after", "Only events after this position.", type="integer", minimum=0),
    _parameter("kind", "Kinds, or kinds and what was done: task,version.create.", type="string"),
    _parameter("target", "Only those of the record of this number.", type="integer", minimum=1),
    _parameter("project", "Only those of this project.", type="integer", minimum=1),
]
_NULL = {"type": ["object", "null"]}
EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "position": {"type": "integer", "description": "Its place in the order."},
        "type": {"type": "string", "description": "Kind and action: task.update."},
        "at": {"type": "string", "format": "date-time"},
        "kind": {"type": "string"},
        "action": {"enum": ["create", "update", "delete"]},
        "target": {"type": "integer", "description": "The record's number."},
        "project": {"type": ["integer", "null"]},
        "actor": {"type": "string"},
        "on_behalf_of": {"type": "string"},
        "tool": {"type": "string"},
        "before": {**_NULL, "description": "What it was, as far as that has changed."},
        "after": {**_NULL, "description": "What it is since, as far as that has changed."},
    },
}
_OTHERWISE = {
    "description": "It was not done: the status and the code tell why.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PAGE = {
    "type": "object",
    "required": ["data", "next"],
    "properties": {
        "data": {"type": "array", "items": EVENT},
        "next": {"type": "integer", "description": "Give it as `after` the next time."},
    },
}
_LISTED = {
    "parameters": [
        *_ASKED,
        _parameter("limit", "How many at most.", type="integer", minimum=1, maximum=_MOST),
    ],
    "responses": {
        "200": {"description": "Done.", "content": {"application/json": {"schema": _PAGE}}},
        "default": _OTHERWISE,
    },
}
_STREAMED = {
    "parameters": _ASKED,
    "responses": {
        "307": {"description": "The stream is there, and the ticket good for half a minute."},
        "default": _OTHERWISE,
    },
}
