"""`--report` of commands that move files, which may be given several times."""

from __future__ import annotations

import click

from rushes.cli.face import GivenPath

REPORTS = click.option(
    "--report",
    "reports",
    multiple=True,
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="Write what became of every file, as .html, .csv or .json (repeatable).",
)
