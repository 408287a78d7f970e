"""The port of the studio's records on PostgreSQL: one statement for each question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rushes.db.driving import Driver, Driving
from rushes.db.studio_asking import page_sql
from rushes.db.studio_columns import Selection, selection, table
from rushes.db.studio_link import Link, rows
from rushes.db.studio_reach import within
from rushes.db.studio_refusals import refusals
from rushes.db.studio_tags import renaming
from rushes.db.studio_tasks import with_tasks
from rushes.db.studio_writing import (
    change,
    change_one,
    delete,
    insert,
    insert_one,
    number_versions,
    plain,
    set_archived,
)
from rushes.model.kinds import KINDS, Kind, Type
from rushes.model.scan import Actor
from rushes.ports.records import Page
from rushes.ports.studio import Access, Change, Entity, Query
from rushes.tracking.asking import asked, field_names
from rushes.tracking.drafts import (
    FACTS,
    JUDGED,
    Planned,
    Row,
    check_ending,
    drafted,
    numbers,
    planned,
)
from rushes.tracking.fields import kind_of, noted
from rushes.tracking.named import TASKS
from rushes.tracking.paging import token
from rushes.tracking.permissions import Verb, check_scope, limits, may_not, reaches
from rushes.tracking.refusing import not_there, refused
from rushes.tracking.remarks import Remark, remarked


class DatabaseStudio:
    """`ports.studio.Studio` on one PostgreSQL."""

    def __init__(self, session: Driving) -> None:
        self._link = Link(session)

    def find(
        self, kind: str, query: Query, *, access: Access, page: str | None = None
    ) -> Page[Entity]:
        """Records of one kind, in one statement, and their tasks in another."""
        sought = asked(kind, query, page=page)
        check_scope(access, kind, Verb.SEE)
        reach = reaches(access, kind, Verb.SEE, by=sought.by)
        order = [one.field.name for one in sought.order]
        told = selection(kind, tuple(dict.fromkeys((*sought.fields, *order))))
        sql, values = page_sql(sought, told.names, reach, access.artist)
        found = self._link.ask(lambda driver: rows(driver, sql, values))
        shown = found[: sought.limit]
        more = None
        if len(found) > sought.limit:
            last = told.entity(shown[-1]).fields
            more = token(sought.order, [last[name] for name in order])
        return Page(self._whole(_entities(told, shown, access, only=sought.fields), access), more)

    def get(
        self, kind: str, ids: Sequence[int], *, access: Access, fields: Sequence[str] = ()
    ) -> Sequence[Entity]:
        """These records, in the order asked for."""
        of = kind_of(kind)
        wanted = numbers(kind, ids)
        check_scope(access, kind, Verb.SEE)
        told = selection(kind, field_names(of, fields))
        found = self._link.ask(lambda driver: _seen(driver, of, wanted, told, access))
        return _in_order(kind, wanted, self._whole(_entities(told, found, access), access))

    def create(
        self, kind: str, rows: Sequence[Mapping[str, Any]], *, access: Access, actor: Actor
    ) -> Sequence[Entity]:
        """Make records, in one transaction."""
        of = kind_of(kind)
        check_scope(access, kind, Verb.CREATE)
        if not rows:
            return []
        with self._link.writing(kind, actor) as driver:
            # The task of a version that comes alone is held as it is looked up: a round trip less.
            alone = kind == "version" and len(rows) == 1
            look = _Lookup(driver, access, hold="task" if alone else "")
            drafts = drafted(of, rows, look=look, access=access)
            if kind == "version" and not alone:
                number_versions(driver, drafts)
            with refusals(kind, drafts):
                return _made(driver, of, drafts, access)

    def update(
        self, kind: str, changes: Sequence[Change], *, access: Access, actor: Actor
    ) -> Sequence[Entity]:
        """Change records, in one transaction."""
        of = kind_of(kind)
        ids = numbers(kind, (one.id for one in changes))
        check_scope(access, kind, Verb.UPDATE)
        if len(set(ids)) < len(ids):
            raise refused("id", "the same record twice")
        if not ids:
            return []
        with self._link.writing(kind, actor) as driver:
            before = _locked(driver, of, ids, access, Verb.UPDATE)
            look = _Lookup(driver, access)
            plans = planned(of, changes, before, look=look, access=access)
            return _changed(driver, of, plans, ids, access)

    def archive(
        self, kind: str, ids: Sequence[int], *, access: Access, actor: Actor, back: bool = False
    ) -> Sequence[Entity]:
        """Archive records, or take them `back`."""
        of = kind_of(kind)
        wanted = numbers(kind, ids)
        check_scope(access, kind, Verb.ARCHIVE)
        check_ending(of, {}, access=access, verb=Verb.ARCHIVE)
        if not wanted:
            return []
        with self._link.writing(kind, actor) as driver:
            before = _locked(driver, of, wanted, access, Verb.ARCHIVE)
            check_ending(of, {} if back else before, access=access, verb=Verb.ARCHIVE)
            set_archived(driver, of, wanted, back=back)
            return _told(driver, of, wanted, access)

    def remove(self, kind: str, ids: Sequence[int], *, access: Access, actor: Actor) -> None:
        """Remove records for good, in one transaction."""
        of = kind_of(kind)
        wanted = numbers(kind, ids)
        check_scope(access, kind, Verb.REMOVE)
        check_ending(of, {}, access=access, verb=Verb.REMOVE)
        if not wanted:
            return
        with self._link.writing(kind, actor) as driver:
            before = _locked(driver, of, wanted, access, Verb.REMOVE)
            check_ending(of, before, access=access, verb=Verb.REMOVE)
            delete(driver, of, wanted)

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
        """A note on a record and the record's new status, in one transaction."""
        of, remark = noted(kind), Remark(target, text, status, revision)
        numbers(kind, [target])
        check_scope(access, "note", Verb.CREATE)
        if status is not None:
            check_scope(access, kind, Verb.UPDATE)
        with self._link.writing(kind, actor) as driver:
            verb = Verb.SEE if status is None else Verb.UPDATE
            # Notes alone do not wait for one another.
            hold = status is not None or revision is not None
            before = _locked(driver, of, [target], access, verb, hold=hold)[target]
            look = _Lookup(driver, access)
            note, plan = remarked(of, remark, before, look=look, access=access)
            (made,) = _made(driver, KINDS["note"], [note], access)
            (held,) = _changed(driver, of, [plan] if plan else [], [target], access)
            return made, held

    def close(self) -> None:
        """Give this thread's connection back."""
        self._link.close()

    def _whole(self, found: list[Entity], access: Access) -> list[Entity]:
        """The records with what is told of them from elsewhere, where it was named."""
        if not found or all(TASKS not in one.fields for one in found):
            return found
        return self._link.ask(lambda driver: with_tasks(driver, found, access))


