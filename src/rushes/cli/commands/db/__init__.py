"""`rushes db`: the database looked after."""

from __future__ import annotations

import click

from rushes.cli.lazy import Entry, LazyGroup

_HERE = "rushes.cli.commands.db"


@click.group(
    cls=LazyGroup,
    entries={
        "start": Entry(f"{_HERE}.running:start", "Start the bundled PostgreSQL."),
        "stop": Entry(f"{_HERE}.running:stop", "Stop the bundled PostgreSQL."),
        "status": Entry(f"{_HERE}.running:status", "Tell how the database stands."),
        "url": Entry(f"{_HERE}.running:url", "Print the database's URL."),
        "backup": Entry(f"{_HERE}.backup:backup", "Write the whole database to a file."),
        "restore": Entry(f"{_HERE}.restore:restore", "Make a backup the database."),
        "reset": Entry(f"{_HERE}.reset:reset", "Throw all records away."),
    },
)
def db() -> None:
    """Look after the database. The bundled PostgreSQL starts by itself when it is needed."""
