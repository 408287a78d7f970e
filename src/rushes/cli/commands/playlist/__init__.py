"""`rushes playlist`: Versions that are looked at together, and sent together."""

from __future__ import annotations

import click

from rushes.cli.lazy import Entry, LazyGroup

_HERE = "rushes.cli.commands.playlist"


@click.group(
    cls=LazyGroup,
    entries={
        "list": Entry(f"{_HERE}.records:list_", "List a project's playlists."),
        "show": Entry(f"{_HERE}.records:show_", "Tell the Versions of a playlist."),
        "package": Entry(f"{_HERE}.package:package", "Deliver the Versions of a playlist."),
    },
)
def playlist() -> None:
    """Look into playlists, and deliver them."""