class _Lookup:
    """`drafts.Look` in a transaction; rows of the kind `hold` stay locked until it ends."""

    def __init__(self, driver: Driver, access: Access, *, hold: str = "") -> None:
        self._driver = driver
        self._access = access
        self._hold = hold

    def rows(self, kind: str, ids: Collection[int]) -> Mapping[int, Row]:
        """Those that are there, and theirs to see."""
        of = kind_of(kind)
        archived = ("archived",) if "archived" in of.by_name else ()
        told = selection(kind, (*archived, *FACTS.get(kind, ())))
        hold = kind == self._hold
        found = _seen(self._driver, of, sorted(ids), told, self._access, hold=hold)
        return {row[0]: _facts(told, row) for row in found}


def _seen(
    driver: Driver,
    kind: Kind,
    ids: Sequence[int],
    told: Selection,
    access: Access,
    *,
    hold: bool = False,
) -> list[Any]:
    theirs = within(kind, reaches(access, kind.name, Verb.SEE), access.artist)
    held = " FOR NO KEY UPDATE OF r" if hold else ""
    return rows(
        driver,
        f"SELECT {told.sql} FROM {table(kind.name)} r WHERE r.id = ANY(%s) AND {theirs.text}{held}",
        (ids, *theirs.values),
        often=True,
    )


