"""What files differ in, as JSON."""

from __future__ import annotations

from typing import Any

from rushes.cli.exr.diffing import Compared
from rushes.inspection.diff.differences import (
    AttributeChange,
    ChannelChange,
    FileDiff,
    PartChanges,
    WindowChange,
)
from rushes.inspection.diff.rows import pixel_row
from rushes.inspection.header.document import entry
from rushes.model.image import Channel, Part, Window

Row = dict[str, Any]


def file_row(one: Compared) -> Row:
    """One pair of files."""
    error, diff = one.error, one.diff
    return {
        "a": one.pair.a.name,
        "b": one.pair.b.name,
        "frame": one.pair.frame,
        "same": diff.same if diff else None,
        "parts": [_part(part, diff) for part in diff.parts] if diff else [],
        "findings": [found.row() for found in diff.findings] if diff else [],
        "error": error and {"code": error.code.value, "message": error.message, "hint": error.hint},
    }


def change(a: object | None, b: object | None) -> str:
    """`added` is what only B has, `removed` what only A has."""
    return "added" if a is None else "removed" if b is None else "changed"


def _part(part: PartChanges, diff: FileDiff) -> Row:
    numbers = (part.a.index, part.b.index) if part.a and part.b else None
    found = [one for one in diff.pixels or () if (one.a, one.b) == numbers]
    pixels = pixel_row(found[0]) if found else {}
    return {
        "a": _reference(part.a),
        "b": _reference(part.b),
        "attributes": [_attribute(one) for one in part.attributes],
        "channels": [_channel(one) for one in part.channels],
        "windows": [_window(one) for one in part.windows],
        "pixels": {name: pixels[name] for name in pixels if name not in ("a", "b")} or None,
    }


def _reference(part: Part | None) -> Row | None:
    return {"index": part.index, "name": part.name, "view": part.view} if part else None


def _attribute(one: AttributeChange) -> Row:
    return {
        "name": one.name,
        "change": change(one.a, one.b),
        "excuse": one.excuse,
        "a": entry(one.a) if one.a else None,
        "b": entry(one.b) if one.b else None,
    }


def _channel(one: ChannelChange) -> Row:
    return {
        "name": one.name,
        "change": change(one.a, one.b),
        "a": _sampled(one.a),
        "b": _sampled(one.b),
    }


def _sampled(channel: Channel | None) -> Row | None:
    return channel and {
        "type": channel.type,
        "x_sampling": channel.x_sampling,
        "y_sampling": channel.y_sampling,
        "linear": channel.linear,
    }


def _window(one: WindowChange) -> Row:
    return {
        "name": one.name,
        "excuse": one.excuse,
        "a": _corners(one.a),
        "b": _corners(one.b),
    }


def _corners(window: Window | None) -> Row | None:
    return window and {
        "min": [window.x_min, window.y_min],
        "max": [window.x_max, window.y_max],
    }
