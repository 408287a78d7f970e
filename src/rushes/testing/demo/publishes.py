"""Renders and comps of the demo show as publishes: hashed, numbered as their folders, recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rushes.core.escape import escape
from rushes.model.files import FoundFolder
from rushes.model.work import (
    NewPublish,
    Number,
    NumberRequest,
    PublishStatus,
    Reserved,
    StreamKey,
    WorkKind,
)
from rushes.ports.executor import Executor
from rushes.ports.studio import Filter, Op
from rushes.ports.work import Work
from rushes.publish.collecting import collected
from rushes.publish.components import component
from rushes.publish.measuring import measured
from rushes.scan.roots import Root
from rushes.testing.demo import cast
from rushes.testing.demo.records import Cast, Filling
from rushes.testing.demo.shots import SHOTS, Shot

_HOLD_S = 600.0
COMP = "comp"


class Order(NamedTuple):
    """A folder to be published: whose work it is, and which version."""

    shot: Shot
    task: str
    version: int
    software: str
    folder: str  # below that of the shot


def orders() -> Iterator[Order]:
    """Every folder of the show that was published."""
    for shot in SHOTS:
        yield Order(shot, "lgt", 2, "houdini", "renders/v002")
        yield Order(shot, COMP, 3, "nuke", "comps/v003")


def publish_media(
    filling: Filling,
    work: Work,
    on_record: Cast,
    shows: Path,
    *,
    folders: Iterable[tuple[Root, FoundFolder]],
    executor: Executor,
) -> dict[int, int]:
    """Record what is not yet, as found in `folders`; the comps' publishes by their tasks.

    Raises as `publish.measuring.measured` and `Work` do.
    """
    wanted = {(_task(on_record, one), one.version): one for one in orders()}
    there = _there(filling, on_record)
    new = {key: one for key, one in wanted.items() if key not in there}
    if new:
        components = _components(folders, executor)
        actor = filling.actor
        asked = [
            NumberRequest(
                StreamKey(WorkKind.PUBLISH, task, one.software),
                number=Number(version, 1),
                hold_s=_HOLD_S,
            )
            for (task, version), one in new.items()
        ]
        reserved = work.allocate(asked, actor=actor)
        made = [
            _new(one, held, shows, components)
            for one, held in zip(new.values(), reserved, strict=True)
        ]
        recorded = work.record_publishes(made, actor=actor)
        there |= {key: row.id for key, row in zip(new, recorded, strict=True)}
        filling.made["publishes"] += len(recorded)
    return {task: there[task, at] for (task, at), one in wanted.items() if one.task == COMP}


def _there(filling: Filling, on_record: Cast) -> dict[tuple[int, int], int]:
    here = (Filter("project", Op.IS, on_record.project),)
    return {
        (int(one.fields["task"]), int(one.fields["version"])): one.id
        for one in filling.found("publish", here)
    }


def _task(on_record: Cast, one: Order) -> int:
    return on_record.tasks[on_record.shots[one.shot.sequence, one.shot.name], one.task]


def _components(
    folders: Iterable[tuple[Root, FoundFolder]], executor: Executor
) -> dict[str, list[dict[str, Any]]]:
    """What lies in each folder, by its path; every file read once."""
    made: dict[str, list[dict[str, Any]]] = {}
    hashed = measured(collected(folders), executor)
    for item, files in zip(hashed.found.items, hashed.files, strict=True):
        made.setdefault(str(item.folder), []).append(component(item.asset, files, folder=""))
    return made


def _new(
    one: Order, held: Reserved, shows: Path, components: dict[str, list[dict[str, Any]]]
) -> NewPublish:
    folder = str(shows / one.shot.folder / one.folder)
    done = cast.version_status(one.shot) == "approved"
    return NewPublish(
        held.token,
        path=escape(folder),
        status=PublishStatus.APPROVED if done else PublishStatus.PUBLISHED,
        comment=f"{one.shot.name} {one.task} v{one.version:03}",
        components=tuple(components[folder]),
    )
