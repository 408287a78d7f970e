"""`rushes exr info`: all that headers hold."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.exr.header_sheet import show_header, show_header_text
from rushes.cli.exr.images import Wanted, wanted
from rushes.cli.exr.reading import header
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.core.errors import RushesError
from rushes.inspection.header.reading import ReadHeader


@command
@click.argument("paths", nargs=-1, required=True, type=GivenPath(), metavar="FILE…")
@click.option(
    "--header-text", "as_text", is_flag=True, help="Print headers as exrheader does, in full."
)
def info(session: Session, *, paths: tuple[Path, ...], as_text: bool) -> int:
    """Tell what the headers of OpenEXR files hold: parts, channels, windows, attributes.

    FILE is a file, or a pattern such as plate.%04d.exr or plate.####.exr for the frames of a
    sequence. With --json, one document on one line for each file; it holds every byte of the
    header. Exits 1 when a file is damaged or is no OpenEXR file, 2 when there is no such file,
    3 when one could not be read.
    """
    codes = [exits.OK]
    collecting = gc.isenabled()
    gc.disable()  # nothing that is made here refers to itself, and looking takes time
    try:
        for asked in wanted(paths, session.settings):
            if asked.refused is not None:
                codes.append(_refuse(session, asked.asked, asked.refused))
            for one in asked.files:
                codes.append(_tell(session, one, as_text=as_text, first=len(codes) == 1))
    finally:
        if collecting:
            gc.enable()
    return exits.gravest(codes)


def _tell(session: Session, one: Wanted, *, as_text: bool, first: bool) -> int:
    try:
        found = header(bootstrap.storage(), one.path, one.name)
    except RushesError as error:
        return _refuse(session, one.name, error)
    _show(session, found, as_text=as_text, first=first)
    return exits.FOUND if found.findings else exits.OK


def _show(session: Session, found: ReadHeader, *, as_text: bool, first: bool) -> None:
    if session.as_json:
        from rushes.inspection.header.document_text import document_json

        show.document_text(document_json(found))
        return
    if not first:
        show.text()
    if as_text:
        show_header_text(found)
    else:
        show_header(found)


def _refuse(session: Session, name: str, error: RushesError) -> int:
    show.error(error, as_json=False)
    if session.as_json:
        from rushes.inspection.header.document import refused

        show.document(refused(name, error))
    return exits.EXIT_CODES[error.code]
