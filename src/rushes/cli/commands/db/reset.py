"""`rushes db reset`: all records thrown away, the tables kept."""

from __future__ import annotations

import click

from rushes import bootstrap
from rushes.cli import database_there, exits, server_ended, show
from rushes.cli.database_sheet import lost_lines, rows_told
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.masking import masked_secret


@command
@click.option("--yes", "sure", is_flag=True, help="Do it. Without this, it is only told.")
@click.option("--really", is_flag=True, help="Do it though the database is a server of your own.")
def reset(session: Session, *, sure: bool, really: bool) -> int:
    """Throw all records away: scans, images, quality checks, projects, people, events.

    The tables stay, media and sidecars are not touched. It tells first what there is. For
    development: what is thrown away can be had back from a backup only. Nothing is thrown away
    without --yes, or from a server of your own without --really (exits 2), nor while a Rushes
    server works with the database (exits 3).
    """
    settings = session.settings
    database_there.wanted(session.settings, "throw away")
    held = bootstrap.database_contents(settings)
    if not session.as_json:
        show.text(f"There are {rows_told(held)}:" if held.total else "There is nothing.")
        show.table(lost_lines(held), right=(1,))
    if settings.database.url and not really:
        origin = settings.origin("database.url")
        _refuse(
            f"The database is a server of your own ({masked_secret(settings.database.url)},"
            f" from {origin}).",
            "Add --really if all of it is to go.",
        )
    if not sure:
        _refuse(f"{rows_told(held)} would be thrown away.", "Add --yes.")
    server_ended.wanted(settings, "reset")
    gone = bootstrap.empty_database(settings)
    if session.as_json:
        show.json("rushes.db-reset/1", {"rows": dict(gone.rows), "total": gone.total})
    else:
        show.text(f"Threw {rows_told(gone)} away.")
    return exits.OK


def _refuse(message: str, hint: str) -> None:
    raise RushesError(
        Code.USAGE, f"{message} Nothing was thrown away.", hint=f"{hint} Back it up before."
    )
