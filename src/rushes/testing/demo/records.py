"""The demo show on record: made where it is missing, and otherwise left as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rushes.core.escape import escape
from rushes.model.kinds import KINDS
from rushes.model.scan import Actor
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.testing.demo import cast
from rushes.testing.demo.shots import FIRST, SHOTS, SHOW
from rushes.testing.media import scene

_ALL = Access(everything=True)
_MOST = 1000
Fields = Mapping[str, Any]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Cast:
    """The records that others hang on, by what the demo calls them."""

    project: int
    shots: Mapping[tuple[str, str], int]
    artists: Mapping[str, int]
    tasks: Mapping[tuple[int, str], int]  # by shot and type


class Filling:
    """Makes records of the demo show and counts them; what is there already stays as it is."""

    def __init__(self, studio: Studio, actor: Actor) -> None:
        self._studio = studio
        self.actor = actor
        self.made: Counter[str] = Counter()

    def ensured(
        self,
        kind: str,
        wanted: Mapping[Key, Fields],
        *,
        key: Callable[[Fields], Key],
        among: Sequence[Filter],
    ) -> dict[Key, int]:
        """The numbers of the wanted records by their keys, all of them there now.

        `key` tells the key of a record's fields, `among` which records may be those.
        """
        there = {key({**one.fields, "id": one.id}): one.id for one in self.found(kind, among)}
        missing = [one for one in wanted if one not in there]
        if missing:
            rows = [wanted[one] for one in missing]
            made = self._studio.create(kind, rows, access=_ALL, actor=self.actor)
            there |= {one: record.id for one, record in zip(missing, made, strict=True)}
            self.made[KINDS[kind].plural] += len(made)
        return {one: there[one] for one in wanted}

    def found(self, kind: str, among: Sequence[Filter]) -> Iterable[Entity]:
        """Records of a kind, archived ones too: those are not made again."""
        query = Query(filters=tuple(among), archived=True, limit=_MOST)
        return every(lambda page: self._studio.find(kind, query, access=_ALL, page=page))


def cast_on_record(filling: Filling, shows: Path) -> Cast:
    """Put the show, its people, shots, assets and tasks on record.

    `shows` is the folder that holds the show. Raises as `Studio` does.
    """
    project = _project(filling, shows)
    here = (Filter("project", Op.IS, project),)
    artists = _people(filling, project)
    shots = _shots(filling, project)
    _assets(filling, project, shots)
    types = {
        one.fields["code"]: one.id
        for one in filling.found("task_type", (Filter("project", Op.NULL, True),))
    }
    wanted: dict[tuple[int, int], Fields] = {}
    for shot in SHOTS:
        number = shots[shot.sequence, shot.name]
        for kind, who, fields in cast.tasks(shot):
            given = {"shot": number, "type": types[kind], "assignees": [artists[who]], **fields}
            wanted[number, types[kind]] = given
    tasks = filling.ensured("task", wanted, key=_task_key, among=here)
    names = {number: code for code, number in types.items()}
    by_name = {(shot, names[kind]): task for (shot, kind), task in tasks.items()}
    return Cast(project, shots, artists, by_name)


def _project(filling: Filling, shows: Path) -> int:
    folder = escape(str(shows / SHOW))
    width, height = scene.SIZE
    fields = {
        "code": SHOW,
        "name": cast.TITLE,
        "fps": "24",
        "width": width,
        "height": height,
        "frame_start": FIRST,
        "frame_end": FIRST + 23,
        "handles": 0,
        "roots": {"linux": folder},
    }
    among = (Filter("code", Op.IS, SHOW),)
    return filling.ensured("project", {SHOW: fields}, key=_code, among=among)[SHOW]


def _people(filling: Filling, project: int) -> dict[str, int]:
    wanted = {
        one.login: {"login": one.login, "name": one.name, "department": one.department}
        for one in cast.CREW
    }
    among = (Filter("login", Op.IN, list(wanted)),)
    found = filling.ensured("artist", wanted, key=lambda row: row["login"], among=among)
    artists = {one.login: found[one.login] for one in cast.CREW}
    roles = {
        artists[one.login]: {"project": project, "artist": artists[one.login], "role": one.role}
        for one in cast.CREW
    }
    here = (Filter("project", Op.IS, project),)
    filling.ensured("membership", roles, key=lambda row: row["artist"], among=here)
    return artists


def _shots(filling: Filling, project: int) -> dict[tuple[str, str], int]:
    here = (Filter("project", Op.IS, project),)
    codes = dict.fromkeys(one.sequence for one in SHOTS)
    wanted = {code: {"project": project, "code": code} for code in codes}
    sequences = filling.ensured("sequence", wanted, key=_code, among=here)
    rows = {
        (sequences[one.sequence], one.name): {
            "sequence": sequences[one.sequence],
            "code": one.name,
            **cast.shot_fields(one),
        }
        for one in SHOTS
    }
    found = filling.ensured(
        "shot", rows, key=lambda row: (row["sequence"], row["code"]), among=here
    )
    return {(one.sequence, one.name): found[sequences[one.sequence], one.name] for one in SHOTS}


def _assets(filling: Filling, project: int, shots: Mapping[tuple[str, str], int]) -> None:
    here = (Filter("project", Op.IS, project),)
    tags = {
        name: {"project": project, "name": name, "colour": colour, "description": about}
        for name, colour, about in cast.TAGS
    }
    filling.ensured("tag", tags, key=lambda row: row["name"], among=here)
    wanted = {
        one.code: {
            "project": project,
            "code": one.code,
            "type": one.type,
            "status": one.status,
            "description": one.about,
        }
        for one in cast.ASSETS
    }
    assets = filling.ensured("asset", wanted, key=_code, among=here)
    usages = {
        (number, assets[one.code]): {"shot": number, "asset": assets[one.code]}
        for one in cast.ASSETS
        for (sequence, _), number in shots.items()
        if sequence in one.sequences
    }
    filling.ensured("usage", usages, key=lambda row: (row["shot"], row["asset"]), among=here)


def _code(row: Fields) -> str:
    return str(row["code"])


def _task_key(row: Fields) -> tuple[int, int]:
    return row["shot"], row["type"]
