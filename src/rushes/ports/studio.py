"""The socket to the studio's records: any kind of them, in batches and pages, for who may see them.

The same calls run over the ORM, in memory, and over HTTP; one contract suite holds all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple, Protocol

from rushes.model.scan import Actor
from rushes.ports.records import Page


@dataclass(frozen=True)
class Entity:
    """One record: its kind and number, how often it was written, and all fields that were asked
    for, by the names and types of `model.kinds` (moments and days as text).
    """

    kind: str
    id: int
    revision: int
    fields: Mapping[str, Any]


class Op(str, Enum):
    """How a filter compares."""

    IS = "is"
    NOT = "not"
    IN = "in"  # value is a list
    LESS = "lt"
    MOST = "lte"
    MORE = "gt"
    LEAST = "gte"
    LIKE = "like"  # `*` and `?` match, whatever the case of letters
    NULL = "null"  # value is true or false
    HAS = "has"  # of a list: the value is in it


class Filter(NamedTuple):
    """One condition on a field."""

    name: str
    op: Op
    value: Any


@dataclass(frozen=True)
class Query:
    """Which records, in which order, and which of their fields.

    `order` are field names, with a `-` before those that descend; the number comes last by itself.
    Nulls come last in either direction. No `fields` are all; assets, sequences and shots have one
    more where it is named, `tasks`: their living tasks with the fields of `tracking.named`; shots
    `effective`, too: inherited values, and where each is from. `archived` records, and all that
    belongs to archived projects, are left out unless asked for. `limit` is at most 1,000.
    """

    filters: tuple[Filter, ...] = ()
    order: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    archived: bool = False
    limit: int = 100


@dataclass(frozen=True)
class Access:
    """What somebody may see and write.

    `everything` is an admin's. Else `roles` are theirs by project; records of other projects are
    not there for them. `artist` is who they are. `scopes` limit a program to some verbs; None does
    not. What each role and scope may is told in `tracking.permissions`.
    """

    everything: bool = False
    roles: Mapping[int, str] = field(default_factory=dict)
    artist: int | None = None
    scopes: frozenset[str] | None = None


@dataclass(frozen=True)
class Change:
    """New values for some fields of a record; refused where it has another `revision` by now.

    Lists and objects are replaced as a whole.
    """

    id: int
    fields: Mapping[str, Any]
    revision: int | None = None


class Studio(Protocol):
    """The studio's records.

    Every call raises `database.unavailable` when they cannot be reached, `record.not_found` for
    what is not there or not theirs to see, `field.invalid` for a value that makes no sense, naming
    the field, `record.conflict` for a code that is taken or a revision that is past, and
    `access.denied` for what their role may not do. A call does all of it, or nothing.
    """

    def find(
        self, kind: str, query: Query, *, access: Access, page: str | None = None
    ) -> Page[Entity]:
        """Records of one kind."""
        ...

    def get(
        self, kind: str, ids: Sequence[int], *, access: Access, fields: Sequence[str] = ()
    ) -> Sequence[Entity]:
        """These records, in the order asked for, archived ones too; no `fields` are all."""
        ...

    def create(
        self, kind: str, rows: Sequence[Mapping[str, Any]], *, access: Access, actor: Actor
    ) -> Sequence[Entity]:
        """Make records, in one transaction."""
        ...

    def update(
        self, kind: str, changes: Sequence[Change], *, access: Access, actor: Actor
    ) -> Sequence[Entity]:
        """Change records, in one transaction."""
        ...

    def archive(
        self, kind: str, ids: Sequence[int], *, access: Access, actor: Actor, back: bool = False
    ) -> Sequence[Entity]:
        """Archive records, or take them `back`."""
        ...

    def remove(self, kind: str, ids: Sequence[int], *, access: Access, actor: Actor) -> None:
        """Remove records for good, in one transaction: those of the few kinds that are never
        archived and say so (`Kind.removable`). Of all other kinds it is `field.invalid`.
        """
        ...

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
        """Note something on a record, and give it a `status` where there is one, in one
        transaction; the note, and the record as it is then.

        Refused where the record has another `revision` by now. Only what notes are of
        (`model.kinds.NOTED`) is commented on.
        """
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
