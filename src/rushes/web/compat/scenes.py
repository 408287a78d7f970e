"""Saved scenes as older clients list, number and record them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from rushes.model.work import NewWorkfile, StreamKey, WorkKind
from rushes.ports.people import Caller
from rushes.ports.studio import Entity, Filter, Op, Query
from rushes.tracking.plain import check_plain
from rushes.tracking.refusing import refused
from rushes.web.api.once import once
from rushes.web.compat.answering import caller, ok
from rushes.web.compat.given import Given, asked, none_left, sent
from rushes.web.compat.listing import PAGING, found
from rushes.web.compat.numbers import (
    Wanted,
    bump_of,
    check_work,
    credited,
    explicit,
    next_of,
    reserved,
    task_of,
)
from rushes.web.house import house

_KIND = WorkKind.WORKFILE
_FIELDS = ("task", "artist", "software", "version", "iteration", "path", "comment", "created")


def find(request: HttpRequest) -> HttpResponse:
    """The scenes of a task, the highest number first."""
    who, given = caller(request), asked(request)
    filters = [Filter("task", Op.IS, given.record("task_id"))]
    if software := _software(given):
        filters.append(Filter("software", Op.IS, software))
    query = Query(tuple(filters), order=("-version", "-iteration"), fields=_FIELDS)
    none_left(given, but=PAGING)
    rows, more = found(_KIND.value, query, who=who, given=given)
    return ok([_row(one) for one in rows], **more)


def peek(request: HttpRequest) -> HttpResponse:
    """The number that would be next; nothing is reserved."""
    who, given = caller(request), asked(request)
    wanted = _wanted(given, who)
    none_left(given)
    number = next_of(wanted, who)
    return ok({"version": number.version, "iteration": number.iteration})


def reserve(request: HttpRequest) -> HttpResponse:
    """The next number, reserved for an hour."""
    who, given = caller(request), sent(request)
    wanted = _wanted(given, who)
    check_work(who, _KIND, task_of(given, who))

    def make() -> HttpResponse:
        held = reserved(wanted, who, actor=who.actor)
        return ok(
            {
                "version": held.number.version,
                "iteration": held.number.iteration,
                "token": held.token,
            },
            given=given,
        )

    return once(request, who, make)


def record(request: HttpRequest) -> HttpResponse:
    """A scene that was saved, under its number or the next one."""
    who, given = caller(request), sent(request)
    task = task_of(given, who)
    check_work(who, _KIND, task)
    actor = credited(given, who, task)
    wanted = _wanted(given, who, numbered=True)
    path = given.text("file_path", "path")
    if not path:
        raise refused("file_path", "must be given")
    comment, metadata = given.text("comment"), given.fields("metadata")

    def make() -> HttpResponse:
        with transaction.atomic():
            held = reserved(wanted, who, actor=who.actor)
            new = NewWorkfile(held.token, path, comment, metadata)
            (made,) = house().work.record_workfiles([new], actor=actor)
        told = {"recorded": True, "id": made.id, "file_path": made.path}
        number = {"version": made.number.version, "iteration": made.number.iteration}
        return ok(told | number, given=given)

    return once(request, who, make)


def _wanted(given: Given, who: Caller, *, numbered: bool = False) -> Wanted:
    task = task_of(given, who)
    software = _software(given)
    if not software:
        raise refused("software", "must be given")
    check_plain("software", software)
    stream = StreamKey(_KIND, task.id, software)
    version, iteration = explicit(given, "", "source_") if numbered else (None, None)
    return Wanted(stream, bump_of(given), version, iteration)


def _software(given: Given) -> str:
    return given.text("software").lower()


def _row(one: Entity) -> dict[str, Any]:
    fields = one.fields
    return {
        "id": one.id,
        "task_id": fields["task"],
        "artist_id": fields["artist"],
        "software": fields["software"],
        "file_path": fields["path"],
        "version": fields["version"],
        "iteration": fields["iteration"],
        "comment": fields["comment"],
        "created_at": fields["created"],
    }
