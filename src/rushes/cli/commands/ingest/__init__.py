"""`rushes ingest`: drops of vendors and clients, checked, copied and recorded."""

from __future__ import annotations

import click

from rushes.cli.default_group import DefaultGroup
from rushes.cli.lazy import Entry

_HERE = "rushes.cli.commands.ingest"


@click.group(
    cls=DefaultGroup,
    default="run",
    entries={
        "run": Entry(f"{_HERE}.run:run", "Take a drop in; meant where no command is named."),
        "list": Entry(f"{_HERE}.book:list_", "List the drops that were taken in here."),
        "show": Entry(f"{_HERE}.book:show_", "Tell what came of a drop."),
        "retry": Entry(f"{_HERE}.run:retry", "Take a drop in again, as it was asked for."),
    },
)
def ingest() -> None:
    """Take drops in: checked against manifests and records, copied or uploaded, and recorded.

    `rushes ingest DROP …` is `rushes ingest run DROP …`. A folder called like one of the commands
    is given as ./list.
    """
