"""`rushes validate paths`: paths against the folders that a show has."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.cli.validating_options import LIKE, PROJECT


@command
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@PROJECT
@click.option(
    "--template",
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="Take the folders that this file tells (as `rushes show folders` does), not the usual.",
)
@LIKE
def paths(
    session: Session, *, paths: tuple[str, ...], project: str | None, template: Path | None,
    like: str | None,
) -> int:  # fmt: skip
    """Hold paths against the folder templates of a show, and the folders of its naming templates.

    PATH lies below the show's own folder, or is relative to it; nothing needs to be there. With
    --project, shots, sequences and assets in it must be on record. Exits 1 when one is wrong.
    """
    from rushes.cli import validating_sheet as sheet
    from rushes.cli.validating_rules import structure_for
    from rushes.exchange.validate_paths import judged_paths

    held, relative = structure_for(session, project=project, file=template, like=like)
    found = list(judged_paths(held, [relative(one) for one in paths]))
    if session.as_json:
        show.json("rushes.validate-paths/1", {"paths": [sheet.path_row(one) for one in found]})
    else:
        sheet.show_paths(found)
    return exits.FOUND if any(one.findings for one in found) else exits.OK
