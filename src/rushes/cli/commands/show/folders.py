"""`rushes show folders`: a show's folders on disk."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import show
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.cli.shows.folders_sheet import code_of, folders_row, show_folders
from rushes.cli.shows.opening import ACCESS, CODE, DRY_RUN, studio


@command
@CODE
@click.option(
    "--at",
    "at",
    type=GivenPath(),
    metavar="DIR",
    help="The show's own folder (default: its root, else CODE in the folder of all shows).",
)
@click.option(
    "--template",
    "template",
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="Make the folders that this file tells, instead of the usual ones.",
)
@click.option("--mode", metavar="BITS", help="Permissions of new folders, as in 2775.")
@click.option("--group", metavar="NAME", help="The group of new folders.")
@DRY_RUN
def folders(
    session: Session, *, code: str, at: Path | None, template: Path | None, mode: str | None,
    group: str | None, dry_run: bool,
) -> int:  # fmt: skip
    """Make the folders of the show CODE for all of its shots, assets and tasks.

    What is there stays untouched, so that it is safe to repeat. Exits 1 when some cannot be made:
    something else has their name, a link leads out of the show, a code makes no folder's name.
    """
    from rushes.tracking.shows.folder_making import group_id, make_folders, planned_folders
    from rushes.tracking.shows.folder_template import folders_of
    from rushes.tracking.shows.folder_wishes import root_of, structure_of
    from rushes.tracking.shows.state import read_show

    structure = structure_of(template, mode=mode, group=group)
    group_id(structure.group)  # a dry run refuses what would be refused
    with studio(session) as opened:
        found = read_show(opened, code, access=ACCESS)
    root = root_of(found, at=at, shows_root=session.settings.shows_root)
    names, odd = folders_of(found, structure)
    plan = planned_folders(root, names)
    made = None if dry_run else make_folders(plan, structure)
    if session.as_json:
        show.json("rushes.show-folders/1", folders_row(code, plan, odd, made))
    else:
        show_folders(plan, odd, made)
    return code_of(plan, odd)
