"""`rushes ingest list` and `show`: what was taken in on this machine, or on all."""

from __future__ import annotations

import click

from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.session import Session


@command
@click.option("--all", "everywhere", is_flag=True, help="Those of all machines, from the records.")
def list_(session: Session, *, everywhere: bool) -> int:
    """List the drops that were taken in on this machine, the last one first.

    With --all it exits 2 where there are no records.
    """
    if everywhere:
        return _list_all(session)
    from rushes.cli.ingest.running import book_of
    from rushes.cli.ingest.sheet import entry_row, show_entries
    from rushes.exchange.book import entries

    found = list(entries(book_of(session)))
    if session.as_json:
        show.json("rushes.ingests/1", {"ingests": [entry_row(one) for one in found]})
    else:
        show_entries(found)
    return exits.OK


def _list_all(session: Session) -> int:
    from rushes.cli.ingest.recorded import movement_row, on_record, show_movements

    found = list(on_record(session))
    if session.as_json:
        rows = [movement_row(one) for one in found]
        show.json("rushes.ingests-on-record/1", {"ingests": rows})
    else:
        show_movements(found)
    return exits.OK


@command
@click.argument("number", metavar="INGEST")
def show_(session: Session, *, number: str) -> int:
    """Tell what came of a drop when it was last taken in; INGEST is its number.

    It is that of this machine; else the number or the name that `rushes ingest list --all` tells.
    Exits 2 when there is none.
    """
    from rushes.cli.ingest.recorded import here_or_on_record, movement_row, show_movement
    from rushes.cli.ingest.sheet import entry_row, show_report
    from rushes.model.movement import Movement

    found = here_or_on_record(session, number)
    if isinstance(found, Movement):
        if session.as_json:
            row = {**movement_row(found), "report": dict(found.report) or None}
            show.json("rushes.ingest-on-record/1", row)
        else:
            show_movement(found)
    elif session.as_json:
        told = {**entry_row(found), "report": dict(found.report) or None}
        show.json("rushes.ingest-show/1", told)
    else:
        show_report(found)
    return exits.OK
