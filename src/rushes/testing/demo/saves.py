"""What the demo show came to, on record: scenes saved, versions to be looked at, what was said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rushes.core.escape import escape
from rushes.model.work import NewWorkfile, Number, NumberRequest, StreamKey, WorkKind
from rushes.ports.studio import Filter, Op
from rushes.ports.work import Work
from rushes.testing.demo import cast
from rushes.testing.demo.items import COMPS, WORKFILES
from rushes.testing.demo.records import Cast, Filling
from rushes.testing.demo.shots import SHOTS, Shot

_SAVED_BY = "nuke"
_COMP = 3  # the version of every comp


def save_scenes(filling: Filling, work: Work, on_record: Cast, shows: Path) -> None:
    """Put the comps' Nuke scripts on record, version by version, each once.

    A version that is there stays, wherever it lies: the studio may be made in several folders.
    """
    here = (Filter("project", Op.IS, on_record.project), Filter("software", Op.IS, _SAVED_BY))
    known = {(one.fields["task"], one.fields["version"]) for one in filling.found("workfile", here)}
    for version in range(1, WORKFILES + 1):
        wanted: list[NumberRequest] = []
        for shot in SHOTS:
            path = escape(str(shows / shot.folder / "workfiles" / _script(shot, version)))
            task = on_record.tasks[on_record.shots[shot.sequence, shot.name], "comp"]
            stream = StreamKey(WorkKind.WORKFILE, task, _SAVED_BY)
            if (task, version) not in known:
                number = Number(version, 1)
                wanted.append(NumberRequest(stream, path=path, hold_s=600.0, number=number))
        if wanted:
            reserved = work.allocate(wanted, actor=filling.actor)
            scenes = [NewWorkfile(one.token, one.path) for one in reserved]
            filling.made["workfiles"] += len(work.record_workfiles(scenes, actor=filling.actor))


def show_comps(
    filling: Filling, on_record: Cast, shows: Path, publishes: Mapping[int, int]
) -> dict[Shot, int]:
    """Make a version of each comp and put them on a playlist; the versions' numbers.

    `publishes` are those that the comps came from, by their tasks.
    """
    here = (Filter("project", Op.IS, on_record.project),)
    tasks = {
        shot: on_record.tasks[on_record.shots[shot.sequence, shot.name], "comp"] for shot in SHOTS
    }
    wanted = {
        (task, _COMP): {
            **_comp(shot, shows / shot.folder / f"comps/v{_COMP:03}"),
            "task": task,
            "publish": publishes.get(task),
            "artist": on_record.artists[cast.comper(shot)],
        }
        for shot, task in tasks.items()
    }
    found = filling.ensured(
        "version", wanted, key=lambda row: (row["task"], row["number"]), among=here
    )
    versions = {shot: found[task, _COMP] for shot, task in tasks.items()}
    dailies = {
        "project": on_record.project,
        "name": cast.DAILIES,
        "versions": [versions[shot] for shot in cast.shown()],
        "shared_with": [on_record.artists["northlight"]],
    }
    filling.ensured(
        "playlist", {cast.DAILIES: dailies}, key=lambda row: str(row["name"]), among=here
    )
    return versions


def _comp(shot: Shot, folder: Path) -> dict[str, Any]:
    """What a shot's comp is by itself, whoever made it."""
    name = f"{shot.name}_comp_v{_COMP:03}"
    return {
        "number": _COMP,
        "name": name,
        "status": cast.version_status(shot),
        "frames_path": escape(str(folder / f"{name}.%04d.{COMPS[shot.sequence]}")),
        "movie_path": escape(str(folder / f"{name}.mov")),
        "frame_in": shot.frames[0],
        "frame_out": shot.last,
    }


def say(filling: Filling, on_record: Cast, versions: Mapping[Shot, int]) -> None:
    """Put the notes on record, on the versions that they are about."""
    by_name = {(one.sequence, one.name): number for one, number in versions.items()}
    wanted = {
        (by_name[one.sequence, one.shot], one.text): {
            "kind": "version",
            "target": by_name[one.sequence, one.shot],
            "text": one.text,
        }
        for one in cast.SAID
    }
    here = (Filter("project", Op.IS, on_record.project), Filter("kind", Op.IS, "version"))
    filling.ensured("note", wanted, key=lambda row: (row["target"], row["text"]), among=here)


def _script(shot: Shot, version: int) -> str:
    return f"{shot.name}_comp_v{version:03}.nk"
