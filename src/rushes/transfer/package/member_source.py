"""What a member's bytes come from, with what is to be noted with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rushes.ports.storage_writing import NOTHING, Facts, Source
from rushes.transfer.hashes import Hashes
from rushes.transfer.package.members import Digests, Member

_PIECE = 256 * 1024


class MemberSource:
    """A source that has the member's time, and the digests that its bytes must have."""

    def __init__(self, source: Source, member: Member) -> None:
        self._source = source
        self.facts, self.handle, self.in_order = source.facts, source.handle, source.in_order
        self.modified_ns = member.mtime_ns
        self.digests: Mapping[str, str] = member.digests
        self.read, self.pieces = source.read, source.pieces
        self.changed, self.close = source.changed, source.close


class PaperSource:
    """Bytes that were just made."""

    handle: int | None = None
    in_order = False
    digests: Mapping[str, str] = NOTHING

    def __init__(self, data: bytes, mtime_ns: int) -> None:
        self._data, self.modified_ns = data, mtime_ns
        self.facts = Facts(len(data), mtime_ns)

    def read(self, offset: int, size: int) -> bytes:
        """Some bytes of it."""
        return self._data[offset : offset + size]

    def pieces(self, start: int) -> Iterator[memoryview]:
        """All its bytes from `start`."""
        view = memoryview(self._data)
        for at in range(start, len(view), _PIECE):
            yield view[at : at + _PIECE]

    def changed(self) -> bool:
        """Never."""
        return False

    def close(self) -> None:
        """Nothing is held."""


def made_paper(
    one: Member, so_far: Digests, algorithms: tuple[str, ...]
) -> tuple[Member, PaperSource]:
    """A paper as it came out, with its size and digests."""
    assert one.made is not None
    data = one.made(so_far)
    hashes = Hashes(algorithms)
    hashes.update(data)
    made = replace(one, size=len(data), digests=hashes.digests())
    return made, PaperSource(data, one.mtime_ns)
