"""Reads chunks of pixels out of a file, and believes nothing that the file says of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import Struct, unpack

from rushes.inspection.header.offsets import OFFSET
from rushes.inspection.pixels.layout import MOST_CHUNK, Layout

_AHEAD = 8 << 20
_CLAIM = "they claim a number of bytes that they cannot have"
_ZLIB = 1032  # no byte of a deflated stream makes more than so many


@dataclass(frozen=True, slots=True)
class Chunk:
    """The bytes of one chunk without its head, whose `sizes` are one, or three where it is deep."""

    index: int
    data: memoryview
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """A chunk that cannot be counted, and why; neighbours with the same reason are told as one."""

    index: int
    reason: str


class Source:
    """An open file. `changed` says whether it was written to since."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115 (closed by `close`)
        self._stamp = _stamp(os.fstat(self._file.fileno()))
        self.size = self._stamp[0]
        self._ahead, self._ahead_at = memoryview(b""), 0

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def changed(self) -> bool:
        """Whether size, time or identity of the file are others than when it was opened."""
        try:
            return _stamp(self._path.stat()) != self._stamp
        except OSError:
            return True

    def at(self, offset: int, size: int) -> memoryview:
        """Bytes of the file, fewer where it ends. Raises `OSError`."""
        start = offset - self._ahead_at
        if start >= 0 and start + size <= len(self._ahead):
            return self._ahead[start : start + size]
        pieces: list[bytes] = []
        self._file.seek(offset)
        while size > 0 and (piece := self._file.read(min(size, max(0, self.size - offset)))):
            pieces.append(piece)
            offset, size = offset + len(piece), size - len(piece)
        return memoryview(pieces[0] if len(pieces) == 1 else b"".join(pieces))

    def entries(self, layout: Layout) -> int:
        """How many entries of the part's offset table lie within the file."""
        return min(layout.entries, max(0, self.size - layout.table) // OFFSET)

    def chunks(self, layout: Layout, numbers: Sequence[int]) -> tuple[list[Chunk], list[Loss]]:
        """Those chunks that are where, and what, they should be; and the others. Never raises."""
        read: list[Chunk] = []
        lost: list[Loss] = []
        head = layout.head
        try:
            places = self._places(layout, numbers)
            self._read_ahead([one for one in places if one < self.size], head)
        except OSError as error:
            return [], [Loss(one, _told(error)) for one in numbers]
        for index, place in zip(numbers, places, strict=True):
            try:
                found = self._chunk(layout, index, place, head=head)
            except OSError as error:
                found = Loss(index, _told(error))
            (read if isinstance(found, Chunk) else lost).append(found)  # type: ignore[arg-type]
        self._ahead = memoryview(b"")
        return read, lost

    def _places(self, layout: Layout, numbers: Sequence[int]) -> list[int]:
        first, last = min(numbers), max(numbers)
        if (last - first + 1) * OFFSET > _AHEAD:
            return [self._place(layout, one) for one in numbers]
        data = self.at(layout.table + first * OFFSET, (last - first + 1) * OFFSET)
        table = unpack(f"<{len(data) // OFFSET}Q", data[: len(data) // OFFSET * OFFSET])
        return [table[one - first] if one - first < len(table) else 0 for one in numbers]

    def _place(self, layout: Layout, number: int) -> int:
        data = self.at(layout.table + number * OFFSET, OFFSET)
        return int.from_bytes(data, "little") if len(data) == OFFSET else 0

    def _read_ahead(self, places: Sequence[int], head: Struct) -> None:
        """Have the run of chunks in memory, where they are one, but for the last one's data."""
        if len(places) > 1:
            first, last = min(places), max(places)
            if last - first <= _AHEAD:
                self._ahead = self.at(first, last + head.size - first)
                self._ahead_at = first

    def _chunk(self, layout: Layout, index: int, place: int, *, head: Struct) -> Chunk | Loss:
        if place == 0:
            return Loss(index, "the offset table has no place for them")
        if place < layout.table + layout.entries * OFFSET:
            return Loss(index, "the offset table places them before the first pixels")
        start = self.at(place, head.size) if place < self.size else b""
        if len(start) < head.size:
            return Loss(index, "the file ends before them")
        said = head.unpack(start)
        wanted = layout.place(index)
        if said[: len(wanted)] != wanted:
            return Loss(index, "what lies at their place in the file is something else")
        sizes = said[len(wanted) :]
        problem = _impossible(layout, index, sizes)
        if problem:
            return Loss(index, problem)
        whole = sum(sizes[:2])
        if place + head.size + whole > self.size:
            return Loss(index, "the file ends within them")
        data = self.at(place + head.size, whole)
        return Chunk(index, data, sizes) if len(data) == whole else Loss(index, "the file shrank")


def _impossible(layout: Layout, index: int, sizes: tuple[int, ...]) -> str:
    """Why chunk `index` cannot have those sizes, if it cannot."""
    wide, high = layout.shape(index)
    if not layout.deep:
        (size,) = sizes
        most = layout.size(wide, high)
        plain = layout.compression == "NONE"
        least = most if plain and layout.period == 1 else layout.period == 1
        fits = least <= size <= most
        return "" if fits else _CLAIM
    table, packed, unpacked = sizes
    # The library gives tables of smaller tiles at the edges the size of whole ones.
    most = 4 * max(wide, layout.tile[0]) * max(high, layout.tile[1])
    fits = 0 < table <= most and packed <= unpacked <= min(MOST_CHUNK, packed * _ZLIB)
    return "" if fits else _CLAIM


def _stamp(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _told(error: OSError) -> str:
    return f"the storage does not give them ({error.strerror or error})"
