"""Ingests of all machines, as the records have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from rushes import bootstrap
from rushes.cli import show
from rushes.cli.ingest.running import book_of
from rushes.cli.ingest.sheet import show_outcome
from rushes.cli.session import Session
from rushes.core.clock import iso
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.book import Entry, entry, entry_of_run
from rushes.model.movement import Movement, MovementKind
from rushes.ports.records import every

_DIGITS = 12  # a number of the book has as many


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


def named(session: Session, text: str) -> Movement | None:
    """The ingest on record of this number or name; None where there is none, or no record.

    Raises `usage` where several projects have one of that name.
    """
    settings = session.settings
    if not text or not bootstrap.database_known(settings):
        return None
    with closing(bootstrap.movements(settings)) as movements:
        found = list(movements.find(kind=MovementKind.INGEST, name=text).rows)
        if not found and text.isascii() and text.isdigit() and len(text) < _DIGITS:
            try:
                found = [movements.movement(int(text))]
            except RushesError as error:
                if error.code is not Code.RECORD_NOT_FOUND:
                    raise
    found = [one for one in found if one.kind is MovementKind.INGEST]
    if len(found) > 1:
        numbers = ", ".join(str(one.id) for one in found)
        raise RushesError(
            Code.USAGE,
            f"Several projects have an ingest {escape(text)}.",
            hint=f"Write its number: {numbers}.",
        )
    return found[0] if found else None


def here_or_on_record(session: Session, text: str) -> Entry | Movement:
    """The ingest of this machine whose number begins so, else the one on record of this number or
    name. Raises `record.not_found`, and `usage` where it may mean several.
    """
    try:
        here = entry(book_of(session), text)
    except RushesError as error:
        found = named(session, text) if error.code is Code.RECORD_NOT_FOUND else None
        if found is None:
            raise
        return found
    other = named(session, text) if text.isdigit() and text != here.number else None
    if other is not None and other.key != here.order.get("movement"):
        raise RushesError(
            Code.USAGE,
            f"{text} is the number of {escape(other.name)} on record, and begins {here.number} of"
            " this machine.",
            hint=f"Write {escape(other.name)}, or {here.number}.",
        )
    return here


def to_retry(session: Session, text: str) -> Entry:
    """The ingest of this machine that is meant. Raises as `here_or_on_record`, and `usage` where
    it was made elsewhere.
    """
    found = here_or_on_record(session, text)
    if isinstance(found, Entry):
        return found
    here = entry_of_run(book_of(session), found.key)
    if here is not None:
        return here
    raise RushesError(
        Code.USAGE,
        f"{escape(found.name)} was not made by this machine, but by"
        f" {escape(found.machine or 'none yet')}; what it did is kept there.",
        hint="Retry it there by the number that `rushes ingest list` tells there, or run"
        f" `rushes ingest {escape(_drop(found))} …` here.",
    )


def show_movement(one: Movement) -> None:
    """What came of one, as far as it is on record."""
    show.text(f"{one.id}  {one.name}  {one.standing}  {_begun(one)}")
    show.text(f"    {_drop(one)} on {one.machine or 'no machine yet'}, by {one.artist}")
    show_outcome(one.report)
    if one.told:
        show.text(one.told)
    if not one.report:
        show.note("Nothing that came of it is on record.")


def show_movements(found: Sequence[Movement]) -> None:
    """A line for each."""
    rows = [("Number", "Ingest", "State", "Begun", "Machine", "Drop")]
    rows += [(str(one.id), one.name, one.standing, _begun(one), one.machine, _drop(one))
             for one in found]  # fmt: skip
    show.table(rows if found else [], right=(0,))
    if not found:
        show.note("No ingest is on record.")


def _drop(one: Movement) -> str:
    return str(one.order.get("drop", ""))


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
        "drop": _drop(one),
        "artist": one.artist,
        "machine": one.machine,
        "counts": dict(one.counts),
        "told": one.told,
    }


def _begun(one: Movement) -> str:
    return iso(one.started or one.created)
