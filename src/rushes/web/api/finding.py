"""Lists as programs ask for them: conditions with their types, in a body instead of an address."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from pydantic import Field as Bounds

from rushes.model.kinds import KINDS, Kind
from rushes.ports.studio import Filter, Query
from rushes.web.api import answers, telling
from rushes.web.api.operations import add
from rushes.web.api.shapes import Strict
from rushes.web.callers import caller_of
from rushes.web.house import house

_Name = Annotated[str, Bounds(max_length=120)]
_Names = Annotated[list[_Name], Bounds(max_length=200)]


class Condition(Strict):
    """One condition: a field, how it is compared (`is`, `in`, `like` …), and with what."""

    name: _Name
    op: Annotated[str, Bounds(max_length=20)] = "is"
    value: Any


class Question(Strict):
    """Which records, in which order, and which of their fields; no `fields` are all."""

    filters: Annotated[list[Condition], Bounds(max_length=100)] = []
    order: _Names = []
    fields: _Names = []
    archived: bool = False
    limit: int = 100
    cursor: str | None = None


def add_finding(api: NinjaAPI) -> None:
    """Have records of all kinds found by what a body says."""
    for kind in KINDS.values():
        add(
            api,
            "POST",
            f"/{kind.plural}/find",
            partial(_find, kind),
            f"find_{kind.plural}",
            f"Find {kind.plural}, however long the question is",
            tag=kind.plural,
            body=Question,
            told={"responses": telling.listed(kind)["responses"]},
        )


def _find(kind: Kind, request: HttpRequest, given: Mapping[str, Any]) -> HttpResponse:
    who = caller_of(request)
    body: Question = given["body"]
    query = Query(
        # A way to compare that there is not is refused by the port, in its own words.
        filters=tuple(Filter(one.name, one.op, one.value) for one in body.filters),  # type: ignore[arg-type]
        order=tuple(body.order),
        fields=tuple(body.fields),
        archived=body.archived,
        limit=body.limit,
    )
    found = house().studio.find(kind.name, query, access=who.access, page=body.cursor)
    return answers.page(found, request)
