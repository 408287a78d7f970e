"""The header that was read last, by which the next is read: mostly of one sequence with it.

Whatever else the next file may be, nothing is said of it but what its own bytes say: those that
move are looked at, and all others are compared.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from rushes.inspection.header import wire
from rushes.inspection.header.delta import difference, volatile
from rushes.inspection.header.facts import DECIDING
from rushes.inspection.header.mould import Cast, Mould, cast, mould
from rushes.model.image import Attribute, Image

_MOST = 1 << 20  # bytes of a header that is kept
_PROBES = 6  # attributes that tell whether a file may be kin
_NEAR = 1024  # bytes by which headers of one sequence may differ in length

_size = struct.Struct("<i").pack

Fetch = Callable[[int], bytes]


class _Known:
    """A header with which nothing is wrong, read from `data`; of its mould, only what it takes.

    `seen` are names of attributes in which it and those before it were seen to differ, or None
    where that makes moulds useless.
    """

    def __init__(
        self, header: wire.Header, image: Image, data: bytes, seen: frozenset[bytes] | None
    ) -> None:
        self.header, self.image, self.data, self.seen = header, image, data, seen
        self._mould: Mould | None = None

    def mould(self, data: bytes) -> Mould | None:
        """Its mould, which is made for the first file that looks as if it might fit."""
        if self._mould is None and self.seen is not None and self._akin(data):
            names = {one.name for part in self.header.parts for one in part.attributes}
            moving = self.seen.union(filter(volatile, names)) - DECIDING
            self._mould = mould(self.header, self.image, self.data, moving)
        return self._mould

    def _akin(self, data: bytes) -> bool:
        """Whether a file has the channels and some other attributes at about the same place."""
        every = self.header.parts[0].attributes
        channels = self.header.parts[0].first(b"channels")
        if channels is None or not self._has(data, channels):
            return False
        some = every[:: max(1, len(every) // _PROBES)]
        return all(volatile(one.name) or self._has(data, one) for one in some)

    def _has(self, data: bytes, one: wire.Attribute) -> bool:
        whole = b"%b\0%b\0%b%b" % (one.name, one.type, _size(len(one.raw)), one.raw)
        place = self.data.find(whole)
        return data.find(whole, max(0, place - _NEAR), place + len(whole) + _NEAR) >= 0


_last: _Known | None = None


def fitting(data: bytes, more: Fetch | None = None) -> Cast | None:
    """The header at the start of `data`, if it is like the last one; `more` as in `wire.parse`."""
    form = _last.mould(data) if _last is not None else None
    if form is None:
        return None
    wanted = form.header.end + _NEAR
    if more is not None and len(data) < wanted and data.startswith(form.still[0]):
        data = more(wanted)
    return cast(form, data)


def remember(header: wire.Header, image: Image, data: bytes) -> None:
    """Keep a header with which nothing is wrong, and that was read from `data`, for the next."""
    global _last
    if header.end <= _MOST:
        seen = _moved(_last, header, image) if _last is not None else frozenset()
        _last = _Known(header, image, data[: header.end], seen)


def _moved(before: _Known, header: wire.Header, image: Image) -> frozenset[bytes] | None:
    """The names in which headers of this kind differ; none where the one before is of another."""
    found = difference(before.header, header)
    if found is None:
        return frozenset()
    old, new = _attributes(before.header, before.image), _attributes(header, image)
    for at in found[1]:
        if new[at][0].name in DECIDING or None in (old[at][1].value, new[at][1].value):
            return None
    return (before.seen or frozenset()).union([new[at][0].name for at in found[1]])


def _attributes(header: wire.Header, image: Image) -> list[tuple[wire.Attribute, Attribute]]:
    return [
        both
        for wired, part in zip(header.parts, image.parts, strict=True)
        for both in zip(wired.attributes, part.attributes, strict=True)
    ]
