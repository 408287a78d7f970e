"""Small OpenEXR files that differ in one attribute each: the corners of every type."""

from __future__ import annotations

import math
import struct

from rushes.inspection.header.wire import LONG_NAMES, Attribute, Header, Part

_MOST, _LEAST = 3.4028234663852886e38, 1.401298464324817e-45


def _channel(name: str, kind: int = 1, linear: int = 0, x: int = 1, y: int = 1) -> bytes:
    return name.encode() + b"\0" + struct.pack("<iB3xii", kind, linear, x, y)


def _box(form: str, *numbers: float) -> bytes:
    return struct.pack(f"<4{form}", *numbers)


def _texts(*texts: str) -> bytes:
    coded = [one.encode() for one in texts]
    return b"".join(struct.pack("<i", len(one)) + one for one in coded)


def _numbers(form: str, *numbers: float) -> bytes:
    return struct.pack(f"<{len(numbers)}{form}", *numbers)


def _timecode(hours: int, minutes: int, seconds: int, frame: int, flags: int = 0) -> bytes:
    def packed(number: int) -> int:
        return number // 10 << 4 | number % 10

    fields = packed(hours) << 24 | packed(minutes) << 16 | packed(seconds) << 8 | packed(frame)
    return struct.pack("<2I", fields | flags, 0x12AB)


FLOATS = {
    "zero": 0.0,
    "minus zero": -0.0,
    "a third": 1 / 3,
    "six digits": 123456.0,
    "seven digits": 1234567.0,
    "small": 0.0001,
    "smaller": 0.00001234567,
    "largest": _MOST,
    "denormal": _LEAST,
    "negative": -2.5,
    "infinite": math.inf,
    "minus infinite": -math.inf,
}
STRINGS = {
    "empty": "",
    "plain": "a render of a tree",
    "umlauts": "Größe, ﬁlm, 映画",
    "quotation marks": 'say "cut"',
    "backslash": r"C:\shows\new",
    "JSON": '{"a": [1, 2, {"b": null}]}',
    "very long": "x" * 70_000,
    "spaces around": "  two  ",
}
M33 = [(1, 0, 0, 0, 1, 0, 0, 0, 1), (0.5, -1e-7, 3e8, 4, 5, 6, 7, 8, 9)]
M44 = [tuple(range(16)), tuple(1 / (at + 3) for at in range(16))]

