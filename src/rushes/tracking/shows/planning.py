"""From what a file asks for and what is there to a plan: added, changed, left out, unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from rushes.model.finding import Finding, Severity
from rushes.ports.studio import Entity
from rushes.tracking.shows.asked import Asked, Key, RecordAsked, TaskAsked, spoken
from rushes.tracking.shows.plan import ORDER, Difference, Edit, New, Plan, Ref
from rushes.tracking.shows.state import Show

OMIT = "omit"


@dataclass(frozen=True)
class Options:
    """How a file is taken: types of work that each of its shots gets, and whether shots of its
    sequences that it leaves out are omitted.
    """

    tasks: Sequence[str] = ()
    omit: bool = False


def planned(show: Show, asked: Asked, options: Options | None = None) -> Plan:
    """What has to be written so that the show is as asked. Nothing is checked yet."""
    return _Planning(show, asked, options or Options()).plan()


class _Planning:
    def __init__(self, show: Show, asked: Asked, options: Options) -> None:
        self._show = show
        self._asked = asked
        self._options = options
        self._there = _by_ref(show)
        self._news: dict[Ref, New] = {}
        self._edits: list[Edit] = []
        self._unchanged: list[Key] = []
        self._findings = list(asked.findings)
        self._episodes = _Episodes(show, asked)

    def plan(self) -> Plan:
        """All of it."""
        self._project()
        wanted = [self._episodes.placed(one) for one in self._asked.records]
        wanted = [one for one in wanted if not self._archived(one)]
        for one in wanted:
            self._record(one)
        self._tasks(wanted)
        left = self._left(wanted)
        if self._options.omit:
            self._edits += [self._omitted(one) for one in left]
            left = []
        return Plan(
            show=self._show.code,
            project=self._show.project.id,
            news=tuple(sorted(self._news.values(), key=lambda one: ORDER.index(one.kind))),
            edits=tuple(self._edits),
            unchanged=tuple(self._unchanged),
            left=tuple(self._show.shot_keys[one.id] for one in left),
            findings=tuple(self._findings),
            known=self._show.known,
        )

    def _project(self) -> None:
        project = self._show.project
        differences = _differences(project, self._asked.project)
        if differences:
            key = (self._show.code,)
            self._edits.append(Edit("project", key, project.id, project.revision, differences))

    def _archived(self, one: RecordAsked) -> bool:
        """Whether the record, or what it stands in, is archived; told, and left so."""
        for ref in (Ref(one.kind, one.key), *_parents(one)):
            there = self._there.get(ref)
            if there is not None and there.fields.get("archived") is not None:
                told = f"The {ref.kind} {spoken(ref.key)} is archived, and nothing of it was taken."
                self._find("record.archived", one, told, fix="Take it back, then import again.")
                return True
        return False

    def _record(self, one: RecordAsked) -> None:
        for parent in reversed(_parents(one)):
            if parent not in self._there and parent not in self._news:
                self._news[parent] = New(parent.kind, parent.key, _founding(parent), one.at)
        ref = Ref(one.kind, one.key)
        there = self._there.get(ref)
        if there is None:
            self._case(one)
            founding = _founding(ref)
            self._news[ref] = New(*ref, {**founding, **one.new, **one.fields}, one.at)
            return
        differences = _differences(there, one.fields)
        if differences:
            self._edits.append(Edit(*ref, there.id, there.revision, differences, one.at))
        elif one.kind in ("shot", "asset"):
            self._unchanged.append(one.key)
        if one.kind == "shot" and there.fields["status"] == OMIT and "status" not in one.fields:
            told = "It is in the cut, and its status is omit, which stays."
            self._find("shot.omitted", one, told, fix="Give it another status by hand.")

    def _case(self, one: RecordAsked) -> None:
        """Tell of a new shot that differs from one that is there in case alone."""
        if one.kind == "shot":
            near = self._folded.get(spoken(one.key).casefold())
            if near is not None:
                told = f"It is new, and {spoken(near)} is there, which differs in case alone."
                self._find("shot.case", one, told, fix="See whether they are the same shot.")

    @cached_property
    def _folded(self) -> Mapping[str, Key]:
        return {spoken(key).casefold(): key for key in self._show.shots_by_key}

    def _tasks(self, wanted: Sequence[RecordAsked]) -> None:
        """Tasks that are asked for and not there, on what the file holds and what its rules say."""
        there = {kind: self._show.tasks_of(kind) for kind in ("shot", "asset")}
        for one in (*wanted, *self._ruled(wanted)):
            if one.kind not in there:
                continue
            target = self._there.get(Ref(one.kind, one.key))
            held = there[one.kind].get(target.id, ()) if target is not None else ()
            names = [(self._show.type_codes[each.fields["type"]], each.fields["name"])
                     for each in held]  # fmt: skip
            for task in (*one.tasks, *self._extra(one)):
                self._task(one, task, names)

    def _task(self, one: RecordAsked, task: TaskAsked, names: list[tuple[str, str]]) -> None:
        of_type = [name for code, name in names if code == task.type]
        name = task.name or task.type
        if name in of_type or (of_type and not task.name):
            return
        names.append((task.type, name))
        ref = Ref("task", (*one.key, task.type, name))
        fields = {
            one.kind: Ref(one.kind, one.key),
            "type": Ref("task_type", (task.type,)),
            "name": name,
            **task.fields,
        }
        self._news[ref] = New(*ref, fields, one.at)

    def _extra(self, one: RecordAsked) -> Iterator[TaskAsked]:
        """Tasks that are asked for whatever the file says of a record. Those of rules are called
        after their type: a second one of that type with a name of its own is something else.
        """
        rules = self._asked.rules
        if one.kind == "asset":
            there = self._there.get(Ref(one.kind, one.key))
            kind = one.fields.get("type", there.fields["type"] if there else "prop")
            yield from (TaskAsked(code, code) for code in rules.get(("asset", kind), ()))
        elif one.fields.get("status") != OMIT:
            yield from (TaskAsked(code) for code in self._options.tasks)
            yield from (TaskAsked(code, code) for code in rules.get(("shot", ""), ()))

    def _ruled(self, wanted: Sequence[RecordAsked]) -> Iterator[RecordAsked]:
        """Records in use that the file does not name, and that its rules are for."""
        named = {Ref(one.kind, one.key) for one in wanted}
        kinds = {kind for kind, _ in self._asked.rules}
        for ref, there in self._there.items():
            if ref.kind in kinds and ref not in named and _living(there):
                yield RecordAsked(*ref, {"status": there.fields["status"]})

    def _left(self, wanted: Sequence[RecordAsked]) -> list[Entity]:
        """Shots in use of the file's sequences that it does not hold, but for omitted ones."""
        kept = {one.key for one in wanted if one.kind == "shot"}
        sequences = {key[:2] for key in kept}
        return [
            one
            for key, one in self._show.shots_by_key.items()
            if key not in kept and key[:2] in sequences and _living(one)
        ]

    def _omitted(self, one: Entity) -> Edit:
        change = Difference("status", one.fields["status"], OMIT)
        key = self._show.shot_keys[one.id]
        return Edit("shot", key, one.id, one.revision, (change,), omits=True)

    def _find(self, rule: str, one: RecordAsked, told: str, *, fix: str) -> None:
        subject = spoken(one.key)
        self._findings.append(Finding(rule, Severity.WARNING, subject, told, fix=fix))


