"""All records of one kind as scripts see them: `rushes.shots.find(status__in=["wip", "done"])`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from rushes.client.record import Record
from rushes.client.studio import HttpStudio, kind_of
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.scan import Actor
from rushes.ports.records import Page
from rushes.ports.studio import Access, Change, Entity, Filter, Op, Query

_ACCESS = Access()  # the server decides, by the token
_ACTOR = Actor("")  # the server knows whose the token is
_ROWS = 500


class Table:
    """The records of one kind, as far as the token's owner may see and write them.

    Values may be records where a number is due, dates and moments of Python, and lists of these.
    """

    def __init__(self, studio: HttpStudio, kind: str) -> None:
        self._studio = studio
        self._kind = kind_of(kind)

    def __repr__(self) -> str:
        return f"<{self._kind.plural}>"

    def find(
        self,
        *,
        order: str | Sequence[str] = (),
        fields: Sequence[str] = (),
        archived: bool = False,
        most: int | None = None,
        **conditions: Any,
    ) -> Iterator[Record]:
        """Records that meet all conditions, page by page as they are used up.

        A condition is `status="wip"`, or the field, two underscores and a comparison, as in
        `due__lt="2026-12-24"`: `not`, `in`, `lt`, `lte`, `gt`, `gte`, `like`, `null`. A `project`
        may be named by its code. `order` are fields, with a `-` before those that descend; no
        `fields` are all; at most so many records are told as `most` says.
        """
        query = Query(
            filters=tuple(self._filter(name, value) for name, value in conditions.items()),
            order=(order,) if isinstance(order, str) else tuple(order),
            fields=tuple(fields),
            archived=archived,
            limit=_ROWS if most is None else max(1, min(most, _ROWS)),
        )
        left = most
        page: str | None = None
        while left is None or left > 0:
            found = self._page(query, page)
            rows = found.rows if left is None else found.rows[:left]
            yield from map(Record, rows)
            if found.next is None:
                return
            page, left = found.next, None if left is None else left - len(rows)

    def first(self, **conditions: Any) -> Record | None:
        """The first of what `find` finds; None where there is nothing."""
        return next(self.find(most=1, **conditions), None)

    def get(self, number: int, *, fields: Sequence[str] = ()) -> Record:
        """One record by its number, archived or not. Raises `record.not_found`."""
        (found,) = self._studio.get(self._kind.name, [number], access=_ACCESS, fields=fields)
        return Record(found)

    def create(self, fields: Mapping[str, Any]) -> Record:
        """Make one record."""
        return self.create_many([fields])[0]

    def create_many(self, rows: Sequence[Mapping[str, Any]]) -> list[Record]:
        """Make up to 1,000 records, all or none."""
        given = [_sent(one) for one in rows]
        return self._told(self._studio.create(self._kind.name, given, access=_ACCESS, actor=_ACTOR))

    def update(
        self, number: int | Record, fields: Mapping[str, Any], *, revision: int | None = None
    ) -> Record:
        """Change one record; with a `revision` only while it is still that one.

        Raises `record.conflict` where somebody else has changed it meanwhile.
        """
        change = Change(_number(number), _sent(fields), revision)
        return self._told(
            self._studio.update(self._kind.name, [change], access=_ACCESS, actor=_ACTOR)
        )[0]

    def archive(self, number: int | Record) -> Record:
        """Put one record away; nothing is deleted."""
        return self._archive(number, back=False)

    def restore(self, number: int | Record) -> Record:
        """Take an archived record back."""
        return self._archive(number, back=True)

    def remove(self, number: int | Record) -> None:
        """Remove a membership, a usage or a tag for good; all else is archived."""
        ids = [_number(number)]
        self._studio.remove(self._kind.name, ids, access=_ACCESS, actor=_ACTOR)

    def comment(
        self,
        number: int | Record,
        text: str,
        *,
        status: str | None = None,
        revision: int | None = None,
    ) -> Record:
        """Say something of a record, and give it a status at once; the note that was made."""
        note, _ = self._studio.comment(
            self._kind.name, _number(number), text=text, status=status, revision=revision,
            access=_ACCESS, actor=_ACTOR,
        )  # fmt: skip
        return Record(note)

    def _page(self, query: Query, page: str | None) -> Page[Entity]:
        return self._studio.find(self._kind.name, query, access=_ACCESS, page=page)

    def _archive(self, number: int | Record, *, back: bool) -> Record:
        ids = [_number(number)]
        return self._told(
            self._studio.archive(self._kind.name, ids, access=_ACCESS, actor=_ACTOR, back=back)
        )[0]

    def _told(self, entities: Sequence[Entity]) -> list[Record]:
        return [Record(one) for one in entities]

    def _filter(self, name: str, value: Any) -> Filter:
        field, _, word = name.partition("__")
        try:
            op = Op(word) if word else Op.IS
        except ValueError:
            raise RushesError(
                Code.FIELD_INVALID,
                f"{name}: there is no way to compare by {word!r}.",
                hint=f"There are {', '.join(one.value for one in Op)}.",
            ) from None
        if field == "project" and isinstance(value, str):
            value = self._project(value)
        return Filter(field, op, _plain(value))

    def _project(self, code: str) -> int:
        """The number of the project called so. Raises `record.not_found`."""
        query = Query((Filter("code", Op.IS, code),), fields=("id",), archived=True, limit=1)
        for one in self._studio.find("project", query, access=_ACCESS).rows:
            return one.id
        raise RushesError(Code.RECORD_NOT_FOUND, f"There is no project {code!r}.")


def _number(one: int | Record) -> int:
    return one.id if isinstance(one, Record) else one


def _sent(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    """A value as it is sent."""
    if isinstance(value, Record):
        return value.id
    if isinstance(value, datetime):
        # A moment without a zone is one of this machine's.
        return clock.iso(value.astimezone())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in value]
    return value
