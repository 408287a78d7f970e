"""What people call the records that events are of and that their changes refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from rushes.model.kinds import KINDS, Type

# By kind, as the database calls it, and number.
Names = Mapping[tuple[str, int], str]

_LONGEST = 80
_SHOT = """
    SELECT t.id, q.code || '/' || t.code AS name
      FROM rushes_shot t JOIN rushes_sequence q ON q.id = t.sequence_id
"""
_TASK = """
    SELECT k.id, coalesce(tq.code || '/' || t.code, a.code, q.code, '') || '/' || k.name AS name
      FROM rushes_task k
      LEFT JOIN rushes_shot t ON t.id = k.shot_id
      LEFT JOIN rushes_sequence tq ON tq.id = t.sequence_id
      LEFT JOIN rushes_asset a ON a.id = k.asset_id
      LEFT JOIN rushes_sequence q ON q.id = k.sequence_id
"""
_SAVED = f"""
    SELECT w.id, task.name || ' v' || lpad(w.version::text, greatest(3, length(w.version::text)),
           '0') || '_i' || lpad(w.iteration::text, greatest(3, length(w.iteration::text)), '0')
           AS name
      FROM %s w JOIN ({_TASK}) task ON task.id = w.task_id
"""
_QUERIES = {
    "project": "SELECT id, code AS name FROM rushes_project",
    "episode": "SELECT id, code AS name FROM rushes_episode",
    "sequence": "SELECT id, code AS name FROM rushes_sequence",
    "shot": _SHOT,
    "asset": "SELECT id, code AS name FROM rushes_asset",
    "tasktype": "SELECT id, code AS name FROM rushes_tasktype",
    "task": _TASK,
    "artist": "SELECT id, login AS name FROM rushes_artist",
    "membership": """
        SELECT m.id, a.login || ' in ' || p.code AS name FROM rushes_membership m
          JOIN rushes_artist a ON a.id = m.artist_id JOIN rushes_project p ON p.id = m.project_id
    """,
    "usage": f"""
        SELECT u.id, a.code || ' in ' || shot.name AS name FROM rushes_usage u
          JOIN rushes_asset a ON a.id = u.asset_id JOIN ({_SHOT}) shot ON shot.id = u.shot_id
    """,
    "tag": "SELECT id, name FROM rushes_tag",
    "workfile": _SAVED % "rushes_workfile",
    "publish": _SAVED % "rushes_publish",
    "version": "SELECT id, name FROM rushes_version",
    "playlist": "SELECT id, name FROM rushes_playlist",
    "movement": "SELECT id, name FROM rushes_movement",
    "apitoken": "SELECT id, name FROM rushes_apitoken",
    "webhook": "SELECT id, url AS name FROM rushes_webhook",
}
_REFERENCES = {
    (kind.name.replace("_", ""), field.name): field.of.replace("_", "")
    for kind in KINDS.values()
    for field in kind.fields
    if field.type is Type.REFERENCE
}


def referred(kind: str, field: str) -> str:
    """The kind that a field of a kind refers to; empty where it holds a value of its own."""
    return _REFERENCES.get((kind, field.removesuffix("_id")), "")


def names_of(wanted: Iterable[tuple[str, Any]]) -> Names:
    """What these are called, in one query; those that are no more have no name."""
    numbers: dict[str, set[int]] = {kind: set() for kind in _QUERIES}
    for kind, number in wanted:
        if kind in numbers and isinstance(number, int):
            numbers[kind].add(number)
    statement = " UNION ALL ".join(
        f"SELECT '{kind}', id, left(name, {_LONGEST})"
        f" FROM ({query}) AS every_{kind} WHERE id = ANY(%s)"
        for kind, query in _QUERIES.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [[*numbers[kind]] for kind in _QUERIES])
        return {(kind, number): name for kind, number, name in cursor.fetchall()}
