"""A small studio to test with, and short ways to make and find its records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.core.errors import RushesError as Refused
from rushes.model.kinds import KINDS
from rushes.model.scan import Actor
from rushes.ports.records import every
from rushes.ports.studio import Access, Change, Entity, Filter, Op, Query, Studio

ADA = Actor("ada", tool="contract suite")
ADMIN = Access(everything=True)


@dataclass(frozen=True)
class World:
    """One project with two sequences of two shots, an asset, and a task on each of the first."""

    project: int
    sequences: tuple[int, ...]
    shots: tuple[int, ...]
    asset: int
    comp: int  # the task type
    task: int
    asset_task: int
    ada: int
    vera: int


def make(studio: Studio, kind: str, /, *, access: Access = ADMIN, **fields: Any) -> Entity:
    """One new record."""
    (made,) = studio.create(kind, [fields], access=access, actor=ADA)
    return made


def change(
    studio: Studio,
    kind: str,
    number: int,
    fields: Mapping[str, Any],
    *,
    access: Access = ADMIN,
    revision: int | None = None,
) -> Entity:
    """One changed record."""
    changes = [Change(number, fields, revision)]
    (made,) = studio.update(kind, changes, access=access, actor=ADA)
    return made


def look(studio: Studio, kind: str, number: int, *, access: Access = ADMIN) -> Entity:
    """One record."""
    (found,) = studio.get(kind, [number], access=access)
    return found


def ids(
    studio: Studio, kind: str, *filters: tuple[str, Op, Any], access: Access = ADMIN, **query: Any
) -> list[int]:
    """The numbers of all that is found, page after page."""
    asked = Query(tuple(Filter(*one) for one in filters), **query)
    pages = every(lambda page: studio.find(kind, asked, access=access, page=page))
    return [one.id for one in pages]


def census(studio: Studio) -> dict[str, int]:
    """How many records of each kind there are."""
    return {kind: len(ids(studio, kind, archived=True, limit=1_000)) for kind in KINDS}


def world(studio: Studio, code: str = "NV") -> World:
    """A small project."""
    project = make(studio, "project", code=code).id
    sequences = tuple(
        make(studio, "sequence", project=project, code=name).id for name in ("sq010", "sq020")
    )
    shots = tuple(
        make(studio, "shot", sequence=one, code=name).id
        for one in sequences
        for name in ("sh010", "sh020")
    )
    asset = make(studio, "asset", project=project, code="bear").id
    (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
    people = [make(studio, "artist", login=f"{name}_{code}").id for name in ("ada", "vera")]
    task = make(studio, "task", shot=shots[0], type=comp).id
    asset_task = make(studio, "task", asset=asset, type=comp).id
    return World(project, sequences, shots, asset, comp, task, asset_task, *people)


def one_comp(studio: Studio, **templates: str) -> None:
    """The show FG with these templates: in sc02 one shot, sh010, with a comp."""
    project = make(studio, "project", code="FG", templates=templates).id
    sequence = make(studio, "sequence", project=project, code="sc02").id
    shot = make(studio, "shot", sequence=sequence, code="sh010").id
    (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
    make(studio, "task", shot=shot, type=comp)


@contextmanager
def refusal(code: Code, *words: str) -> Iterator[None]:
    """The block is refused with this code and a message that holds these words."""
    with pytest.raises(Refused) as caught:
        yield
    told = f"{caught.value.code.value}: {caught.value.message} {caught.value.hint}"
    assert caught.value.code is code, told
    for word in words:
        assert word in told
