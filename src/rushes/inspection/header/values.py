"""What the bytes of an attribute mean, as values that JSON can hold, and back to the same bytes.

Types are those of "OpenEXR File Layout" (openexr.com) and of the library's own predefined types.
"""

from __future__ import annotations

import math
import struct
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Any, NamedTuple

from rushes.model.image import Value

COMPRESSIONS = (
    *("NONE", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB"),
    *("HTJ2K256", "HTJ2K32", "LJ2K", "ZSTD"),
)
LINE_ORDERS = ("INCREASING_Y", "DECREASING_Y", "RANDOM_Y")
PIXEL_TYPES = ("UINT", "HALF", "FLOAT")
LEVEL_MODES = ("ONE_LEVEL", "MIPMAP_LEVELS", "RIPMAP_LEVELS")
ROUNDING_MODES = ("ROUND_DOWN", "ROUND_UP")
ENVMAPS = ("LATLONG", "CUBE")
DEEP_STATES = ("MESSY", "SORTED", "NON_OVERLAPPING", "TIDY")
_KEYCODE = (
    *("film_mfc_code", "film_type", "prefix", "count"),
    *("perf_offset", "perfs_per_frame", "perfs_per_count"),
)
_CHANNEL = ("name", "type", "linear", "x_sampling", "y_sampling")
_CORNERS = ("red", "green", "blue", "white")
_ODD_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class Decoded(NamedTuple):
    """A value; `exact` says that `encode` makes the same bytes of it again."""

    value: Value
    exact: bool


class MeaninglessError(ValueError):
    """The bytes are no value of the type that they claim to be."""


def decode(kind: str, raw: bytes) -> Decoded:
    """What `raw` means as an attribute of type `kind`; None, not exact, for types not known.

    Raises `MeaninglessError` where the bytes cannot be a value of that type.
    """
    codec = _CODECS.get(kind)
    if codec is None:
        return Decoded(None, exact=False)
    try:
        value = codec.decode(raw)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError) as error:
        raise MeaninglessError(f"{len(raw)} bytes are no {kind}: {error}") from error
    if not codec.doubtful or (codec.sound is not None and codec.sound(raw)):
        return Decoded(value, exact=True)
    return Decoded(value, exact=codec.encode(value) == raw)


def encode(kind: str, value: Value) -> bytes:
    """The bytes of a value that `decode` gave and called exact."""
    return _CODECS[kind].encode(value)


def known(kind: str) -> bool:
    """Whether attributes of this type have a meaning here."""
    return kind in _CODECS


@dataclass(frozen=True, slots=True)
class _Codec:
    """Both ways of one type. Where it is `doubtful`, not all bytes survive the journey; those that
    are `sound` are known to.
    """

    decode: Callable[[bytes], Value]
    encode: Callable[[Value], bytes]
    doubtful: bool = True
    sound: Callable[[bytes], bool] | None = None


def _numbers(
    form: str, *, floats: bool
) -> tuple[Callable[[bytes], list[Any]], Callable[..., bytes]]:
    layout = struct.Struct(f"<{form}")

    def read(raw: bytes) -> list[Any]:
        if len(raw) != layout.size:
            raise ValueError(f"it takes {layout.size}")
        numbers = list(layout.unpack(raw))
        if not floats or isfinite(sum(numbers)):
            return numbers
        return [_written(one) for one in numbers]

    def write(numbers: Sequence[Any]) -> bytes:
        if str in map(type, numbers):
            numbers = [_read(one) for one in numbers]
        return layout.pack(*numbers)

    return read, write


def _finite(form: str) -> Callable[[bytes], bool]:
    """Whether bytes hold finite numbers alone, which are themselves in JSON."""
    layout = struct.Struct(f"<{form}")
    return lambda raw: isfinite(sum(layout.unpack(raw)))


def _written(number: float) -> float | str:
    if isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _read(number: float | str) -> float:
    return _ODD_FLOATS[number] if isinstance(number, str) else number


def _scalar(form: str, *, floats: bool = False) -> _Codec:
    layout = struct.Struct(f"<{form}")
    if not floats:
        return _Codec(lambda raw: layout.unpack(raw)[0], layout.pack, doubtful=False)
    return _Codec(
        lambda raw: _written(layout.unpack(raw)[0]),
        lambda value: layout.pack(_read(value)),
        sound=lambda raw: isfinite(layout.unpack(raw)[0]),
    )


def _vector(form: str, *, floats: bool = False) -> _Codec:
    read, write = _numbers(form, floats=floats)
    return _Codec(read, write, floats, _finite(form) if floats else None)


def _box(form: str, *, floats: bool = False) -> _Codec:
    read, write = _numbers(form, floats=floats)

    def opened(raw: bytes) -> Value:
        numbers = read(raw)
        return {"min": numbers[:2], "max": numbers[2:]}

    return _Codec(opened, lambda box: write([*box["min"], *box["max"]]), doubtful=floats)


def _matrix(form: str, side: int) -> _Codec:
    read, write = _numbers(form, floats=True)

    def rows(raw: bytes) -> Value:
        numbers = read(raw)
        return [numbers[at : at + side] for at in range(0, side * side, side)]

    def flat(matrix: Value) -> bytes:
        return write([one for row in matrix for one in row])

    return _Codec(rows, flat, sound=_finite(form))


def _record(form: str, names: Sequence[str]) -> _Codec:
    read, write = _numbers(form, floats=False)
    return _Codec(
        lambda raw: dict(zip(names, read(raw), strict=True)),
        lambda record: write([record[name] for name in names]),
        doubtful=False,
    )


