"""`rushes exr similar`: remembered files that are built like a given one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.exr import found_images
from rushes.cli.exr.found_images import conditions
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection.header.reading import read_header
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
    that have nothing to do with one another are 0.5 to 0.7 apart. Exits 1 when nothing is found.
    """
    name = escape(str(path))
    image = read_header(bootstrap.storage(), str(path), called=name).image
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
