"""`rushes audit`: who wrote what, and whether that still stands as it was written."""

from __future__ import annotations

import click

from rushes.cli.lazy import Entry, LazyGroup

_HERE = "rushes.cli.commands.audit"


@click.group(
    cls=LazyGroup,
    entries={
        "log": Entry(f"{_HERE}.log:log", "List who wrote what, the newest first."),
        "verify": Entry(f"{_HERE}.verify:verify", "Go through the whole chain of events."),
        "head": Entry(f"{_HERE}.head:head", "Tell the last sealed event, to be kept elsewhere."),
    },
)
def audit() -> None:
    """Look into the trail of all writes of the studio's records, and prove that it is whole."""
