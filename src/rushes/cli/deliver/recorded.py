"""Deliveries as the records have them, listed and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from rushes.cli import show
from rushes.cli.deliver.running import on_record
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, studio
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.model.movement import DeliveredFile, Movement, MovementKind
from rushes.ports.movements import Movements
from rushes.ports.records import every
from rushes.tracking.shows.state import find_project

_SHOWN = 20  # files told one by one
_DIGITS = 19  # no number of a record has as many


def listed(session: Session, *, project: str, context: str, most: int) -> list[Movement]:
    """Deliveries, the last begun first. Raises `record.not_found` for an unknown project."""
    number = _project(session, project)
    with on_record(session) as movements:
        return list(islice(_deliveries(movements, project=number, context=context), most))


def one_delivery(
    session: Session, name: str, *, project: str
) -> tuple[Movement, list[DeliveredFile]]:
    """The delivery of that name or number, and its files. Raises `record.not_found`, `usage`."""
    number = _project(session, project)
    with on_record(session) as movements:
        found = named(movements, name, project=number)
        files = every(lambda page: movements.files(found.id, page=page))
        return found, list(files)


def named(movements: Movements, name: str, *, project: int | None = None) -> Movement:
    """The delivery of that name or number. Raises `record.not_found` and `usage`."""
    found = list(islice(_deliveries(movements, project=project, name=name), 2))
    if not found and (one := numbered(movements, name)) is not None:
        found = [one]
    if len(found) > 1:
        raise RushesError(
            Code.USAGE,
            f"Several deliveries are called {escape(name)}.",
            hint="Say its number, as `rushes deliver list` tells it.",
        )
    if not found:
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"There is no delivery {escape(name)} on record.",
            hint="`rushes deliver list` tells which there are.",
        )
    return found[0]


def numbered(movements: Movements, name: str) -> Movement | None:
    """The delivery of that number; None where it is no number, or that of an ingest."""
    if not (name.isascii() and name.isdigit() and len(name) < _DIGITS):
        return None
    try:
        one = movements.movement(int(name))
    except RushesError as error:
        if error.code is not Code.RECORD_NOT_FOUND:
            raise
        return None
    return one if one.kind is MovementKind.DELIVERY else None


def show_deliveries(found: Sequence[Movement]) -> None:
    """One line each."""
    rows = [("Number", "Delivery", "State", "Begun", "To", "Files", "Size")]
    rows += [
        (
            str(one.id),
            show.printable(one.name),
            one.standing,
            clock.iso(one.created),
            one.context,
            f"{one.counts.get('files', 0):,}",
            human_bytes(one.counts.get("bytes", 0)),
        )
        for one in found
    ]
    show.table(rows if found else [], right=(0, 5, 6))
    if not found:
        show.note("Nothing was delivered.")


def show_delivery(one: Movement, files: Sequence[DeliveredFile]) -> None:
    """What it took, and where it went."""
    show.text(f"{show.printable(one.name)}  {one.standing}  {clock.iso(one.created)}")
    show.text(f"    to {one.context}, by {show.printable(one.artist or 'somebody')}")
    for made in one.report.get("packages", ()):
        show.text(f"    {show.printable(str(made['url']))}  {human_bytes(int(made['size']))}")
    if one.told:
        show.text(f"    {show.printable(one.told)}")
    sent = [file for file in files if file.earlier is None]
    for file in sent[:_SHOWN]:
        show.text(f"    {escape(file.path)}  {human_bytes(file.size)}")
    if len(sent) > _SHOWN:
        show.text(f"    {len(sent) - _SHOWN:,} more files; --json has them all")
    if len(files) > len(sent):
        show.text(f"    had before: {show.counted(len(files) - len(sent), 'file')}")


def delivery_row(one: Movement) -> dict[str, Any]:
    """A delivery as JSON."""
    return {
        "id": one.id,
        "delivery": one.name,
        "state": one.state.value,
        "lost": one.lost,
        "context": one.context,
        "begun": clock.iso(one.created),
        "ended": clock.iso(one.ended) if one.ended is not None else None,
        "artist": one.artist,
        "told": one.told,
        "counts": dict(one.counts),
        "packages": [dict(made) for made in one.report.get("packages", ())],
    }


def whole_row(one: Movement, files: Sequence[DeliveredFile]) -> dict[str, Any]:
    """A delivery as JSON, with its order and all of its files."""
    return {
        **delivery_row(one),
        "order": dict(one.order),
        "files": [file.row() for file in files],
    }


def _project(session: Session, code: str) -> int | None:
    if not code:
        return None
    with studio(session) as records:
        return find_project(records, code, access=ACCESS).id


def _deliveries(
    movements: Movements, *, project: int | None, name: str = "", context: str = ""
) -> Iterator[Movement]:
    return every(
        lambda page: movements.find(
            kind=MovementKind.DELIVERY, project=project, name=name, context=context, page=page
        )
    )
