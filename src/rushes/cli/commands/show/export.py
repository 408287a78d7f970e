"""`rushes show export`: the shots as a file that import reads again."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path

import click

from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, CODE, studio
from rushes.core import atomic
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

_FORMATS = ("csv", "json", "yaml", "otio")


@command
@CODE
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="What to write (default: what the file's name says; csv to stdout).",
)
@click.option(
    "-o",
    "--output",
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="Write into this file instead of to stdout.",
)
def export(session: Session, *, code: str, form: str | None, output: Path | None) -> int:
    """Write the shots of the show CODE that are in use, with their tasks.

    With --json and no file, the content is in the document.
    """
    from rushes.tracking.shows.exporting import exported
    from rushes.tracking.shows.shot_rows import shots_in_use
    from rushes.tracking.shows.state import read_show

    chosen = form or _said_by(output)
    with studio(session) as opened:
        found = read_show(opened, code, access=ACCESS, archived=True)
    data = exported(found, chosen)
    if output is not None:
        atomic.write_bytes(output, data)
    count = len(shots_in_use(found))
    if session.as_json:
        row = {"show": code, "format": chosen, "shots": count, "bytes": len(data)}
        place = {
            "path": None if output is None else escape(str(output)),
            "content": data.decode() if output is None else None,
        }
        show.json("rushes.show-export/1", {**row, **place})
    elif output is None:
        sys.stdout.flush()
        # The mark is for spreadsheets that open a file.
        sys.stdout.buffer.write(data.removeprefix(codecs.BOM_UTF8))
    else:
        show.text(f"{show.counted(count, 'shot')} written to {escape(str(output))}")
    return exits.OK


def _said_by(output: Path | None) -> str:
    """The format that the name of a file says. Raises `usage` where it says none of ours."""
    if output is None:
        return "csv"
    ending = output.suffix.removeprefix(".").casefold()
    ending = "yaml" if ending == "yml" else ending
    if ending not in _FORMATS:
        raise RushesError(
            Code.USAGE,
            f"What is to be written into {escape(str(output))}? Its name does not say.",
            hint=f"Say it with --format {'|'.join(_FORMATS)}, or by the ending of the name.",
        )
    return ending
