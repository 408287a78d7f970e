"""A plan written: one call for each kind of record, in the order in which they refer to others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rushes.core.errors import RushesError
from rushes.model.scan import Actor
from rushes.ports.studio import Access, Change, Studio
from rushes.tracking.drafts import MOST
from rushes.tracking.shows.plan import ORDER, Plan, Ref, resolved


@dataclass(frozen=True, slots=True)
class Written:
    """How many records were made and changed, by kind."""

    made: Mapping[str, int]
    changed: Mapping[str, int]


def applied(plan: Plan, studio: Studio, *, access: Access, actor: Actor) -> Written:
    """Write the plan: changes by the revisions that were read, then what is new.

    Each call does all of it or nothing. Where one is refused that comes after others (somebody
    wrote meanwhile, the database went away), the error says what stands already; the same import
    done again does the rest. Raises what the port raises.
    """
    made: dict[str, int] = {}
    changed: dict[str, int] = {}
    ids: dict[Ref, int] = {**plan.known, Ref("project", ()): plan.project}
    try:
        for kind in ("project", *ORDER):
            count = _changes(plan, kind, studio, access=access, actor=actor)
            if count:
                changed[kind] = count
            news = plan.made(kind)
            for some in _batches(news):
                rows = [resolved(one, ids) for one in some]
                entities = studio.create(kind, rows, access=access, actor=actor)
                made[kind] = made.get(kind, 0) + len(entities)
                for one, entity in zip(some, entities, strict=True):
                    ids[Ref(one.kind, one.key)] = entity.id
    except RushesError as error:
        if not made and not changed:
            raise
        raise _halfway(error, Written(made, changed)) from error
    return Written(made, changed)


def _changes(plan: Plan, kind: str, studio: Studio, *, access: Access, actor: Actor) -> int:
    changes = [
        Change(one.id, {each.field: each.after for each in one.differences}, one.revision)
        for one in plan.edits
        if one.kind == kind
    ]
    for some in _batches(changes):
        studio.update(kind, some, access=access, actor=actor)
    return len(changes)


def _batches(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[at : at + MOST] for at in range(0, len(rows), MOST)]


def _halfway(error: RushesError, written: Written) -> RushesError:
    done = [f"{count} {kind}s made" for kind, count in written.made.items()]
    done += [f"{count} {kind}s changed" for kind, count in written.changed.items()]
    return RushesError(
        error.code,
        f"{error.message} Before that: {', '.join(done).replace('_', ' ')}.",
        hint="Do the same again: what stands already stays, and the rest is done.",
    )
