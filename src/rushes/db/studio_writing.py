"""Writing records of the studio: rows in, rows changed, and lists of references beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg

from rushes.db.driving import Driver
from rushes.db.studio_columns import SEVERAL, Selection, column, table
from rushes.db.studio_link import rows
from rushes.model.kinds import Kind, Type
from rushes.tracking.drafts import Planned

_JSON = (Type.OBJECT, Type.LIST)
_CASTS = {Type.OBJECT: "::jsonb", Type.LIST: "::jsonb", Type.DAY: "::date"}
_NEXT = "(SELECT coalesce(max(number), 0) + 1 FROM rushes_version WHERE task_id = %s)"
# Columns that no field has: people made here cannot log in before they have a password.
_BESIDE = {"artist": {"password": "!"}}


def number_versions(driver: Driver, drafts: Sequence[dict[str, Any]]) -> None:
    """Give the next numbers of their tasks to new versions that name none.

    The tasks stay locked until the transaction ends, so that nobody else finds the same. (A version
    that comes alone finds its number as it is written, its task being locked already.)
    """
    tasks = sorted({one["task"] for one in drafts})
    # In two statements: one that waits for the lock would not see what was written meanwhile.
    rows(
        driver,
        "SELECT id FROM rushes_task WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        [tasks],
        often=True,
    )
    last: dict[int, int | None] = dict(
        rows(
            driver,
            "SELECT task, (SELECT number FROM rushes_version WHERE task_id = task"
            " ORDER BY number DESC LIMIT 1) FROM unnest(%s::bigint[]) AS task",
            [tasks],
            often=True,
        )
    )
    for one in drafts:
        highest = last[one["task"]] or 0
        if one["number"] is None:
            one["number"] = highest + 1
        last[one["task"]] = max(highest, one["number"])


def insert(driver: Driver, kind: Kind, drafts: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write complete new records; their numbers, in the same order."""
    several = [one.name for one in kind.fields if one.type is Type.REFERENCES]
    names = [name for name in drafts[0] if name not in several]
    values = [_new_row(kind, names, one) for one in drafts]
    ids = _numbers(driver, f"{_inserting(kind, names, drafts[0])} RETURNING id", values)
    for name in several:
        for number, one in zip(ids, drafts, strict=True):
            _refer(driver, kind.name, name, number, one[name])
    return ids


def insert_one(
    driver: Driver, kind: Kind, draft: Mapping[str, Any], told: Selection
) -> Sequence[Any]:
    """Write one new record that no list goes with; the row as it is then."""
    names = list(draft)
    sql = f"{_inserting(kind, names, draft)} RETURNING {told.sql}"
    (row,) = rows(driver, sql, _new_row(kind, names, draft), often=True)
    return row  # type: ignore[no-any-return]


def _inserting(kind: Kind, names: Sequence[str], draft: Mapping[str, Any]) -> str:
    beside = _BESIDE.get(kind.name, {})
    columns = [*(column(kind.by_name[name]) for name in names), *beside]
    marks = [
        *(_NEXT if _is_next(kind, name, draft) else _mark(kind, name) for name in names),
        *("%s" for _ in beside),
    ]
    return f"INSERT INTO {table(kind.name)} AS r ({', '.join(columns)}) VALUES ({', '.join(marks)})"


def _new_row(kind: Kind, names: Sequence[str], draft: Mapping[str, Any]) -> list[Any]:
    beside = _BESIDE.get(kind.name, {})
    return [
        *(
            draft["task"] if _is_next(kind, name, draft) else _kept(kind, name, draft[name])
            for name in names
        ),
        *beside.values(),
    ]


def _is_next(kind: Kind, name: str, draft: Mapping[str, Any]) -> bool:
    """Whether a version's number is the next one of its task."""
    return name == "number" and kind.name == "version" and draft[name] is None


def change(driver: Driver, kind: Kind, plans: Iterable[Planned]) -> None:
    """Write changes, those of the same fields together."""
    shapes: dict[tuple[str, ...], list[Planned]] = {}
    for one in plans:
        shapes.setdefault(tuple(one.values), []).append(one)
    for names, several in shapes.items():
        plain = [name for name in names if kind.by_name[name].type is not Type.REFERENCES]
        moved = [name for name in names if name not in plain]
        if plain:
            sql = f"UPDATE {table(kind.name)} r SET {_setting(kind, plain)} WHERE r.id = %s"
            with psycopg.Cursor(driver) as cursor:
                cursor.executemany(sql.encode(), [_changed(kind, plain, one) for one in several])
        for name in moved:
            for one in several:
                _replace(driver, kind.name, name, one.id, one.values[name])


