"""Ingests of all machines, as the records have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from rushes import bootstrap
from rushes.cli import show
from rushes.cli.session import Session
from rushes.core.clock import iso
from rushes.core.errors import Code, RushesError
from rushes.model.movement import Movement, MovementKind
from rushes.ports.records import every


def on_record(session: Session) -> Iterator[Movement]:
    """All of them, the last begun first. Raises `record.not_found` where there are no records."""
    settings = session.settings
    if not bootstrap.database_known(settings):
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            "There are no records yet, so nothing was ingested.",
            hint="`rushes show create CODE` makes a show.",
        )
    with closing(bootstrap.movements(settings)) as movements:
        yield from every(lambda page: movements.find(kind=MovementKind.INGEST, page=page))


def show_movements(found: Sequence[Movement]) -> None:
    """A line for each."""
    rows = [("Ingest", "State", "Begun", "Machine", "Drop")]
    rows += [
        (one.name, _state(one), _begun(one), one.machine, str(one.order.get("drop", "")))
        for one in found
    ]
    show.table(rows if found else [])
    if not found:
        show.note("No ingest is on record.")


def _state(one: Movement) -> str:
    """How one stands, in words."""
    return "broken off" if one.lost else one.state.value


def movement_row(one: Movement) -> dict[str, Any]:
    """One as JSON."""
    return {
        "id": one.id,
        "name": one.name,
        "state": one.state.value,
        "lost": one.lost,
        "started": _begun(one),
        "ended": iso(one.ended) if one.ended is not None else None,
        "project": one.project,
        "drop": str(one.order.get("drop", "")),
        "artist": one.artist,
        "machine": one.machine,
        "counts": dict(one.counts),
        "told": one.told,
    }


def _begun(one: Movement) -> str:
    return iso(one.started or one.created)