CASES: dict[str, tuple[str, bytes]] = {
    **{f"float {name}": ("float", _numbers("f", one)) for name, one in FLOATS.items()},
    "float not a number": ("float", _numbers("f", math.nan)),
    "float NaN with a payload": ("float", struct.pack("<I", 0x7FC12345)),
    "float signalling NaN": ("float", struct.pack("<I", 0xFFA00001)),
    **{f"double {name}": ("double", _numbers("d", one)) for name, one in FLOATS.items()},
    "double of many digits": ("double", _numbers("d", math.pi * 1e100)),
    "double NaN with a payload": ("double", struct.pack("<Q", 0x7FF8000000ABCDEF)),
    **{f"int {one}": ("int", _numbers("i", one)) for one in (0, 1, -1, 2**31 - 1, -(2**31))},
    **{f"string {name}": ("string", text.encode()) for name, text in STRINGS.items()},
    "string not UTF-8": ("string", b"caf\xe9"),
    "string with a NUL": ("string", b"a\0b"),
    "stringvector empty": ("stringvector", b""),
    "stringvector of one": ("stringvector", _texts("left")),
    "stringvector of views": ("stringvector", _texts("left", "right", "", "Größe")),
    "box2i": ("box2i", _box("i", -5, -6, 7, 8)),
    "box2i upside down": ("box2i", _box("i", 7, 8, -5, -6)),
    "box2f": ("box2f", _box("f", -0.5, 1 / 3, 2.5, 1e9)),
    "v2i": ("v2i", _numbers("i", -7, 9)),
    "v2f": ("v2f", _numbers("f", 0.1, -1e20)),
    "v2d": ("v2d", _numbers("d", 0.1, -1e200)),
    "v3i": ("v3i", _numbers("i", 1, -2, 3)),
    "v3f": ("v3f", _numbers("f", 0.1, 0.2, math.inf)),
    "v3d": ("v3d", _numbers("d", 0.1, 0.2, -math.inf)),
    **{f"m33f {at}": ("m33f", _numbers("f", *one)) for at, one in enumerate(M33)},
    **{f"m33d {at}": ("m33d", _numbers("d", *one)) for at, one in enumerate(M33)},
    **{f"m44f {at}": ("m44f", _numbers("f", *one)) for at, one in enumerate(M44)},
    **{f"m44d {at}": ("m44d", _numbers("d", *one)) for at, one in enumerate(M44)},
    "rational": ("rational", struct.pack("<iI", 24000, 1001)),
    "rational negative": ("rational", struct.pack("<iI", -1, 3)),
    "rational by zero": ("rational", struct.pack("<iI", 5, 0)),
    "rational nothing by zero": ("rational", struct.pack("<iI", 0, 0)),
    "timecode": ("timecode", _timecode(10, 59, 7, 23)),
    "timecode zero": ("timecode", _timecode(0, 0, 0, 0)),
    "timecode last": ("timecode", _timecode(23, 59, 59, 29)),
    "timecode with flags": ("timecode", _timecode(1, 2, 3, 4, 0xC08080C0)),
    "keycode": ("keycode", _numbers("i", 1, 2, 123456, 4567, 3, 4, 64)),
    "keycode out of range": ("keycode", _numbers("i", -1, 999, 9999999, 0, 500, 0, 1)),
    "chromaticities": ("chromaticities", _numbers("f", 0.7347, 0.2653, 0, 1, 1e-4, -0.077, 0.3, 1)),
    "envmap of latitudes": ("envmap", b"\0"),
    "envmap cube": ("envmap", b"\1"),
    "lineOrder": ("lineOrder", b"\2"),
    "compression": ("compression", b"\4"),
    "deepImageState": ("deepImageState", b"\2"),
    "tiledesc single": ("tiledesc", struct.pack("<IIB", 32, 64, 0)),
    "tiledesc mip-map": ("tiledesc", struct.pack("<IIB", 128, 128, 0x11)),
    "tiledesc rip-map": ("tiledesc", struct.pack("<IIB", 7, 9, 0x02)),
    "chlist": ("chlist", _channel("Z", 2, 1, 2, 2) + _channel("id.a.b", 0) + b"\0"),
    "chlist empty": ("chlist", b"\0"),
    "preview": ("preview", struct.pack("<II", 2, 1) + bytes(range(8))),
    "preview empty": ("preview", struct.pack("<II", 0, 0)),
    "floatvector": ("floatvector", _numbers("f", 1.5, -2, 1e-9)),
    "floatvector empty": ("floatvector", b""),
    "bytes of the studio": ("studioSecret", bytes(range(256))),
    "studio's type, empty": ("studioSecret", b""),
}
LONG_NAME = "a" * 255


def header(name: str) -> Header:
    """The header of the case's file: one pixel of one channel, and the attribute."""
    kind, raw = CASES[name]
    return one_attribute(f"a {name}"[:31].encode(), kind, raw)


def one_attribute(name: bytes, kind: str, raw: bytes) -> Header:
    """The header of a whole, small picture with one attribute more."""
    window = _box("i", 0, 0, 0, 0)
    needed = {
        "channels": ("chlist", _channel("R") + b"\0"),
        "compression": ("compression", b"\0"),
        "dataWindow": ("box2i", window),
        "displayWindow": ("box2i", window),
        "lineOrder": ("lineOrder", b"\0"),
        "pixelAspectRatio": ("float", _numbers("f", 1.0)),
        "screenWindowCenter": ("v2f", _numbers("f", 0.0, 0.0)),
        "screenWindowWidth": ("float", _numbers("f", 1.0)),
    }
    attributes = [Attribute(key.encode(), one.encode(), it) for key, (one, it) in needed.items()]
    attributes.append(Attribute(name, kind.encode(), raw))
    return Header(2, LONG_NAMES if len(name) > 31 else 0, (Part(tuple(attributes)),), 0)


def file(made: Header) -> bytes:
    """The whole file: the header, the place of its one chunk, and the chunk."""
    data = made.data()
    return data + struct.pack("<Q", len(data) + 8) + struct.pack("<iiH", 0, 2, 0x3C00)
