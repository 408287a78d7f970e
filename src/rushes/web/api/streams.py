"""What came of numbers: the saves and publishes of one stream, and reservations given up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import NinjaAPI

from rushes.core.errors import Code
from rushes.model.work import RecordedPublish, RecordedWorkfile, StreamKey, WorkKind
from rushes.ports.records import Page
from rushes.tracking.permissions import Verb, check_scope
from rushes.web.api import answers, telling
from rushes.web.api.numbers import Token, check_held, check_working, recorded_row
from rushes.web.api.once import once
from rushes.web.api.operations import add
from rushes.web.api.shapes import many
from rushes.web.callers import caller_of
from rushes.web.house import house
from rushes.web.problems import RefusedError

Given = Mapping[str, Any]
_LONGEST = 4096


def add_streams(api: NinjaAPI) -> None:
    """Have streams listed, and reservations given up."""
    for kind, plural in ((WorkKind.WORKFILE, "scenes"), (WorkKind.PUBLISH, "publishes")):
        add(api, "GET", f"/{plural}/recorded", partial(_recorded, kind), f"recorded_{plural}",
            f"List the {plural} of one task, software and part, the highest number first",
            tag=plural, told=_TOLD)  # fmt: skip
    add(api, "POST", "/reservations/release", _release, "release_reservations",
        "Give up reservations that nothing was written under", tag="scenes", body=many(Token),
        told=telling.done({}))  # fmt: skip


def _recorded(kind: WorkKind, request: HttpRequest, _given: Given) -> HttpResponse:
    who = caller_of(request)
    stream, page = _asked(kind, request.GET)
    check_scope(who.access, kind.value, Verb.SEE)
    # Whoever sees a task sees what it came to; of one that they do not see, nothing is told.
    house().studio.get("task", [stream.task], access=who.access, fields=("id",))
    found: Page[RecordedPublish] | Page[RecordedWorkfile]
    if kind is WorkKind.PUBLISH:
        found = house().work.publishes(stream, page=page)
    else:
        found = house().work.workfiles(stream, page=page)
    return answers.as_json({"data": [recorded_row(one) for one in found.rows], "next": found.next})


def _release(request: HttpRequest, given: Given) -> HttpResponse:
    """Whoever holds a reservation may give it up, if they may work on its task."""
    who = caller_of(request)
    check_working(who, WorkKind.WORKFILE)

    def give_up() -> HttpResponse:
        check_held(who, given["body"])
        count = house().work.release(given["body"], actor=who.actor)
        return answers.as_json({"released": count})

    return once(request, who, give_up)


def _asked(kind: WorkKind, given: QueryDict) -> tuple[StreamKey, str | None]:
    """The stream and the page that an address asks for. Raises `field.invalid`."""
    known = ("task", "software", "part", "asset_name", "cursor")
    told: dict[str, str] = {}
    for name, values in given.lists():
        if name not in known:
            raise _invalid(name, f"is none of {', '.join(known)}")
        one = str(values[0])
        if len(values) != 1 or len(one) > _LONGEST or "\0" in one:
            raise _invalid(name, "is given twice, is too long, or holds what no text may hold")
        told[name] = one
    for name in ("task", "software"):
        if not told.get(name):
            raise _invalid(name, "must be given")
    task = told["task"]
    if not task.isascii() or not task.isdecimal() or not 1 <= int(task[:20]) < 2**63:
        raise _invalid("task", f"{task[:80]!r} is no number of a task")
    stream = StreamKey(
        kind, int(task), told["software"], told.get("part", ""), told.get("asset_name", "")
    )
    return stream, told.get("cursor")


def _invalid(name: str, why: str) -> RefusedError:
    return RefusedError(
        Code.FIELD_INVALID,
        f"The parameter {name[:80]!r} {why}.",
        context={"parameter": name[:200]},
    )


def _parameter(name: str, doc: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": doc,
            "schema": {"type": "string", **schema}}  # fmt: skip


_TOLD: Mapping[str, Any] = {
    "parameters": [
        _parameter("task", "The task's number.", required=True, type="integer", minimum=1),
        _parameter("software", "What it was made by.", required=True),
        _parameter("part", "Which part, of publishes."),
        _parameter("asset_name", "The asset that paths name, of publishes."),
        _parameter("cursor", "`next` of the page before."),
    ],
    "responses": {"200": {"description": "Done.", "content": {"application/json": {"schema": {}}}}},
}
