"""`rushes deliver`: approved Versions packed for vendors and clients, and proven later."""

from __future__ import annotations

import click

from rushes.cli.default_group import DefaultGroup
from rushes.cli.lazy import Entry

_HERE = "rushes.cli.commands.deliver"


@click.group(
    cls=DefaultGroup,
    default="run",
    entries={
        "run": Entry(f"{_HERE}.run:run", "Deliver Versions; meant where no command is named."),
        "list": Entry(f"{_HERE}.records:list_", "List the deliveries on record."),
        "show": Entry(f"{_HERE}.records:show_", "Tell what a delivery took, and where it went."),
        "verify": Entry(f"{_HERE}.verify:verify", "Prove that a package is what left."),
    },
)
def deliver() -> None:
    """Deliver approved Versions: checked, named, packed, uploaded, recorded, and proven later.

    `rushes deliver --project …` is `rushes deliver run --project …`.
    """
