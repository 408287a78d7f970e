"""A header told by another one: only the attributes whose bytes differ.

Frames of a sequence have nearly all of their header in common. A difference is a run of entries:
the number of attributes skipped since the last entry, then the length of the new bytes plus one
and those bytes; or, in place of both, a zero and how many entries back the same bytes stand (the
parts of a file repeat much). Numbers are in base 128, the lowest digits first, all but the last
with their high bit set.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from rushes.core.digest import digester
from rushes.inspection.header.wire import Attribute, Header, Part

# Attributes that are expected to be another in every frame, by the last part of their name in
# lower case: times, counters, cameras, windows, and what a render tells of itself.
_VOLATILE = frozenset(
    [
        *(b"timecode", b"keycode", b"capdate", b"utcoffset", b"exptime", b"imagecounter"),
        *(b"frame", b"framenumber", b"datetime", b"date", b"time", b"ctime", b"mtime"),
        *(b"worldtocamera", b"worldtondc", b"worldtoscreen", b"cameratoworld", b"ndctoworld"),
        *(b"cameratransform", b"np", b"nl", b"smpte:timecode", b"datawindow", b"preview"),
        *(b"focus", b"focallength", b"camerafocallength", b"memory", b"rays", b"vram"),
        *(b"primitives", b"node_hash", b"render_stats", b"husk:render_stats", b"stats"),
    ]
)
_VOLATILE_START = (b"render", b"stats/")


@lru_cache(maxsize=4096)
def volatile(name: bytes) -> bool:
    """Whether an attribute of this name is expected to be another in every frame."""
    lower = name.lower()
    leaf = lower.rpartition(b"/")[2]
    if leaf.startswith(b"renderer"):  # the program, not the run
        return False
    return leaf in _VOLATILE or leaf.startswith(_VOLATILE_START) or b"/stats/" in lower


def kin_key(header: Header) -> bytes:
    """16 bytes that headers have in common which differ in nothing but volatile attributes."""
    digest = digester()
    add = digest.update
    add(b"%d %d" % (header.version, header.flags))
    for part in header.parts:
        add(b"%d;" % len(part.attributes))
        for name, kind, raw in part.attributes:
            shown = b"" if volatile(name) else raw
            add(b"%d %d %d;" % (len(name), len(kind), len(shown)) + name + kind + shown)
    return digest.digest()


def difference(base: Header, other: Header) -> tuple[bytes, tuple[int, ...]] | None:
    """What makes `base` into `other`, and which attributes that are, counted over all parts.

    None where they differ in more than the bytes of attributes.
    """
    if (base.version, base.flags) != (other.version, other.flags):
        return None
    sizes = [len(part.attributes) for part in base.parts]
    if sizes != [len(part.attributes) for part in other.parts]:
        return None
    found: list[int] = []
    pieces: list[bytes] = []
    told: dict[bytes, int] = {}
    last = 0
    for at, (ours, theirs) in enumerate(zip(_all(base), _all(other), strict=True)):
        if ours is theirs:
            continue
        if ours[:2] != theirs[:2]:
            return None
        raw = theirs.raw
        if ours.raw != raw:
            pieces.append(_number(at - last))
            entry = told.get(raw)
            if entry is None:
                pieces += (_number(len(raw) + 1), raw)
            else:
                pieces += (b"\0", _number(len(found) - entry))
            told[raw] = len(found)
            found.append(at)
            last = at + 1
    return b"".join(pieces), tuple(found)


def applied(base: Header, delta: bytes) -> Header:
    """The header that `difference` told. Raises `ValueError` where it is none of `base`."""
    others = list(_all(base))
    raws: list[bytes] = []
    at, place = 0, 0
    while place < len(delta):
        skipped, place = _read(delta, place)
        size, place = _read(delta, place)
        at += skipped
        if size:
            raw = delta[place : place + size - 1]
            place += size - 1
        else:
            back, place = _read(delta, place)
            if not 0 < back <= len(raws):
                raise ValueError("the difference names bytes that it does not have")
            raw = raws[-back]
        if at >= len(others) or place > len(delta):
            raise ValueError("the difference is not of this header")
        raws.append(raw)
        others[at] = others[at]._replace(raw=raw)
        at += 1
    parts, start = [], 0
    for part in base.parts:
        end = start + len(part.attributes)
        parts.append(Part(tuple(others[start:end])))
        start = end
    return Header(base.version, base.flags, tuple(parts), 0)


def _all(header: Header) -> chain[Attribute]:
    return chain.from_iterable(part.attributes for part in header.parts)


def _number(value: int) -> bytes:
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    digits.append(value)
    return bytes(digits)


def _read(data: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        if at >= len(data):
            raise ValueError("the difference ends in a number")
        digit = data[at]
        at += 1
        value |= (digit & 0x7F) << shift
        if digit < 0x80:
            return value, at
        shift += 7
