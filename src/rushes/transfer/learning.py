"""Finding out which bytes lie on both sides, where facts and ledgers do not tell."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import NamedTuple

from rushes.ports.progress import Progress, Silent
from rushes.ports.storage_writing import TERMS, Terms, WritableStorage
from rushes.transfer.plan import (
    WISHES,
    Act,
    Plan,
    Remembering,
    Tree,
    Wishes,
    listed,
    plan,
    settled,
)


class Place(NamedTuple):
    """A root on a storage."""

    storage: WritableStorage
    root: str


def planned(
    source: Place,
    target: Place,
    known: Remembering,
    *,
    wishes: Wishes = WISHES,
    terms: Terms = TERMS,
    takes: Callable[[str], bool] | None = None,
    at_once: int = 8,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Plan:
    """List both places, learn what has to be learnt, and plan. Nothing is changed anywhere.

    This is what `--dry-run` shows, and what `apply` takes. Files that `takes` does not want by
    their paths are on neither side. Raises `cancelled`. A file whose bytes cannot be learnt counts
    as one with other bytes.
    """
    here, there = _listed(source, target, takes)
    made = plan(here, there, known, wishes=wishes, unmoved=known.unmoved(here.files, there.files))
    del here, there
    undecided = [*made.of(Act.UNDECIDED)]
    if not undecided:
        return made
    from rushes.transfer.comparing import Ask, compared

    ask = Ask(source, target, known, wishes, terms.algorithms[0])
    pairs = compared(undecided, ask, at_once=at_once, progress=progress)
    return settled(made, pairs, known, wishes=wishes)


def _listed(source: Place, target: Place, takes: Callable[[str], bool] | None) -> tuple[Tree, Tree]:
    """Both sides: at once where one has to be waited for, else threads are in each other's way."""
    if not any(one.storage.is_far() or one.storage.may_hang() for one in (source, target)):
        return listed(*source, takes), listed(*target, takes)
    came: list[Tree | BaseException] = []

    def list_target() -> None:
        try:
            came.append(listed(*target, takes))
        except BaseException as error:  # noqa: BLE001 (it is raised again where it is waited for)
            came.append(error)

    other = Thread(target=list_target, name="listing")
    other.start()
    try:
        here = listed(*source, takes)
    finally:
        other.join()
    (there,) = came
    if isinstance(there, BaseException):
        raise there
    return here, there
