"""Projects, assets, sequences, shots, artists and tasks, listed, made and changed as of old."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from rushes.ports.people import Caller
from rushes.ports.studio import Change, Entity, Filter, Op, Query
from rushes.tracking.refusing import refused, shown
from rushes.web.api.once import once
from rushes.web.compat.answering import caller, ok
from rushes.web.compat.given import Given, asked, none_left, sent
from rushes.web.compat.listing import PAGING, found
from rushes.web.compat.values import taken, told, type_of, value
from rushes.web.compat.words import OldKind
from rushes.web.house import house


class Records:
    """What is done with the records of one kind."""

    def __init__(self, old: OldKind) -> None:
        self._old = old

    def find(self, request: HttpRequest) -> HttpResponse:
        """All that meet the conditions."""
        who, given, old = caller(request), asked(request), self._old
        filters = [
            Filter(field, Op.IS, value(old, name, given))
            for name, field in old.every.items()
            if given.value(name) is not None
        ]
        if (number := given.whole("id")) is not None:
            filters.append(Filter("id", Op.IS, number))
        if "name" not in old.every and (name := given.text("name")):
            filters.append(Filter(old.words[old.label], Op.IS, name))
        if old.kind == "task":
            filters += _task_filters(given, who)
        query = Query(tuple(filters), order=("id",), fields=self._fields())
        none_left(given, but=PAGING)
        rows, more = found(old.kind, query, who=who, given=given)
        return ok(told(old, rows, who), **more)

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        """One of them."""
        who = caller(request)
        none_left(asked(request))
        return ok(told(self._old, [self._one(number, who)], who)[0])

    def put(self, request: HttpRequest) -> HttpResponse:
        """A new one, or other values for the one whose `id` is sent."""
        given = sent(request)
        number = given.whole("id")
        return self._make(request, given) if number is None else self._write(request, given, number)

    def change(self, request: HttpRequest, number: int) -> HttpResponse:
        """Other values for the one of the address."""
        given = sent(request)
        if given.whole("id") not in (None, number):
            raise refused("id", f"is not that of the address, {number}")
        return self._write(request, given, number)

    def archive(self, request: HttpRequest, number: int) -> HttpResponse:
        """Out of all lists; nothing is ever deleted."""
        who = caller(request)
        house().studio.archive(self._old.kind, [number], access=who.access, actor=who.actor)
        return ok({"id": number, "archived": True})

    def _make(self, request: HttpRequest, given: Given) -> HttpResponse:
        who, old = caller(request), self._old
        fields = taken(old, given, before={})
        if not fields.get(old.words[old.label]) and old.kind != "task":
            name = given.text("name")
            if not name:
                raise refused(old.label, "must be given")
            fields[old.words[old.label]] = name
        _settle_project(old, fields, who)
        if old.kind == "task":
            fields["type"] = self._type(given, fields, who)
            fields = {name: one for name, one in fields.items() if name != "name" or one}

        def make() -> HttpResponse:
            made = house().studio.create(old.kind, [fields], access=who.access, actor=who.actor)
            return ok(told(old, made, who)[0], given=given)

        return once(request, who, make)

    def _write(self, request: HttpRequest, given: Given, number: int) -> HttpResponse:
        who, old = caller(request), self._old
        was = self._one(number, who)
        fields = taken(old, given, before=was.fields)
        if old.kind == "task" and given.value("task_type") is not None:
            kind = self._type(given, was.fields, who)
            if kind != was.fields["type"]:
                fields["type"] = kind
        for name in (old.words[old.label], "name"):
            if fields.get(name) == "":  # what a record is called by stays
                del fields[name]
        if not fields and (left := given.left()):
            raise refused(shown(left[0]), "there is nothing to change by this name")
        if not fields:
            return ok(told(old, [was], who)[0], given=given)
        # What is written as a whole was put together from what was read a moment ago.
        merged = fields.keys() & {"custom", "roots"}
        change = Change(number, fields, was.revision if merged else None)
        made = house().studio.update(old.kind, [change], access=who.access, actor=who.actor)
        return ok(told(old, made, who)[0], given=given)

    def _type(self, given: Given, fields: Any, who: Caller) -> int:
        code = given.text("task_type")
        if not code:
            raise refused("task_type", "must be given")
        project = fields.get("project")
        for kind in ("asset", "sequence", "shot"):
            if project is None and (number := fields.get(kind)):
                (on,) = house().studio.get(kind, [number], access=who.access, fields=("project",))
                project = on.fields["project"]
        return type_of(code, project=project, who=who)

    def _one(self, number: int, who: Caller) -> Entity:
        (one,) = house().studio.get(self._old.kind, [number], access=who.access)
        return one

    def _fields(self) -> tuple[str, ...]:
        old = self._old
        more = {
            "project": ("roots",),
            "artist": ("is_active",),
            "task": ("type", "assignees"),
        }.get(old.kind, ())
        return (*old.every.values(), *more, *(("custom",) if old.kept else ()))


def _task_filters(given: Given, who: Caller) -> list[Filter]:
    made = []
    if (artist := given.whole("artist_id")) is not None:
        made.append(Filter("assignees", Op.IS, artist))
    if code := given.text("task_type"):
        query = Query((Filter("code", Op.IS, code),), fields=("code",), limit=1000)
        types = house().studio.find("task_type", query, access=who.access).rows
        made.append(Filter("type", Op.IN, [one.id for one in types]))
    return made


def _settle_project(old: OldKind, fields: dict[str, Any], who: Caller) -> None:
    """Shots and tasks are of the project of what they are on: refuse another one."""
    owners = {"shot": ("sequence",), "task": ("shot", "asset", "sequence")}.get(old.kind)
    if owners is None:
        return
    project = fields.pop("project", None)
    for kind in owners:
        if project is not None and (number := fields.get(kind)):
            (on,) = house().studio.get(kind, [number], access=who.access, fields=("project",))
            if on.fields["project"] != project:
                raise refused("project_id", f"{kind} {number} is not of project {project}")
