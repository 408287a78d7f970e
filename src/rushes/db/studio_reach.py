"""What somebody may reach of a kind of records, as a condition on its rows `r`."""

from __future__ import annotations

from typing import Any, NamedTuple

from rushes.model.kinds import Kind
from rushes.tracking.permissions import Reach, Reaches


class Sql(NamedTuple):
    """Part of a statement, and the values of its placeholders in order."""

    text: str
    values: tuple[Any, ...] = ()


ALL = Sql("TRUE")
NONE = Sql("FALSE")

_MINE = "(SELECT a.task_id FROM rushes_assignment a WHERE a.artist_id = %s)"
_TASKS = (
    "(SELECT {what} FROM rushes_assignment a JOIN rushes_task t ON t.id = a.task_id"
    " {more} WHERE a.artist_id = %s AND t.archived IS NULL)"
)
_SHOT = "LEFT JOIN rushes_shot s ON s.id = t.shot_id"
_SEQUENCE = f"{_SHOT} JOIN rushes_sequence q ON q.id = coalesce(t.sequence_id, s.sequence_id)"
# Versions of tasks of theirs, and versions in playlists that are shared with them.
_MADE = "(SELECT v.id FROM rushes_version v WHERE v.task_id IN " + _MINE + ")"
_SHOWN = (
    "(SELECT i.version_id FROM rushes_playlistviewer w JOIN rushes_playlist l"
    " ON l.id = w.playlist_id JOIN rushes_playlistitem i ON i.playlist_id = l.id"
    " WHERE w.artist_id = %s AND l.archived IS NULL)"
)
_VIEWED = "(SELECT w.playlist_id FROM rushes_playlistviewer w WHERE w.artist_id = %s)"
_OWN = {
    "task": f"r.id IN {_MINE}",
    "shot": f"r.id IN {_TASKS.format(what='t.shot_id', more='')}",
    "asset": f"r.id IN {_TASKS.format(what='t.asset_id', more='')}",
    "sequence": f"r.id IN {_TASKS.format(what='q.id', more=_SEQUENCE)}",
    "episode": f"r.id IN {_TASKS.format(what='q.episode_id', more=_SEQUENCE)}",
    "usage": f"r.shot_id IN {_TASKS.format(what='t.shot_id', more='')}"
    f" AND r.asset_id IN {_TASKS.format(what='t.asset_id', more='')}",
    "workfile": f"r.task_id IN {_MINE}",
    "publish": f"r.task_id IN {_MINE}",
    "version": f"r.task_id IN {_MINE}",
    "note": f"(r.artist_id = %s OR r.kind = 'task' AND r.target IN {_MINE}"
    f" OR r.kind = 'version' AND r.target IN {_MADE})",
}
_SHARED = {
    "playlist": f"r.id IN {_VIEWED}",
    "version": f"r.id IN {_SHOWN}",
    "note": f"(r.artist_id = %s OR r.kind = 'playlist' AND r.target IN {_VIEWED}"
    f" OR r.kind = 'version' AND r.target IN {_SHOWN})",
}


def within(kind: Kind, reaches: Reaches | None, me: int | None) -> Sql:
    """The rows within reach; see `tracking.permissions`."""
    if reaches is None:
        return ALL
    parts = [
        part
        for reach, projects in reaches.items()
        if (part := _part(kind, reach, list(projects), me)) is not None
    ]
    if kind.name == "task_type" and reaches:
        parts.append(Sql("r.project_id IS NULL"))
    if not parts:
        return NONE
    values = tuple(value for one in parts for value in one.values)
    return Sql(f"({' OR '.join(one.text for one in parts)})", values)


def _part(kind: Kind, reach: Reach, projects: list[int], me: int | None) -> Sql | None:
    if kind.name == "artist":  # people belong to no project
        return ALL if reach is Reach.WHOLE else Sql("r.id = %s", (me,))
    there = f"{'r.id' if kind.project == 'id' else 'r.project_id'} = ANY(%s)"
    if reach is Reach.WHOLE:
        return Sql(there, (projects,))
    own = _condition(kind.name, reach)
    return Sql(f"({there} AND {own})", (projects, *(me,) * own.count("%s")))


def _condition(kind: str, reach: Reach) -> str:
    if reach is Reach.MADE:
        return "r.artist_id = %s"
    if reach is Reach.SHOWN:
        return _SHARED[kind]
    return f"({_OWN[kind]} OR {_SHARED[kind]})" if reach is Reach.GIVEN else _OWN[kind]
