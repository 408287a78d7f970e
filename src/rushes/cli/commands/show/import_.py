"""`rushes show import`: shots from a spreadsheet, a cut, or an export."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import show
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, CODE, DRY_RUN, studio
from rushes.cli.shows.plan_sheet import code_of, plan_row, show_plan


@command
@CODE
@click.argument("file", type=GivenPath(dir_okay=False), metavar="FILE")
@click.option(
    "--tasks",
    default="",
    metavar="TYPES",
    help="Make tasks of these types on each shot of the file, as in comp,anim.",
)
@click.option("--omit", is_flag=True, help="Omit shots that the file leaves out of its sequences.")
@click.option(
    "--count-from",
    "count_from",
    type=click.Choice(["source", "start"]),
    help="Count a cut's frames as its sources do, or from the show's first frame and handles on"
    " (default: as the sources do where they begin near the show's first frame).",
)
@click.option(
    "--order", is_flag=True, help="Keep each shot's place in the cut as the custom field cut_order."
)
@DRY_RUN
def import_command(
    session: Session, *, code: str, file: Path, tasks: str, omit: bool, count_from: str | None,
    order: bool, dry_run: bool,
) -> int:  # fmt: skip
    """Make and change shots of the show CODE so that they are as FILE has them.

    FILE is a spreadsheet as CSV, a cut as EDL or OTIO, or an export as JSON or YAML. One value
    that makes no sense, and nothing is written. Exits 1 when something wants a look: clips that no
    shot is told of, retimes, shots that are cut twice.
    """
    from rushes.tracking.shows.applying import applied
    from rushes.tracking.shows.cells import words
    from rushes.tracking.shows.cutting import Counting
    from rushes.tracking.shows.importing import Importing, plan_import
    from rushes.tracking.shows.planning import Options

    try:
        options = Options(tuple(words(tasks)), omit=omit)
    except ValueError as error:
        raise click.UsageError(f"--tasks: {error}.") from None
    if tasks and not options.tasks:
        raise click.UsageError(f"--tasks: {tasks!r} names no type.")
    from_start = None if count_from is None else count_from == "start"
    how = Importing(options, Counting(from_start=from_start, order=order))
    with studio(session) as opened:
        plan = plan_import(opened, code, file, how=how, access=ACCESS)
        done = None if dry_run else applied(plan, opened, access=ACCESS, actor=session.actor)
    if session.as_json:
        show.json("rushes.show-plan/1", plan_row(plan, done))
    else:
        show_plan(plan, done)
    return code_of(plan)
