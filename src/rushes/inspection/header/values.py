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
_PRIMARIES = ("red", "green", "blue", "white")
_ODD_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class Decoded(NamedTuple):
    """A value; `exact` says that `encode` makes the same bytes of it again."""

    value: Value
    exact: bool


class MeaninglessError(ValueError):
    """The bytes are no value of the type that they claim to be."""


MEANINGLESS = (struct.error, IndexError, UnicodeDecodeError, ValueError)


def decode(kind: str, raw: bytes) -> Decoded:
    """What `raw` means as an attribute of type `kind`; None, not exact, for types not known.

    Raises `MeaninglessError` where the bytes cannot be a value of that type.
    """
    try:
        return Decoded(*reader(kind)(raw))
    except MEANINGLESS as error:
        raise MeaninglessError(f"{len(raw)} bytes are no {kind}: {error}") from error


def reader(kind: str) -> Callable[[bytes], tuple[Value, bool]]:
    """What makes the value of bytes of that type, and says whether it is exact (see `Decoded`).

    It raises one of `MEANINGLESS` where `decode` raises `MeaninglessError`.
    """
    codec = _CODECS.get(kind)
    return codec.decode if codec is not None else _unknown


def encode(kind: str, value: Value) -> bytes:
    """The bytes of a value that `decode` gave and called exact."""
    return _CODECS[kind].encode(value)


def known(kind: str) -> bool:
    """Whether attributes of this type have a meaning here."""
    return kind in _CODECS


@dataclass(frozen=True, slots=True)
class _Codec:
    """Both ways of one type; `decode` says whether `encode` makes the same bytes again."""

    decode: Callable[[bytes], tuple[Value, bool]]
    encode: Callable[[Value], bytes]


def _unknown(_raw: bytes) -> tuple[Value, bool]:
    return None, False


def _doubtful(decode: Callable[[bytes], Value], encode: Callable[[Value], bytes]) -> _Codec:
    """A type of which not all bytes survive the journey."""

    def tried(raw: bytes) -> tuple[Value, bool]:
        value = decode(raw)
        return value, encode(value) == raw

    return _Codec(tried, encode)


def _sure(decode: Callable[[bytes], Value], encode: Callable[[Value], bytes]) -> _Codec:
    """A type whose bytes always survive the journey."""
    return _Codec(lambda raw: (decode(raw), True), encode)


_Numbers = Sequence[Any]


def _integers(
    form: str, shape: Callable[[_Numbers], Value], flat: Callable[[Value], _Numbers]
) -> _Codec:
    """So many integers, `shape` of which is the value."""
    layout = struct.Struct(f"<{form}")
    unpack = layout.unpack
    return _Codec(lambda raw: (shape(unpack(raw)), True), lambda value: layout.pack(*flat(value)))


def _floats(
    form: str, shape: Callable[[_Numbers], Value], flat: Callable[[Value], _Numbers]
) -> _Codec:
    """So many floats, `shape` of which is the value; those that are finite are themselves in JSON,
    and others may come in more ways than one.
    """
    layout = struct.Struct(f"<{form}")
    unpack = layout.unpack

    def read(raw: bytes) -> tuple[Value, bool]:
        numbers = unpack(raw)
        if isfinite(sum(numbers)):
            return shape(numbers), True
        value = shape([_written(one) for one in numbers])
        return value, write(value) == raw

    def write(value: Value) -> bytes:
        return layout.pack(*[_read(one) for one in flat(value)])

    return _Codec(read, write)


def _written(number: float) -> float | str:
    if isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _read(number: float | str) -> float:
    return _ODD_FLOATS[number] if isinstance(number, str) else number


def _one(numbers: _Numbers) -> Value:
    return numbers[0]


def _alone(value: Value) -> _Numbers:
    return (value,)


def _box(numbers: _Numbers) -> Value:
    return {"min": list(numbers[:2]), "max": list(numbers[2:])}


def _corners(box: Value) -> _Numbers:
    return (*box["min"], *box["max"])


def _matrix(form: str, side: int) -> _Codec:
    places = [slice(at, at + side) for at in range(0, side * side, side)]
    return _floats(
        form,
        lambda numbers: [list(numbers[place]) for place in places],
        lambda matrix: [one for row in matrix for one in row],
    )


