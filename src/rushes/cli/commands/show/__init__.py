"""`rushes show`: shows set up, from the first record to the folders on disk."""

from __future__ import annotations

import click

from rushes.cli.lazy import Entry, LazyGroup

_HERE = "rushes.cli.commands.show"


@click.group(
    cls=LazyGroup,
    entries={
        "create": Entry(f"{_HERE}.create:create", "Make a show."),
        "list": Entry(f"{_HERE}.list_:list_command", "List the shows there are."),
        "info": Entry(f"{_HERE}.info:info", "Tell how far a show is set up."),
        "import": Entry(f"{_HERE}.import_:import_command", "Take shots from a sheet or a cut."),
        "export": Entry(f"{_HERE}.export:export", "Write the shots as a file that import reads."),
        "template": Entry(f"{_HERE}.template:template", "Begin a show as another one is."),
        "folders": Entry(f"{_HERE}.folders:folders", "Make the folders of a show on disk."),
        "archive": Entry(f"{_HERE}.archive:archive", "Put a show away; nothing is deleted."),
        "restore": Entry(f"{_HERE}.archive:restore", "Take an archived show back."),
    },
)
def show() -> None:
    """Set up shows: records from spreadsheets, cuts and templates, and folders on disk."""
