"""`rushes audit head`: the last sealed event, to be kept where the database's writers cannot."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import database_there, exits, show
from rushes.cli.audit_head import head_row, write_head
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape


@command
@click.option(
    "-o",
    "--out",
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="Write it to FILE, too, which must not be there yet.",
)
def head(session: Session, *, out: Path | None) -> int:
    """Tell the last sealed event: its position and its seal, which vouches for all up to it.

    Kept where nobody who can write to the database can write, it proves later that no event up to
    it was changed: `rushes audit verify --since FILE`. Exits 2 when no event is sealed yet, 4 when
    FILE could not be written or is there already.
    """
    database_there.wanted(session.settings, "vouch for")
    with closing(bootstrap.audit(session.settings)) as audit:
        last, waiting = audit.head(), audit.waiting()
    if not last.position:
        raise RushesError(
            Code.NOTHING_FOUND,
            "No event is sealed yet, so there is no head to keep.",
            hint="Events are sealed by the server, a moment after they are written.",
        )
    row = head_row(last, waiting)
    if out is not None:
        write_head(out, row)
    if session.as_json:
        show.json("rushes.audit-head/1", row)
    else:
        show.text(f"{last.position}:{last.seal}")
        if out is not None:
            show.note(f"Wrote {escape(str(out))}. Keep it where this database's writers cannot.")
        if waiting:
            show.note(f"{show.counted(waiting, 'event')} not sealed yet and not vouched for.")
    return exits.OK
