"""Recorded images as JSON objects, and back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from rushes.client.spelling.scans import name_row
from rushes.client.spelling.texts import folder_of, folder_text, frames_text, name_of, refused
from rushes.core.escape import escape, unescape
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet
from rushes.ports.images import FileState, FoundImage, SeenImage, SeenSequence

Json = dict[str, Any]
Given = Mapping[str, Any]


def named_row(sequence: FileSequence) -> Json:
    """What names a file sequence below its root."""
    return {"folder": folder_text(sequence.folder), **name_row(sequence)}


def named_of(row: Given) -> FileSequence:
    """`named_row` back; its frames are told elsewhere."""
    return FileSequence(
        folder_of(row["folder"]),
        name_of(row["head"]),
        name_of(row["tail"]),
        row["padding"],
        FrameSet(),
        Kind(row["kind"]),
        row["subframe_digits"],
    )


def image_row(found: FoundImage) -> Json:
    """A recorded file."""
    return {
        "root": escape(found.mount),
        **named_row(found.sequence),
        "frame": found.frame,
        "size": found.state.size,
        "mtime_ns": found.state.mtime_ns,
        "width": found.width,
        "height": found.height,
        "compressions": list(found.compressions),
        "layers": list(found.layers),
        "parts": found.parts,
        "channels": found.channels,
        "distance": found.distance,
    }


def image_of(row: Given) -> FoundImage:
    """`image_row` back."""
    return FoundImage(
        unescape(row["root"]),
        named_of(row),
        row["frame"],
        FileState(row["size"], row["mtime_ns"]),
        row["width"],
        row["height"],
        tuple(row["compressions"]),
        tuple(row["layers"]),
        row["parts"],
        row["channels"],
        row["distance"],
    )


def seen_row(seen: SeenSequence, images: Sequence[Json]) -> Json:
    """Files of one sequence that were looked into, with some or all of its images (`look_row`)."""
    return {
        **named_row(seen.sequence),
        "show": escape(seen.show),
        "images": images,
        "unchanged": frames_text(FrameSet.of(seen.unchanged)),
        "frames": frames_text(FrameSet.of(seen.frames)),
    }


def look_row(seen: SeenImage) -> Json:
    """A file that was looked into; what its header means is in the header."""
    return {
        "frame": seen.frame,
        "size": seen.state.size,
        "mtime_ns": seen.state.mtime_ns,
        "header": header_text(seen.header),
        "problem": escape(seen.problem),
    }


def header_text(header: bytes) -> str:
    """A header's bytes."""
    return b64encode(header).decode("ascii")


def header_of(text: str) -> bytes:
    """`header_text` back. Raises `field.invalid`."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise refused("header", "write its bytes in base64") from None
