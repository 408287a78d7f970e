"""Saves and publishes: reserve a number, write under it, record what was written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from string import Formatter
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from pydantic import AfterValidator
from pydantic import Field as Bounds

from rushes.core import clock
from rushes.core.errors import Code
from rushes.db.numbering import held_for
from rushes.model.kinds import PUBLISH_STATUSES
from rushes.model.work import (
    MOST,
    Bump,
    NewPublish,
    NewWorkfile,
    Number,
    NumberRequest,
    PublishStatus,
    RecordedPublish,
    RecordedWorkfile,
    Reserved,
    StreamKey,
    WorkKind,
)
from rushes.ports.people import Caller
from rushes.ports.studio import Filter, Op, Query
from rushes.tracking.links import no_publish
from rushes.tracking.permissions import Verb, check_scope, reaches
from rushes.tracking.plain import PLAIN_DOC, plain
from rushes.tracking.refusing import row
from rushes.web.api import answers, following, telling
from rushes.web.api.once import once
from rushes.web.api.operations import add
from rushes.web.api.publish_shapes import Components, Links, Path
from rushes.web.api.shapes import Id, Strict, one_or_many
from rushes.web.callers import caller_of
from rushes.web.house import house
from rushes.web.problems import RefusedError

Given = Mapping[str, Any]
_WEEK_S = 7 * 86400.0
_AT_ONCE = 1_000
_SPEC = re.compile(r"(0?[1-9])?d?")


def _pattern(text: str) -> str:
    """A path with places for the numbers, and for nothing else."""
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None and (
            name not in ("version", "iteration") or conversion or not _SPEC.fullmatch(spec or "")
        ):
            raise ValueError("write {version:03d} and {iteration:03d} where the numbers belong")
    return text


def _uuid(text: str) -> str:
    try:
        UUID(text)
    except ValueError:
        raise ValueError("send the token of a reservation, as it was told") from None
    return text


Token = Annotated[
    str, Bounds(max_length=40, json_schema_extra={"format": "uuid"}), AfterValidator(_uuid)
]


def _plain(text: str) -> str:
    if not plain(text):
        raise ValueError(f"write {PLAIN_DOC}")
    return text


Short = Annotated[str, Bounds(max_length=255)]
Named = Annotated[Short, AfterValidator(_plain)]
Text = Annotated[str, Bounds(max_length=10_000)]


class ExactNumber(Strict):
    """A version and an iteration in it."""

    version: Annotated[int, Bounds(ge=1, le=MOST)]
    iteration: Annotated[int, Bounds(ge=1, le=MOST)] = 1


class NextNumber(Strict):
    """Somebody is about to save or publish, and wants a number that nobody else gets: the next one,
    the next `above` another, or exactly this `number`.

    Who sends a `key` of their own, a UUID say, is given the reservation of a `number` again when
    they ask for it with the same key and path; without one, it is refused even to who holds it.
    """

    task: Id
    software: Annotated[str, Bounds(min_length=1, max_length=60), AfterValidator(_plain)]
    part: Named = ""
    asset_name: Named = ""
    bump: Literal["iteration", "version"] = "iteration"
    path: Annotated[Path, AfterValidator(_pattern)] = ""
    hold_s: Annotated[float, Bounds(ge=1, le=_WEEK_S)] = 3600.0
    number: ExactNumber | None = None
    above: ExactNumber | None = None
    key: Short = ""


class SavedScene(Strict):
    """What was saved under a reserved number."""

    token: Token
    path: Path = ""
    comment: Text = ""
    metadata: dict[str, Any] = {}


class Published(Strict):
    """What was published under a reserved number."""

    token: Token
    path: Path = ""
    status: Literal[PUBLISH_STATUSES] = "published"  # type: ignore[valid-type]
    item_usd_path: Path = ""
    asset_usd_path: Path = ""
    preview_path: Path = ""
    asset_name: Short = ""
    label: Short = ""
    comment: Text = ""
    metadata: dict[str, Any] = {}
    components: Components = []
    links: Links = []


def add_numbers(api: NinjaAPI) -> None:
    """Have numbers reserved, and saves and publishes recorded."""
    told = telling.done({}, status=201)
    put = partial(add, api, "POST", told=told)
    wanted = one_or_many(NextNumber)
    put("/scenes/next", next_scene, "next_scenes", "Reserve the next number of a scene",
        tag="scenes", body=wanted)  # fmt: skip
    put("/scenes/record", record_scenes, "record_scenes", "Record a saved scene", tag="scenes",
        body=one_or_many(SavedScene))  # fmt: skip
    put("/publishes/next", next_publish, "next_publishes", "Reserve the next number of a publish",
        tag="publishes", body=wanted)  # fmt: skip
    put("/publishes/record", record_publishes, "record_publishes", "Record a publish",
        tag="publishes", body=one_or_many(Published))  # fmt: skip


def next_scene(request: HttpRequest, given: Given) -> HttpResponse:
    """Reserve numbers of workfiles."""
    return _next(request, given["body"], WorkKind.WORKFILE)


def next_publish(request: HttpRequest, given: Given) -> HttpResponse:
    """Reserve numbers of publishes."""
    return _next(request, given["body"], WorkKind.PUBLISH)


def record_scenes(request: HttpRequest, given: Given) -> HttpResponse:
    """Record workfiles."""
    who = caller_of(request)
    check_working(who, WorkKind.WORKFILE)
    body = given["body"]
    made = [NewWorkfile(**{"path": "", **one.given()}) for one in _listed(body)]

    def record() -> HttpResponse:
        check_held(who, [one.token for one in made])
        done = house().work.record_workfiles(made, actor=who.actor)
        return _told(body, [recorded_row(one) for one in done])

    return once(request, who, record)


def record_publishes(request: HttpRequest, given: Given) -> HttpResponse:
    """Record publishes."""
    who = caller_of(request)
    check_working(who, WorkKind.PUBLISH)
    body = given["body"]
    made = [_new_publish(one) for one in _listed(body)]

    def record() -> HttpResponse:
        check_held(who, [one.token for one in made])
        check_links(who, made)
        done = house().work.record_publishes(made, actor=who.actor)
        return _told(body, [recorded_row(one) for one in done])

    # What follows reads the records again, so all of it must be committed by then.
    return following.told(made, once(request, who, record))


def _next(request: HttpRequest, body: Any, kind: WorkKind) -> HttpResponse:
    who = caller_of(request)
    wanted = [
        NumberRequest(
            StreamKey(kind, one.task, one.software, one.part, one.asset_name),
            bump=Bump(one.bump),
            path=one.path,
            hold_s=one.hold_s,
            number=_exact(one.number),
            above=_exact(one.above),
            key=one.key,
        )
        for one in _listed(body)
    ]
    check_working(who, kind)
    check_tasks(who, kind, sorted({one.stream.task for one in wanted}))

    def reserve() -> HttpResponse:
        made = house().work.allocate(wanted, actor=who.actor)
        return _told(body, [_reserved(one) for one in made])

    return once(request, who, reserve)


def check_working(who: Caller, kind: WorkKind) -> None:
    """Refuse tokens that are for other things."""
    check_scope(who.access, kind.value, Verb.UPDATE)


def check_tasks(who: Caller, kind: WorkKind, tasks: Sequence[int]) -> None:
    """Refuse tasks that they do not see, and roles that look on."""
    found = house().studio.get("task", tasks, access=who.access, fields=("project",))
    allowed = reaches(who.access, kind.value, Verb.UPDATE)
    if allowed is None:
        return
    projects = {project for held in allowed.values() for project in held}
    for one in found:
        if one.fields["project"] not in projects:
            raise RefusedError(
                Code.ACCESS_DENIED,
                f"In the project of task {one.id}, your role saves and publishes nothing.",
                context={"task": one.id},
            )


def check_held(who: Caller, tokens: Sequence[str]) -> None:
    """Refuse reservations of tasks that they could not have reserved them for: whoever holds one
    may record it, if they may work there at all.
    """
    if who.access.everything:
        return
    tasks: dict[WorkKind, list[int]] = {}
    for kind, task in sorted(held_for("default", tokens)):
        tasks.setdefault(kind, []).append(task)
    for kind, found in tasks.items():
        check_working(who, kind)
        check_tasks(who, kind, found)


def check_links(who: Caller, made: Sequence[NewPublish]) -> None:
    """Refuse links to publishes that they do not see."""
    wanted = {link["publish"] for one in made for link in one.links}
    if who.access.everything or not wanted:
        return
    seen: set[int] = set()
    sought = sorted(wanted)
    for at in range(0, len(sought), _AT_ONCE):
        some = Filter("id", Op.IN, sought[at : at + _AT_ONCE])
        query = Query((some,), fields=("id",), archived=True, limit=_AT_ONCE)
        seen |= {one.id for one in house().studio.find("publish", query, access=who.access).rows}
    for at, one in enumerate(made):
        for place, link in enumerate(one.links):
            if link["publish"] not in seen:
                with row(at, of=len(made)):
                    raise no_publish(place, link["publish"])


def _exact(given: ExactNumber | None) -> Number | None:
    return None if given is None else Number(given.version, given.iteration)


def _new_publish(one: Published) -> NewPublish:
    given = one.given()
    return NewPublish(
        **{
            **given,
            "status": PublishStatus(one.status),
            "components": tuple(each.given() for each in one.components),
            "links": tuple(each.given() for each in one.links),
        }
    )


def _listed(body: Any) -> list[Any]:
    return body if isinstance(body, list) else [body]


def _told(body: Any, rows: list[dict[str, Any]]) -> HttpResponse:
    return answers.as_json({"data": rows} if isinstance(body, list) else rows[0], status=201)


def _reserved(one: Reserved) -> dict[str, Any]:
    return {
        "token": one.token,
        **_numbered(one),
        "path": one.path,
        "expires": clock.iso(one.expires),
    }


def recorded_row(one: RecordedWorkfile | RecordedPublish) -> dict[str, Any]:
    """What was recorded, as it is sent."""
    made = {
        "id": one.id,
        **_numbered(one),
        "path": one.path,
        "artist": one.artist,
        "created": clock.iso(one.created),
    }
    if isinstance(one, RecordedPublish):
        made |= {"status": one.status.value, "is_latest": one.is_latest}
    return made


def _numbered(one: Reserved | RecordedWorkfile | RecordedPublish) -> dict[str, Any]:
    return {
        "task": one.stream.task,
        "software": one.stream.software,
        "part": one.stream.part,
        "asset_name": one.stream.asset,
        "version": one.number.version,
        "iteration": one.number.iteration,
    }
