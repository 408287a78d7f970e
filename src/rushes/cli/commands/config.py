"""`rushes config`: the settings with their sources, and a file to begin with."""

from __future__ import annotations

import os
from pathlib import Path

import click

from rushes.cli import exits, face, show
from rushes.cli.completing import setting_names
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.cli.settings_rows import SettingRow, setting_rows
from rushes.core.escape import escape


@click.group()
def config() -> None:
    """Show the settings and where each comes from, or write a file to begin with."""


@command
@click.argument("name", required=False, metavar="[NAME]", shell_complete=setting_names)
def show_command(session: Session, *, name: str | None) -> int:
    """List all settings, or those called NAME: one setting, or a section of them."""
    settings = session.settings
    rows = setting_rows(settings, name or "")
    if session.as_json:
        show.json(
            "rushes.config/1",
            {
                "files": [escape(str(path)) for path in settings.files],
                "profile": settings.profile,
                "notes": list(settings.notes),
                "settings": [row.as_json() for row in rows],
            },
        )
        return exits.OK
    for note in settings.notes:
        show.note(f"note: {note}")
    show.table([_cells(row) for row in rows])
    return exits.OK


@command
@click.option(
    "--at",
    type=face.GivenPath(),
    metavar="PATH",
    help="The folder, or the .toml file, to write (default: the working directory).",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def init_command(session: Session, *, at: Path | None, force: bool) -> int:
    """Write a rushes.toml that shows every setting, commented out, and sets none.

    With --shows-root or --log-dir, those are set in it.
    """
    from rushes.cli.starting import write_sample

    given = [name for name, value in session.flags.items() if value is not None]
    path = write_sample(at or Path(), flags=session.flags, force=force)
    if session.as_json:
        show.json("rushes.config-init/1", {"path": escape(os.path.abspath(path)), "sets": given})
    else:
        what = f"sets {' and '.join(given)}" if given else "sets nothing until you edit it"
        show.text(f"Wrote {escape(str(path))}. It {what}.")
    return exits.OK


def _cells(row: SettingRow) -> tuple[str, str, str]:
    return row.name, str(row.origin), row.shown


config.add_command(show_command, "show")
config.add_command(init_command, "init")
