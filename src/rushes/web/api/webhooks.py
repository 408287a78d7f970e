"""Webhooks, managed by admins: the secret is told once, when one is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from pydantic import Field as Bounds

from rushes.core.errors import Code
from rushes.model.webhook import NewWebhook
from rushes.tracking.refusing import undelivered
from rushes.web.api import answers, telling
from rushes.web.api.once import once
from rushes.web.api.operations import add
from rushes.web.api.shapes import Id, Strict
from rushes.web.callers import caller_of
from rushes.web.house import house
from rushes.web.problems import RefusedError

Given = Mapping[str, Any]
Url = Annotated[str, Bounds(min_length=1, max_length=2000, description="Where it is told.")]
Types = Annotated[
    list[Annotated[str, Bounds(max_length=100)]],
    Bounds(max_length=200, description="Of what: task, task.update …; none is all."),
]


class NewAddress(Strict):
    """An address to be told of events."""

    url: Url
    project: Id | None = None
    types: Types = []


class AddressChange(Strict):
    """Other values for a webhook; made active, a paused one is resumed."""

    url: Url = ""
    types: Types = []
    is_active: bool = True


def add_webhooks(api: NinjaAPI) -> None:
    """Have webhooks managed."""
    at, there = "/webhooks", "/webhooks/{int:id}"
    one, many = telling.done(_ONE), telling.done(_MANY)
    add(api, "GET", at, find, "list_webhooks", "List webhooks", tag="webhooks", told=many)
    add(api, "POST", at, create, "create_webhook", "Make a webhook, and its secret",
        tag="webhooks", body=NewAddress, told=telling.done(_MADE, status=201))  # fmt: skip
    add(api, "PATCH", there, change, "change_webhook", "Change, pause or resume a webhook",
        tag="webhooks", body=AddressChange, told=one)  # fmt: skip
    add(api, "DELETE", there, remove, "remove_webhook", "End a webhook", tag="webhooks", told=one)


def find(request: HttpRequest, _given: Given) -> HttpResponse:
    """Those that are theirs."""
    who = caller_of(request)
    found = house().webhooks.webhooks(access=who.access)
    return answers.as_json({"data": [one.row() for one in found]})


def create(request: HttpRequest, given: Given) -> HttpResponse:
    """A new one. Its secret is kept nowhere else, so the answer is not kept to be given again."""
    who = caller_of(request)
    body = given["body"]
    if who.access.artist is None:
        raise RefusedError(Code.ACCESS_DENIED, "A webhook is somebody's.")
    _check_reached(body.url)
    new = NewWebhook(body.url, who.access.artist, body.project, tuple(body.types))
    made, secret = house().webhooks.add(new, access=who.access, actor=who.actor)
    answer = answers.as_json({**made.row(), "secret": secret}, status=201)
    answer.headers["Location"] = f"/api/v1/webhooks/{made.id}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def change(request: HttpRequest, given: Given) -> HttpResponse:
    """Other values."""
    who = caller_of(request)
    fields = given["body"].given()
    if "url" in fields:
        _check_reached(fields["url"])

    def make() -> HttpResponse:
        changed = house().webhooks.change(given["id"], fields, access=who.access, actor=who.actor)
        return answers.as_json(changed.row())

    return once(request, who, make)


def remove(request: HttpRequest, given: Given) -> HttpResponse:
    """End one."""
    who = caller_of(request)
    ended = house().webhooks.remove(given["id"], access=who.access, actor=who.actor)
    return answers.as_json(ended.row())


def _check_reached(url: str) -> None:
    """Raise `field.invalid` for an address that this server delivers nothing to."""
    if why := house().address_refused(url):
        raise undelivered(url, why)


_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_ONE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "url": {"type": "string"},
        "project": {"type": ["integer", "null"]},
        "owner": {"type": "string", "description": "Whose it is; it is told what they may see."},
        "types": {"type": "array", "items": {"type": "string"}},
        "is_active": {"type": "boolean"},
        "position": {"type": "integer", "description": "It has all up to this event."},
        "failures": {"type": "integer", "description": "How often in a row it was not reached."},
        "failing_since": _MOMENT,
        "due": {**_MOMENT, "description": "When it is tried again."},
        "paused": {**_MOMENT, "description": "Since when it is given up."},
        "delivered": _MOMENT,
        "told": {"type": "string", "description": "What the last failure was."},
    },
}
_MANY = {"type": "object", "properties": {"data": {"type": "array", "items": _ONE}}}
_MADE = {**_ONE, "properties": {**_ONE["properties"], "secret": {"type": "string"}}}
