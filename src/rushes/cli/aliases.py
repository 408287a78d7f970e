"""Commands by the names that an earlier tool had for them: one table, hidden from help."""

from __future__ import annotations

import click

from rushes.cli import show
from rushes.cli.lazy import Entry, LazyGroup

_HERE = "rushes.cli.commands"

ALIASES = {
    "aws": {
        "sync-to": Entry(f"{_HERE}.sync:to", "See rushes sync to."),
        "sync-from": Entry(f"{_HERE}.sync:from_", "See rushes sync from."),
        "ingest": Entry(f"{_HERE}.ingest.earlier:ingest", "See rushes ingest."),
    },
    "shotgrid": {
        "deliver": Entry(f"{_HERE}.deliver.run:run", "See rushes deliver."),
        "package-playlist": Entry(f"{_HERE}.playlist.package:package", "See rushes playlist."),
    },
}


class EarlierGroup(LazyGroup):
    """A group of earlier names: each works as ever, and tells its new one on stderr."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and tell what it is called now."""
        found = super().resolve_command(ctx, args)
        if found[0] is not None and not ctx.resilient_parsing:
            now = self.entries[found[0]].summary
            show.note(f"rushes {ctx.info_name} {found[0]} is an earlier name that works on. {now}")
        return found


def _group(name: str) -> click.Group:
    told = f"Earlier names of commands, which go on to work as `rushes {name} …`."
    return EarlierGroup(name, entries=ALIASES[name], help=told)


aws = _group("aws")
shotgrid = _group("shotgrid")
