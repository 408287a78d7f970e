"""`rushes exr export`: what headers hold, written to an outside store."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.exr.export_sheet import Exported
from rushes.cli.exr.exporting import headers
from rushes.cli.exr.images import WantedSequence, wanted
from rushes.cli.face import GivenPath, command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.inspection.header.reading import ReadHeader
from rushes.ports.catalog import Catalog, Inspected
from rushes.ports.progress import Progress

_AT_ONCE = 1_000  # files between two writes


@command
@click.argument("paths", nargs=-1, required=True, type=GivenPath(), metavar="FILE…")
@click.option(
    "--to",
    "place",
    required=True,
    metavar="STORE",
    help="Where to: parquet:DIR for tables in a folder, vast for the VAST DataBase that the"
    " VAST_DB_… variables name.",
)
def export(session: Session, *, paths: tuple[Path, ...], place: str) -> int:
    """Write what the headers of OpenEXR files hold to a store outside of Rushes.

    FILE is a file, or a pattern such as plate.%04d.exr or plate.####.exr for the frames of a
    sequence. There are four tables: files, parts, channels and attributes. Exporting a file again
    changes nothing but when it was last looked at, unless it has changed.
    Exits 1 when a file is damaged or no OpenEXR file, 2 when there is no such file or no such
    store, 3 when a file or the store does not answer, 4 when something could not be written.
    """
    exported = Exported(place)
    asked: list[WantedSequence] = []
    for one in wanted(paths, session.settings):
        if one.refused is not None:
            exported.unread(one.asked, one.refused)
        if one.files:
            asked.append(one)
    if asked:
        total = sum(len(one.files) for one in asked)
        with closing(bootstrap.catalog(place)) as catalog, progress("exporting") as watched:
            waiting: list[tuple[ReadHeader, Inspected]] = []
            for image in headers(asked, session.settings, exported):
                waiting.append(image)
                if len(waiting) == _AT_ONCE:
                    _record(catalog, waiting, exported)
                    waiting = []
                    _report(watched, exported, total)
            _record(catalog, waiting, exported)
    if session.as_json:
        show.json("rushes.exr-export/1", exported.row())
    else:
        exported.show()
    return exits.gravest(exported.codes)


def _record(
    catalog: Catalog, waiting: list[tuple[ReadHeader, Inspected]], exported: Exported
) -> None:
    outcomes = catalog.record([image for _, image in waiting])
    for (found, _), outcome in zip(waiting, outcomes, strict=True):
        exported.told(found, outcome)


def _report(watched: Progress, exported: Exported, total: int) -> None:
    watched.report(sum(exported.counts.values()), total, "files")
