"""The ledger in the studio's records: shots and tasks are there before anything is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.frames.missing import Expectation
from rushes.model.finding import Finding
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.scan import Actor
from rushes.model.work import (
    NewPublish,
    Number,
    NumberRequest,
    PublishStatus,
    StreamKey,
    WorkKind,
)
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.ports.work import Work
from rushes.publish.integrating import integrate
from rushes.publish.ledger import HOLD_S, Aim, Held, Noted, Sought
from rushes.publish.target import Target, Wish

_ALL = Access(everything=True)
_LISTED = (
    *("project", "asset", "sequence", "shot", "task", "artist", "software", "part", "asset_name"),
    *("version", "iteration", "status", "is_latest", "path", "comment", "created", "metadata"),
    *("item_usd_path", "asset_usd_path"),
)
_MAKE = "Make it with `rushes show create`, or take over a list of shots with `rushes show import`."


class RecordsLedger:
    """`ledger.Ledger` on the ports of the records.

    With `follow`, USD layers are rebuilt here after what is recorded; a server does that itself.
    """

    name = "database"

    def __init__(self, studio: Studio, work: Work, *, actor: Actor, follow: bool = True) -> None:
        self._studio = studio
        self._work = work
        self._actor = actor
        self._follow = follow

    def aim(self, target: Target) -> Aim:
        """The target by its records; nothing is made that is not there."""
        project = self._one("project", {"code": target.show}, f"show {target.show!r}")
        shot, sequence = self._shot(project, target)
        task, name = self._task(shot, target)
        full = Target(
            target.show,
            target.shot,
            sequence=str(sequence.fields["code"]),
            task=name,
            software=target.software,
            part=target.part,
            asset=target.asset,
        )
        return Aim(full, task, _frames(shot, full), dict(project.fields["templates"]))

    def last(self, aim: Aim) -> Number | None:
        """The highest number on record."""
        rows = self._work.publishes(_stream(aim)).rows
        return rows[0].number if rows else None

    def taken(self, aim: Aim, number: Number) -> bool:
        """Whether the number is on record."""
        rows = every(lambda page: self._work.publishes(_stream(aim), page=page))
        return any(one.number == number for one in rows)

    def reserve(self, aim: Aim, wish: Wish, *, path: str = "") -> Held:
        """Hold a number."""
        request = NumberRequest(
            _stream(aim), bump=wish.bump, path=path, hold_s=HOLD_S, number=wish.number
        )
        (made,) = self._work.allocate([request], actor=self._actor)
        return Held(made.token, made.number)

    def release(self, held: Held) -> None:
        """Give it up; where nobody can be told, it is free again when its time is over."""
        with suppress(RushesError):
            self._work.release([held.token], actor=self._actor)

    def record(self, _aim: Aim, made: NewPublish, /) -> tuple[Noted, Sequence[Finding]]:
        """Record it, then have the USD layers follow."""
        done = integrate(
            [made], work=self._work, studio=self._studio, actor=self._actor, follow=self._follow
        )
        return self.get(done.recorded[0].id), done.warnings

    def get(self, number: int) -> Noted:
        """The publish of that id, archived or not."""
        (found,) = self._studio.get("publish", [number], access=_ALL)
        return next(self._noted([found]))

    def find(self, sought: Sought) -> Iterator[Noted]:
        """Publishes of a show, a shot or a task."""
        filters = list(self._filters(sought))
        query = Query(tuple(filters), ("-id",), _LISTED, limit=min(1000, sought.most))

        def ask(page: str | None) -> Any:
            return self._studio.find("publish", query, access=_ALL, page=page)

        yield from self._noted(list(islice(every(ask), sought.most)))

    def notes(self) -> Sequence[Finding]:
        """Nothing; the database looks after itself."""
        return ()

    def close(self) -> None:
        """Let go of the connections."""
        self._studio.close()
        self._work.close()

    def _filters(self, sought: Sought) -> Iterator[Filter]:
        if not sought.show:
            if sought.shot or sought.task or sought.sequence:
                raise RushesError(Code.USAGE, "A shot is of a show.", hint="Name it: --show.")
            return
        project = self._one("project", {"code": sought.show}, f"show {sought.show!r}")
        if not sought.shot:
            yield Filter("project", Op.IS, project.id)
            return
        target = Target(sought.show, sought.shot, sought.sequence)
        shot, _ = self._shot(project, target)
        yield Filter("shot", Op.IS, shot.id)
        if sought.task:
            yield Filter("task", Op.IN, [one.id for one in self._tasks(shot, sought.task)])

    def _shot(self, project: Entity, target: Target) -> tuple[Entity, Entity]:
        shots = self._all("shot", {"project": project.id, "code": target.shot})
        ids = sorted({one.fields["sequence"] for one in shots})
        by_id = {one.id: one for one in self._studio.get("sequence", ids, access=_ALL)}
        found = [
            (one, by_id[one.fields["sequence"]])
            for one in shots
            if target.sequence in ("", by_id[one.fields["sequence"]].fields["code"])
        ]
        if not found:
            raise _missing(f"shot {target.name!r}")
        if len(found) > 1:
            names = ", ".join(sorted(str(sequence.fields["code"]) for _, sequence in found))
            raise RushesError(
                Code.USAGE,
                f"Several shots of {target.show} are called {target.shot}: in {names}.",
                hint="Name the sequence, too: --seq.",
            )
        return found[0]

    def _task(self, shot: Entity, target: Target) -> tuple[int, str]:
        found = self._tasks(shot, target.task)
        if len(found) == 1:
            return found[0].id, str(found[0].fields["name"])
        names = ", ".join(sorted(str(one.fields["name"]) for one in self._tasks(shot, "")))
        if not names:
            raise _missing(f"task of {target.name}")
        if not found:
            raise RushesError(
                Code.RECORD_NOT_FOUND,
                f"{target.name} has no task {target.task!r} on record.",
                hint=f"It has {names}.",
            )
        raise RushesError(
            Code.USAGE,
            f"{target.name} has several tasks{f' {target.task}' if target.task else ''}.",
            hint=f"Name one of them: --task ({names}).",
        )

    def _tasks(self, shot: Entity, name: str) -> Sequence[Entity]:
        """The shot's tasks of that name; where there is none, those of that type."""
        tasks = self._all("task", {"shot": shot.id})
        if not name:
            return tasks
        if named := [one for one in tasks if one.fields["name"] == name]:
            return named
        types = {one.id for one in self._all("task_type", {"code": name})}
        return [one for one in tasks if one.fields["type"] in types]

    def _one(self, kind: str, wanted: Mapping[str, Any], called: str) -> Entity:
        found = self._all(kind, wanted)
        if not found:
            raise _missing(called)
        return found[0]

    def _all(self, kind: str, wanted: Mapping[str, Any]) -> Sequence[Entity]:
        query = Query(
            tuple(Filter(name, Op.IS, value) for name, value in wanted.items()), limit=1000
        )
        return list(every(lambda page: self._studio.find(kind, query, access=_ALL, page=page)))

    def _noted(self, found: Sequence[Entity]) -> Iterator[Noted]:
        names = {
            kind: self._names(kind, label, (one.fields[kind] for one in found))
            for kind, label in _LABELS.items()
        }
        shots = self._studio.get(
            "shot",
            sorted({one.fields["shot"] for one in found if one.fields["shot"]}),
            access=_ALL,
            fields=("sequence",),
        )
        parents = {one.id: one.fields["sequence"] for one in shots}
        sequences = self._names("sequence", "code", parents.values())
        for one in found:
            told = {kind: names[kind].get(one.fields[kind] or 0, "") for kind in _LABELS}
            if one.fields["shot"]:
                told["sequence"] = sequences.get(parents[one.fields["shot"]], "")
            yield _note(one, told)

    def _names(self, kind: str, label: str, ids: Iterable[int | None]) -> dict[int, str]:
        wanted = sorted({one for one in ids if one})
        if not wanted:
            return {}
        found = self._studio.get(kind, wanted, access=_ALL, fields=(label,))
        return {one.id: str(one.fields[label]) for one in found}


