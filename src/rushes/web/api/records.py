"""Lists, records and changes of one kind, the same for all kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from rushes.core.errors import Code, RushesError
from rushes.model.kinds import NOTED, Kind
from rushes.ports.people import Caller
from rushes.ports.studio import Change, Entity
from rushes.web.api import answers, shapes, telling
from rushes.web.api.asking import asked, asked_fields
from rushes.web.api.once import once
from rushes.web.api.operations import add
from rushes.web.callers import caller_of
from rushes.web.house import house

# These come into being by being saved and published, under numbers that were reserved.
NUMBERED = frozenset({"workfile", "publish"})
Given = Mapping[str, Any]


def add_kind(api: NinjaAPI, kind: Kind) -> None:
    """Have the records of a kind listed, got, made, changed, and archived or removed."""
    views, name, plural = Views(kind), kind.name, kind.plural
    at, there, a = f"/{plural}", f"/{plural}/{{int:id}}", f"a {name.replace('_', ' ')}"
    put = partial(add, api, tag=plural)
    put("GET", at, views.find, f"list_{plural}", f"List {plural}", told=telling.listed(kind))
    put("GET", there, views.get, f"get_{name}", f"Get {a}", told=telling.got(kind))
    if name not in NUMBERED:
        new = shapes.one_or_many(shapes.creation(kind))
        put("POST", at, views.create, f"create_{plural}", f"Make {a}, or several", body=new,
            told=telling.created(kind))  # fmt: skip
    put("PATCH", there, views.change, f"change_{name}", f"Change {a}", body=shapes.changing(kind),
        told=telling.changed(kind))  # fmt: skip
    put("PATCH", at, views.change_many, f"change_{plural}", f"Change several {plural}",
        body=shapes.many(shapes.changing_many(kind)), told=telling.several(kind))  # fmt: skip
    if name in NOTED:
        put("POST", f"{there}/comment", views.comment, f"comment_{name}",
            f"Comment on {a}, and give it a status", body=shapes.commenting(kind),
            told=telling.commented(kind))  # fmt: skip
    if kind.removable:
        put("DELETE", there, views.remove, f"remove_{name}", f"Remove {a}", told=telling.gone())
        put("DELETE", at, views.remove_many, f"remove_{plural}", f"Remove several {plural}",
            body=shapes.many(shapes.Id), told=telling.gone())  # fmt: skip
    if "archived" not in kind.by_name:
        return
    put("DELETE", at, views.archive_many, f"archive_{plural}", f"Archive several {plural}",
        body=shapes.many(shapes.Id), told=telling.several(kind))  # fmt: skip
    put("POST", f"{at}/restore", views.restore_many, f"restore_{plural}",
        f"Take several {plural} back", body=shapes.many(shapes.Id),
        told=telling.several(kind))  # fmt: skip
    put("POST", f"{there}/archive", views.archive, f"archive_{name}", f"Archive {a}",
        told=telling.record(kind))  # fmt: skip
    put("POST", f"{there}/restore", views.restore, f"restore_{name}", f"Take {a} back",
        told=telling.record(kind))  # fmt: skip


class Views:
    """What is done with records of one kind."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def find(self, request: HttpRequest, _given: Given) -> HttpResponse:
        """A page of a list."""
        who = caller_of(request)
        wanted = asked(self._kind, request.GET)
        studio = house().studio
        found = studio.find(self._kind.name, wanted.query, access=who.access, page=wanted.page)
        return answers.page(found, request)

    def get(self, request: HttpRequest, given: Given) -> HttpResponse:
        """One record, or some of its fields."""
        who = caller_of(request)
        fields = asked_fields(self._kind, request.GET)
        (found,) = house().studio.get(
            self._kind.name, [given["id"]], access=who.access, fields=fields
        )
        return answers.one(found, request)

    def create(self, request: HttpRequest, given: Given) -> HttpResponse:
        """New records, in one transaction."""
        who = caller_of(request)
        body = given["body"]
        rows = [one.given() for one in (body if isinstance(body, list) else [body])]

        def make() -> HttpResponse:
            made = house().studio.create(self._kind.name, rows, access=who.access, actor=who.actor)
            if isinstance(body, list):
                return answers.many(made, status=201)
            answer = answers.one(made[0], request, status=201)
            answer.headers["Location"] = f"/api/v1/{self._kind.plural}/{made[0].id}"
            return answer

        return once(request, who, make)

    def change(self, request: HttpRequest, given: Given) -> HttpResponse:
        """Other values for one record."""
        who = caller_of(request)
        change = Change(given["id"], given["body"].given(), answers.wanted_revision(request))

        def make() -> HttpResponse:
            (made,) = self._update(who, [change])
            return answers.one(made, request)

        return once(request, who, make)

    def change_many(self, request: HttpRequest, given: Given) -> HttpResponse:
        """Other values for several records, in one transaction."""
        who = caller_of(request)
        changes = []
        for one in given["body"]:
            fields = one.given()
            changes.append(Change(fields.pop("id"), fields, fields.pop("revision", None)))
        return once(request, who, lambda: answers.many(self._update(who, changes)))

    def comment(self, request: HttpRequest, given: Given) -> HttpResponse:
        """A note on one record, and its new status."""
        who = caller_of(request)
        number, revision = given["id"], answers.wanted_revision(request)

        def make() -> HttpResponse:
            with self._meeting(who, {} if revision is None else {number: revision}):
                made = house().studio.comment(
                    self._kind.name, number, **given["body"].given(), revision=revision,
                    access=who.access, actor=who.actor,
                )  # fmt: skip
            return answers.commented(*made)

        return once(request, who, make)

    def remove(self, request: HttpRequest, given: Given) -> HttpResponse:
        """Remove one record for good."""
        return self._remove(request, [given["id"]])

    def remove_many(self, request: HttpRequest, given: Given) -> HttpResponse:
        """Remove several records for good, in one transaction."""
        return self._remove(request, given["body"])

    def archive_many(self, request: HttpRequest, given: Given) -> HttpResponse:
        """Archive several records, in one transaction."""
        return self._archive(request, given["body"], back=False)

    def restore_many(self, request: HttpRequest, given: Given) -> HttpResponse:
        """Take several records back, in one transaction."""
        return self._archive(request, given["body"], back=True)

    def archive(self, request: HttpRequest, given: Given) -> HttpResponse:
        """Archive one record."""
        return self._archive(request, given["id"], back=False)

    def restore(self, request: HttpRequest, given: Given) -> HttpResponse:
        """Take one record back."""
        return self._archive(request, given["id"], back=True)

    def _remove(self, request: HttpRequest, ids: list[int]) -> HttpResponse:
        who = caller_of(request)

        def make() -> HttpResponse:
            house().studio.remove(self._kind.name, ids, access=who.access, actor=who.actor)
            return HttpResponse(status=204)

        return once(request, who, make)

    def _update(self, who: Caller, changes: list[Change]) -> list[Entity]:
        studio, name = house().studio, self._kind.name
        held = {one.id: one.revision for one in changes if one.revision is not None}
        with self._meeting(who, held):
            return list(studio.update(name, changes, access=who.access, actor=who.actor))

    @contextmanager
    def _meeting(self, who: Caller, held: Mapping[int, int]) -> Iterator[None]:
        """Writes that hold only while records have these revisions; else 412."""
        try:
            yield
        except RushesError as error:
            # A code that is taken is a conflict, too; only what was written since is 412.
            if error.code is Code.RECORD_CONFLICT and held:
                studio = house().studio
                for now in studio.get(self._kind.name, list(held), access=who.access):
                    if now.revision != held[now.id]:
                        raise answers.changed_meanwhile(now.revision, told=error) from error
            raise

    def _archive(
        self, request: HttpRequest, wanted: int | list[int], *, back: bool
    ) -> HttpResponse:
        who = caller_of(request)
        ids = wanted if isinstance(wanted, list) else [wanted]

        def make() -> HttpResponse:
            studio, name = house().studio, self._kind.name
            made = studio.archive(name, ids, access=who.access, actor=who.actor, back=back)
            return answers.many(made) if wanted is ids else answers.one(made[0], request)

        return once(request, who, make)
