"""What somebody may reach of rows in memory, said once more than in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.model.kinds import Kind
from rushes.tracking.permissions import Reach, Reaches

Row = Mapping[str, Any]
Records = Mapping[str, Mapping[int, Row]]


def project_of(kind: Kind, row: Row) -> int | None:
    """The project that a row is of."""
    if kind.project == "id":
        return int(row["id"])
    return row["project"] if kind.project else None


def within(
    kind: Kind, row: Row, reaches: Reaches | None, *, me: int | None, records: Records
) -> bool:
    """Whether a row is within reach; see `tracking.permissions`."""
    if reaches is None:
        return True
    if kind.name == "artist":
        return Reach.WHOLE in reaches or (bool(reaches) and row["id"] == me)
    project = project_of(kind, row)
    if kind.name == "task_type" and project is None:
        return bool(reaches)
    return any(
        project in projects and _reached(kind.name, row, reach, me, records)
        for reach, projects in reaches.items()
    )


def _reached(kind: str, row: Row, reach: Reach, me: int | None, records: Records) -> bool:
    if reach is Reach.WHOLE:
        return True
    if reach is Reach.MADE or kind == "note":
        mine = me is not None and row["artist"] == me
        return mine or (reach is not Reach.MADE and _noted(row, reach, me, records))
    if reach is Reach.SHOWN:
        return row["id"] in _shown(row["project"], records)
    return _own(kind, row, me, records)


def _own(kind: str, row: Row, me: int | None, records: Records) -> bool:
    tasks = {number for number, one in records["task"].items() if me in one["assignees"]}
    if kind == "task":
        return row["id"] in tasks
    if kind in ("workfile", "publish", "version"):
        return row["task"] in tasks
    targets = [records["task"][one] for one in tasks if records["task"][one]["archived"] is None]
    shots = {one["shot"] for one in targets}
    sequences = {one["sequence"] for one in targets}
    sequences |= {records["shot"][one]["sequence"] for one in shots if one is not None}
    reached = {
        "asset": {one["asset"] for one in targets},
        "shot": shots,
        "sequence": sequences,
        "episode": {records["sequence"][one]["episode"] for one in sequences if one is not None},
    }
    return row["id"] in reached[kind]


def _noted(note: Row, reach: Reach, me: int | None, records: Records) -> bool:
    if reach is Reach.OWN:
        known = note["kind"] in ("task", "version")
        return known and _own(note["kind"], records[note["kind"]][note["target"]], me, records)
    if note["kind"] == "version":
        return note["target"] in _shown(note["project"], records)
    return bool(note["kind"] == "playlist")


def _shown(project: int, records: Records) -> set[int]:
    return {
        version
        for one in records["playlist"].values()
        if one["project"] == project and one["archived"] is None
        for version in one["versions"]
    }
