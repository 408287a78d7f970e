"""How the pixels of one part lie in the file, as far as its header can be believed.

Source: "OpenEXR File Layout" of the OpenEXR project (openexr.com).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from rushes.inspection.header import wire
from rushes.inspection.header.offsets import LINES
from rushes.inspection.header.values import PIXEL_TYPES
from rushes.model.image import TILED, Part
from rushes.model.pixels import PixelType

MOST_CHUNK = 1 << 30  # bytes of one chunk, decoded: 256 lines of 16K with 60 half channels
MOST_VALUES = 1 << 38  # of one part: 128K × 128K pixels with 16 channels
_MOST_CHANNELS = 4096  # whose histograms take a GB
_MOST_PERIOD = 4096  # lines; nobody samples more coarsely than every fourth
_DEEP = ("NONE", "RLE", "ZIPS", "ZIP")


class RefusedError(Exception):
    """The header says something of the pixels that cannot be, or that is not known here."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel; it has a value for every `x_sampling`-th pixel of every `y_sampling`-th line."""

    name: str
    type: PixelType
    x_sampling: int
    y_sampling: int

    @property
    def size(self) -> int:
        """Bytes of one value."""
        return 2 if self.type is PixelType.HALF else 4


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the values of one part are. Channels are in the order in which chunks hold them.

    `tile` is a tile's, or for scanlines a chunk's, width and height. After `period` lines all
    channels begin anew. `table` is where in the file the offset table begins, with `entries` for
    chunks of all levels. `channel_list` is as in the header.
    """

    number: int
    kind: str
    left: int
    top: int
    width: int
    height: int
    channels: tuple[Channel, ...]
    channel_list: bytes
    compression: str
    tile: tuple[int, int]
    period: int
    multipart: bool
    long_names: bool
    table: int = 0
    entries: int = 0

    @property
    def tiled(self) -> bool:
        """Whether chunks are tiles."""
        return self.kind in TILED

    @property
    def deep(self) -> bool:
        """Whether pixels have any number of samples."""
        return self.kind.startswith("deep")

    @property
    def unit(self) -> int:
        """How many chunks it takes until all channels begin anew."""
        return self.period // math.gcd(self.period, self.tile[1])

    @property
    def grid(self) -> tuple[int, int]:
        """How many chunks of level 0 there are across and down."""
        return -(-self.width // self.tile[0]), -(-self.height // self.tile[1])

    @property
    def head(self) -> struct.Struct:
        """Part number, where there are several; place; size or, of deep chunks, three sizes."""
        place, sizes = "4i" if self.tiled else "i", "3Q" if self.deep else "i"
        return struct.Struct(f"<{'i' if self.multipart else ''}{place}{sizes}")

    def place(self, index: int) -> tuple[int, ...]:
        """What the first bytes of chunk `index` of level 0 must say, but for sizes."""
        part = (self.number,) if self.multipart else ()
        if not self.tiled:
            return (*part, self.top + index * self.tile[1])
        row, column = divmod(index, self.grid[0])
        return (*part, column, row, 0, 0)

    def shape(self, index: int) -> tuple[int, int]:
        """Width and height of chunk `index` of level 0: those at the edges are smaller."""
        row, column = divmod(index, self.grid[0])
        wide, high = self.tile
        return min(wide, self.width - column * wide), min(high, self.height - row * high)

    def size(self, wide: int, high: int) -> int:
        """Bytes of so many pixels, decoded; of deep ones, of one sample each."""
        values = (
            one.size * (wide // one.x_sampling) * -(-high // one.y_sampling)
            for one in self.channels
        )
        return sum(values)


def layout(header: wire.Header, part: Part) -> Layout:
    """How the pixels of a part lie. Raises `RefusedError`."""
    window = part.data_window
    if window is None or window.width < 1 or window.height < 1:
        raise RefusedError(f"its data window is {window}" if window else "it has no data window")
    compression = part.compression or "not told"
    if compression not in LINES or (part.deep and compression not in _DEEP):
        raise RefusedError(f"its compression, {compression}, is not known for a {part.kind}")
    raw = header.parts[part.index].first(b"channels")
    channels = _channels(part, raw.raw if raw is not None else b"")
    made = Layout(
        number=part.index,
        kind=part.kind,
        left=window.x_min,
        top=window.y_min,
        width=window.width,
        height=window.height,
        channels=channels,
        channel_list=raw.raw if raw is not None else b"\0",
        compression=compression,
        tile=_tile(part) if part.tiled else (window.width, LINES[compression]),
        period=math.lcm(*(one.y_sampling for one in channels)),
        multipart=bool(header.flags & wire.MULTIPART),
        long_names=bool(header.flags & wire.LONG_NAMES),
    )
    _check(made)
    return made


def _channels(part: Part, raw: bytes) -> tuple[Channel, ...]:
    if not part.channels:
        raise RefusedError("it has no channels")
    if len(part.channels) > _MOST_CHANNELS:
        raise RefusedError(f"it says it has {len(part.channels):,} channels")
    if len({one.name for one in part.channels}) < len(part.channels):
        raise RefusedError("two channels have the same name")
    for one in part.channels:
        if one.name.encode("utf-8") + b"\0" not in raw:
            raise RefusedError(f"the name of channel {one.name!r} is not UTF-8")
        if one.type not in PIXEL_TYPES:
            raise RefusedError(f"channel {one.name!r} is of the unknown type {one.type}")
        sampling = one.x_sampling, one.y_sampling
        if min(sampling) < 1 or (max(sampling) > 1 and (part.deep or part.tiled)):
            raise RefusedError(f"channel {one.name!r} cannot have a sampling of {sampling}")
    # The format sorts them, and the library reads them so even where the header does not.
    return tuple(
        Channel(one.name, PixelType(one.type), one.x_sampling, one.y_sampling)
        for one in sorted(part.channels, key=lambda one: one.name.encode("utf-8"))
    )


def _tile(part: Part) -> tuple[int, int]:
    if part.tiles is None or not part.tiles.width or not part.tiles.height:
        raise RefusedError("it is tiled, and has no sizes of tiles")
    return part.tiles.width, part.tiles.height


def _check(made: Layout) -> None:
    """Refuse what would take memory or time without end, and windows that samplings do not fit."""
    if made.width * made.height * len(made.channels) > MOST_VALUES:
        raise RefusedError(
            f"it says it has {made.width:,} × {made.height:,} pixels"
            f" with {len(made.channels):,} channels"
        )
    if made.period > _MOST_PERIOD:
        raise RefusedError(f"its channels begin anew after {made.period:,} lines only")
    wide, high = made.shape(0)
    if made.size(wide, high) * made.unit > MOST_CHUNK:
        raise RefusedError(f"it says its pixels come in pieces of {wide:,} × {high:,}")
    for one in made.channels:
        x, y = one.x_sampling, one.y_sampling
        if made.left % x or made.width % x or made.top % y or made.height % y:
            raise RefusedError(f"the sampling of channel {one.name!r} does not fit the data window")
