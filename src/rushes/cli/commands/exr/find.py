"""`rushes exr find`: remembered files by what their headers hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.exr import found_images
from rushes.cli.exr.found_images import conditions
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.model.image_query import ImageQuery
from rushes.ports.images import FoundImage
from rushes.ports.records import every


@command
@conditions
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=10_000,
    show_default=True,
    metavar="N",
    help="Stop after so many files.",
)
@click.option("-0", "--paths", is_flag=True, help="Print paths alone, each with a NUL behind it.")
def find(session: Session, *, query: ImageQuery, most: int, paths: bool) -> int:
    """Find files whose headers are remembered (`rushes exr index`) by what they hold.

    All conditions hold of what is found; patterns know * and ?, and no case. It is the record
    that answers: what has changed since the last `index` is not seen. Files come by their paths;
    where there are more than --most, those that were indexed first. Exits 1 when nothing is found.
    """
    if paths and session.as_json:
        raise click.UsageError("--paths prints paths alone, and --json has them: use one of them.")
    with closing(bootstrap.images(session.settings)) as images:
        every_one = every(lambda page: images.find(query, page=page))
        found = list(islice(every_one, most + 1))
    more = len(found) > most
    found = found_images.by_path(found[:most])
    if session.as_json:
        rows = [found_images.row(one) for one in found]
        show.json("rushes.exr-find/1", {"complete": not more, "images": rows})
    elif paths:
        _print_paths(iter(found))
    else:
        show.table(found_images.lines(found))
    if more:
        show.note(f"There are more than {most:,}; --most N shows more of them.")
    if not found:
        show.note("Nothing on record is like that. `rushes exr index` remembers a tree's headers.")
    return exits.OK if found else exits.FOUND


def _print_paths(found: Iterator[FoundImage]) -> None:
    import os
    import sys

    sys.stdout.flush()
    for one in found:
        path = f"{one.mount.rstrip('/')}/{one.sequence.path(one.frame)}"
        sys.stdout.buffer.write(os.fsencode(path) + b"\0")
