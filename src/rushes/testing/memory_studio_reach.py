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
    if reach is Reach.MADE:
        return me is not None and row["artist"] == me
    if kind == "note" and me is not None and row["artist"] == me:
        return True
    own = reach in (Reach.OWN, Reach.GIVEN) and _own(kind, row, me, records)
    return own or (reach in (Reach.SHOWN, Reach.GIVEN) and _shown(kind, row, me, records))


def _own(kind: str, row: Row, me: int | None, records: Records) -> bool:
    tasks = {number for number, one in records["task"].items() if me in one["assignees"]}
    if kind == "task":
        return row["id"] in tasks
    if kind in ("workfile", "publish", "version"):
        return row["task"] in tasks
    if kind == "note":
        target = records[row["kind"]][row["target"]]
        return row["kind"] in ("task", "version") and _own(row["kind"], target, me, records)
    if kind == "usage":
        ends = ("shot", records["shot"][row["shot"]]), ("asset", records["asset"][row["asset"]])
        return all(_own(each, end, me, records) for each, end in ends)
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


def _shown(kind: str, row: Row, me: int | None, records: Records) -> bool:
    viewed = [one for one in records["playlist"].values() if me in one["shared_with"]]
    shown = {
        "playlist": {one["id"] for one in viewed},
        "version": {
            version for one in viewed if one["archived"] is None for version in one["versions"]
        },
    }
    if kind == "note":
        return row["target"] in shown.get(row["kind"], ())
    return row["id"] in shown[kind]
