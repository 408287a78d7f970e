"""A header as text, laid out as the OpenEXR project's `exrheader` does.

Numbers have six digits there, and here; the JSON document has all. Values that `exrheader` leaves
out (double vectors, bytes, types it does not know) are told here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rushes.model.image import Attribute, Image, Part, Value

_PIXELS = {
    "UINT": "32-bit unsigned integer",
    "HALF": "16-bit floating-point",
    "FLOAT": "32-bit floating-point",
}
_COMPRESSIONS = {
    "NONE": "none",
    "RLE": "run-length encoding",
    "ZIPS": "zip, individual scanlines",
    "ZIP": "zip, multi-scanline blocks",
    "PIZ": "piz",
    "PXR24": "pxr24",
    "B44": "b44",
    "B44A": "b44a",
    "DWAA": "dwa, small scanline blocks",
    "DWAB": "dwa, medium scanline blocks",
    "HTJ2K256": "high-throughput jpeg 2000, blocks of 256 scanlines",
    "HTJ2K32": "high-throughput jpeg 2000, blocks of 32 scanlines",
    "LJ2K": "lossy jpeg 2000, blocks of 256 scanlines",
    "ZSTD": "zstandard, individual scanlines",
}
_ORDERS = {
    "INCREASING_Y": "increasing y",
    "DECREASING_Y": "decreasing y",
    "RANDOM_Y": "random y",
}
_LEVELS = {
    "ONE_LEVEL": "single level",
    "MIPMAP_LEVELS": "mip-map",
    "RIPMAP_LEVELS": "rip-map",
}
_ENVMAPS = {"LATLONG": "latitude-longitude map", "CUBE": "cube-face map"}
_KEYCODE = (
    *("film manufacturer code", "film type code", "prefix", "count", "perf offset"),
    *("perfs per frame", "perfs per count"),
)


def header_lines(image: Image) -> Iterator[str]:
    """The lines of a header; parts in order, their attributes by name."""
    yield f"file format version: {image.version}, flags 0x{image.flags:x}"
    for part in image.parts:
        if len(image.parts) > 1:
            yield from ("", "", f" part {part.index}:")
        yield from part_lines(part)


def part_lines(part: Part) -> Iterator[str]:
    """The lines of one part's attributes."""
    for one in sorted(part.attributes, key=lambda one: one.name):
        first, *more = told(one).split("\n")
        yield f"{one.name} (type {one.type}):{first}"
        yield from more


def told(one: Attribute) -> str:
    """The value of an attribute as it stands behind the colon; it may go over several lines."""
    if one.value is None:
        return f" {len(one.raw):,} bytes"
    written = _WRITERS.get(one.type)
    return written(one.value) if written is not None else f" {one.value}"


def _number(value: float | str) -> str:
    if isinstance(value, str):
        return {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}[value]
    return f"{value:.6g}"


def _plain(value: Value) -> str:
    return f" {value}"


def _float(value: Value) -> str:
    return f" {_number(value)}"


def _vector(numbers: Sequence[Any]) -> str:
    return f"({' '.join(_number(one) for one in numbers)})"


def _exact_vector(numbers: Sequence[Any]) -> str:
    return f"({' '.join(str(one) for one in numbers)})"


def _box(write: Callable[[Sequence[Any]], str]) -> Callable[[Value], str]:
    return lambda box: f" {write(box['min'])} - {write(box['max'])}"


def _matrix(rows: Value) -> str:
    lines = [" ".join(_number(one) for one in row) for row in rows]
    return "\n   (" + "\n    ".join(lines) + ")"


def _channels(channels: Value) -> str:
    return "".join(
        f"\n    {one['name']}, {_PIXELS.get(one['type'], 'type {}'.format(one['type']))},"
        f" sampling {one['x_sampling']} {one['y_sampling']}{', plinear' if one['linear'] else ''}"
        for one in channels
    )


def _chromaticities(value: Value) -> str:
    return "".join(f"\n    {name:<5} {_vector(point)}" for name, point in value.items())


def _word(words: dict[str, str], else_: str = "{}") -> Callable[[Value], str]:
    return lambda value: " " + words.get(str(value), else_.format(value))


def _rational(value: Value) -> str:
    over, under = value["numerator"], value["denominator"]
    size = _number(over / under) if under else "nan" if not over else "inf" if over > 0 else "-inf"
    return f" {over}/{under} ({size})"


def _tiles(value: Value) -> str:
    mode = value["level_mode"]
    lines = [
        _LEVELS.get(mode, f"level mode {mode}"),
        f"tile size {value['x_size']} by {value['y_size']} pixels",
    ]
    if mode != "ONE_LEVEL":
        rounding = {"ROUND_DOWN": "down", "ROUND_UP": "up"}.get(value["rounding_mode"])
        lines.append(f"level sizes rounded {rounding or 'mode ' + str(value['rounding_mode'])}")
    return "".join(f"\n    {line}" for line in lines)


def timecode(value: Value) -> str:
    """`01:02:03:04` of a `timecode` (SMPTE 12M, packed as television does)."""
    packed = value["time_and_flags"]
    fields = ((24, 6), (16, 7), (8, 7), (0, 6))
    numbers = [packed >> at & (1 << bits) - 1 for at, bits in fields]
    return ":".join(f"{(one >> 4) * 10 + (one & 15):02d}" for one in numbers)


def _timecode(value: Value) -> str:
    packed = value["time_and_flags"]
    drop, colour, phase, *groups = (packed >> at & 1 for at in (6, 7, 15, 23, 30, 31))
    flags = ", ".join(f"bgf{number} {bit}" for number, bit in enumerate(groups))
    return (
        f"\n    time {timecode(value)}"
        f"\n    drop frame {drop}, color frame {colour}, field/phase {phase}"
        f"\n    {flags}"
        f"\n    user data 0x{value['user_data']:x}"
    )


def _keycode(value: Value) -> str:
    numbers = zip(_KEYCODE, value.values(), strict=True)
    return "".join(f"\n    {name} {number}" for name, number in numbers)


_WRITERS: dict[str, Callable[[Value], str]] = {
    "box2f": _box(_vector),
    "box2i": _box(_exact_vector),
    "chlist": _channels,
    "chromaticities": _chromaticities,
    "compression": _word(_COMPRESSIONS),
    "deepImageState": _plain,
    "double": _float,
    "envmap": _word(_ENVMAPS, "map type {}"),
    "float": _float,
    "floatvector": lambda value: f" {_vector(value)}",
    "int": _plain,
    "keycode": _keycode,
    "lineOrder": _word(_ORDERS),
    **dict.fromkeys(("m33d", "m33f", "m44d", "m44f"), _matrix),
    "preview": lambda value: f" {value['width']} by {value['height']} pixels",
    "rational": _rational,
    "string": lambda value: f' "{value}"',
    "stringvector": lambda value: "".join(f'\n    "{one}"' for one in value),
    "tiledesc": _tiles,
    "timecode": _timecode,
    **dict.fromkeys(("v2i", "v3i"), lambda value: f" {_exact_vector(value)}"),
    **dict.fromkeys(("v2d", "v2f", "v3d", "v3f"), lambda value: f" {_vector(value)}"),
}