def _record(form: str, names: Sequence[str]) -> _Codec:
    return _integers(
        form,
        lambda numbers: dict(zip(names, numbers, strict=True)),
        lambda record: [record[name] for name in names],
    )


def _choice(words: Sequence[str]) -> _Codec:
    """One byte that stands for a word; a number where no word is known for it."""

    def word(raw: bytes) -> Value:
        (number,) = raw
        return _word(words, number)

    return _sure(word, lambda value: bytes([_number(words, value)]))


def _word(words: Sequence[str], number: int) -> Value:
    return words[number] if 0 <= number < len(words) else number


def _number(words: Sequence[str], value: Value) -> int:
    return words.index(value) if isinstance(value, str) else int(value)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _primaries(numbers: _Numbers) -> Value:
    return {name: list(numbers[2 * at : 2 * at + 2]) for at, name in enumerate(_PRIMARIES)}


def _all_primaries(value: Value) -> _Numbers:
    return [one for name in _PRIMARIES for one in value[name]]


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


def _all_floats(raw: bytes) -> list[Any]:
    return [_written(one) for (one,) in struct.iter_unpack("<f", raw)]


def _channels(raw: bytes) -> tuple[list[dict[str, Value]], bool]:
    """The channels, which are exact if each of them is."""
    read = [channel(one) for one in channel_pieces(raw)]
    return [one for one, _ in read], all(exact for _, exact in read)


def channel_pieces(raw: bytes) -> list[bytes]:
    """The bytes of each channel of a `chlist`."""
    found: list[bytes] = []
    at = 0
    while raw[at]:
        end = raw.index(b"\0", at) + 17
        found.append(raw[at:end])
        at = end
    if at + 1 != len(raw):
        raise ValueError("something comes after the last channel")
    return found


@lru_cache(maxsize=4096)
def channel(raw: bytes) -> tuple[dict[str, Value], bool]:
    """One channel, and whether it is exact; nobody changes it."""
    kind, linear, x_sampling, y_sampling = struct.unpack("<iB3xii", raw[-16:])
    made = {
        "name": _text(raw[:-17]),
        "type": _word(PIXEL_TYPES, kind),
        "linear": linear,
        "x_sampling": x_sampling,
        "y_sampling": y_sampling,
    }
    return made, _packed_channel(made) == raw


def _packed_channels(channels: Sequence[dict[str, Value]]) -> bytes:
    return b"".join([_packed_channel(one) for one in channels]) + b"\0"


def _packed_channel(one: dict[str, Value]) -> bytes:
    number = _number(PIXEL_TYPES, one["type"])
    fixed = struct.pack("<iB3xii", number, one["linear"], one["x_sampling"], one["y_sampling"])
    return bytes(one["name"].encode("utf-8")) + b"\0" + fixed


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
    "box2f": _floats("4f", _box, _corners),
    "box2i": _integers("4i", _box, _corners),
    "chlist": _Codec(_channels, _packed_channels),
    "chromaticities": _floats("8f", _primaries, _all_primaries),
    "compression": _choice(COMPRESSIONS),
    "deepImageState": _choice(DEEP_STATES),
    "double": _floats("d", _one, _alone),
    "envmap": _choice(ENVMAPS),
    "float": _floats("f", _one, _alone),
    "floatvector": _doubtful(
        _all_floats, lambda value: struct.pack(f"<{len(value)}f", *map(_read, value))
    ),
    "int": _integers("i", _one, _alone),
    "keycode": _record("7i", _KEYCODE),
    "lineOrder": _choice(LINE_ORDERS),
    "m33d": _matrix("9d", 3),
    "m33f": _matrix("9f", 3),
    "m44d": _matrix("16d", 4),
    "m44f": _matrix("16f", 4),
    "preview": _sure(_preview, _packed_preview),
    "rational": _record("iI", ("numerator", "denominator")),
    "string": _doubtful(_text, lambda value: value.encode("utf-8")),
    "stringvector": _doubtful(_texts, _packed_texts),
    "tiledesc": _doubtful(_tiles, _packed_tiles),
    "timecode": _record("2I", ("time_and_flags", "user_data")),
    "v2d": _floats("2d", list, list),
    "v2f": _floats("2f", list, list),
    "v2i": _integers("2i", list, list),
    "v3d": _floats("3d", list, list),
    "v3f": _floats("3f", list, list),
    "v3i": _integers("3i", list, list),
}
