"""`rushes exr`: what is in OpenEXR files, and whether it is right."""

from __future__ import annotations

import click

from rushes.cli.lazy import Entry, LazyGroup

_HERE = "rushes.cli.commands.exr"


@click.group(
    cls=LazyGroup,
    entries={
        "info": Entry(f"{_HERE}.info:info", "Tell all that headers hold."),
    },
)
def exr() -> None:
    """Look into OpenEXR files: headers, pixels, rules, differences. Nothing is ever changed."""