def _choice(words: Sequence[str]) -> _Codec:
    """One byte that stands for a word; a number where no word is known for it."""

    def word(raw: bytes) -> Value:
        (number,) = raw
        return _word(words, number)

    return _Codec(word, lambda value: bytes([_number(words, value)]), doubtful=False)


def _word(words: Sequence[str], number: int) -> Value:
    return words[number] if 0 <= number < len(words) else number


def _number(words: Sequence[str], value: Value) -> int:
    return words.index(value) if isinstance(value, str) else int(value)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _chromaticities() -> _Codec:
    read, write = _numbers("8f", floats=True)

    def opened(raw: bytes) -> Value:
        numbers = read(raw)
        return {name: numbers[2 * at : 2 * at + 2] for at, name in enumerate(_CORNERS)}

    return _Codec(opened, lambda value: write([one for name in _CORNERS for one in value[name]]))


def _texts(raw: bytes) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(raw):
        (size,) = struct.unpack_from("<i", raw, at)
        at += 4 + size
        if size < 0 or at > len(raw):
            raise ValueError("a string in it is longer than it")
        found.append(_text(raw[at - size : at]))
    return found


def _packed_texts(texts: Sequence[str]) -> bytes:
    coded = [text.encode("utf-8") for text in texts]
    return b"".join(struct.pack("<i", len(one)) + one for one in coded)


def _floats(raw: bytes) -> list[Any]:
    return [_written(one) for (one,) in struct.iter_unpack("<f", raw)]


def _channels(raw: bytes) -> list[dict[str, Value]]:
    found: list[dict[str, Value]] = []
    at = 0
    while raw[at]:
        end = raw.index(b"\0", at) + 17
        found.append(_channel(raw[at:end]))
        at = end
    if at + 1 != len(raw):
        raise ValueError("something comes after the last channel")
    return found


@lru_cache(maxsize=4096)
def _channel(raw: bytes) -> dict[str, Value]:
    """One channel; nobody changes it."""
    kind, linear, x_sampling, y_sampling = struct.unpack("<iB3xii", raw[-16:])
    return {
        "name": _text(raw[:-17]),
        "type": _word(PIXEL_TYPES, kind),
        "linear": linear,
        "x_sampling": x_sampling,
        "y_sampling": y_sampling,
    }


def _packed_channels(channels: Sequence[dict[str, Value]]) -> bytes:
    packed = [_packed_channel(*map(one.__getitem__, _CHANNEL)) for one in channels]
    return b"".join(packed) + b"\0"


@lru_cache(maxsize=4096)
def _packed_channel(
    name: str, kind: str | int, linear: int, x_sampling: int, y_sampling: int
) -> bytes:
    number = _number(PIXEL_TYPES, kind)
    fixed = struct.pack("<iB3xii", number, linear, x_sampling, y_sampling)
    return name.encode("utf-8") + b"\0" + fixed


def _tiles(raw: bytes) -> dict[str, Value]:
    if len(raw) != 9:
        raise ValueError("it takes 9")
    width, height, mode = struct.unpack("<IIB", raw)
    return {
        "x_size": width,
        "y_size": height,
        "level_mode": _word(LEVEL_MODES, mode & 0x0F),
        "rounding_mode": _word(ROUNDING_MODES, mode >> 4),
    }


def _packed_tiles(value: dict[str, Value]) -> bytes:
    mode = _number(LEVEL_MODES, value["level_mode"])
    rounding = _number(ROUNDING_MODES, value["rounding_mode"])
    return struct.pack("<IIB", value["x_size"], value["y_size"], mode | rounding << 4)


def _preview(raw: bytes) -> dict[str, Value]:
    width, height = struct.unpack_from("<II", raw)
    if len(raw) != 8 + 4 * width * height:
        raise ValueError(f"{width} × {height} pixels take {8 + 4 * width * height:,}")
    pixels = b64encode(raw[8:]).decode("ascii")
    return {"width": width, "height": height, "rgba8_base64": pixels}


def _packed_preview(value: dict[str, Value]) -> bytes:
    return struct.pack("<II", value["width"], value["height"]) + b64decode(value["rgba8_base64"])


_CODECS: dict[str, _Codec] = {
    "box2f": _box("4f", floats=True),
    "box2i": _box("4i"),
    "chlist": _Codec(_channels, _packed_channels),
    "chromaticities": _chromaticities(),
    "compression": _choice(COMPRESSIONS),
    "deepImageState": _choice(DEEP_STATES),
    "double": _scalar("d", floats=True),
    "envmap": _choice(ENVMAPS),
    "float": _scalar("f", floats=True),
    "floatvector": _Codec(
        _floats, lambda value: struct.pack(f"<{len(value)}f", *map(_read, value))
    ),
    "int": _scalar("i"),
    "keycode": _record("7i", _KEYCODE),
    "lineOrder": _choice(LINE_ORDERS),
    "m33d": _matrix("9d", 3),
    "m33f": _matrix("9f", 3),
    "m44d": _matrix("16d", 4),
    "m44f": _matrix("16f", 4),
    "preview": _Codec(_preview, _packed_preview, doubtful=False),
    "rational": _record("iI", ("numerator", "denominator")),
    "string": _Codec(_text, lambda value: value.encode("utf-8")),
    "stringvector": _Codec(_texts, _packed_texts),
    "tiledesc": _Codec(_tiles, _packed_tiles),
    "timecode": _record("2I", ("time_and_flags", "user_data")),
    "v2d": _vector("2d", floats=True),
    "v2f": _vector("2f", floats=True),
    "v2i": _vector("2i"),
    "v3d": _vector("3d", floats=True),
    "v3f": _vector("3f", floats=True),
    "v3i": _vector("3i"),
}
