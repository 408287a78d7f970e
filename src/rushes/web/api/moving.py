"""Ingests and deliveries that the server carries out itself: asked for, watched and cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from rushes.client.spelling.movements import listed_row, movement_row
from rushes.core.errors import Code, RushesError
from rushes.db.jobs import DatabaseJobs
from rushes.model.movement import Movement, MovementKind, MovementState, NewMovement
from rushes.ports.people import Caller
from rushes.ports.queues import MOVEMENTS
from rushes.tracking.movement_permissions import check_asking
from rushes.web.api import movements_described as told
from rushes.web.api.answers import as_json
from rushes.web.api.house_only import listed, tagged
from rushes.web.api.movement_manifest import manifest
from rushes.web.api.movement_orders import DELIVERY, INGEST, Asked
from rushes.web.api.movement_shapes import Delivery, Ingest
from rushes.web.api.movements import cancel, files, found_of, progress, seen, stream
from rushes.web.api.once import once
from rushes.web.api.operations import add
from rushes.web.api.parameters import Parameters
from rushes.web.api.storage_shapes import Nothing
from rushes.web.callers import caller_of
from rushes.web.house import house

Given = Mapping[str, Any]
_ACCEPTED = 202


def add_moving(api: NinjaAPI) -> None:
    """Have both asked for, listed, watched and cancelled."""
    for asked, body in ((INGEST, Ingest), (DELIVERY, Delivery)):
        kind, one, many = asked.kind, asked.kind.value, asked.plural
        put, at = partial(add, api, tag=many), f"/{many}/{{int:id}}"
        put("GET", f"/{many}", partial(find, kind), f"list_{many}", f"List {many}",
            told=told.LIST)  # fmt: skip
        put("POST", f"/{many}", partial(ask, asked), f"create_{one}",
            f"Have the server make one of its {many}", body=body,
            told=told.ASKED_FOR)  # fmt: skip
        put("GET", at, partial(show, kind), f"get_{one}", f"Get one of the {many}",
            told=told.MOVEMENT)  # fmt: skip
        put("GET", f"{at}/progress", partial(progress, kind), f"get_{one}_progress",
            "How far it is: to be asked again with the ETag", told=told.PROGRESS)  # fmt: skip
        put("GET", f"{at}/progress/stream", partial(stream, kind), f"stream_{one}_progress",
            "The same as it goes on: server-sent events", told=told.STREAMED)  # fmt: skip
        put("POST", f"{at}/cancel", partial(cancel, kind), f"cancel_{one}", "Want it no more",
            body=Nothing, told=told.MOVEMENT_WRITTEN)  # fmt: skip
    put, at = partial(add, api, tag="deliveries"), "/deliveries/{int:id}"
    put("GET", f"{at}/files", delivered_files, "list_delivery_files", "List its files",
        told=told.FILES)  # fmt: skip
    put("GET", f"{at}/manifest", delivered_manifest, "get_delivery_manifest",
        "All of its files at once, as JSON or CSV", told=told.MANIFEST)  # fmt: skip


def find(kind: MovementKind, request: HttpRequest, _given: Given) -> HttpResponse:
    """Those that fit, the last begun first, without their reports."""
    who = caller_of(request)
    asked = Parameters(request.GET, once=("project", "name", "context", "cursor"),
                       several=("state",))  # fmt: skip
    return listed(request, found_of(who, asked, kind, brief=True), listed_row)


def show(kind: MovementKind, request: HttpRequest, given: Given) -> HttpResponse:
    """One, with its report."""
    who = caller_of(request)
    Parameters(request.GET)
    return tagged(request, movement_row(seen(who, given["id"], kind)))


def delivered_files(request: HttpRequest, given: Given) -> HttpResponse:
    """The files of a delivery."""
    seen(caller_of(request), given["id"], MovementKind.DELIVERY)
    return files(request, given)


def delivered_manifest(request: HttpRequest, given: Given) -> Any:
    """The same as a file to keep."""
    held = seen(caller_of(request), given["id"], MovementKind.DELIVERY)
    asked = Parameters(request.GET, once=("format",))
    return manifest(held, asked.text("format", "json"))


def ask(asked: Asked, request: HttpRequest, given: Given) -> HttpResponse:
    """Have one queued, and its job: both or neither."""
    who, body = caller_of(request), given["body"]
    check_asking(who.access, body.project)
    order = asked.order(who, body)
    new = NewMovement(
        asked.kind,
        body.key or str(uuid4()),
        body.project,
        body.name or asked.name(order),
        asked.context(body),
        order,
        MovementState.QUEUED,
    )

    queue = house().jobs()  # opened before the transaction: it makes its tables where need be

    def write() -> HttpResponse:
        with transaction.atomic():
            made = house().movements.begin(new, actor=who.actor)
            _check_order(made, order)
            if made.state is MovementState.QUEUED:
                _queue(queue, asked, made, who)
        answer = as_json(movement_row(made), status=_ACCEPTED)
        answer.headers["Location"] = f"/api/v1/{asked.plural}/{made.id}"
        return answer

    return once(request, who, write)


def _check_order(made: Movement, order: Mapping[str, Any]) -> None:
    """Raise `record.conflict` where the key came with another order: that one would be done."""
    if dict(made.order) != dict(order):
        raise RushesError(
            Code.RECORD_CONFLICT,
            f"key: {made.name} has it, and was asked for otherwise.",
            hint="Another order needs a key of its own.",
        )


def _queue(queue: DatabaseJobs, asked: Asked, made: Movement, who: Caller) -> None:
    """Have it done; one that waits already is enough."""
    named = f"movement-{made.id}"
    arguments = {
        "number": made.id,
        "actor": {"name": who.actor.name, "on_behalf_of": who.actor.on_behalf_of},
    }
    try:
        queue.enqueue(asked.job, arguments, lock=named, once=named, queue=MOVEMENTS)
    except RushesError as error:
        if error.code is not Code.RECORD_CONFLICT:
            raise
