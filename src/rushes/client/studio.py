"""The port of the studio's records over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rushes.client.sending import acting, number_of, sendable, sendable_value
from rushes.client.transport import Transport
from rushes.model.kinds import KINDS, NOTED, Kind
from rushes.model.scan import Actor
from rushes.ports.records import Page
from rushes.ports.studio import Access, Change, Entity, Filter, Op, Query
from rushes.tracking.refusing import denied, not_there, refused, unknown

_ONE_PAGE = 1_000
# These come into being by being saved and published, under numbers that were reserved.
_NUMBERED = frozenset({"workfile", "publish"})
_TOLD = ("id", "revision")


class HttpStudio:
    """`ports.studio.Studio` on a Rushes server.

    `access` is the server's to decide: it is what the token, its scopes and the roles of its owner
    let, and what is given here changes nothing. An `actor` is the owner of the token, whatever name
    is given; its `tool` is noted, and `on_behalf_of` where the token may speak for others.

    A write holds up to 1,000 records. Kinds and fields that this client does not know are passed
    on as the server tells them, so that it may be newer.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def find(
        self, kind: str, query: Query, *, access: Access, page: str | None = None
    ) -> Page[Entity]:
        """Records of one kind."""
        of = kind_of(kind)
        told = self._found(of, query, page=page)
        rows = [_entity(of, row, query.fields) for row in told["data"]]
        return Page(rows, told.get("next"))

    def get(
        self, kind: str, ids: Sequence[int], *, access: Access, fields: Sequence[str] = ()
    ) -> Sequence[Entity]:
        """These records, in the order asked for, up to 1,000 with each request."""
        of = kind_of(kind)
        wanted = [number_of(kind, one) for one in ids]
        known: dict[int, Entity] = {}
        for first in range(0, len(wanted), _ONE_PAGE):
            some = list(dict.fromkeys(wanted[first : first + _ONE_PAGE]))
            query = Query(
                (Filter("id", Op.IN, some),), fields=tuple(fields), archived=True, limit=_ONE_PAGE
            )
            for row in self._found(of, query)["data"]:
                known[row["id"]] = _entity(of, row, fields)
        for one in wanted:
            if one not in known:
                raise not_there(kind, one)
        return [known[one] for one in wanted]

    def create(
        self, kind: str, rows: Sequence[Mapping[str, Any]], *, access: Access, actor: Actor
    ) -> Sequence[Entity]:
        """Make records, in one transaction."""
        of = kind_of(kind)
        if kind in _NUMBERED:
            raise denied(
                f"A {kind} is not made like this.",
                hint="Reserve a number, write, and record it under that number.",
            )
        body = [sendable(kind, one) for one in rows]
        return self._write("POST", of, f"/{of.plural}", body, actor)

    def update(
        self, kind: str, changes: Sequence[Change], *, access: Access, actor: Actor
    ) -> Sequence[Entity]:
        """Change records, in one transaction."""
        of = kind_of(kind)
        return self._write("PATCH", of, f"/{of.plural}", [_change(of, one) for one in changes],
                           actor)  # fmt: skip

    def archive(
        self, kind: str, ids: Sequence[int], *, access: Access, actor: Actor, back: bool = False
    ) -> Sequence[Entity]:
        """Archive records, or take them `back`."""
        of = kind_of(kind)
        if "archived" not in of.by_name:
            raise refused("archived", f"{of.plural} are never archived")
        wanted = [number_of(kind, one) for one in ids]
        if back:
            return self._write("POST", of, f"/{of.plural}/restore", wanted, actor)
        return self._write("DELETE", of, f"/{of.plural}", wanted, actor)

    def remove(self, kind: str, ids: Sequence[int], *, access: Access, actor: Actor) -> None:
        """Remove records for good, of the few kinds that let it."""
        of = kind_of(kind)
        if not of.removable:
            raise refused("removable", f"{of.plural} are archived, never removed")
        wanted = [number_of(kind, one) for one in ids]
        if wanted:
            self._transport.send("DELETE", f"/{of.plural}", wanted, headers=acting(actor))

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
        """Note something on a record, and give it a status, in one transaction."""
        of = kind_of(kind)
        if kind not in NOTED:
            raise refused("kind", f"there are no notes of {of.plural}")
        given = {"text": text} if status is None else {"text": text, "status": status}
        held = {} if revision is None else {"If-Match": f'"{revision}"'}
        told = self._transport.send(
            "POST",
            f"/{of.plural}/{number_of(kind, target)}/comment",
            sendable(kind, given),
            headers={**acting(actor), **held},
        )
        return _entity(KINDS["note"], told["note"], ()), _entity(of, told["record"], ())

    def close(self) -> None:
        """Close the connections; whatever is asked next makes new ones."""
        self._transport.close()

    def _found(self, kind: Kind, query: Query, *, page: str | None = None) -> Any:
        """One page of rows, each with number and revision whether or not they were asked for."""
        fields = tuple(query.fields)
        if fields:
            fields = (*fields, "revision")
        filters = [
            {
                "name": str(name),
                "op": str(getattr(op, "value", op)),
                "value": sendable_value(str(name), value),
            }
            for name, op, value in query.filters
        ]
        return self._transport.send(
            "POST",
            f"/{kind.plural}/find",
            {
                "filters": filters,
                "order": list(query.order),
                "fields": list(dict.fromkeys(fields)),
                "archived": query.archived,
                "limit": query.limit,
                "cursor": page,
            },
        )

    def _write(
        self, method: str, kind: Kind, path: str, body: Sequence[Any], actor: Actor
    ) -> list[Entity]:
        if not body:
            return []
        told = self._transport.send(method, path, list(body), headers=acting(actor))
        return [_entity(kind, row, ()) for row in told["data"]]


def kind_of(name: str) -> Kind:
    """The kind called so. Raises `field.invalid`."""
    kind = KINDS.get(name)
    if kind is None:
        raise unknown(name, "kind of record", KINDS)
    return kind


def _change(kind: Kind, change: Change) -> dict[str, Any]:
    """A change as one object, in which its number and revision stand beside the fields."""
    row = sendable(kind.name, change.fields)
    for name in _TOLD:
        if name in row:
            raise refused(name, "is told, and never given")
    row["id"] = number_of(kind.name, change.id)
    if change.revision is not None:
        row["revision"] = change.revision
    return row


def _entity(kind: Kind, row: Mapping[str, Any], asked: Sequence[str]) -> Entity:
    """A record of a row, with the fields that were asked for, or all."""
    fields = {name: row[name] for name in asked if name in row} if asked else dict(row)
    return Entity(kind.name, row["id"], row.get("revision", 0), fields)
