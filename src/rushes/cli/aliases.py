"""Commands by the names that an earlier tool had for them: one table, hidden from help."""

from __future__ import annotations

import click

from rushes.cli.lazy import Entry, LazyGroup

_HERE = "rushes.cli.commands"

ALIASES = {
    "aws": {
        "sync-to": Entry(f"{_HERE}.sync:to", "See rushes sync to."),
        "sync-from": Entry(f"{_HERE}.sync:from_", "See rushes sync from."),
    },
}


def _group(name: str) -> click.Group:
    told = f"Earlier names of commands, which go on to work as `rushes {name} …`."
    return LazyGroup(name, entries=ALIASES[name], help=told)


aws = _group("aws")
