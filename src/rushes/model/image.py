"""An image file as its header tells of it: parts, channels, windows and attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

Value = Any  # what JSON can hold: numbers, text, lists and dictionaries of such

TILED = ("tiledimage", "deeptile")


class Window(NamedTuple):
    """A rectangle of pixels; both corners are inside."""

    x_min: int
    y_min: int
    x_max: int
    y_max: int

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.x_max - self.x_min + 1

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.y_max - self.y_min + 1

    def __str__(self) -> str:
        return f"{self.width} × {self.height} at {self.x_min}, {self.y_min}"


class Channel(NamedTuple):
    """One channel of a part. `type` is UINT, HALF or FLOAT, or a number that means nothing.

    A channel with a sampling of 2 has every second pixel only. `linear` is the file's pLinear.
    """

    name: str
    type: str
    x_sampling: int = 1
    y_sampling: int = 1
    linear: int = 0

    @property
    def layer(self) -> str:
        """What comes before the last point of the name: `diffuse` of `diffuse.R`; may be empty."""
        return self.name.rpartition(".")[0]

    @property
    def component(self) -> str:
        """What comes after the last point of the name: `R`."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """One attribute. `value` is None where its bytes have no meaning here; `raw` are those bytes.

    `exact` says that the value alone makes the same bytes again. `name` and `type` are escaped.
    Frames of a sequence may share one object, so that it is compared by being the same.
    """

    name: str
    type: str
    value: Value
    raw: bytes
    exact: bool = True


class Tiles(NamedTuple):
    """Pixels of one tile, and what smaller levels there are (`ONE_LEVEL`, `MIPMAP_LEVELS`, …)."""

    width: int
    height: int
    level_mode: str
    rounding_mode: str


@dataclass(frozen=True, slots=True)
class Part:
    """One picture of a file. What its header does not say, or says as nonsense, is None.

    `kind` is scanlineimage, tiledimage, deepscanline or deeptile. `attributes` are all there are,
    in the order of the file, with those that the other fields are read from.
    """

    index: int
    name: str
    view: str
    kind: str
    data_window: Window | None
    display_window: Window | None
    pixel_aspect_ratio: float | None
    compression: str | None
    line_order: str | None
    tiles: Tiles | None
    channels: tuple[Channel, ...]
    attributes: tuple[Attribute, ...]
    chunk_count: int | None

    @property
    def deep(self) -> bool:
        """Whether a pixel holds any number of samples."""
        return self.kind.startswith("deep")

    @property
    def tiled(self) -> bool:
        """Whether pixels come in tiles."""
        return self.kind in TILED

    def attribute(self, name: str) -> Attribute | None:
        """The first attribute of that name."""
        return next((one for one in self.attributes if one.name == name), None)

    def value(self, name: str, *types: str) -> Value:
        """The value of an attribute, if it is there and of one of these types; else None."""
        found = self.attribute(name)
        return found.value if found is not None and found.type in types else None


@dataclass(frozen=True, slots=True)
class Image:
    """A file's header: `version` and `flags` are those of its version field."""

    version: int
    flags: int
    parts: tuple[Part, ...]
    header_bytes: int
    header_hash: str
