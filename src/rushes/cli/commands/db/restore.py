"""`rushes db restore`: a backup put in the database's place."""

from __future__ import annotations

from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, server_ended, show
from rushes.cli.audit_sheet import audit_lines
from rushes.cli.database_sheet import restored_row, rows_told
from rushes.cli.face import GivenPath, command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core.escape import escape


@command
@click.argument("file", type=GivenPath(dir_okay=False), metavar="FILE")
@click.option("--yes", "sure", is_flag=True, help="Replace what the database holds now.")
def restore(session: Session, *, file: Path, sure: bool) -> int:
    """Make the backup in FILE the database.

    It is put into a new database beside the present one, brought up to date, counted, and its
    events are gone through; only then does it take the present one's place. Whatever goes wrong,
    the present one stays as it is. A database that holds anything is replaced with --yes only.
    Nothing may be connected to it: end the server first. Grants to other roles are not restored.
    Exits 1 when it was restored and its events were meddled with before the backup was taken; 2
    when the file is damaged or without --yes, and nothing is changed then; 3 when the database is
    in use or does not answer.
    """
    settings = session.settings
    server_ended.wanted(settings, "restore")
    with progress("restoring") as watched:
        restored = bootstrap.restore(settings, file, replace=sure, progress=watched)
    if session.as_json:
        row = {"file": escape(str(file)), **restored_row(restored)}
        show.json("rushes.db-restore/1", row)
    else:
        made = restored.backup
        show.text(f"Restored the backup of {made.made}: {rows_told(made.contents)}.")
        if restored.leaf != made.contents.leaf:
            show.text(f"  Its tables were brought up from {made.contents.leaf} to {restored.leaf}.")
        for line in audit_lines(restored.audit):
            show.text(f"  {line}")
    return exits.OK if restored.audit.holds else exits.FOUND
