"""Whose events somebody sees: whoever may see a record may see its events, and no one else.

The table of `permissions` is gone through once for an `Access`. What comes of it is read in two
ways: by the database as conditions, and by the live process, which asks the database only where
the answer depends on more than the kind and the project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from rushes.model.kinds import KINDS
from rushes.ports.studio import Access
from rushes.tracking.movement_permissions import HOUSE
from rushes.tracking.permissions import Reach, Verb, check_scope, limits, reaches
from rushes.tracking.refusing import unknown

# Rows that belong to a record, by the kinds of which one must see the whole to see them. The first
# of these is the record's that they belong to.
_PARTS: Mapping[str, tuple[str, ...]] = {
    "assignment": ("task",),
    "playlistitem": ("playlist",),
    "shotassetusage": ("shot", "asset"),
    "tag": ("asset",),
}
# The column that names that record: whoever sees only some of them sees what belongs to these.
_POINTERS = {"assignment": "task_id", "playlistitem": "playlist_id"}
_ADMINS = ("membership", "apitoken", "webhook")
_MOVEMENT = "movement"  # ingests and deliveries, for the people of the house
EVENT_KINDS = frozenset((*KINDS, *_PARTS, *_ADMINS, _MOVEMENT))
# Those that people write: the table of a `usage` is called otherwise.
TOLD_KINDS = tuple(sorted(EVENT_KINDS - {"shotassetusage"}))
_ACTIONS = frozenset(("create", "update", "delete"))


class Sight(NamedTuple):
    """Events of a `kind` in some projects (None is all, and what is in none), seen as far as a
    `reach` goes among records of the kind `of`; `fields` are those that are seen, None is all.

    `pointer` is the column that names the record, where that is not the event's own.
    """

    kind: str
    of: str
    reach: Reach
    projects: frozenset[int] | None
    fields: frozenset[str] | None = None
    pointer: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether kind and project decide."""
        return self.reach is Reach.WHOLE and self.fields is None


class Sights:
    """All that somebody sees."""

    def __init__(self, access: Access) -> None:
        """Raises `access.denied` for a token that is for nothing."""
        check_scope(access, "project", Verb.SEE)
        self.access = access

    @cached_property
    def all(self) -> tuple[Sight, ...]:
        """Each of them; none for who sees everything, which is to be asked before."""
        return (
            *_of_records(self.access),
            *_of_parts(self.access),
            *_of_movements(self.access),
        )

    def sees(self, kind: str, project: int | None) -> bool | None:
        """Whether they see an event of a kind in a project; None where it takes a look."""
        if self.access.everything:
            return True
        found: bool | None = False
        for one in self._by_kind.get(kind, ()):
            if one.projects is None or project in one.projects:
                if one.is_plain:
                    return True
                found = None
            elif project is None and kind == "task_type":
                return True
        return found

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Sight]]:
        made: dict[str, list[Sight]] = {}
        for one in self.all:
            made.setdefault(one.kind, []).append(one)
        return made


def check_type(name: str) -> tuple[str, str]:
    """A kind, and an action or nothing. Raises `field.invalid` where there is no such."""
    kind, dot, action = name.partition(".")
    if kind not in EVENT_KINDS:
        raise unknown(kind, "kind of events", TOLD_KINDS)
    if dot and action not in _ACTIONS:
        raise unknown(action, "action", _ACTIONS)
    return kind, action


def _of_records(access: Access) -> Iterator[Sight]:
    for kind in KINDS:
        limited = limits(access, kind)
        for reach, projects in (reaches(access, kind, Verb.SEE) or {}).items():
            if kind == "artist":
                yield Sight(kind, kind, reach, None)
                continue
            whole = frozenset(projects) - limited.keys()
            if whole:
                yield Sight(kind, kind, reach, whole)
            for project in sorted(limited.keys() & set(projects)):
                yield Sight(kind, kind, reach, frozenset((project,)), limited[project])


def _of_parts(access: Access) -> Iterator[Sight]:
    for kind, owners in _PARTS.items():
        if kind in KINDS:
            continue
        found = [reaches(access, one, Verb.SEE) or {} for one in owners]
        wholes = [frozenset(one.get(Reach.WHOLE, ())) for one in found]
        if whole := frozenset.intersection(*wholes):
            yield Sight(kind, owners[0], Reach.WHOLE, whole)
        for reach, projects in found[0].items():
            if kind in _POINTERS and reach is not Reach.WHOLE:
                there = frozenset(projects)
                yield Sight(kind, owners[0], reach, there, pointer=_POINTERS[kind])


def _of_movements(access: Access) -> Iterator[Sight]:
    whole = frozenset(project for project, role in access.roles.items() if role in HOUSE)
    if whole:
        yield Sight(_MOVEMENT, _MOVEMENT, Reach.WHOLE, whole)
