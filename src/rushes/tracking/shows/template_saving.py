"""A show as a template: what all shots, or all assets of a type, share is said once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rushes.model.kinds import KINDS
from rushes.ports.studio import Entity
from rushes.tracking.shows.planning import OMIT
from rushes.tracking.shows.shot_rows import shots_in_use
from rushes.tracking.shows.state import Show
from rushes.tracking.shows.template import OF_ASSET, OF_SEQUENCE, OF_SHOT, OF_SHOW, SCHEMA

_Tasks = Sequence[tuple[str, str]]  # type and name


def template_of(show: Show) -> dict[str, Any]:
    """The show without what it has come to: no statuses, people, dates, archived or omitted things.

    Only types of work that are the show's own are told; others are the studio's.
    """
    shots = [one for one in shots_in_use(show) if one.fields["status"] != OMIT]
    assets = sorted(
        (one for one in show.assets if one.fields["archived"] is None),
        key=lambda one: str(one.fields["code"]),
    )
    on_shots, on_assets = _tasks(show, "shot"), _tasks(show, "asset")
    for_shots = _shared(on_shots.get(one.id, ()) for one in shots)
    by_type: dict[str, list[Entity]] = {}
    for one in assets:
        by_type.setdefault(one.fields["type"], []).append(one)
    for_assets = {
        kind: _shared(on_assets.get(one.id, ()) for one in some) for kind, some in by_type.items()
    }
    return {
        "schema": SCHEMA,
        "show": {name: show.project.fields[name] for name in OF_SHOW},
        "task_types": [_type(one) for one in show.types if one.fields["project"] is not None],
        "tasks": {
            "shot": for_shots,
            "asset": {kind: codes for kind, codes in for_assets.items() if codes},
        },
        "episodes": [
            {"code": one.fields["code"], **_told(one, "episode", ("name",))}
            for one in _sorted(show.episodes)
        ],
        "sequences": _sequences(show, shots, on_shots, for_shots),
        "assets": [
            {
                "code": one.fields["code"],
                **_told(one, "asset", OF_ASSET),
                **_extra(on_assets.get(one.id, ()), for_assets[one.fields["type"]]),
            }
            for one in assets
        ],
    }


def _sequences(
    show: Show, shots: Sequence[Entity], tasks: Mapping[int, _Tasks], shared: Sequence[str]
) -> list[dict[str, Any]]:
    made = []
    living = [one for one in show.sequences if one.fields["archived"] is None]
    for one in sorted(living, key=lambda one: tuple(map(str, show.sequence_keys[one.id]))):
        episode, code = show.sequence_keys[one.id]
        mine = [each for each in shots if each.fields["sequence"] == one.id]
        rows = [
            {
                "code": each.fields["code"],
                **_told(each, "shot", OF_SHOT),
                **_extra(tasks.get(each.id, ()), shared),
            }
            for each in mine
        ]
        parents = {"code": code} if episode is None else {"episode": episode, "code": code}
        made.append({**parents, **_told(one, "sequence", OF_SEQUENCE), "shots": rows})
    return made


def _tasks(show: Show, kind: str) -> Mapping[int, _Tasks]:
    return {
        number: [(show.type_codes.get(one.fields["type"], ""), one.fields["name"]) for one in some]
        for number, some in show.tasks_of(kind).items()
    }


def _shared(tasks: Iterable[_Tasks]) -> list[str]:
    """Types of work that all of some records have, by the name of the type."""
    sets = [[code for code, name in one if code == name] for one in tasks]
    return [code for code in sets[0] if all(code in one for one in sets)] if sets else []


def _extra(tasks: _Tasks, shared: Sequence[str]) -> dict[str, Any]:
    rows = [
        {"type": code, "name": name}
        for code, name in tasks
        if not (code == name and code in shared)
    ]
    return {"tasks": rows} if rows else {}


def _told(one: Entity, kind: str, names: Sequence[str]) -> dict[str, Any]:
    """Fields that say more than their defaults would. Frames always do: a show's own fill them."""
    defaults = KINDS[kind].by_name
    found = {}
    for name in names:
        value, default = one.fields[name], defaults[name].default
        plain = list(default) if isinstance(default, tuple) else default
        if name.startswith("frame_") or value != plain:
            found[name] = value
    return found


def _type(one: Entity) -> dict[str, Any]:
    return {name: one.fields[name] for name in ("code", "name", "position")}


def _sorted(some: Iterable[Entity]) -> list[Entity]:
    living = [one for one in some if one.fields["archived"] is None]
    return sorted(living, key=lambda one: str(one.fields["code"]))
