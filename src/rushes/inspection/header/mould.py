"""One header as a mould: what other frames of its sequence have in common with it, and what moves.

Nearly all bytes of their headers are the same, but for the values of some attributes, such as
times and cameras. In a header that fits the mould, only those are looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain
from typing import TypeVar

from rushes.inspection.header import facts, wire
from rushes.model.image import Attribute, Image

_size = struct.Struct("<I").unpack_from
_START = 8  # bytes of the magic number and the version field
_AROUND = 6  # bytes that an attribute takes besides its name, type and value


@dataclass(frozen=True, slots=True)
class Mould:
    """A header and what it means, cut where attributes move.

    `moving` are the places of those among the attributes of all parts, `kinds` their names and
    types; `firsts` are for each of them the number of the first of its kind. `still` are the bytes
    up to the size of each, and last those behind them all.
    """

    header: wire.Header
    image: Image
    moving: Sequence[int]
    kinds: Sequence[tuple[bytes, bytes]]
    firsts: Sequence[int]
    still: Sequence[bytes]


class Cast:
    """A header that came out of a mould, put together when it is asked for.

    `outline` is its image, but with the mould's own attributes in the places of those that moved.
    """

    def __init__(
        self,
        mould: Mould,
        outline: Image,
        wires: Sequence[wire.Attribute],
        moved: Sequence[Attribute],
    ) -> None:
        self.mould, self.outline, self.moved = mould, outline, moved
        self._wires = wires

    @cached_property
    def header(self) -> wire.Header:
        """The header as it lies in the file."""
        old = self.mould.header
        every = _replaced([part.attributes for part in old.parts], self.mould.moving, self._wires)
        parts = tuple([wire.Part(tuple(some)) for some in every])
        return wire.Header(old.version, old.flags, parts, self.outline.header_bytes)

    @cached_property
    def image(self) -> Image:
        """What it means."""
        old = self.outline.parts
        every = _replaced([part.attributes for part in old], self.mould.moving, self.moved)
        parts = [
            facts.with_attributes(part, tuple(some)) for part, some in zip(old, every, strict=True)
        ]
        return replace(self.outline, parts=tuple(parts))


_One = TypeVar("_One")


def _replaced(
    groups: Sequence[Sequence[_One]], places: Sequence[int], by: Sequence[_One]
) -> list[list[_One]]:
    """The groups with others in some places, which are counted over all of them."""
    every = list(chain.from_iterable(groups))
    for at, one in zip(places, by, strict=True):
        every[at] = one
    ends = accumulate(map(len, groups))
    return [every[end - len(group) : end] for group, end in zip(groups, ends, strict=True)]


def mould(header: wire.Header, image: Image, data: bytes, names: frozenset[bytes]) -> Mould:
    """The mould of a header that was read from `data`, in which attributes of these names move.

    One without a meaning does not: what is wrong with it is not wrong with others.
    """
    wires = list(chain.from_iterable([part.attributes for part in header.parts]))
    meant = list(chain.from_iterable([part.attributes for part in image.parts]))
    found = [at for at, (name, _, _) in enumerate(wires) if name in names]
    moving = [at for at in found if meant[at].value is not None]
    kinds = [wires[at][:2] for at in moving]
    known: dict[tuple[bytes, bytes], int] = {}
    firsts = [known.setdefault(kind, number) for number, kind in enumerate(kinds)]
    ends = list(accumulate([len(part.attributes) for part in header.parts]))
    still = _cut(data[: header.end], wires, ends, moving)
    return Mould(header, image, moving, kinds, firsts, still)


def _cut(
    data: bytes, wires: Sequence[wire.Attribute], ends: Sequence[int], moving: Sequence[int]
) -> list[bytes]:
    """The bytes up to the size of each attribute that moves, and those behind the last one."""
    still = []
    sizes = list(map(len, chain.from_iterable(wires)))  # of each name, type and value
    last, start, before, part = 0, _START, 0, 0  # `start` is where the attribute `before` begins
    for at in moving:
        start += sum(sizes[3 * before : 3 * at]) + _AROUND * (at - before)
        while ends[part] <= at:
            start += 1  # a byte ends each part
            part += 1
        name, kind, raw = sizes[3 * at : 3 * at + 3]
        end = start + name + kind + 2
        still.append(data[last:end])
        last, before = end + 4 + raw, at
    still.append(data[last:])
    return still


def cast(mould: Mould, data: bytes) -> Cast | None:
    """The header at the start of `data`, if it fits."""
    found = _values(mould, data)
    if found is None:
        return None
    values, end = found
    wires: list[wire.Attribute] = []
    moved: list[Attribute] = []
    for number, first in enumerate(mould.firsts):
        if first < number and values[first] == values[number]:
            wires.append(wires[first])
            moved.append(moved[first])
            continue
        one = wire.Attribute(*mould.kinds[first], values[number][4:])
        meant = facts.understood(one)
        if meant.value is None:
            return None
        wires.append(one)
        moved.append(meant)
    old = mould.image
    outline = Image(old.version, old.flags, old.parts, end, facts.digest(data, end))
    return Cast(mould, outline, wires, moved)


def _values(mould: Mould, data: bytes) -> tuple[list[bytes], int] | None:
    """The values of what moves, each behind its size, and where the header ends."""
    once = max(mould.firsts, default=-1) + 1
    found: list[bytes] = []
    at = _taken(data, 0, still=mould.still[:once], into=found)
    if at is None:
        return None
    # Other parts mostly have the same values: then one comparison is enough.
    guessed = [found[first] for first in mould.firsts[once:]]
    rest = [b""] * (2 * len(guessed) + 1)
    rest[::2], rest[1::2] = mould.still[once:], guessed
    whole = b"".join(rest)
    if data.startswith(whole, at):
        return found + guessed, at + len(whole)
    last = mould.still[-1]
    at = _taken(data, at, still=mould.still[once:-1], into=found)
    return (found, at + len(last)) if at is not None and data.startswith(last, at) else None


def _taken(data: bytes, at: int, *, still: Sequence[bytes], into: list[bytes]) -> int | None:
    """Where the value ends that follows the last of those bytes, if all are there from `at` on."""
    begins, total = data.startswith, len(data)
    for one in still:
        start = at + len(one)
        if start + 4 > total or not begins(one, at):
            return None
        at = start + 4 + _size(data, start)[0]
        into.append(data[start:at])
    return at
