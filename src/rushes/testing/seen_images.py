"""Images as an index might have seen them, made up for tests, and short ways to ask for them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from rushes.inspection.header import facts, wire
from rushes.inspection.where import condition
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet
from rushes.model.image_query import ImageQuery
from rushes.ports.images import FileState, Images, SeenImage, SeenSequence
from rushes.ports.records import every
from rushes.testing.found import MOUNT
from rushes.testing.media.exr_corners import one_attribute


def sequence(head: str = "plate.", folder: str = "NV/sq010") -> FileSequence:
    """A file sequence of EXR files."""
    return FileSequence(PurePosixPath(folder), head, ".exr", 4, FrameSet())


def image(frame: int, made: wire.Header, *, size: int = 10) -> SeenImage:
    """A file with that header."""
    data = made.data()
    meaning = facts.image(wire.parse(data), data)
    return SeenImage(frame, FileState(size, frame), data, meaning)


def seen(
    made: Sequence[wire.Header], of: FileSequence | None = None, *, show: str = "NV"
) -> SeenSequence:
    """Frames from 1001 on with those headers."""
    return SeenSequence(
        of or sequence(),
        show,
        [image(1001 + at, one) for at, one in enumerate(made)],
        frames=range(1001, 1001 + len(made)),
    )


def timed(frame: int) -> wire.Header:
    """A header that differs from others of its kind in its timecode."""
    return one_attribute(b"timeCode", "timecode", struct.pack("<2I", frame, 0))


def owned(owner: str) -> wire.Header:
    """A header with an owner."""
    return one_attribute(b"owner", "string", owner.encode())


def changed(made: wire.Header, **raws: bytes) -> wire.Header:
    """The same header with the bytes of some attributes changed."""
    attributes = [
        one._replace(raw=raws.get(one.name.decode(), one.raw)) for one in made.parts[0].attributes
    ]
    return wire.Header(made.version, made.flags, (wire.Part(tuple(attributes)),), 0)


def channels(*names: str) -> bytes:
    """The bytes of HALF channels."""
    return (
        b"".join(one.encode() + b"\0" + struct.pack("<iB3xii", 1, 0, 1, 1) for one in names) + b"\0"
    )


def frames(images: Images, text: str = "", **query: Any) -> list[int]:
    """Frame numbers of all files that a condition holds of."""
    asked = ImageQuery(where=condition(text) if text else None, **query)
    return [one.frame for one in every(lambda page: images.find(asked, page=page))]


def record_several(images: Images) -> None:
    """1001: HALF R and a timecode; 1002: layers and a float; 1003: an owner."""
    channels = b"".join(
        name + b"\0" + struct.pack("<iB3xii", kind, 0, 1, 1)
        for name, kind in [(b"CryptoObject00.R", 2), (b"diffuse.R", 1)]
    )
    layered = one_attribute(b"fps", "float", struct.pack("<f", 24.0))
    attributes = [
        one._replace(raw=channels + b"\0") if one.name == b"channels" else one
        for one in layered.parts[0].attributes
    ]
    layered = wire.Header(2, 0, (wire.Part(tuple(attributes)),), 0)
    images.record(MOUNT, [seen([timed(7), layered, owned("ILM")])])
    single = FileSequence(PurePosixPath("XX"), "still.exr", "", 0, FrameSet(), Kind.FILE)
    alone = SeenSequence(single, "XX", [image(0, timed(9), size=99)], frames=[0])
    images.record(MOUNT, [alone])
