"""The files that an entry is of, by their paths below the show's folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from rushes.core.escape import unescape
from rushes.exchange.reconcile_entry import Entry
from rushes.frames.notation import parse_pattern
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet


def paths_of(entry: Entry) -> Iterator[tuple[int, str]]:
    """The files of an entry below the show's folder, each with its frame, or 0."""
    key = unescape(entry.key)
    if entry.frames is None:
        above, _, name = key.rpartition("/")
        name = name.replace("%%", "%")
        yield 0, f"{above}/{name}" if above else name
        return
    made = sequence_of_key(key, entry.frames)
    for frame in entry.frames:
        yield frame, str(made.path(frame))


def sequence_of_key(key: str, frames: FrameSet) -> FileSequence:
    """The file sequence that a key means."""
    above, _, name = key.rpartition("/")
    one = parse_pattern(name.replace("%UDIM", "<UDIM>"))
    kind = Kind.TILES if one.tiles else Kind.FRAMES
    head, tail = one.head.replace("%%", "%"), one.tail.replace("%%", "%")
    padding = 4 if one.tiles else one.padding
    return FileSequence(
        PurePosixPath(above), head, tail, padding, frames, kind, one.subframe_digits
    )
