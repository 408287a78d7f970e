"""`rushes audit log`: who wrote what."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.audit_sheet import event_lines, event_row
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.model.event import RecordedEvent
from rushes.tracking.event_sight import TOLD_KINDS


@command
@click.option(
    "--kind", type=click.Choice(TOLD_KINDS), metavar="KIND",
    help="Events of this kind: shot, task, version, apitoken, webhook, …",
)  # fmt: skip
@click.option(
    "--target", type=click.IntRange(min=1), metavar="ID",
    help="Events of the record with this number; needs --kind.",
)  # fmt: skip
@click.option("--project", metavar="CODE", help="Events of this project.")
@click.option("--actor", metavar="NAME", help="What this person or program wrote.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, metavar="N",
    help="At most so many.",
)  # fmt: skip
def log(
    session: Session,
    *,
    kind: str | None,
    target: int | None,
    project: str | None,
    actor: str | None,
    limit: int,
) -> int:
    """List events, the newest first: place in the chain, time, who, what, and what it changed.

    One without a place (-) is not sealed yet. Exits 2 when there is no such project.
    """
    if target is not None and kind is None:
        raise click.UsageError("--target is the number of a record: say --kind, too.")
    found: Sequence[RecordedEvent] = ()
    if bootstrap.database_known(session.settings):
        with closing(bootstrap.audit(session.settings)) as audit:
            found = audit.search(
                kind=kind, target=target, project=project, actor=actor, limit=limit
            )
    if session.as_json:
        show.json("rushes.audit-log/1", {"events": [event_row(one) for one in found]})
        return exits.OK
    show.table(event_lines(found), right=(0,))
    if not found:
        show.note("There is none.")
    return exits.OK
