"""OpenEXR files of several passes, in one part or in several, through the format's own library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rushes.testing.media.scene import Passes

if TYPE_CHECKING:
    from rushes.testing.media.scene import Values

# ACEScg's primaries and white (AP1, from the ACES specification S-2014-004).
_AP1 = (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767)
_FAR = 1e4  # depth where there is nothing


@dataclass(frozen=True, slots=True)
class Part:
    """Channels by name, each (rows, columns); float32 stays so where `exact`, else half."""

    name: str
    channels: Mapping[str, Values]
    exact: bool = False


def write(path: Path, parts: Sequence[Part], *, compressed: bool = True) -> None:
    """Write one file; with several parts, a multipart one."""
    import OpenEXR

    kind = OpenEXR.ZIP_COMPRESSION if compressed else OpenEXR.NO_COMPRESSION
    made = []
    for part in parts:
        header: dict[str, Any] = {
            "type": OpenEXR.scanlineimage,
            "compression": kind,
            "chromaticities": _AP1,
        }
        made.append(OpenEXR.Part(header, _channels(part), part.name))
    OpenEXR.File(made).write(str(path))


def colour(values: Values, alpha: Values | None = None, *, layer: str = "") -> dict[str, Values]:
    """Channels R, G, B (and A), of a layer where one is named."""
    prefix = f"{layer}." if layer else ""
    named = {f"{prefix}{name}": values[..., at] for at, name in enumerate("RGB")}
    return named if alpha is None else {**named, f"{prefix}A": alpha}


def render(frame: Passes, *, multipart: bool = False) -> list[Part]:
    """What a renderer writes of a frame: beauty, diffuse, specular, normal and depth."""
    import numpy as np

    depth = {"Z": np.minimum(frame.depth, np.float32(_FAR))}
    normal = {f"N.{axis}": frame.normal[..., at] for at, axis in enumerate("XYZ")}
    beauty = colour(frame.beauty, frame.alpha)
    diffuse = colour(frame.diffuse, layer="diffuse")
    specular = colour(frame.specular, layer="specular")
    if not multipart:
        return [Part("beauty", {**beauty, **diffuse, **specular, **normal, **depth})]
    return [
        Part("beauty", beauty),
        Part("diffuse", diffuse),
        Part("specular", specular),
        Part("normal", normal),
        Part("depth", depth, exact=True),
    ]


def _channels(part: Part) -> dict[str, Any]:
    import numpy as np

    kind = np.float32 if part.exact else np.float16
    return {name: np.ascontiguousarray(one, kind) for name, one in part.channels.items()}
