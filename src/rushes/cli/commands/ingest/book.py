"""`rushes ingest list` and `show`: what was taken in on this machine."""

from __future__ import annotations

import click

from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.session import Session


@command
def list_(session: Session) -> int:
    """List the drops that were taken in on this machine, the last one first."""
    from rushes.cli.ingest.running import book_of
    from rushes.cli.ingest.sheet import entry_row, show_entries
    from rushes.exchange.book import entries

    found = list(entries(book_of(session)))
    if session.as_json:
        show.json("rushes.ingests/1", {"ingests": [entry_row(one) for one in found]})
    else:
        show_entries(found)
    return exits.OK


@command
@click.argument("number", metavar="INGEST")
def show_(session: Session, *, number: str) -> int:
    """Tell what came of a drop when it was last taken in; INGEST is its number.

    Exits 2 when there is none.
    """
    from rushes.cli.ingest.running import book_of
    from rushes.cli.ingest.sheet import entry_row, show_report
    from rushes.exchange.book import entry

    found = entry(book_of(session), number)
    if session.as_json:
        told = {**entry_row(found), "report": dict(found.report) or None}
        show.json("rushes.ingest-show/1", told)
    else:
        show_report(found)
    return exits.OK
