"""`rushes audit verify`: the whole chain of events gone through."""

from __future__ import annotations

from contextlib import closing

import click

from rushes import bootstrap
from rushes.cli import database_there, exits, show
from rushes.cli.audit_head import known_head
from rushes.cli.audit_sheet import audit_lines, audit_row
from rushes.cli.face import command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError


@command
@click.option(
    "--since",
    metavar="HEAD",
    help="A head kept elsewhere: a file of `rushes audit head -o`, or POSITION:SEAL. That the last"
    " events were cut off, or all of them written anew, shows only against one.",
)
def verify(session: Session, *, since: str | None) -> int:
    """Go through the whole chain of events, and tell which were edited, removed or moved.

    Events that wait to be sealed are counted: the chain does not vouch for them yet. Exits 1 when
    the chain does not hold, 2 when there is no such head, no event, or no database yet.
    """
    known = known_head(since) if since is not None else None
    database_there.wanted(session.settings, "verify")
    with closing(bootstrap.audit(session.settings)) as audit, progress("verifying") as watched:
        made = audit.verify(known, progress=watched)
    if made.holds and not made.sealed and not made.waiting:
        raise RushesError(
            Code.NOTHING_FOUND,
            "There is no event yet, so there is nothing to verify.",
            hint="Is this the database that is meant? `rushes db url` tells which it is.",
        )
    if session.as_json:
        show.json("rushes.audit-verify/1", audit_row(made))
    else:
        for line in audit_lines(made):
            show.text(line)
        show.text(f"  Its head is {made.head.position}:{made.head.seal}")
    return exits.OK if made.holds else exits.FOUND
