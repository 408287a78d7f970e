"""Movements for programs: what they ingest and deliver themselves, on record as they go."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import NinjaAPI

from rushes.client.spelling.movements import (
    file_of,
    movement_row,
    new_of,
    progress_row,
    sent_row,
)
from rushes.core.escape import unescape
from rushes.model.movement import (
    ENDED,
    DeliveredFile,
    Headway,
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
)
from rushes.ports.people import Caller
from rushes.tracking.movement_permissions import check_asking, check_recording, seen_projects
from rushes.tracking.movement_rules import no_movement
from rushes.tracking.refusing import not_there
from rushes.web.api import movements_described as told
from rushes.web.api.answers import as_json
from rushes.web.api.house_only import cursor, listed, tagged
from rushes.web.api.movement_shapes import Beat, Begun, End, Part, Sent, WithDigest
from rushes.web.api.once import once
from rushes.web.api.operations import add
from rushes.web.api.parameters import Parameters, invalid, whole
from rushes.web.api.storage_shapes import Nothing
from rushes.web.api.streaming import led_to_stream
from rushes.web.callers import caller_of
from rushes.web.house import house
from rushes.web.live.ending import end_id

Given = Mapping[str, Any]
_TAG = "movements"
_AT = "/movements/{int:id}"
_FILTERS = ("project", "name", "context", "cursor")


def add_movements(api: NinjaAPI) -> None:
    """Have movements begun, kept alive, ended and asked for."""
    put = partial(add, api, tag=_TAG)
    put("GET", "/movements", find, "list_movements", "List ingests and deliveries",
        told=told.MOVEMENTS)  # fmt: skip
    put("POST", "/movements", begin, "begin_movement", "Have an ingest or a delivery on record",
        body=Begun, told=told.MOVEMENT_MADE)  # fmt: skip
    put("POST", "/movements/sent", sent, "list_sent_files", "List the files that somebody has",
        body=Sent, told=told.SENT)  # fmt: skip
    put("POST", "/movements/with-digest", with_digest, "list_sent_files_with_digest",
        "List files that were sent, by their content", body=WithDigest, told=told.SENT)  # fmt: skip
    put("GET", _AT, show, "get_movement", "Get a movement", told=told.MOVEMENT)
    put("GET", f"{_AT}/progress", partial(progress, None), "get_movement_progress",
        "How far it is: to be asked again with the ETag", told=told.PROGRESS)  # fmt: skip
    put("GET", f"{_AT}/progress/stream", partial(stream, None), "stream_movement_progress",
        "The same as it goes on: server-sent events", told=told.STREAMED)  # fmt: skip
    put("GET", f"{_AT}/files", files, "list_movement_files", "List the files of a delivery",
        told=told.FILES)  # fmt: skip
    put("POST", f"{_AT}/beat", beat, "beat_movement", "Say how far it is, and ask if it is wanted",
        body=Beat, told=told.WANTED)  # fmt: skip
    put("POST", f"{_AT}/parts", keep_part, "keep_movement_files", "Send some of its files ahead",
        body=Part, told=told.KEPT)  # fmt: skip
    put("POST", f"{_AT}/end", end, "end_movement", "Say what came of it", body=End,
        told=told.MOVEMENT_WRITTEN)  # fmt: skip
    put("POST", f"{_AT}/cancel", partial(cancel, None), "cancel_movement", "Want it no more",
        body=Nothing, told=told.MOVEMENT_WRITTEN)  # fmt: skip


def find(request: HttpRequest, _given: Given) -> HttpResponse:
    """Movements of either kind, whole."""
    who = caller_of(request)
    asked = Parameters(request.GET, once=("kind", *_FILTERS), several=("state",))
    kind = asked.maybe("kind")
    if kind is not None and kind not in {one.value for one in MovementKind}:
        raise invalid("kind", "is neither ingest nor delivery")
    found = found_of(who, asked, MovementKind(kind) if kind is not None else None)
    return listed(request, found, movement_row)


def found_of(
    who: Caller, asked: Parameters, kind: MovementKind | None, *, brief: bool = False
) -> Any:
    """The page of movements that an address asks for, among those that they may see."""
    among = seen_projects(who.access)
    states = asked.several("state")
    known = {one.value for one in MovementState}
    if not set(states) <= known:
        raise invalid("state", f"is none of {', '.join(sorted(known))}")
    project = asked.maybe("project")
    return house().movements.find(
        kind=kind,
        project=whole("project", project) if project is not None else None,
        name=asked.text("name", ""),
        context=asked.text("context", ""),
        states=[MovementState(one) for one in states],
        page=cursor(asked),
        among=among,
        brief=brief,
    )


def seen(who: Caller, number: int, kind: MovementKind | None = None) -> Movement:
    """A movement of the kind that they may see. Raises `record.not_found`."""
    among = seen_projects(who.access)
    held = house().movements.movement(number)
    if (among is not None and held.project not in among) or kind not in (None, held.kind):
        raise no_movement(number, kind)
    return held


def show(request: HttpRequest, given: Given) -> HttpResponse:
    """One movement."""
    who = caller_of(request)
    Parameters(request.GET)
    return tagged(request, movement_row(seen(who, given["id"])))


def progress(kind: MovementKind | None, request: HttpRequest, given: Given) -> HttpResponse:
    """How far it is."""
    who = caller_of(request)
    Parameters(request.GET)
    return tagged(request, progress_row(seen(who, given["id"], kind)))


def stream(kind: MovementKind | None, request: HttpRequest, given: Given) -> HttpResponse:
    """Where that is streamed; nothing for a browser that comes again and was told the end."""
    who = caller_of(request)
    Parameters(request.GET)
    held = seen(who, given["id"], kind)
    if held.state in ENDED and request.META.get("HTTP_LAST_EVENT_ID") == end_id(held):
        return HttpResponse(status=204)
    return led_to_stream(request, who, "progress", {"movement": str(held.id)})


def files(request: HttpRequest, given: Given) -> HttpResponse:
    """The files of a delivery, by their paths."""
    who = caller_of(request)
    asked = Parameters(request.GET, once=("cursor",))
    seen(who, given["id"])
    return listed(
        request, house().movements.files(given["id"], page=cursor(asked)), DeliveredFile.row
    )


def begin(request: HttpRequest, given: Given) -> HttpResponse:
    """Have one on record that a program carries out itself."""
    who = caller_of(request)
    body = given["body"]
    check_recording(who.access, body.project)
    new = new_of(body.__dict__)

    def write() -> HttpResponse:
        made = house().movements.begin(new, actor=who.actor, machine=body.machine)
        return as_json(movement_row(made), status=201)

    return once(request, who, write)


def beat(request: HttpRequest, given: Given) -> HttpResponse:
    """A sign of life; sent again it does no harm, so that no key is kept."""
    who = caller_of(request)
    body = given["body"]
    check_recording(who.access, seen(who, given["id"]).project)
    headway = Headway(body.done, body.total, body.note)
    wanted = house().movements.beat(given["id"], headway, actor=who.actor, machine=body.machine)
    return as_json({"wanted": wanted})


def keep_part(request: HttpRequest, given: Given) -> HttpResponse:
    """Keep some files until it ends."""
    who = caller_of(request)
    body = given["body"]
    check_recording(who.access, seen(who, given["id"]).project)
    rows = [file_of(one.__dict__).row() for one in body.files]
    house().movements.keep_part(given["id"], body.part, rows, actor=who.actor)
    return as_json({"files": len(rows)})


def end(request: HttpRequest, given: Given) -> HttpResponse:
    """What came of it."""
    who = caller_of(request)
    body = given["body"]
    number = given["id"]
    check_recording(who.access, seen(who, number).project)
    sent_files = tuple(file_of(one.__dict__) for one in body.files)
    ended = MovementEnd(MovementState(body.state), body.counts, body.told, body.report, sent_files)

    def write() -> HttpResponse:
        movements = house().movements
        if body.parts:
            made = movements.end_in_parts(number, ended, body.parts, read=file_of, actor=who.actor)
        else:
            made = movements.end(number, ended, actor=who.actor)
        return as_json(movement_row(made))

    return once(request, who, write)


def cancel(kind: MovementKind | None, request: HttpRequest, given: Given) -> HttpResponse:
    """Want it no more."""
    who = caller_of(request)
    check_asking(who.access, seen(who, given["id"], kind).project)

    def write() -> HttpResponse:
        return as_json(movement_row(house().movements.cancel(given["id"], actor=who.actor)))

    return once(request, who, write)


def sent(request: HttpRequest, given: Given) -> HttpResponse:
    """What whoever the context is has."""
    who = caller_of(request)
    body = given["body"]
    among = seen_projects(who.access)
    if among is not None and body.project not in among:
        raise not_there("project", body.project)
    paths = [unescape(one) for one in body.paths]
    page = house().movements.sent(
        body.project, body.context, paths=paths, page=_cursor(body.cursor)
    )
    return listed(request, page, sent_row)


def with_digest(request: HttpRequest, given: Given) -> HttpResponse:
    """Files that were sent, by their content."""
    who = caller_of(request)
    body = given["body"]
    page = house().movements.with_digest(
        body.digests, page=_cursor(body.cursor), among=seen_projects(who.access)
    )
    return listed(request, page, sent_row)


def _cursor(text: str | None) -> str | None:
    """A cursor from a body. Raises as that of an address does."""
    if text is None:
        return None
    given = QueryDict(mutable=True)
    given["cursor"] = text
    return cursor(Parameters(given, once=("cursor",)))