class _Episodes:
    """Which episode a sequence is in where the file does not say."""

    def __init__(self, show: Show, asked: Asked) -> None:
        named = {key for one in asked.records for key in [one.key[:2]] if one.kind != "asset"}
        self._loose = asked.loose
        self._there = set(show.sequence_keys.values())
        self._named = {key for key in named if key[0] is not None}

    def placed(self, one: RecordAsked) -> RecordAsked:
        """The record, in the one episode that has its sequence already."""
        key = one.key
        if not self._loose or one.kind not in ("sequence", "shot") or key[0] is not None:
            return one
        if key[:2] in self._there:
            return one
        fitting = [each for each in self._there if each[1] == key[1] and each[0] is not None]
        if len(fitting) != 1 or fitting[0] in self._named:
            return one
        return replace(one, key=(*fitting[0], *key[2:]))


def _by_ref(show: Show) -> Mapping[Ref, Entity]:
    episodes = {Ref("episode", (one.fields["code"],)): one for one in show.episodes}
    assets = {Ref("asset", (one.fields["code"],)): one for one in show.assets}
    sequences = {Ref("sequence", show.sequence_keys[one.id]): one for one in show.sequences}
    shots = {Ref("shot", show.shot_keys[one.id]): one for one in show.shots}
    types = {Ref("task_type", (one.fields["code"],)): one for one in show.types}
    return {**types, **episodes, **sequences, **assets, **shots}


def _parents(one: RecordAsked) -> list[Ref]:
    """What a record stands in, the nearest first."""
    if one.kind not in ("sequence", "shot"):
        return []
    found = [Ref("sequence", one.key[:2])] if one.kind == "shot" else []
    return found if one.key[0] is None else [*found, Ref("episode", one.key[:1])]


def _founding(ref: Ref) -> dict[str, Any]:
    """The fields that every new record of its kind needs."""
    made: dict[str, Any] = {"code": ref.key[-1]}
    if ref.kind == "shot":
        return {"sequence": Ref("sequence", ref.key[:2]), **made}
    if ref.kind == "sequence" and ref.key[0] is not None:
        made["episode"] = Ref("episode", ref.key[:1])
    return {"project": Ref("project", ()), **made}


def _differences(there: Entity, wanted: Mapping[str, Any]) -> tuple[Difference, ...]:
    return tuple(
        Difference(name, there.fields[name], value)
        for name, value in wanted.items()
        if there.fields[name] != value
    )


def _living(one: Entity) -> bool:
    return one.fields.get("archived") is None and one.fields.get("status") != OMIT
