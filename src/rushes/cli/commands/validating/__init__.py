"""`rushes validate`: renders, names, paths and uses of assets held against what they should be."""

from __future__ import annotations

import click

from rushes.cli.default_group import DefaultGroup
from rushes.cli.lazy import Entry

_HERE = "rushes.cli.commands"


@click.group(
    cls=DefaultGroup,
    default="run",
    entries={
        "run": Entry(f"{_HERE}.validate:validate", "Check every shot's renders for gaps."),
        "names": Entry(f"{_HERE}.validating.names:names", "Hold names against a project's rules."),
        "names-batch": Entry(
            f"{_HERE}.validating.names:names_batch", "Hold a list of names against them, by line."
        ),
        "paths": Entry(f"{_HERE}.validating.paths:paths", "Hold paths against a show's folders."),
        "asset-consistency": Entry(
            f"{_HERE}.validating.assets:asset_consistency", "Find assets used in two ways."
        ),
    },
)
def validate() -> None:
    """Check every shot's renders for gaps, or names, paths and uses of assets.

    Without the name of a command, `run` is meant: `rushes validate --expect 1001-1100`.
    """
