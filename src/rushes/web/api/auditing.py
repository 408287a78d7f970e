"""The trail of events for admins: searched, its head told, and gone through portion by portion."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from rushes.client.spelling.events import event_row, head_row, portion_row
from rushes.core.errors import Code
from rushes.model.event import EventHead
from rushes.tracking.event_sight import TOLD_KINDS
from rushes.web.api import answers
from rushes.web.api.describing import MOMENT, TEXT, TRUTH, WHOLE, got, list_of, made_of, maybe
from rushes.web.api.operations import add
from rushes.web.api.parameters import Parameters, invalid
from rushes.web.callers import caller_of
from rushes.web.house import house
from rushes.web.problems import RefusedError

Given = Mapping[str, Any]
_SEAL = re.compile(r"(?:[0-9a-f]{64})?", re.ASCII)
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})", re.ASCII)
_AT_ONCE = 20_000  # events of a portion: about a second
_MOST, _USUAL = 100_000, 50


def add_auditing(api: NinjaAPI) -> None:
    """Have the trail of events looked into."""
    _add(api, "/events/head", head, "head_of_events", "Tell the last sealed event", _HEADED)
    _add(api, "/events/log", log, "log_of_events", "List who wrote what, the newest first", _LOGGED)
    _add(api, "/events/verify", verify, "verify_events", "Go through a part of the chain", _GONE)


def head(_given: Parameters) -> HttpResponse:
    """The last sealed event, which vouches for all up to it."""
    audit = house().audit
    return answers.as_json({**head_row(audit.head()), "waiting": audit.waiting()})


def log(given: Parameters) -> HttpResponse:
    """Events that fit all that is given, sealed or not."""
    kind, limit = given.maybe("kind"), given.whole("limit", _USUAL)
    if kind is not None and kind not in TOLD_KINDS:
        known = f"There are: {', '.join(TOLD_KINDS)}."
        raise invalid("kind", f"there is no kind {kind[:80]!r}", hint=known)
    if not 1 <= limit <= _MOST:
        raise invalid("limit", f"must be from 1 to {_MOST}")
    found = house().audit.search(
        kind=kind,
        target=given.whole("target") if given.maybe("target") is not None else None,
        project=given.maybe("project"),
        actor=given.maybe("actor"),
        limit=limit,
    )
    return answers.as_json({"data": [event_row(one) for one in found]})


def verify(given: Parameters) -> HttpResponse:
    """The next events, each held against the one before."""
    after, seal, known = given.whole("after", 0), given.text("seal", ""), given.maybe("known")
    if after < 0:
        raise invalid("after", "must not be negative")
    if not _SEAL.fullmatch(seal):
        raise invalid("seal", "is no seal: 64 digits of hex")
    if known is not None and not _HEAD.fullmatch(known):
        raise invalid("known", "is no head: POSITION:SEAL")
    made = house().audit.portion(
        EventHead(after, seal),
        known=_head(known) if known is not None else None,
        count=_AT_ONCE,
    )
    return answers.as_json(portion_row(made))


def _head(text: str) -> EventHead:
    position, _, seal = text.partition(":")
    return EventHead(int(position), seal)


def _add(
    api: NinjaAPI,
    path: str,
    view: Callable[[Parameters], HttpResponse],
    name: str,
    summary: str,
    told: dict[str, Any],
) -> None:
    """`operations.add` for admins alone; the parameters are those that are described."""
    names = [one["name"] for one in told["parameters"]]

    def answer(request: HttpRequest, _given: Given) -> HttpResponse:
        who = caller_of(request)
        scopes = who.access.scopes
        if not who.access.everything or (scopes is not None and "admin" not in scopes):
            raise RefusedError(
                Code.ACCESS_DENIED,
                "The trail of events is for admins, and for their tokens with the scope admin.",
            )
        return view(Parameters(request.GET, once=names))

    add(api, "GET", path, answer, name, summary, tag="events", told=told)


_HEADED = got(made_of(position=WHOLE, seal=TEXT, waiting=WHOLE))
_NULL = {"type": ["object", "null"]}
_LOGGED = got(
    list_of(
        made_of(
            id=WHOLE, position=maybe(WHOLE), at=MOMENT, actor=TEXT, on_behalf_of=TEXT, tool=TEXT,
            action=TEXT, kind=TEXT, target=WHOLE, project=maybe(WHOLE), before=_NULL, after=_NULL,
        )
    ),
    ("kind", "Events of records of this kind.", False),
    ("target", "Of the record with this number.", False),
    ("project", "Of the project with this code.", False),
    ("actor", "What this person or program wrote.", False),
    ("limit", f"At most so many; {_USUAL} unless said.", False),
)  # fmt: skip
_GONE = got(
    made_of(
        end=made_of(position=WHOLE, seal=TEXT),
        count=WHOLE,
        total=WHOLE,
        waiting=WHOLE,
        more=TRUTH,
        breaks={"type": "array", "items": made_of(position=WHOLE, why=TEXT)},
    ),
    ("after", "Begin after this position: `end` of the portion before.", False),
    ("seal", "The seal there, as that portion told it.", False),
    ("known", "A head kept elsewhere, as POSITION:SEAL.", False),
)
