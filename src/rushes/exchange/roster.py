"""A project as an ingest needs to know it: its shots, assets, tasks, and the versions there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.exchange.claim import Claim
from rushes.frames.missing import Expectation
from rushes.model.frames import FrameRange, FrameSet
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio

_ALL = Access(everything=True)
_PAGE = 1_000
_ASKED = 500  # tasks in one question


class UnknownError(Exception):
    """A claim that no record answers to: the rule, a sentence, and what to do."""

    def __init__(self, rule: str, said: str, *, fix: str) -> None:
        super().__init__(said)
        self.rule, self.said, self.fix = rule, said, fix


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the project, with all names that paths are made of. `shot` or `asset` is empty."""

    id: int
    name: str
    episode: str = ""
    sequence: str = ""
    shot: str = ""
    asset: str = ""
    frames: Expectation | None = None

    @property
    def on(self) -> str:
        """What it is on, for people."""
        return self.asset or "/".join(one for one in (self.sequence, self.shot) if one)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A version or a publish that is on record already."""

    task: int
    number: int
    id: int
    path: str = ""
    software: str = ""
    status: str = ""
    components: tuple[Mapping[str, Any], ...] = ()


@dataclass(slots=True)
class Roster:
    """What is on record of one project. Without records it knows nothing and says so."""

    project: int = 0
    code: str = ""
    templates: Mapping[str, Any] = field(default_factory=dict)
    grammar: str = ""
    shots: dict[tuple[str, ...], list[Entity]] = field(default_factory=dict)
    assets: dict[str, Entity] = field(default_factory=dict)
    tasks: dict[tuple[str, int], list[tuple[str, Task]]] = field(default_factory=dict)
    versions: dict[tuple[int, int], Delivered] = field(default_factory=dict)
    publishes: dict[tuple[int, int], list[Delivered]] = field(default_factory=dict)

    def task(self, claim: Claim) -> Task:
        """The task that a claim is about. Raises `UnknownError`."""
        kind, entity = self._target(claim)
        tasks = self.tasks.get((kind, entity.id), [])
        named = [one for _, one in tasks if one.name == claim.task]
        found = named or [one for code, one in tasks if code == claim.task]
        if not claim.task and len(tasks) == 1:
            found = [tasks[0][1]]
        if len(found) == 1:
            return found[0]
        what = f"the {kind} {entity.fields['code']}"
        there = ", ".join(sorted(one.name for _, one in tasks)) or "none"
        if not claim.task:
            said = f"nothing tells which task of {what} it is for"
        else:
            said = f"{what} has {'several tasks' if found else 'no task'} {claim.task!r}"
        fix = f"There are: {there}. Name the file after one, or have the task made."
        raise UnknownError("task", said, fix=fix)

    def _target(self, claim: Claim) -> tuple[str, Entity]:
        if claim.asset:
            asset = self.assets.get(claim.asset)
            if asset is None:
                raise self._unknown("asset", claim.asset, self.assets)
            return "asset", asset
        for code in claim.codes():
            found = self.shots.get(code, [])
            if len(found) > 1:
                raise UnknownError(
                    "shot",
                    f"several shots of {self.code} are called {'/'.join(code)!r}",
                    fix="Name the scene, too.",
                )
            if found:
                return "shot", found[0]
        name = "_".join(one for one in (claim.episode, claim.scene, claim.shot) if one)
        raise self._unknown("shot", name, ("_".join(one) for one in self.shots))

    def _unknown(self, kind: str, name: str, known: Iterable[str]) -> UnknownError:
        near = get_close_matches(name, sorted(set(known)), n=1)
        guess = f"Did you mean {near[0]}? " if near else ""
        fix = f"{guess}Correct the name, or have the {kind} made first."
        return UnknownError(kind, f"{self.code} has no {kind} {name!r}", fix=fix)


def read_roster(studio: Studio, code: str) -> Roster:
    """The project called so, by its code or its title.

    Raises `record.not_found`, and what the studio's records raise.
    """
    project = project_of(studio, code)
    made = Roster(
        project.id,
        str(project.fields["code"]),
        dict(project.fields["templates"]),
        str(project.fields["shot_grammar"]),
    )
    own = (Filter("project", Op.IS, project.id),)
    episodes = {one.id: str(one.fields["code"]) for one in _find(studio, "episode", own)}
    sequences = {one.id: one for one in _find(studio, "sequence", own)}
    names: dict[int, tuple[str, str]] = {}
    for shot in _find(studio, "shot", own):
        sequence = sequences.get(shot.fields["sequence"])
        if sequence is None:
            continue  # it is archived, and so is all in it
        above = str(sequence.fields["code"])
        names[shot.id] = (episodes.get(sequence.fields["episode"] or 0, ""), above)
        for key in _keys(*names[shot.id], str(shot.fields["code"])):
            made.shots.setdefault(key, []).append(shot)
    made.assets = {str(one.fields["code"]): one for one in _find(studio, "asset", own)}
    shots = {one.id: one for found in made.shots.values() for one in found}
    _take_tasks(studio, made, own, shots, names)
    return made


def read_delivered(studio: Studio, roster: Roster, tasks: Sequence[int]) -> None:
    """Add the versions and publishes that tasks have already."""
    for at in range(0, len(tasks), _ASKED):
        some = (Filter("task", Op.IN, list(tasks[at : at + _ASKED])),)
        for one in _find(studio, "version", some, archived=True):
            key = one.fields["task"], one.fields["number"]
            roster.versions[key] = Delivered(*key, one.id, one.fields["frames_path"])
        for one in _find(studio, "publish", some, archived=True):
            key = one.fields["task"], one.fields["version"]
            roster.publishes.setdefault(key, []).append(
                Delivered(
                    *key,
                    one.id,
                    one.fields["path"],
                    one.fields["software"],
                    one.fields["status"],
                    tuple(one.fields["components"]),
                )
            )


def project_of(studio: Studio, code: str) -> Entity:
    """The project called so, by its code or its title. Raises `record.not_found`."""
    for name in ("code", "name"):
        found = list(_find(studio, "project", (Filter(name, Op.IS, code),)))
        if len(found) == 1:
            return found[0]
    known = sorted(str(one.fields["code"]) for one in _find(studio, "project", ()))
    near = get_close_matches(code, known, n=1)
    raise RushesError(
        Code.RECORD_NOT_FOUND,
        f"There is no project {code!r} on record; nothing was ingested.",
        hint=f"Did you mean {near[0]}?" if near else "Make it with `rushes show create`.",
    )


def _take_tasks(
    studio: Studio,
    made: Roster,
    own: tuple[Filter, ...],
    shots: Mapping[int, Entity],
    names: Mapping[int, tuple[str, str]],
) -> None:
    types = {one.id: str(one.fields["code"]) for one in _find(studio, "task_type", ())}
    assets = {one.id: one for one in made.assets.values()}
    for one in _find(studio, "task", own):
        name, code = str(one.fields["name"]), types.get(one.fields["type"], "")
        shot, asset = shots.get(one.fields["shot"] or 0), assets.get(one.fields["asset"] or 0)
        if shot is not None:
            task = Task(one.id, name, *names[shot.id], str(shot.fields["code"]))
            task = _with_frames(task, shot)
            made.tasks.setdefault(("shot", shot.id), []).append((code, task))
        elif asset is not None:
            task = Task(one.id, name, asset=str(asset.fields["code"]))
            made.tasks.setdefault(("asset", asset.id), []).append((code, task))


def _with_frames(task: Task, shot: Entity) -> Task:
    first, last = shot.fields["frame_in"], shot.fields["frame_out"]
    if first is None or last is None:
        return task
    wanted = Expectation(FrameSet((FrameRange(first, last),)), f"shot {task.on} (the records)")
    return Task(
        task.id, task.name, task.episode, task.sequence, task.shot, task.asset, frames=wanted
    )


def _keys(episode: str, sequence: str, shot: str) -> Iterator[tuple[str, ...]]:
    yield (shot,)
    yield sequence, shot
    if episode:
        yield episode, sequence, shot


def _find(
    studio: Studio, kind: str, filters: tuple[Filter, ...], *, archived: bool = False
) -> Iterator[Entity]:
    query = Query(filters, limit=_PAGE, archived=archived)
    return every(lambda page: studio.find(kind, query, access=_ALL, page=page))
