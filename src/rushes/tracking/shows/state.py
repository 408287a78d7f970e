"""A show as its records have it, read whole: what a file is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rushes.core.errors import Code, RushesError
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.tracking.refusing import shown
from rushes.tracking.shows.asked import Key
from rushes.tracking.shows.plan import Ref

_MOST = 1_000


@dataclass(frozen=True)
class Show:
    """A project and all that stands in it, archived records too.

    `types` are the project's own types of work and the studio's, in the order of their lists.
    """

    project: Entity
    episodes: Sequence[Entity] = ()
    sequences: Sequence[Entity] = ()
    shots: Sequence[Entity] = ()
    assets: Sequence[Entity] = ()
    tasks: Sequence[Entity] = ()
    types: Sequence[Entity] = ()

    @property
    def code(self) -> str:
        """What it is called."""
        return str(self.project.fields["code"])

    @cached_property
    def sequence_keys(self) -> Mapping[int, Key]:
        """(episode or None, sequence) by number."""
        codes = {one.id: one.fields["code"] for one in self.episodes}
        return {
            one.id: (codes.get(one.fields["episode"]), one.fields["code"]) for one in self.sequences
        }

    @cached_property
    def shot_keys(self) -> Mapping[int, Key]:
        """(episode or None, sequence, shot) by number."""
        return {
            one.id: (*self.sequence_keys[one.fields["sequence"]], one.fields["code"])
            for one in self.shots
        }

    @cached_property
    def shots_by_key(self) -> Mapping[Key, Entity]:
        """Shots by their keys."""
        return {self.shot_keys[one.id]: one for one in self.shots}

    @cached_property
    def type_codes(self) -> Mapping[int, str]:
        """Codes of types of work by number."""
        return {one.id: one.fields["code"] for one in self.types}

    @cached_property
    def type_ids(self) -> Mapping[str, int]:
        """Numbers of types of work by code, the project's own before the studio's."""
        own_last = sorted(self.types, key=lambda one: one.fields["project"] is not None)
        return {one.fields["code"]: one.id for one in own_last}

    @cached_property
    def known(self) -> Mapping[Ref, int]:
        """Numbers of all records by what they are called."""
        return {
            **{Ref("task_type", (code,)): number for code, number in self.type_ids.items()},
            **{Ref("episode", (one.fields["code"],)): one.id for one in self.episodes},
            **{Ref("sequence", key): number for number, key in self.sequence_keys.items()},
            **{Ref("asset", (one.fields["code"],)): one.id for one in self.assets},
            **{Ref("shot", key): number for number, key in self.shot_keys.items()},
        }

    def tasks_of(self, kind: str) -> Mapping[int, Sequence[Entity]]:
        """Tasks in use by the number of the shot or asset that they are on, in their order."""
        places = {one.id: at for at, one in enumerate(self.types)}
        found: dict[int, list[Entity]] = {}
        for one in self.tasks:
            number = one.fields[kind]
            if number is not None and one.fields["archived"] is None:
                found.setdefault(number, []).append(one)
        for some in found.values():
            some.sort(key=lambda one: (places.get(one.fields["type"], 0), one.fields["name"]))
        return found


def find_project(studio: Studio, code: str, *, access: Access) -> Entity:
    """The project called so, archived or not. Raises `record.not_found`."""
    query = Query((Filter("code", Op.IS, code),), archived=True)
    for one in studio.find("project", query, access=access).rows:
        return one
    from difflib import get_close_matches

    there = [str(one.fields["code"]) for one in projects(studio, access=access)]
    near = get_close_matches(code, there, n=1)
    raise RushesError(
        Code.RECORD_NOT_FOUND,
        f"There is no show {shown(code)}.",
        hint=f"Did you mean {near[0]}?" if near else "rushes show list tells which there are.",
    )


def projects(studio: Studio, *, access: Access, archived: bool = False) -> Iterator[Entity]:
    """All projects by their codes."""
    query = Query(order=("code",), archived=archived, limit=_MOST)
    return every(lambda page: studio.find("project", query, access=access, page=page))


def read_show(studio: Studio, code: str, *, access: Access, archived: bool = False) -> Show:
    """The show called so, whole.

    Raises `record.not_found`, and `record.conflict` for one that is archived unless those do.
    """
    project = find_project(studio, code, access=access)
    if project.fields["archived"] is not None and not archived:
        raise RushesError(
            Code.RECORD_CONFLICT,
            f"The show {code} is archived.",
            hint=f"Take it back first: rushes show restore {code}",
        )

    def theirs(kind: str) -> list[Entity]:
        return _all(studio, kind, Filter("project", Op.IS, project.id), access)

    types = [*theirs("task_type"), *studio_types(studio, access)]
    types.sort(key=lambda one: (one.fields["position"], one.fields["code"]))
    return Show(
        project,
        episodes=theirs("episode"),
        sequences=theirs("sequence"),
        shots=theirs("shot"),
        assets=theirs("asset"),
        tasks=theirs("task"),
        types=types,
    )


def studio_types(studio: Studio, access: Access) -> list[Entity]:
    """The types of work that all shows have."""
    return _all(studio, "task_type", Filter("project", Op.NULL, True), access)


def _all(studio: Studio, kind: str, by: Filter, access: Access) -> list[Entity]:
    query = Query((by,), archived=True, limit=_MOST)
    return list(every(lambda page: studio.find(kind, query, access=access, page=page)))
