"""`rushes show list`: the shows there are."""

from __future__ import annotations

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, studio
from rushes.cli.shows.project_sheet import project_row, show_list


@command
@click.option("--archived", is_flag=True, help="List archived ones too.")
def list_command(session: Session, *, archived: bool) -> int:
    """List the shows there are, by their codes."""
    from rushes.tracking.shows.state import projects

    found = []
    if bootstrap.database_known(session.settings):
        with studio(session) as opened:
            found = list(projects(opened, access=ACCESS, archived=archived))
    if session.as_json:
        rows = [project_row(one.fields, one.id) for one in found]
        show.json("rushes.shows/1", {"shows": rows})
    else:
        show_list(found)
    return exits.OK
