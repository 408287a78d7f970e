"""`rushes exr similar`: remembered files that are built like a given one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.exr import found_images
from rushes.cli.exr.found_images import conditions
from rushes.cli.exr.images import Wanted, wanted
from rushes.cli.exr.reading import header
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings
from rushes.model.image_query import ImageQuery


@command
@click.argument("path", type=GivenPath(), metavar="FILE")
@click.option(
    "--top",
    "most",
    type=click.IntRange(min=1, max=1000),
    default=10,
    show_default=True,
    metavar="N",
    help="How many to show.",
)
@conditions
def similar(session: Session, *, path: Path, most: int, query: ImageQuery) -> int:
    """Find remembered files whose headers are built like FILE's, the most like it first.

    Layers, channels and their types, compression, colour space, software and attributes count;
    pixels do not. Of each structure one file is shown. Distance 0 is the same structure; headers
    that have nothing to do with one another are 0.5 to 0.7 apart. Exits 1 when nothing is found or
    FILE has no header, 2 when there is no such file, 3 when it or the record cannot be read.
    """
    one = _one_file(path, session.settings)
    name = one.name
    image = header(bootstrap.storage(), one.path, name).image
    if image is None:
        raise RushesError(
            Code.MEDIA_UNREADABLE,
            f"{name} has no header that can be read.",
            hint="`rushes exr info` tells what is wrong with it.",
        )
    with closing(bootstrap.images(session.settings)) as images:
        found = images.similar(image, query, most=most)
    if session.as_json:
        show.json("rushes.exr-similar/1", {"images": [found_images.row(one) for one in found]})
    else:
        show.table(
            (f"{one.distance or 0:.3f}", found_images.place(one), *cells[2:])
            for one in found
            for cells in found_images.lines([one])
        )
    if not found:
        show.note("Nothing on record is like that. `rushes exr index` remembers a tree's headers.")
    return exits.OK if found else exits.FOUND


def _one_file(path: Path, settings: Settings) -> Wanted:
    """The file that is named. Raises `usage` for a pattern, which stands for several."""
    (asked,) = wanted((path,), settings)
    if asked.sequence:
        example = f", as in {asked.files[0].name}" if asked.files else ""
        raise RushesError(
            Code.USAGE,
            f"{asked.asked} is a pattern, and this takes one file.",
            hint=f"Name one of the frames{example}.",
        )
    if asked.refused is not None:
        raise asked.refused
    return asked.files[0]