def change_one(driver: Driver, kind: Kind, plan: Planned, told: Selection) -> Any:
    """Write one change of plain fields; the row as it is then."""
    names = list(plan.values)
    (row,) = rows(
        driver,
        f"UPDATE {table(kind.name)} r SET {_setting(kind, names)} WHERE r.id = %s"
        f" RETURNING {told.sql}",
        _changed(kind, names, plan),
        often=True,
    )
    return row


def plain(kind: Kind, plan: Planned) -> bool:
    """Whether a change is of the record's own row alone, and shows in it at once."""
    # Which publish is the latest is settled after the row was written, and a word that is renamed
    # is renamed elsewhere, too.
    return (
        bool(plan.values)
        and kind.name not in ("publish", "tag")
        and all(kind.by_name[name].type is not Type.REFERENCES for name in plan.values)
    )


def set_archived(driver: Driver, kind: Kind, ids: Sequence[int], *, back: bool) -> None:
    """Archive records or take them back; those that are so already stay untouched."""
    value, now = ("NULL", "IS NOT NULL") if back else ("clock_timestamp()", "IS NULL")
    driver.execute(
        f"UPDATE {table(kind.name)} SET archived = {value}"
        f" WHERE id = ANY(%s) AND archived {now}".encode(),
        [list(ids)],
    )


def delete(driver: Driver, kind: Kind, ids: Sequence[int]) -> None:
    """Remove records that nothing refers to."""
    driver.execute(f"DELETE FROM {table(kind.name)} WHERE id = ANY(%s)".encode(), [list(ids)])


def _setting(kind: Kind, names: Sequence[str]) -> str:
    return ", ".join(f"{column(kind.by_name[name])} = {_mark(kind, name)}" for name in names)


def _changed(kind: Kind, names: Sequence[str], plan: Planned) -> list[Any]:
    return [*(_kept(kind, name, plan.values[name]) for name in names), plan.id]


def _mark(kind: Kind, name: str) -> str:
    return f"%s{_CASTS.get(kind.by_name[name].type, '')}"


def _kept(kind: Kind, name: str, value: Any) -> Any:
    return json.dumps(value) if kind.by_name[name].type in _JSON else value


def _numbers(driver: Driver, sql: str, values: Sequence[Sequence[Any]]) -> list[int]:
    if len(values) == 1:
        return [one for (one,) in rows(driver, sql, values[0])]
    with psycopg.Cursor(driver) as cursor:
        cursor.executemany(sql.encode(), values, returning=True)
        return [one for result in cursor.results() for (one,) in result.fetchall()]


def _refer(driver: Driver, kind: str, name: str, number: int, others: Sequence[int]) -> None:
    if not others:
        return
    held_in, mine, other, order = SEVERAL[kind, name]
    place, at = (f", {order}", ", u.n") if order != other else ("", "")
    driver.execute(
        f"INSERT INTO {held_in} ({mine}, {other}{place}) SELECT %s::bigint, u.one{at}"
        " FROM unnest(%s::bigint[]) WITH ORDINALITY AS u (one, n)".encode(),
        [number, list(others)],
    )


def _replace(driver: Driver, kind: str, name: str, number: int, others: Sequence[int]) -> None:
    held_in, mine, other, order = SEVERAL[kind, name]
    sql = f"SELECT {other} FROM {held_in} WHERE {mine} = %s ORDER BY {order}"
    held = [one for (one,) in rows(driver, sql, [number])]
    if order == other:
        gone, new = set(held) - set(others), [one for one in others if one not in held]
    else:
        gone, new = (set(), []) if held == list(others) else (set(held), list(others))
    if not gone and not new:
        return
    driver.execute(
        f"DELETE FROM {held_in} WHERE {mine} = %s AND {other} = ANY(%s::bigint[])".encode(),
        [number, list(gone)],
    )
    _refer(driver, kind, name, number, new)
    # The record's own row is as it was, and its revision must tell that the record is not.
    driver.execute(
        f"UPDATE {table(kind)} SET updated = clock_timestamp() WHERE id = %s".encode(), [number]
    )
