"""Who asks for what is recorded of storage, and how it is told: for people of the house alone."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import orjson
import xxhash
from django.http import HttpRequest, HttpResponse

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.scan import Actor
from rushes.ports.people import Caller
from rushes.ports.records import Page, every
from rushes.tracking.house_permissions import check_house
from rushes.web.api.answers import as_json
from rushes.web.api.once import once
from rushes.web.api.parameters import Parameters
from rushes.web.callers import caller_of
from rushes.web.house import house
from rushes.web.problems import JSON

Row = TypeVar("Row")
Given = Mapping[str, Any]
_INT64 = 2**63
_TOLD = 20  # storage roots that a hint names

SCAN, QC = "scan", "qc"


def reader(request: HttpRequest) -> Caller:
    """Who reads. Raises `login.needed` or `access.denied`."""
    who = caller_of(request)
    check_house(who.access)
    return who


def writer(request: HttpRequest, scope: str) -> Caller:
    """Who writes. Raises the same."""
    who = caller_of(request)
    check_house(who.access, scope=scope)
    return who


def written(
    request: HttpRequest, scope: str, write: Callable[[Actor], Any], *, status: int = 200
) -> HttpResponse:
    """The answer to what is written once, however often it is sent under one key."""
    who = writer(request, scope)
    return once(request, who, lambda: as_json(write(who.actor), status=status))


def again(request: HttpRequest, scope: str, write: Callable[[Actor], Any]) -> HttpResponse:
    """The answer to what may be done again with no harm, so that no key is kept for it."""
    return as_json(write(writer(request, scope).actor))


def cursor(asked: Parameters) -> str | None:
    """Where the page begins. Raises `usage` for values that no page has and no database takes."""
    given = asked.maybe("cursor")
    place: Any = None
    with suppress(ValueError, RecursionError):
        place = json.loads(urlsafe_b64decode((given or "") + "=" * (-len(given or "") % 4)))
    if isinstance(place, list) and not all(map(_may_be_asked, place)):
        raise RushesError(
            Code.USAGE,
            "The cursor is not of a page of this list.",
            hint="Ask for the first page without one, and pass on what each page gives.",
        )
    return given


def _may_be_asked(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= one <= "\udfff" for one in value)
    return not isinstance(value, int) or abs(value) < _INT64


def listed(request: HttpRequest, found: Page[Row], told: Callable[[Row], Any]) -> HttpResponse:
    """A page of a list; its ETag stands for its content."""
    return tagged(request, {"data": [told(row) for row in found.rows], "next": found.next})


def of_root(mount: str, found: Page[Row]) -> Page[Row]:
    """The page of what lies in one storage root. Raises `record.not_found` where it is empty
    because the root is on no record: a mistyped one would read as one with nothing in it.
    """
    if found.rows or found.next is not None:
        return found
    known = [root.mount for root in every(lambda page: house().records.storage_roots(page=page))]
    if escape(mount) in known:
        return found
    told = ", ".join(one for one in known[:_TOLD] if one) or "none yet"
    more = f" and {len(known) - _TOLD:,} more" if len(known) > _TOLD else ""
    raise RushesError(
        Code.RECORD_NOT_FOUND,
        f"No storage root on record is mounted at {escape(mount)}.",
        hint=f"There are: {told}{more}.",
    )


def tagged(request: HttpRequest, value: Any) -> HttpResponse:
    """An answer, or that it is still the one that the caller has."""
    body = orjson.dumps(value)
    tag = f'W/"{xxhash.xxh3_64_hexdigest(body)}"'
    if request.META.get("HTTP_IF_NONE_MATCH") == tag:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(body, content_type=JSON)
    answer.headers["ETag"] = tag
    return answer


def rows(values: Sequence[Any]) -> dict[str, Any]:
    """A list that has no pages."""
    return {"data": list(values)}
