"""`rushes exr index`: headers of a tree's files, remembered."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from rushes import bootstrap
from rushes.cli import exits, face, show
from rushes.cli.exr.indexed_shows import shows
from rushes.cli.face import command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.cli.surveying import folders, roots
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.frames.notation import brief_frames, format_frames
from rushes.inspection import indexing
from rushes.inspection.indexing import Alike, Indexed
from rushes.model.finding import Finding
from rushes.scan.roots import Root


@command
@face.paths()
@face.full
@face.walking
def index(session: Session, *, paths: tuple[Path, ...], full: bool) -> int:
    """Remember the headers of all OpenEXR files below each PATH, for `find`, `similar` and SQL.

    Files that look as they did the last time (size and time) are not read again, unless with
    --full; files that are gone are forgotten. Where nothing is at all, nothing is forgotten: the
    storage may not be mounted. Exits 1 when a file is damaged or is no OpenEXR file, 2 when there
    is no such folder or no such file in it, 3 when something could not be read.
    """
    settings = session.settings
    codes, rows = [], []
    with (
        closing(bootstrap.images(settings)) as images,
        closing(bootstrap.executor(settings)) as executor,
        progress("indexing") as watched,
    ):
        for root in roots(paths, settings):
            done = indexing.index(
                images,
                bootstrap.storage(),
                root,
                folders(root, settings, executor=executor, progress=watched, full=full),
                show_of=shows(settings),
                full=full,
                progress=watched,
            )
            rows.append(_row(root, done))
            codes.append(_code(done))
            if not session.as_json or done.bare:
                _tell(root, done)
    if session.as_json:
        show.json("rushes.exr-index/1", {"roots": rows})
    return exits.gravest(codes)


def _code(done: Indexed) -> int:
    if done.unread or done.refused or done.bare:
        return exits.UNAVAILABLE
    if not done.files:
        return exits.NOT_THERE
    return exits.FOUND if done.damaged else exits.OK


def _tell(root: Root, done: Indexed) -> None:
    count = done.recorded
    if done.bare:
        show.error(
            RushesError(
                Code.PATH_UNREADABLE,
                f"{escape(str(root.path))} is empty, and images in it are on record: nothing was"
                " forgotten.",
                hint="Check that the storage is mounted.",
            ),
            as_json=False,
        )
        return
    show.text(
        f"{escape(str(root.path))}: {show.counted(done.files, 'file')} on record:"
        f" {count.added:,} new, {count.changed:,} read again, {count.unchanged:,} unchanged;"
        f" {count.forgotten:,} forgotten"
    )
    show.findings([_with_frames(one) for one in (*done.refused, *done.damaged)])
    if done.unread:
        show.note(f"{show.counted(done.unread, 'folder')} could not be read.")
    if not done.files:
        show.note("There is no OpenEXR file.")


def _row(root: Root, done: Indexed) -> dict[str, Any]:
    count = done.recorded
    return {
        "root": escape(str(root.path)),
        "files": done.files,
        "added": count.added,
        "changed": count.changed,
        "unchanged": count.unchanged,
        "forgotten": count.forgotten,
        "unread_folders": done.unread,
        "findings": [
            {**one.finding.row(), "frames": _frames(one)} for one in (*done.refused, *done.damaged)
        ],
    }


def _with_frames(one: Alike) -> Finding:
    """The finding with its frames behind the sequence's name, for people."""
    frames = brief_frames(one.told(), subframe_digits=one.sequence.subframe_digits)
    return replace(one.finding, subject=f"{one.finding.subject} {frames}".rstrip())


def _frames(one: Alike) -> str:
    return format_frames(one.told(), subframe_digits=one.sequence.subframe_digits)
