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
# Versions of tasks of theirs, and versions in playlists.
_MADE = "(SELECT v.id FROM rushes_version v WHERE v.task_id IN " + _MINE + ")"
_SHOWN = (
    "(SELECT i.version_id FROM rushes_playlistitem i JOIN rushes_playlist l"
    " ON l.id = i.playlist_id WHERE l.project_id = ANY(%s) AND l.archived IS NULL)"
)
_OWN = {
    "task": f"r.id IN {_MINE}",
    "shot": f"r.id IN {_TASKS.format(what='t.shot_id', more='')}",
    "asset": f"r.id IN {_TASKS.format(what='t.asset_id', more='')}",
    "sequence": f"r.id IN {_TASKS.format(what='q.id', more=_SEQUENCE)}",
    "episode": f"r.id IN {_TASKS.format(what='q.episode_id', more=_SEQUENCE)}",
    "workfile": f"r.task_id IN {_MINE}",
    "publish": f"r.task_id IN {_MINE}",
    "version": f"r.task_id IN {_MINE}",
    "note": f"(r.artist_id = %s OR r.kind = 'task' AND r.target IN {_MINE}"
    f" OR r.kind = 'version' AND r.target IN {_MADE})",
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
    if reach is Reach.SHOWN:
        return _shown(kind, there, projects, me)
    if reach is Reach.MADE:
        return Sql(f"({there} AND r.artist_id = %s)", (projects, me))
    own = _OWN[kind.name]
    return Sql(f"({there} AND {own})", (projects, *(me,) * own.count("%s")))


def _shown(kind: Kind, there: str, projects: list[int], me: int | None) -> Sql:
    if kind.name == "version":
        return Sql(f"({there} AND r.id IN {_SHOWN})", (projects, projects))
    return Sql(
        f"({there} AND (r.artist_id = %s OR r.kind = 'playlist'"
        f" OR r.kind = 'version' AND r.target IN {_SHOWN}))",
        (projects, me, projects),
    )
