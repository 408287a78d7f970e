"""`rushes show create`: a new show, empty or as a template has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, CODE, DRY_RUN, studio
from rushes.cli.shows.plan_sheet import code_of, plan_row, show_plan
from rushes.cli.shows.project_sheet import project_line, project_row


@command
@CODE
@click.option("--name", metavar="TEXT", help="Its title.")
@click.option("--fps", metavar="RATE", help="Frames a second, as in 24, 23.976 or 24000/1001.")
@click.option("--width", type=int, metavar="PIXELS", help="Of its pictures.")
@click.option("--height", type=int, metavar="PIXELS", help="Of its pictures.")
@click.option("--colour-space", metavar="NAME", help="The space that is worked in.")
@click.option("--frame-start", type=int, metavar="FRAME", help="The first frame of a new shot.")
@click.option("--frame-end", type=int, metavar="FRAME", help="The last frame of a new shot.")
@click.option("--handles", type=int, metavar="FRAMES", help="Frames before and after the cut.")
@click.option(
    "--root",
    "roots",
    multiple=True,
    metavar="[OS=]DIR",
    help="Its folder, here or on linux, macos or windows (repeatable).",
)
@click.option(
    "--grammar",
    "shot_grammar",
    metavar="GRAMMAR",
    help="How its shots are called: as in {sequence}_{shot:04d}, or the set netflix or onepiece.",
)
@click.option(
    "--template",
    "template",
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="Begin with what this template holds; options go before it.",
)
@DRY_RUN
def create(
    session: Session,
    *,
    code: str,
    template: Path | None,
    roots: tuple[str, ...],
    dry_run: bool,
    **given: Any,
) -> int:
    """Make a show called CODE. What is not given is as the studio usually has it."""
    from rushes.tracking.shows.creating import Creating, codes_alike, roots_of

    options = {name: value for name, value in given.items() if value is not None}
    with studio(session, makes=True) as opened:
        creating = Creating(opened, access=ACCESS, template=template)
        project, plan = creating.plan({"code": code, **options, "roots": roots_of(roots)})
        alike = codes_alike(opened, code, access=ACCESS)
        number = None
        if not dry_run:
            number, plan, written = creating.make(project, actor=session.actor)
    if alike:
        others = ", ".join(alike)
        show.note(f"The show {code} is another than {others}: only the case of letters differs.")
    done = None if dry_run else written
    if session.as_json:
        row = {"did": "Would be made." if dry_run else "Made.", "dry_run": dry_run}
        told = None if template is None else plan_row(plan, done)
        show.json("rushes.show/1", {**row, "show": project_row(project, number), "plan": told})
        return code_of(plan)
    show.text(f"{'Would be made' if dry_run else 'Made'}: {project_line(project)}")
    if template is not None:
        show_plan(plan, done)
    return code_of(plan) if template is not None else exits.OK
