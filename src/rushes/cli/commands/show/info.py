"""`rushes show info`: how far a show is set up."""

from __future__ import annotations

from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, CODE, studio
from rushes.cli.shows.project_sheet import show_summary, summary_row


@command
@CODE
def info(session: Session, *, code: str) -> int:
    """Count what the show CODE holds, by status, and tell what is missing."""
    from rushes.tracking.shows.state import read_show
    from rushes.tracking.shows.summary import summary

    with studio(session) as opened:
        found = read_show(opened, code, access=ACCESS, archived=True)
    told = summary(found)
    if session.as_json:
        show.json("rushes.show-info/1", summary_row(found.project, told))
    else:
        show_summary(found.project, told)
    return exits.OK
