"""Options that the commands of `rushes validate` share."""

from __future__ import annotations

import click

from rushes.cli.face import GivenPath

PROJECT = click.option(
    "--project", metavar="CODE", help="Take this show's templates and records, too."
)
RULES = click.option(
    "--templates",
    "rules",
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="Take the templates, shots and tokens of this file (TOML or JSON) instead.",
)
TEMPLATE = click.option(
    "--template",
    "asked",
    multiple=True,
    metavar="NAME|TEMPLATE",
    help="Hold against this one only, by name or written out; may be given several times.",
)
LIKE = click.option(
    "--like",
    metavar="SET",
    help="Take this set of templates, instead of those in the settings: rushes, project-manager,"
    " vfx-ops-toolkit, onepiece or netflix.",
)
