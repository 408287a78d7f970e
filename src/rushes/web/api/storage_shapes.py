"""What may be sent of scans, file sequences and images' headers, as pydantic models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field as Bounds

from rushes.web.api.shapes import Strict

_INT64 = 2**63 - 1
_PATH = Bounds(min_length=1, max_length=20_000, json_schema_extra={"example": "show/sh010"})
_MOUNT = Bounds(min_length=1, max_length=20_000, json_schema_extra={"example": "/mnt/shows"})

Folder = Annotated[str, _PATH]
Mount = Annotated[str, _MOUNT]
Name = Annotated[str, Bounds(max_length=4_096)]
Text = Annotated[str, Bounds(max_length=10_000)]
Frames = Annotated[str, Bounds(max_length=5_000_000, json_schema_extra={"example": "1001-1050x2"})]
Count = Annotated[int, Bounds(ge=0, le=_INT64)]
Whole = Annotated[int, Bounds(ge=-_INT64, le=_INT64)]


class Named(Strict):
    """What names a file sequence in its folder; a single file's whole name is its head."""

    head: Name
    tail: Name
    padding: Annotated[int, Bounds(ge=0, le=255)]
    kind: Literal["frames", "tiles", "file"]
    subframe_digits: Annotated[int, Bounds(ge=0, le=18)] = 0


class NamedBelow(Named):
    """The same with its folder."""

    folder: Folder


class Found(Named):
    """A file sequence as a scan met it. Sizes are bytes, times nanoseconds since 1970."""

    frames: Frames
    files: Count
    size: Count
    allocated: Count
    smallest: Count
    largest: Count
    oldest_ns: Whole
    newest_ns: Whole
    fingerprint: Name
    empty: Frames = ""
    short: Frames = ""


class Use(Strict):
    """What lies in a folder itself, its subfolders not counted."""

    files: Count = 0
    size: Count = 0
    allocated: Count = 0
    largest: Count = 0
    largest_name: Name = ""
    oldest_ns: Whole = 0
    newest_ns: Whole = 0


class Met(Strict):
    """A folder as a scan met it. Its sequences may come in several pieces."""

    folder: Folder
    unread: bool = False
    use: Use = Use()
    sequences: Annotated[list[Found], Bounds(max_length=50_000)] = []


class NewScan(Strict):
    """A scan about to begin: of `below`, or of the whole storage root."""

    root: Mount
    below: Folder = "."
    started: Annotated[str, Bounds(json_schema_extra={"format": "date-time"})] | None = None


class Totals(Strict):
    """Sums over everything below a scan's folder."""

    folders: Count = 0
    files: Count = 0
    sequences: Count = 0
    single_files: Count = 0
    size: Count = 0
    allocated: Count = 0
    hidden: Count = 0
    temporary: Count = 0
    special: Count = 0
    unread_folders: Count = 0
    errors: Count = 0
    warnings: Count = 0


class Nothing(Strict):
    """No field at all."""


class Look(Strict):
    """A file that was looked into: its header's bytes in base64, or why it has none."""

    frame: Whole
    size: Count
    mtime_ns: Whole
    header: str = ""
    problem: Text = ""


class Seen(NamedBelow):
    """Files of one sequence. What is recorded beside `frames`, where it is given, is forgotten."""

    show: Name = ""
    images: Annotated[list[Look], Bounds(max_length=50_000)] = []
    unchanged: Frames = ""
    frames: Frames = ""


class SeenBelow(Strict):
    """Sequences of a storage root that were looked into."""

    root: Mount
    sequences: Annotated[list[Seen], Bounds(max_length=10_000)]


class Wanted(Strict):
    """Sequences of a storage root."""

    root: Mount
    sequences: Annotated[list[NamedBelow], Bounds(max_length=50_000)]


class Gone(Strict):
    """A folder of which all images are to be forgotten `but` those of some sequences."""

    root: Mount
    folder: Folder
    but: Annotated[list[NamedBelow], Bounds(max_length=50_000)] = []


class OfShow(Strict):
    """A folder, and the show that its images are of."""

    folder: Folder
    show: Name = ""


class Gathered(Strict):
    """Folders whose images are to be recorded under this root, and no longer under inner ones."""

    root: Mount
    folders: Annotated[list[OfShow], Bounds(max_length=50_000)]


class Like(Strict):
    """A header in base64, which is how a file begins, and conditions; see `GET /exr/files`."""

    header: Annotated[str, Bounds(min_length=1)]
    layer: Annotated[list[Name], Bounds(max_length=100)] = []
    channel: Annotated[list[Name], Bounds(max_length=100)] = []
    compression: Annotated[list[Name], Bounds(max_length=100)] = []
    show: Name = ""
    where: Annotated[str, Bounds(max_length=20_000)] = ""
    limit: Annotated[int, Bounds(ge=1, le=1_000)] = 20


def values(model: Strict) -> dict[str, Any]:
    """All fields, whether they were sent or not; the models among them stay models."""
    return dict(model.__dict__)
