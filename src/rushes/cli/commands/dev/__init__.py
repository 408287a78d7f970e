"""`rushes dev`: material to try things on."""

from __future__ import annotations

import click

from rushes.cli.lazy import Entry, LazyGroup

_HERE = "rushes.cli.commands.dev"


@click.group(
    cls=LazyGroup,
    entries={
        "make-sequence": Entry(
            f"{_HERE}.make_sequence:make_sequence", "Make a file sequence with missing frames."
        ),
    },
)
def dev() -> None:
    """Make material for tests of scanners, of gaps and of padding. Nothing is ever overwritten."""
