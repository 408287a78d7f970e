"""The studio's records in memory: dicts by kind and number, so that it is plainly right."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from threading import RLock
from typing import Any

from rushes.core import clock
from rushes.model.kinds import KINDS, Kind
from rushes.model.scan import Actor
from rushes.ports.records import Page
from rushes.ports.studio import Access, Change, Entity, Query
from rushes.testing.memory_studio_asking import found
from rushes.testing.memory_studio_reach import project_of, within
from rushes.tracking.asking import asked, field_names
from rushes.tracking.drafts import Planned, check_ending, drafted, numbers, planned
from rushes.tracking.fields import kind_of, noted
from rushes.tracking.inherit import EFFECTIVE, effective
from rushes.tracking.named import TASK_FIELDS, TASKS
from rushes.tracking.paging import token
from rushes.tracking.permissions import Verb, check_scope, limits, may_not, reaches
from rushes.tracking.refusing import not_there, refused, taken
from rushes.tracking.refusing import row as row_of
from rushes.tracking.remarks import Remark, remarked

Row = dict[str, Any]

_TASK_TYPES = (
    *("mod", "rig", "ldev", "layout", "matte", "anim", "cfx", "fx", "env", "lgt", "comp"),
)
# Fields that no two records of a kind have all the same, and the one that is told then.
_UNIQUE = {
    "project": ("code",),
    "episode": ("project", "code"),
    "sequence": ("project", "episode", "code"),
    "shot": ("sequence", "code"),
    "asset": ("project", "code"),
    "task_type": ("project", "code"),
    "task": ("asset", "sequence", "shot", "type", "name"),
    "artist": ("login",),
    "version": ("task", "number"),
    "membership": ("project", "artist"),
    "usage": ("shot", "asset"),
    "tag": ("project", "name"),
}


class MemoryStudio:
    """`ports.studio.Studio` for tests; gone with its process."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, Row]] = {name: {} for name in KINDS}
        self._last = dict.fromkeys(KINDS, 0)  # numbers of what was removed are not given again
        self._lock = RLock()
        for at, code in enumerate(_TASK_TYPES, 1):
            self.put("task_type", {"code": code, "position": 10 * at})

    def put(self, kind: str, fields: Mapping[str, Any]) -> int:
        """Hold a record as it is, unchecked, as other ports would write it; its number."""
        with self._lock:
            number = self._last[kind] = self._last[kind] + 1
            now = clock.iso(clock.now())
            row = {one.name: copy.copy(one.default) for one in KINDS[kind].fields}
            row |= {"id": number, "revision": 1, "created": now, "updated": now, **fields}
            self._rows[kind][number] = row
        return number

    def find(
        self, kind: str, query: Query, *, access: Access, page: str | None = None
    ) -> Page[Entity]:
        """Records of one kind."""
        sought = asked(kind, query, page=page)
        check_scope(access, kind, Verb.SEE)
        reach = reaches(access, kind, Verb.SEE, by=sought.by)
        with self._lock:
            there = [
                one for one in self._rows[kind].values() if self._reached(kind, one, reach, access)
            ]
            if not sought.archived:
                there = [one for one in there if self._living(sought.kind, one)]
            rows = found(sought, there)
            shown = rows[: sought.limit]
            more = None
            if len(rows) > sought.limit:
                more = token(sought.order, [shown[-1][one.field.name] for one in sought.order])
            return Page([self._entity(kind, one, access, sought.fields) for one in shown], more)

    def get(
        self, kind: str, ids: Sequence[int], *, access: Access, fields: Sequence[str] = ()
    ) -> Sequence[Entity]:
        """These records, in the order asked for."""
        names = field_names(kind_of(kind), fields)
        wanted = numbers(kind, ids)
        check_scope(access, kind, Verb.SEE)
        with self._lock:
            rows = self._seen(kind, wanted, access)
            return [self._entity(kind, rows[one], access, names) for one in wanted]

    def create(
        self, kind: str, rows: Sequence[Mapping[str, Any]], *, access: Access, actor: Actor
    ) -> Sequence[Entity]:
        """Make records, all or none."""
        of = kind_of(kind)
        check_scope(access, kind, Verb.CREATE)
        with self._lock:
            drafts = drafted(of, rows, look=_Lookup(self, access), access=access)
            for one in drafts if kind == "version" else ():
                one["number"] = one["number"] or self._next(one["task"], drafts)
            self._check_unique(kind, drafts)
            made = [self.put(kind, one) for one in drafts]
            return [self._entity(kind, self._rows[kind][one], access) for one in made]

    def update(
        self, kind: str, changes: Sequence[Change], *, access: Access, actor: Actor
    ) -> Sequence[Entity]:
        """Change records, all or none."""
        of = kind_of(kind)
        ids = numbers(kind, (one.id for one in changes))
        check_scope(access, kind, Verb.UPDATE)
        if len(set(ids)) < len(ids):
            raise refused("id", "the same record twice")
        with self._lock:
            before = self._free(of, ids, access, Verb.UPDATE)
            look = _Lookup(self, access)
            plans = planned(of, changes, before, look=look, access=access)
            return self._change(kind, plans, access)

    def archive(
        self, kind: str, ids: Sequence[int], *, access: Access, actor: Actor, back: bool = False
    ) -> Sequence[Entity]:
        """Archive records, or take them `back`."""
        of = kind_of(kind)
        wanted = numbers(kind, ids)
        check_scope(access, kind, Verb.ARCHIVE)
        check_ending(of, {}, access=access, verb=Verb.ARCHIVE)
        with self._lock:
            before = self._free(of, wanted, access, Verb.ARCHIVE)
            check_ending(of, {} if back else before, access=access, verb=Verb.ARCHIVE)
            made = []
            for one in wanted:
                row = self._rows[kind][one]
                since = None if back else row["archived"] or clock.iso(clock.now())
                made.append(self._write(kind, one, {**row, "archived": since}, access))
            return made

    def remove(self, kind: str, ids: Sequence[int], *, access: Access, actor: Actor) -> None:
        """Remove records for good."""
        of = kind_of(kind)
        wanted = numbers(kind, ids)
        check_scope(access, kind, Verb.REMOVE)
        check_ending(of, {}, access=access, verb=Verb.REMOVE)
        with self._lock:
            before = self._free(of, wanted, access, Verb.REMOVE)
            check_ending(of, before, access=access, verb=Verb.REMOVE)
            for one in before:
                del self._rows[kind][one]

    def comment(
        self,
        kind: str,
        target: int,
        *,
        text: str,
        status: str | None = None,
        revision: int | None = None,
        access: Access,
        actor: Actor,
    ) -> tuple[Entity, Entity]:
        """A note on a record and the record's new status, both or neither."""
        of, remark = noted(kind), Remark(target, text, status, revision)
        numbers(kind, [target])
        check_scope(access, "note", Verb.CREATE)
        if status is not None:
            check_scope(access, kind, Verb.UPDATE)
        with self._lock:
            verb = Verb.SEE if status is None else Verb.UPDATE
            before = self._free(of, [target], access, verb)[target]
            look = _Lookup(self, access)
            draft, plan = remarked(of, remark, before, look=look, access=access)
            note = self.put("note", draft)
            if plan is not None:
                self._change(kind, [plan], access)
            held = self._rows[kind][target]
            told = self._entity("note", self._rows["note"][note], access)
            return told, self._entity(kind, held, access)

    def close(self) -> None:
        """Nothing to let go of."""

    def _seen(self, kind: str, ids: Collection[int], access: Access) -> dict[int, Row]:
        reach = reaches(access, kind, Verb.SEE)
        rows = self._rows[kind]
        for one in ids:
            if one not in rows or not self._reached(kind, rows[one], reach, access):
                raise not_there(kind, one)
        return {one: rows[one] for one in ids}

    def _free(self, kind: Kind, ids: Sequence[int], access: Access, verb: Verb) -> dict[int, Row]:
        """Rows that they may write, as changes are judged by."""
        found_rows = self._seen(kind.name, ids, access)
        reach = reaches(access, kind.name, verb)
        before = {}
        for one in sorted(found_rows):
            row = found_rows[one]
            project = project_of(kind, row)
            if not self._reached(kind.name, row, reach, access):
                raise may_not(access.roles.get(project or 0, ""), kind.name, verb)
            before[one] = {"archived": None, **row, "project": project}
        return before

    def _reached(self, kind: str, row: Row, reach: Any, access: Access) -> bool:
        return within(KINDS[kind], row, reach, me=access.artist, records=self._rows)

    def _living(self, kind: Kind, row: Row) -> bool:
        project = self._rows["project"].get(row.get("project") or 0, {})
        return row.get("archived") is None and project.get("archived") is None

    def _change(self, kind: str, plans: Sequence[Planned], access: Access) -> list[Entity]:
        new = {one.id: {**self._rows[kind][one.id], **one.values} for one in plans}
        self._check_unique(kind, list(new.values()))
        if kind == "tag":
            self._rename([(self._rows[kind][one], row["name"]) for one, row in new.items()], access)
        return [self._write(kind, one, row, access) for one, row in new.items()]

    def _rename(self, words: Sequence[tuple[Row, str]], access: Access) -> None:
        """Rename words on all that is marked with them, all at once."""
        new = {(held["project"], held["name"]): name for held, name in words}
        for kind in ("asset", "shot"):
            for number, row in self._rows[kind].items():
                tags = [new.get((row["project"], one), one) for one in row["tags"]]
                if tags != row["tags"]:
                    self._write(kind, number, {**row, "tags": list(dict.fromkeys(tags))}, access)

    def _write(self, kind: str, number: int, row: Row, access: Access) -> Entity:
        if row != self._rows[kind][number]:
            row = {**row, "revision": row["revision"] + 1, "updated": clock.iso(clock.now())}
            self._rows[kind][number] = row
        return self._entity(kind, row, access)

    def _next(self, task: int, drafts: Sequence[Row]) -> int:
        rows = (*self._rows["version"].values(), *drafts)
        return max((one["number"] or 0 for one in rows if one["task"] == task), default=0) + 1

    def _check_unique(self, kind: str, rows: Sequence[Row]) -> None:
        names = _UNIQUE.get(kind)
        if names is None:
            return
        changed = {one.get("id") for one in rows}
        held = [one for one in self._rows[kind].values() if one["id"] not in changed]
        keys = {tuple(one.get(name) for name in names) for one in held}
        for at, one in enumerate(rows):
            key = tuple(one.get(name) for name in names)
            if key in keys:
                with row_of(at, of=1 if changed != {None} else len(rows)):
                    raise taken(kind, names[-1], key[-1])
            keys.add(key)

    def _entity(self, kind: str, row: Row, access: Access, names: Sequence[str] = ()) -> Entity:
        of = KINDS[kind]
        seen = limits(access, kind).get(project_of(of, row) or 0)
        fields: dict[str, Any] = {}
        for name in names or tuple(of.by_name):
            if seen is not None and name not in seen:
                continue
            if name == EFFECTIVE:
                fields[name] = self._levels(row)
            elif name == TASKS:
                fields[name] = self._tasks(kind, row, access)
            else:
                fields[name] = copy.deepcopy(row[name])
        return Entity(kind, row["id"], row["revision"], fields)

    def _tasks(self, kind: str, on: Row, access: Access) -> list[Row]:
        reach = reaches(access, "task", Verb.SEE)
        return [
            {name: copy.copy(one[name]) for name in TASK_FIELDS}
            for one in self._rows["task"].values()
            if one[kind] == on["id"] and not one.get("archived")
            if self._reached("task", one, reach, access)
        ]

    def _levels(self, shot: Row) -> Any:
        sequence = self._rows["sequence"][shot["sequence"]]
        project = self._rows["project"][sequence["project"]]
        return effective({"shot": shot, "sequence": sequence, "project": project})


class _Lookup:
    """`drafts.Look` of what somebody may see."""

    def __init__(self, studio: MemoryStudio, access: Access) -> None:
        self._studio = studio
        self._access = access

    def rows(self, kind: str, ids: Collection[int]) -> Mapping[int, Row]:
        """Those that are there."""
        made: dict[int, Row] = {}
        for one in ids:
            made |= self._one(kind, one)
        return made

    def _one(self, kind: str, number: int) -> dict[int, Row]:
        held = self._studio._rows[kind].get(number)
        reach = reaches(self._access, kind, Verb.SEE)
        if held is None or not self._studio._reached(kind, held, reach, self._access):
            return {}
        return {number: {"archived": None, **held, "project": project_of(KINDS[kind], held)}}
