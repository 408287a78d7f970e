"""Images that were never written: headers made of a few attributes, and read as any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rushes.inspection.header import facts
from rushes.inspection.header.values import encode
from rushes.inspection.header.wire import MULTIPART, VERSION, Attribute, Header, Part
from rushes.model.image import Image

Typed = tuple[str, Any]  # an attribute's type and its value
Given = Mapping[str, Typed | None]


def chlist(*names: str) -> Typed:
    """A list of channels, written `R`, `Z:FLOAT` or `BY:HALF:2` for every second pixel."""
    made = []
    for one in names:
        name, *given = one.split(":")
        kind, sampling = (*given, *("HALF", "1")[len(given) :])
        step = int(sampling)
        made.append(
            {"name": name, "type": kind, "linear": 0, "x_sampling": step, "y_sampling": step}
        )
    return "chlist", made


def box(*corners: int) -> Typed:
    """A window from left, top, right and bottom, all inside."""
    return "box2i", {"min": list(corners[:2]), "max": list(corners[2:])}


def chromaticities(numbers: Sequence[float]) -> Typed:
    """Primaries and white: x and y of red, green, blue and white."""
    corners = ("red", "green", "blue", "white")
    pairs = [list(numbers[at : at + 2]) for at in range(0, 8, 2)]
    return "chromaticities", dict(zip(corners, pairs, strict=True))


STANDARD: Mapping[str, Typed] = {
    "channels": chlist("B", "G", "R"),
    "compression": ("compression", "ZIP"),
    "dataWindow": box(0, 0, 99, 49),
    "displayWindow": box(0, 0, 99, 49),
    "lineOrder": ("lineOrder", "INCREASING_Y"),
    "pixelAspectRatio": ("float", 1.0),
    "screenWindowCenter": ("v2f", [0.0, 0.0]),
    "screenWindowWidth": ("float", 1.0),
}


def image(*parts: Given) -> Image:
    """An image of these parts; each has the attributes that all have, with others or without those
    that are None.
    """
    several = len(parts) > 1
    made = [
        Part(_attributes({**({"name": ("string", f"part{at}")} if several else {}), **given}))
        for at, given in enumerate(parts or ({},))
    ]
    header = Header(VERSION, MULTIPART if several else 0, tuple(made), 0)
    return facts.image(header, header.data())


def _attributes(given: Given) -> tuple[Attribute, ...]:
    whole: Given = {**STANDARD, **given}
    return tuple(
        Attribute(name.encode(), one[0].encode(), encode(*one))
        for name, one in whole.items()
        if one is not None
    )
