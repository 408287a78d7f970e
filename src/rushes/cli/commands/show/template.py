"""`rushes show template`: what a show is made of, saved to begin another with."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, CODE, DRY_RUN, studio
from rushes.cli.shows.plan_sheet import code_of, plan_row, show_plan
from rushes.core import atomic
from rushes.core.escape import escape

_FILE = click.argument("file", type=GivenPath(dir_okay=False), metavar="FILE")


@click.group()
def template() -> None:
    """Save what a show is made of, and make another show the same."""


@command
@CODE
@_FILE
def save(session: Session, *, code: str, file: Path) -> int:
    """Write what the show CODE is made of into FILE, as JSON or YAML by its name.

    Its settings, naming, workflow, custom fields, types of work, sequences, shots and assets with
    the tasks they have; not what has become of them: statuses, people and dates.
    """
    from rushes.tracking.shows.document import by_ending, written
    from rushes.tracking.shows.state import read_show
    from rushes.tracking.shows.template_saving import template_of

    as_json = by_ending(file.name)
    with studio(session) as opened:
        value = template_of(read_show(opened, code, access=ACCESS, archived=True))
    atomic.write_bytes(file, written(value, as_json=as_json))
    counts = {name: len(value[name]) for name in ("task_types", "sequences", "assets")}
    counts["shots"] = sum(len(one["shots"]) for one in value["sequences"])
    if session.as_json:
        row = {"show": code, "path": escape(str(file)), "counts": counts}
        show.json("rushes.show-template/1", row)
    else:
        told = ", ".join(
            show.counted(counts[name], noun)
            for name, noun in (("sequences", "sequence"), ("shots", "shot"), ("assets", "asset"))
        )
        show.text(f"{told} written to {escape(str(file))}")
    return exits.OK


@command
@CODE
@_FILE
@DRY_RUN
def apply(session: Session, *, code: str, file: Path, dry_run: bool) -> int:
    """Make the show CODE what the template FILE holds. What is there besides stays."""
    from rushes.tracking.shows.applying import applied
    from rushes.tracking.shows.templating import plan_template

    with studio(session) as opened:
        plan = plan_template(opened, code, file, access=ACCESS)
        done = None if dry_run else applied(plan, opened, access=ACCESS, actor=session.actor)
    if session.as_json:
        show.json("rushes.show-plan/1", plan_row(plan, done))
    else:
        show_plan(plan, done)
    return code_of(plan)


template.add_command(save)
template.add_command(apply)
