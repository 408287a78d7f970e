"""`rushes usd`: the layers that compose what was published."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import exits, face, show
from rushes.cli.face import command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.model.finding import Severity


@click.group()
def usd() -> None:
    """Look after the USD layers of publishes."""


@command
@face.paths()
def check(session: Session, *, paths: tuple[Path, ...]) -> int:
    """Open layers, those in folders, and all that they compose, and tell what is wrong.

    Broken and missing layers, links that lead nowhere or are absolute, layers below themselves,
    rates and axes that differ, and layers not of the expected form. Nothing is changed. Exits 1
    when anything is found, 2 when there is no layer, 3 when USD is not installed (extra `usd`).
    """
    from rushes.publish.usd_check import check as checked

    with progress("opening layers") as watched:
        done = checked(paths, progress=watched)
    if session.as_json:
        row = {"layers": list(done.layers), "findings": [one.row() for one in done.findings]}
        show.json("rushes.usd-check/1", row)
    else:
        show.findings(done.findings)
        bad = sum(one.severity is Severity.ERROR for one in done.findings)
        told = f"{show.counted(len(done.findings), 'finding')}, {bad:,} of them errors"
        show.text(f"{show.counted(len(done.layers), 'layer')}: {told}.")
    return exits.FOUND if done.findings else exits.OK


check.short_help = "Open layers, and tell what is broken in or below them."
usd.add_command(check)
