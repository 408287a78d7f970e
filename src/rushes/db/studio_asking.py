"""A checked query as one SQL statement."""

from __future__ import annotations

import re
from typing import Any

from rushes.db.studio_columns import SEVERAL, column, selection, table
from rushes.db.studio_reach import Sql, within
from rushes.model.kinds import Kind, Type
from rushes.ports.studio import Op
from rushes.tracking.asking import Asked, Condition, Ordering
from rushes.tracking.permissions import Reaches

_SIGNS = {Op.LESS: "<", Op.MOST: "<=", Op.MORE: ">", Op.LEAST: ">=", Op.IS: "="}
_CASTS = {Type.DAY: "::date", Type.MOMENT: "::timestamptz", Type.TEXT: "::text"}
_SPECIAL = re.compile(r"[\\%_]")


def page_sql(asked: Asked, names: tuple[str, ...], reaches: Reaches | None, me: int | None) -> Sql:
    """One row more than a page holds, with the fields called `names`."""
    kind = asked.kind
    parts = [within(kind, reaches, me), *(_condition(kind, one) for one in asked.conditions)]
    if not asked.archived:
        parts += _living(kind)
    if asked.after is not None:
        parts.append(_after(asked.order, asked.after))
    order = ", ".join(
        f"{_ordered(one)} {'DESC' if one.down else 'ASC'}"
        + (" NULLS LAST" if one.down and one.field.nullable else "")
        for one in asked.order
    )
    where = " AND ".join(one.text for one in parts)
    values = tuple(value for one in parts for value in one.values)
    return Sql(
        f"SELECT {selection(kind.name, names).sql} FROM {table(kind.name)} r WHERE {where}"
        f" ORDER BY {order} LIMIT %s",
        (*values, asked.limit + 1),
    )


def _living(kind: Kind) -> list[Sql]:
    parts = [Sql("r.archived IS NULL")] if "archived" in kind.by_name else []
    if kind.project == "project":
        # Not as a join: the planner would take it for one that leaves no rows, and sort them all.
        shelved = "SELECT p.id FROM rushes_project p WHERE p.archived IS NOT NULL"
        parts.append(Sql(f"(r.project_id IN ({shelved})) IS NOT TRUE"))
    return parts


def _ordered(one: Ordering) -> str:
    """What rows are ordered by: texts by code points, whatever the database's language."""
    name = f"r.{column(one.field)}"
    return f'{name} COLLATE "C"' if one.field.type is Type.TEXT else name


def _after(order: tuple[Ordering, ...], values: tuple[Any, ...]) -> Sql:
    """Rows that come later than the one with these values; nulls are the last."""
    downs = {one.down for one in order}
    if len(downs) == 1 and not any(one.field.nullable for one in order):
        left = ", ".join(_ordered(one) for one in order)
        right = ", ".join(f"%s{_CASTS.get(one.field.type, '')}" for one in order)
        return Sql(f"({left}) {'<' if downs.pop() else '>'} ({right})", values)
    # From the last column to the first: later in this one, or the same in it and later in the rest.
    text, given = "FALSE", ()
    for one, value in zip(reversed(order), reversed(values), strict=True):
        name, mark = _ordered(one), f"%s{_CASTS.get(one.field.type, '')}"
        if value is None:
            text = f"({name} IS NULL AND {text})"
        else:
            later = f"{name} {'<' if one.down else '>'} {mark}"
            null = f" OR {name} IS NULL" if one.field.nullable else ""
            text = f"({later}{null} OR {name} = {mark} AND {text})"
            given = (value, value, *given)  # type: ignore[assignment]
    return Sql(text, given)


def _condition(kind: Kind, one: Condition) -> Sql:
    field, op, value = one
    if field.type is Type.REFERENCES:
        return _among(kind, one)
    if field.type is Type.LIST:
        sign = "?|" if op is Op.IN else "?"
        cast = "text[]" if op is Op.IN else "text"
        inner = f"r.{field.name} {sign} %s::{cast}"
        return Sql(f"NOT {inner}" if op is Op.NOT else inner, (value,))
    name, cast = _ordered(Ordering(field, down=False)), _CASTS.get(field.type, "")
    if op is Op.NULL:
        return Sql(f"r.{column(field)} IS {'NULL' if value else 'NOT NULL'}")
    if op is Op.LIKE:
        pattern = _SPECIAL.sub(r"\\\g<0>", value).replace("*", "%").replace("?", "_")
        return Sql(f"r.{field.name} ILIKE %s", (pattern,))
    if op is Op.IN:
        return Sql(f"{name} = ANY(%s{f'{cast}[]' if cast else ''})", (value,))
    if op is Op.NOT:
        return Sql(f"{name} IS DISTINCT FROM %s{cast}", (value,))
    return Sql(f"{name} {_SIGNS[op]} %s{cast}", (value,))


def _among(kind: Kind, one: Condition) -> Sql:
    held_in, mine, other, _ = SEVERAL[kind.name, one.field.name]
    sought = "= ANY(%s)" if one.op is Op.IN else "= %s"
    there = f"EXISTS (SELECT FROM {held_in} m WHERE m.{mine} = r.id AND m.{other} {sought})"
    return Sql(f"NOT {there}" if one.op is Op.NOT else there, (one.value,))
