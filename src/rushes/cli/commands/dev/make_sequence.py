"""`rushes dev make-sequence`: a file sequence made up, with frames missing where wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core.escape import escape
from rushes.core.units import human_bytes, parse_bytes
from rushes.frames.notation import format_frames
from rushes.testing.media.made_sequence import MadeSequence, Wish, make


@command
@click.option(
    "--out",
    type=GivenPath(),
    required=True,
    metavar="DIR",
    help="The folder to make it in; it is made, too, where it is not there.",
)
@click.option("--start", type=int, default=1, show_default=True, help="The first frame.")
@click.option(
    "--frames",
    type=click.IntRange(min=1, max=1_000_000),
    default=100,
    show_default=True,
    help="How many files to write.",
)
@click.option(
    "--pad",
    type=click.IntRange(min=1, max=9),
    default=4,
    show_default=True,
    help="How many digits a frame number has.",
)
@click.option("--ext", default="tif", show_default=True, help="How the names end: tif, dpx, exr, …")
@click.option(
    "--holes",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="How many frames are missing between the first and the last.",
)
@click.option(
    "--ranges",
    type=click.IntRange(min=1),
    help="How many ranges without a gap the frames are in (default: 1, or 2 with --holes).",
)
@click.option("--bytes", "size", metavar="SIZE", help="Fill each file with so many random bytes.")
@click.option("--real", is_flag=True, help="Write real pictures: exr, dpx, tif, png, jpg.")
@click.option("--base", metavar="NAME", help="What names begin with (default: the folder's name).")
@click.option("--seed", type=int, default=0, show_default=True, help="Another one, other content.")
def make_sequence(
    session: Session,
    *,
    out: Path,
    size: str | None,
    base: str | None,
    ranges: int | None,
    holes: int,
    **given: Any,
) -> int:
    """Make a file sequence: so many files, in so many ranges, with so many frames missing.

    Names are BASE.FRAME.EXT. Files are empty, unless --bytes or --real fills them; the same
    options make the same bytes. What is there already is never overwritten (exit 2).
    """
    wish = Wish(
        folder=out,
        base=base if base is not None else out.absolute().name,
        holes=holes,
        ranges=ranges or (2 if holes else 1),
        size=parse_bytes(size) if size is not None else None,
        **given,
    )
    with progress("making the sequence") as watched:
        made = make(wish, progress=watched)
    if session.as_json:
        show.json("rushes.dev-make-sequence/1", _row(made))
    else:
        frames = format_frames(made.frames)
        show.text(f"{escape(str(made.folder / made.pattern))}  {frames}", bold=True)
        count = show.counted(len(made.frames), "file")
        missing = show.counted(made.holes, "missing frame")
        show.text(f"Made {count} ({human_bytes(made.size)}) with {missing}.")
    return exits.OK


def _row(made: MadeSequence) -> dict[str, Any]:
    return {
        "folder": escape(str(made.folder)),
        "pattern": escape(made.pattern),
        "first": escape(made.first),
        "last": escape(made.last),
        "frames": format_frames(made.frames),
        "files": len(made.frames),
        "ranges": len(made.frames.runs),
        "holes": made.holes,
        "bytes": made.size,
    }
