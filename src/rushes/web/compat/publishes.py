"""Publishes as older clients list, number and record them."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from rushes.model.work import Number, RecordedPublish, WorkKind
from rushes.ports.studio import Filter, Op, Query
from rushes.publish.parts import number_findings
from rushes.publish.usd_following import Composed, followed
from rushes.tracking.refusing import refused
from rushes.web.api.following import WAIT_S
from rushes.web.api.once import once
from rushes.web.compat.answering import caller, ok
from rushes.web.compat.given import Given, asked, none_left, sent
from rushes.web.compat.listing import PAGING, found
from rushes.web.compat.numbers import (
    TARGETS,
    Wanted,
    bump_of,
    check_work,
    credited,
    next_of,
    reserved,
    task_of,
)
from rushes.web.compat.publish_rows import FIELDS, latest_of_each, row
from rushes.web.compat.publishing import Sent, read, stream_of
from rushes.web.house import house

_KIND = WorkKind.PUBLISH
_CREATED = 201
_TEXTS = {"software": "software", "part_name": "part", "status": "status", "label": "label"}
_NUMBERS = {
    "id": "id",
    "publish_id": "id",
    "task_id": "task",
    "project_id": "project",
    "artist_id": "artist",
    "source_version": "version",
    "version": "version",
    "source_iteration": "iteration",
    "iteration": "iteration",
}


def find(request: HttpRequest) -> HttpResponse:
    """Publishes, the newest first; or the latest of each part, by the parts' names."""
    who, given = caller(request), asked(request)
    of_each, whole = given.switch("latest_per_part"), given.switch("include_components")
    filters = _filters(given)
    if of_each or given.switch("is_latest"):
        filters.append(Filter("is_latest", Op.IS, True))
    asset = given.text("asset", "asset_name")
    none_left(given, but=PAGING)
    for sought in _by_asset(asset):
        query = Query((*filters, *sought), order=("-id",), fields=FIELDS)
        rows, more = found(_KIND.value, query, who=who, given=given)
        if rows:
            break
    if of_each:
        return ok(latest_of_each(rows), **more)
    return ok([row(one, whole=whole) for one in rows], **more)


def get(request: HttpRequest, number: int) -> HttpResponse:
    """One of them, with its components."""
    who = caller(request)
    none_left(asked(request))
    (one,) = house().studio.get(_KIND.value, [number], access=who.access, fields=FIELDS)
    return ok(row(one, whole=True))


def peek(request: HttpRequest) -> HttpResponse:
    """The number that would be next; nothing is reserved."""
    who, given = caller(request), asked(request)
    task = task_of(given, who)
    number = next_of(Wanted(stream_of(given, task)[0], bump_of(given)), who)
    none_left(given)
    return ok({"version": number.version, "iteration": number.iteration})


def reserve(request: HttpRequest) -> HttpResponse:
    """The next number, reserved for an hour: whoever reserved it publishes under it."""
    who, given = caller(request), sent(request)
    task = task_of(given, who)
    check_work(who, _KIND, task)
    wanted = Wanted(stream_of(given, task)[0], bump_of(given))

    def make() -> HttpResponse:
        held = reserved(wanted, who, actor=who.actor)
        told = {"version": held.number.version, "iteration": held.number.iteration}
        return ok({**told, "token": held.token}, given=given)

    return once(request, who, make)


def record(request: HttpRequest) -> HttpResponse:
    """A publish, under the number that it wants or the next one: with it, or not at all."""
    who, given = caller(request), sent(request)
    task = task_of(given, who)
    check_work(who, _KIND, task)
    actor, wanted = credited(given, who, task), read(given, task, who)
    given.value("project_id")  # the task's, whatever is said

    def make() -> HttpResponse:
        with transaction.atomic():
            held = reserved(wanted.wanted, who, actor=who.actor)
            (made,) = house().work.record_publishes([wanted.under(held.token)], actor=actor)
        return ok(_recorded(made), given=given, status=_CREATED)

    return _followed(wanted, once(request, who, make))


def _recorded(made: RecordedPublish) -> dict[str, Any]:
    version, iteration = made.number
    return {
        "publish_id": made.id,
        "id": made.id,
        "source_version": version,
        "source_iteration": iteration,
        "version": version,
        "iteration": iteration,
        "is_latest": made.is_latest,
        "part_name": made.stream.part,
        "part_usd_path": "",
    }


def _followed(wanted: Sent, answer: HttpResponse) -> HttpResponse:
    """The answer, after the layers have followed; what is wrong with them is told beside it."""
    paths = wanted.paths
    if answer.status_code != _CREATED or paths is None:
        return answer
    body = orjson.loads(answer.content)
    data = body["data"]
    data["part_usd_path"] = str(paths.stable)
    number = Number(data["version"], data["iteration"])
    layer = Composed(wanted.wanted.stream.task, str(paths.item), str(paths.stable))
    at = house()
    told = followed([layer], at.studio, within=at.storage_roots, wait_s=WAIT_S)
    odd = (*number_findings(paths, number), *told)
    if odd:
        data["warnings"] = list(dict.fromkeys(one.message for one in odd))
        data["layer_warning"] = "; ".join(data["warnings"])
    answer.content = orjson.dumps(body)
    return answer


def _filters(given: Given) -> list[Filter]:
    made = [
        Filter(field, Op.IS, number)
        for name, field in _NUMBERS.items()
        if (number := given.whole(name)) is not None
    ]
    made += [
        Filter(field, Op.IS, text) for name, field in _TEXTS.items() if (text := given.text(name))
    ]
    kind, target = given.text("target_type").lower(), given.whole("target_id")
    if kind not in ("", "project", *TARGETS) or bool(kind) != (target is not None):
        raise refused("target_type", f"goes with target_id, and is one of {', '.join(TARGETS)}")
    if kind:
        made.append(Filter(kind, Op.IS, target))
    return made


def _by_asset(name: str) -> list[list[Filter]]:
    """How an asset is sought: by its very name, and where there is none, whatever the case."""
    if not name:
        return [[]]
    exact = [Filter("asset_name", Op.IS, name)]
    signs = any(one in name for one in "*?")
    return [exact] if signs else [exact, [Filter("asset_name", Op.LIKE, name)]]
