"""Shots as rows of documents: what exports write, and imports read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rushes.ports.studio import Entity
from rushes.tracking.shows.asked import Asked, Key, RecordAsked, TaskAsked, spoken
from rushes.tracking.shows.document import Document, Path, read_document
from rushes.tracking.shows.state import Show

SCHEMA = "rushes.shots/1"
PARENTS = ("episode", "sequence", "shot")
FIELDS = (
    *("frame_in", "frame_out", "cut_in", "cut_out", "handles", "description", "status"),
    *("fps", "width", "height", "colour_space", "tags", "custom"),
)
TASK_FIELDS = ("type", "name", "status")
_ROW = (*PARENTS, *FIELDS, "tasks")
_TOP = ("schema", "show", "shots")


def shot_row(show: Show, shot: Entity, tasks: Sequence[Entity]) -> dict[str, Any]:
    """A shot, with its tasks."""
    parents = dict(zip(PARENTS, show.shot_keys[shot.id], strict=True))
    fields = {name: shot.fields[name] for name in FIELDS}
    return {**parents, **fields, "tasks": [_task_row(show, one) for one in tasks]}


def shots_in_use(show: Show) -> list[Entity]:
    """Shots that are not archived, by episode, sequence and code, whatever the database's order."""
    living = {one.id for one in show.sequences if one.fields["archived"] is None}
    found = [
        one
        for one in show.shots
        if one.fields["archived"] is None and one.fields["sequence"] in living
    ]
    return sorted(found, key=lambda one: tuple(each or "" for each in show.shot_keys[one.id]))


def asked_row(row: Mapping[str, Any], *, at: str) -> RecordAsked:
    """What a row asks for; values are checked when it is planned."""
    tasks = row.get("tasks")
    asked = [
        TaskAsked(
            str(one["type"]),
            str(one.get("name") or ""),
            {name: one[name] for name in ("status",) if name in one},
        )
        for one in (tasks if isinstance(tasks, list) else ())
        if isinstance(one, Mapping) and one.get("type")
    ]
    fields = {name: row[name] for name in FIELDS if name in row}
    key: Key = (row.get("episode"), str(row["sequence"]), str(row["shot"]))
    return RecordAsked("shot", key, fields, asked, at=at)


def read_shots(data: bytes, *, name: str, is_json: bool) -> Asked:
    """The shots of a document as `shot_row` writes them. Raises `field.invalid`."""
    document = read_document(data, name=name, schema=SCHEMA, is_json=is_json)
    top = document.keys((), document.value, _TOP)
    records: list[RecordAsked] = []
    lines: dict[Key, str] = {}
    for path, one in document.rows(("shots",), top.get("shots")):
        row = document.keys(path, one, _ROW)
        for part in ("sequence", "shot"):
            document.text((*path, part), row.get(part))
        if row.get("episode") is not None:
            document.text((*path, "episode"), row["episode"])
        if "tasks" in row:
            check_tasks(document, (*path, "tasks"), row["tasks"])
        key = (row.get("episode"), row.get("sequence"), row.get("shot"))
        if not all(isinstance(part, str) or part is None for part in key) or None in key[1:]:
            continue
        if key in lines:
            document.refuse(path, f"shot {spoken(key)} stands on {lines[key]} already")
        lines[key] = document.at(path)
        if not document.wrong:
            records.append(asked_row(row, at=document.at(path)))
    document.done()
    return Asked(records)


def check_tasks(document: Document, path: Path, tasks: Any) -> None:
    """Note where a list of tasks makes no sense."""
    for inner, task in document.rows(path, tasks):
        found = document.keys(inner, task, TASK_FIELDS)
        if found:
            document.text((*inner, "type"), found.get("type"))


def _task_row(show: Show, task: Entity) -> dict[str, Any]:
    code = show.type_codes.get(task.fields["type"], "")
    return {"type": code, "name": task.fields["name"], "status": task.fields["status"]}
