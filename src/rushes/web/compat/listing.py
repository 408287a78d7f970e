"""Lists for older clients: all there is in one answer, or pages where a limit is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rushes.core.errors import Code
from rushes.ports.people import Caller
from rushes.ports.studio import Entity, Query
from rushes.tracking.refusing import refused
from rushes.web.compat.given import Given
from rushes.web.house import house
from rushes.web.problems import RefusedError

MOST = 10_000
PAGING = ("limit", "cursor")  # what `found` reads of an address
_PAGE = 1_000


def found(
    kind: str, query: Query, *, who: Caller, given: Given
) -> tuple[list[Entity], dict[str, Any]]:
    """The records, and what the answer says besides: `next`, where a limit was given.

    Raises `usage` (413) where there are more than `MOST` and no limit: a list that is cut short
    without a word would pass for all there is.
    """
    limit, cursor = given.whole("limit"), given.text("cursor") or None
    if limit is None and cursor is None:
        return list(_all(kind, query, who)), {}
    if limit is not None and not 1 <= limit <= _PAGE:
        raise refused("limit", f"must be from 1 to {_PAGE}")
    wanted = replace(query, limit=limit or _PAGE)
    page = house().studio.find(kind, wanted, access=who.access, page=cursor)
    return list(page.rows), {"next": page.next}


def _all(kind: str, query: Query, who: Caller) -> Iterator[Entity]:
    wanted, page = replace(query, limit=_PAGE), None
    for _ in range(MOST // _PAGE):
        got = house().studio.find(kind, wanted, access=who.access, page=page)
        yield from got.rows
        page = got.next
        if page is None:
            return
    raise RefusedError(
        Code.USAGE,
        f"There are more than {MOST:,}.",
        hint="Ask by project_id or task_id, or page by page: limit=1000, then cursor= with `next`.",
        status=413,
    )
