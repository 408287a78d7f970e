"""Kinds of records as SQL: tables, columns, and how rows become the fields of `model.kinds`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rushes.model.kinds import KINDS, Field, Kind, Type
from rushes.ports.studio import Entity
from rushes.tracking.inherit import EFFECTIVE, INHERITED, effective
from rushes.tracking.named import TASKS

_MOMENT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
_JSON = (Type.OBJECT, Type.LIST)
# Several references: the table that holds them, its columns for record and reference, its order.
SEVERAL = {
    ("task", "assignees"): ("rushes_assignment", "task_id", "artist_id", "artist_id"),
    ("playlist", "shared_with"): ("rushes_playlistviewer", "playlist_id", "artist_id", "artist_id"),
    ("playlist", "versions"): ("rushes_playlistitem", "playlist_id", "version_id", "position"),
}


class Selection(NamedTuple):
    """What is selected of a kind: number, revision and project, then the named fields."""

    kind: str
    sql: str
    names: tuple[str, ...]
    decoders: tuple[tuple[str, Callable[[str], Any]], ...]

    def entity(self, row: Sequence[Any]) -> Entity:
        """The record of one row."""
        fields = dict(zip(self.names, row[3:], strict=True))
        for name, decode in self.decoders:
            fields[name] = decode(fields[name])
        return Entity(self.kind, row[0], row[1], fields)


def table(kind: str) -> str:
    """The table of a kind."""
    return f"rushes_{kind.replace('_', '')}"


def column(field: Field) -> str:
    """The column of a field that is one."""
    return f"{field.name}_id" if field.type is Type.REFERENCE else field.name


def project(kind: Kind) -> str:
    """The number of a row's project, as an expression."""
    owner = "r.project_id" if kind.project == "project" else "r.id"
    return owner if kind.project else "NULL::bigint"


@lru_cache(maxsize=1024)
def selection(kind: str, names: tuple[str, ...]) -> Selection:
    """How these fields are selected; thought out once."""
    of = KINDS[kind]
    told = ["r.revision", project(of), *(_expression(of, name) for name in names)]
    decoders: list[tuple[str, Callable[[str], Any]]] = [
        (name, _loaded) for name in names if name in of.by_name and of.by_name[name].type in _JSON
    ]
    if EFFECTIVE in names:
        decoders.append((EFFECTIVE, _effective))
    return Selection(kind, f"r.id, {', '.join(told)}", names, tuple(decoders))


def _expression(kind: Kind, name: str) -> str:
    if name == EFFECTIVE:
        return _LEVELS
    if name == TASKS:
        return "NULL"  # `studio_tasks` fills it in
    field = kind.by_name[name]
    if field.type is Type.REFERENCES:
        held_in, mine, other, order = SEVERAL[kind.name, name]
        return f"ARRAY(SELECT m.{other} FROM {held_in} m WHERE m.{mine} = r.id ORDER BY m.{order})"
    if field.type is Type.MOMENT:
        return _MOMENT.format(f"r.{name}")
    if field.type is Type.DAY:
        return f"to_char(r.{name}, 'YYYY-MM-DD')"
    if field.type in _JSON:
        return f"r.{name}::text"
    return f"r.{column(field)}"


def _level(name: str, alias: str, fields: Sequence[str]) -> str:
    values = ", ".join(f"'{one}', {alias}.{one}" for one in fields)
    return f"'{name}', jsonb_build_object({values})"


_LEVELS = (
    f"(SELECT jsonb_build_object({_level('shot', 'r', INHERITED)},"
    f" {_level('sequence', 'q', INHERITED[:-1])}, {_level('project', 'p', INHERITED)})::text"
    " FROM rushes_sequence q JOIN rushes_project p ON p.id = q.project_id"
    " WHERE q.id = r.sequence_id)"
)


def _loaded(text: str) -> Any:
    # Most records hold nothing of their own.
    return {} if text == "{}" else [] if text == "[]" else _read(text)


def _read(text: str) -> Any:
    """JSON of the database, which writes 1e20 as a whole number that no answer could hold."""
    import orjson

    return orjson.loads(text)


def _effective(text: str) -> Mapping[str, Any]:
    return effective(_read(text))