def _locked(
    driver: Driver,
    kind: Kind,
    ids: Sequence[int],
    access: Access,
    verb: Verb,
    *,
    hold: bool = True,
) -> dict[int, Row]:
    """What changes are judged by; unless told otherwise each row is locked until the transaction
    ends.

    Raises `record.not_found` for one that is not theirs to see, `access.denied` for one that they
    may only see.
    """
    told = selection(kind.name, tuple(name for name in JUDGED if name in kind.by_name))
    theirs = within(kind, reaches(access, kind.name, Verb.SEE), access.artist)
    free = within(kind, reaches(access, kind.name, verb), access.artist)
    found = rows(
        driver,
        f"SELECT {told.sql}, {free.text} FROM {table(kind.name)} r"
        f" WHERE r.id = ANY(%s) AND {theirs.text} ORDER BY r.id"
        + (" FOR NO KEY UPDATE OF r" if hold else ""),
        (*free.values, ids, *theirs.values),
        often=True,
    )
    known = {row[0]: _facts(told, row[:-1]) for row in found}
    for one in ids:
        if one not in known:
            raise not_there(kind.name, one)
    for row in found:
        if not row[-1]:
            raise may_not(access.roles.get(row[2], ""), kind.name, verb)
    return known


def _facts(told: Selection, row: Sequence[Any]) -> Row:
    return {
        "archived": None,
        **told.entity(row).fields,
        "id": row[0],
        "revision": row[1],
        "project": row[2],
    }


def _made(
    driver: Driver, kind: Kind, drafts: Sequence[dict[str, Any]], access: Access
) -> Sequence[Entity]:
    """Write new records, and tell them."""
    if len(drafts) == 1 and not any(one.type is Type.REFERENCES for one in kind.fields):
        told = selection(kind.name, tuple(kind.by_name))
        return _entities(told, [insert_one(driver, kind, drafts[0], told)], access)
    return _told(driver, kind, insert(driver, kind, drafts), access)


def _changed(
    driver: Driver, kind: Kind, plans: Sequence[Planned], ids: Sequence[int], access: Access
) -> Sequence[Entity]:
    """Write changes, and tell the records called `ids`."""
    if len(plans) == 1 and plain(kind, plans[0]):
        told = selection(kind.name, tuple(kind.by_name))
        return _entities(told, [change_one(driver, kind, plans[0], told)], access)
    with renaming(driver, kind, plans):
        change(driver, kind, plans)
    return _told(driver, kind, ids, access)


def _told(driver: Driver, kind: Kind, ids: Sequence[int], access: Access) -> Sequence[Entity]:
    """Records as they are after a write."""
    told = selection(kind.name, tuple(kind.by_name))
    found = rows(
        driver,
        f"SELECT {told.sql} FROM {table(kind.name)} r WHERE r.id = ANY(%s)",
        [list(ids)],
        often=True,
    )
    return _in_order(kind.name, ids, _entities(told, found, access))


def _entities(
    told: Selection, found: Iterable[Any], access: Access, *, only: Sequence[str] | None = None
) -> list[Entity]:
    """Records of rows, with the fields that were asked for and that they may see."""
    hidden = limits(access, told.kind)
    if not hidden and (only is None or len(only) == len(told.names)):
        return [told.entity(row) for row in found]
    wanted = frozenset(told.names if only is None else only)
    made = []
    for row in found:
        one = told.entity(row)
        names = wanted & hidden.get(row[2], wanted)
        fields = {name: value for name, value in one.fields.items() if name in names}
        made.append(Entity(one.kind, one.id, one.revision, fields))
    return made


def _in_order(kind: str, ids: Sequence[int], found: Iterable[Entity]) -> list[Entity]:
    known = {one.id: one for one in found}
    for one in ids:
        if one not in known:
            raise not_there(kind, one)
    return [known[one] for one in ids]
