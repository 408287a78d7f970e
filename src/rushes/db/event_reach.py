"""What somebody may see of events, as a condition on rows `e`, and of each only so much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rushes.db.event_rows import kept_kind
from rushes.db.studio_columns import column, table
from rushes.db.studio_reach import ALL, NONE, Sql, within
from rushes.model.event import RecordedEvent
from rushes.model.kinds import KINDS
from rushes.ports.events import Wanted
from rushes.ports.studio import Access
from rushes.tracking.event_sight import Sight, Sights, check_type
from rushes.tracking.permissions import Reach, limits

_UNCHANGED = frozenset(("id", "project"))  # seen of every record, so no change of them is


def seen(sights: Sights) -> Sql:
    """The events that they may see."""
    if sights.access.everything:
        return ALL
    parts = [_part(one, sights.access.artist) for one in sights.all]
    if not parts:
        return NONE
    return Sql(f"({' OR '.join(one.text for one in parts)})", _values(parts))


def sought(wanted: Wanted) -> Sql:
    """The events that are asked for. Raises `field.invalid` for a type that there is not."""
    parts: list[Sql] = []
    if wanted.types:
        either = [_of_type(one) for one in wanted.types]
        parts.append(Sql(f"({' OR '.join(one.text for one in either)})", _values(either)))
    if wanted.target is not None:
        parts.append(Sql("e.target = %s", (wanted.target,)))
    if wanted.project is not None:
        parts.append(Sql("e.project = %s", (wanted.project,)))
    return Sql(" AND ".join(one.text for one in parts), _values(parts)) if parts else ALL


def as_seen(events: Sequence[RecordedEvent], access: Access) -> list[RecordedEvent]:
    """The same, each without the fields that their role does not see."""
    if access.everything:
        return list(events)
    hidden = {kind: limits(access, kind) for kind in {one.kind for one in events} if kind in KINDS}
    return [_limited(one, hidden.get(one.kind, {}).get(one.project or 0)) for one in events]


def _of_type(name: str) -> Sql:
    kind, action = check_type(name)
    if not action:
        return Sql("e.kind = %s", (kept_kind(kind),))
    return Sql("(e.kind = %s AND e.action = %s)", (kept_kind(kind), action))


def _part(one: Sight, me: int | None) -> Sql:
    parts = [Sql("e.kind = %s", (kept_kind(one.kind),))]
    if one.projects is not None:
        there = "e.project = ANY(%s)"
        if one.kind == "task_type":  # those without a project are everybody's
            there = f"({there} OR e.project IS NULL)"
        parts.append(Sql(there, (sorted(one.projects),)))
    if one.reach is not Reach.WHOLE:
        parts.append(_reached(one, me))
    if one.fields is not None:
        columns = sorted(
            column(field)
            for name, field in KINDS[one.of].by_name.items()
            if name in one.fields - _UNCHANGED
        )
        parts.append(Sql("(e.action <> 'update' OR e.after ?| %s::text[])", (columns,)))
    return Sql(f"({' AND '.join(one.text for one in parts)})", _values(parts))


def _reached(one: Sight, me: int | None) -> Sql:
    """That the record, as it is now, is within reach."""
    number = "e.target"
    if one.pointer:
        number = f"(coalesce(e.after, e.before) ->> '{one.pointer}')::bigint"
    theirs = within(KINDS[one.of], {one.reach: sorted(one.projects or ())}, me)
    return Sql(
        f"EXISTS (SELECT FROM {table(one.of)} r WHERE r.id = {number} AND {theirs.text})",
        theirs.values,
    )


def _values(parts: Sequence[Sql]) -> tuple[Any, ...]:
    return tuple(value for one in parts for value in one.values)


def _limited(event: RecordedEvent, fields: frozenset[str] | None) -> RecordedEvent:
    if fields is None:
        return event
    kept = fields | {"id"}
    return replace(event, before=_only(event.before, kept), after=_only(event.after, kept))


def _only(values: Mapping[str, Any] | None, names: frozenset[str]) -> Mapping[str, Any] | None:
    if values is None:
        return None
    return {name: value for name, value in values.items() if name in names}
