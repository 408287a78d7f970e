"""The tasks on assets, sequences or shots, told with them: one statement for all of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.db.driving import Driver
from rushes.db.studio_columns import selection, table
from rushes.db.studio_link import rows
from rushes.db.studio_reach import within
from rushes.model.kinds import KINDS
from rushes.ports.studio import Access, Entity
from rushes.tracking.named import TASK_FIELDS, TASKS
from rushes.tracking.permissions import Verb, reaches


def with_tasks(driver: Driver, entities: Sequence[Entity], access: Access) -> list[Entity]:
    """The records, each with those of its tasks that they may see, the oldest first.

    Archived tasks are left out. Where a role does not see the field, nothing is asked.
    """
    wanted = [one.id for one in entities if TASKS in one.fields]
    if not wanted:
        return list(entities)
    held = _tasks(driver, entities[0].kind, wanted, access)
    return [
        Entity(one.kind, one.id, one.revision, {**one.fields, TASKS: held.get(one.id, [])})
        if TASKS in one.fields
        else one
        for one in entities
    ]


def _tasks(
    driver: Driver, kind: str, ids: list[int], access: Access
) -> dict[int, list[dict[str, Any]]]:
    of = KINDS["task"]
    theirs = within(of, reaches(access, "task", Verb.SEE), access.artist)
    told = selection("task", TASK_FIELDS)
    found = rows(
        driver,
        f"SELECT r.{kind}_id, {told.sql} FROM {table('task')} r"
        f" WHERE r.{kind}_id = ANY(%s) AND r.archived IS NULL AND {theirs.text}"
        f" ORDER BY r.{kind}_id, r.id",
        (ids, *theirs.values),
        often=True,
    )
    held: dict[int, list[dict[str, Any]]] = {}
    # A row begins with the record, then the number, revision and project that are always selected.
    for on, _, _, _, *values in found:
        task = dict(zip(TASK_FIELDS, values, strict=True))
        if on in held:
            held[on].append(task)
        else:
            held[on] = [task]
    return held