_LABELS = {
    "project": "code",
    "asset": "code",
    "sequence": "code",
    "shot": "code",
    "task": "name",
    "artist": "login",
}


def _note(one: Entity, told: Mapping[str, str]) -> Noted:
    fields = one.fields
    target = Target(
        told["project"],
        told["shot"],
        sequence=told["sequence"],
        task=told["task"],
        software=fields["software"],
        part=fields["part"],
        asset=fields["asset_name"] or told["asset"],
    )
    return Noted(
        one.id,
        target,
        Number(fields["version"], fields["iteration"]),
        PublishStatus(fields["status"]),
        bool(fields["is_latest"]),
        path=fields["path"],
        artist=told["artist"],
        created=_moment(fields["created"]),
        comment=fields["comment"],
        item_usd_path=fields["item_usd_path"],
        asset_usd_path=fields["asset_usd_path"],
        components=tuple(fields.get("components", ())),
        metadata=fields["metadata"],
    )


def _stream(aim: Aim) -> StreamKey:
    target = aim.target
    return StreamKey(
        WorkKind.PUBLISH, aim.task, target.software, part=target.part, asset=target.asset
    )


def _frames(shot: Entity, target: Target) -> Expectation | None:
    first, last = shot.fields["frame_in"], shot.fields["frame_out"]
    if first is None or last is None:
        return None
    return Expectation(FrameSet((FrameRange(first, last),)), f"shot {target.name} (the records)")


def _missing(called: str) -> RushesError:
    return RushesError(Code.RECORD_NOT_FOUND, f"There is no {called} on record.", hint=_MAKE)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
