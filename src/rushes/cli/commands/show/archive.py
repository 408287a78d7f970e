"""`rushes show archive` and `restore`: shows put away and taken back."""

from __future__ import annotations

from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, CODE, studio
from rushes.cli.shows.project_sheet import project_row


@command
@CODE
def archive(session: Session, *, code: str) -> int:
    """Put the show CODE away: lists leave it out, and nothing of it is deleted."""
    return _moved(session, code, back=False)


@command
@CODE
def restore(session: Session, *, code: str) -> int:
    """Take the archived show CODE back."""
    return _moved(session, code, back=True)


def _moved(session: Session, code: str, *, back: bool) -> int:
    from rushes.tracking.shows.state import find_project

    with studio(session) as opened:
        before = find_project(opened, code, access=ACCESS)
        (after,) = opened.archive(
            "project", [before.id], access=ACCESS, actor=session.actor, back=back
        )
    did = "Taken back." if back else "Archived."
    if after.revision == before.revision:
        did = "It was in use already." if back else "It was archived already."
    if session.as_json:
        row = {"did": did, "dry_run": False, "show": project_row(after.fields, after.id)}
        show.json("rushes.show/1", {**row, "plan": None})
    else:
        show.text(f"{after.fields['code']}: {did}")
    return exits.OK
