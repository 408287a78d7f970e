"""`rushes show export`: the shots as a file that import reads again."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, CODE, studio
from rushes.core import atomic
from rushes.core.escape import escape

_FORMATS = ("csv", "json", "yaml", "otio")


@command
@CODE
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="What to write (default: what the file's name says, else csv).",
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

    ending = output.suffix.removeprefix(".").casefold() if output is not None else ""
    ending = "yaml" if ending == "yml" else ending
    chosen = form or (ending if ending in _FORMATS else "csv")
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
        sys.stdout.buffer.write(data)
    else:
        show.text(f"{show.counted(count, 'shot')} written to {escape(str(output))}")
    return exits.OK
