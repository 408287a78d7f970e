"""What somebody says of a record, and the status they give it at once, checked like any write."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from rushes.model.kinds import KINDS, Kind
from rushes.ports.studio import Access, Change
from rushes.tracking.drafts import Look, Planned, Row, drafted, planned


class Remark(NamedTuple):
    """What is said of a record, and the status it is given; see `Studio.comment`."""

    target: int
    text: str
    status: str | None = None
    revision: int | None = None


def remarked(
    kind: Kind, remark: Remark, before: Row, *, look: Look, access: Access
) -> tuple[dict[str, Any], Planned | None]:
    """A new note on a record, and the change of the record's status where it is given one.

    `before` is the record as `JUDGED`. Raises what `drafted` and `planned` raise.
    """
    held = _Held(look, kind.name, remark.target, before)
    given = {"kind": kind.name, "target": remark.target, "text": remark.text}
    (note,) = drafted(KINDS["note"], [given], look=held, access=access)
    status = {} if remark.status is None else {"status": remark.status}
    change = Change(remark.target, status, remark.revision)
    (plan,) = planned(kind, [change], {remark.target: before}, look=held, access=access)
    return note, plan if plan.values else None


class _Held:
    """A look at records, one of which is known already, and none of which is looked up twice."""

    def __init__(self, look: Look, kind: str, number: int, row: Row) -> None:
        self._look = look
        # Of projects more has to be known than what changes are judged by.
        known = kind != "project"
        self._rows: dict[tuple[str, int], Row] = {(kind, number): row} if known else {}

    def rows(self, kind: str, ids: Collection[int]) -> Mapping[int, Row]:
        """Those that are there."""
        wanted = [one for one in ids if (kind, one) not in self._rows]
        for number, row in (self._look.rows(kind, wanted) if wanted else {}).items():
            self._rows[kind, number] = row
        return {one: self._rows[kind, one] for one in ids if (kind, one) in self._rows}
