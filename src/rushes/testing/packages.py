"""Members for packages that tests make, and zip archives as nobody should make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rushes.ports.storage_writing import NOTHING, Facts, Source
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.package.members import Digests, Member

TIME_NS = 1_700_000_000_123_456_789


@dataclass(frozen=True)
class Made:
    """A source of as many bytes as wanted: `data` over and over."""

    data: bytes
    size: int
    modified_ns: int = TIME_NS
    handle: int | None = None
    in_order: bool = False

    @property
    def facts(self) -> Facts:
        """Its size and time."""
        return Facts(self.size, self.modified_ns)

    @property
    def digests(self) -> Mapping[str, str]:
        """None are noted."""
        return NOTHING

    def read(self, offset: int, size: int) -> bytes:
        """Some bytes of it."""
        assert self.size <= len(self.data), "it is to be read in order"
        return self.data[: self.size][offset : offset + size]

    def pieces(self, start: int) -> Iterator[memoryview]:
        """All its bytes."""
        view, left = memoryview(self.data), self.size
        assert not start
        while left > 0:
            yield view[: min(left, len(view))]
            left -= len(view)

    def changed(self) -> bool:
        """Never."""
        return False

    def close(self) -> None:
        """Nothing is held."""


def member(path: str, data: bytes, *, mtime_ns: int = TIME_NS) -> Member:
    """A member that lies in memory."""

    def opened() -> Source:
        return Made(data, len(data), mtime_ns)

    return Member(path, len(data), {"blake3": digest_of(data, "blake3")}, mtime_ns, opened)


def paper(path: str) -> Member:
    """A manifest of all before it."""

    def made(digests: Digests) -> bytes:
        lines = [f"{one['blake3']}  {path}\n" for path, one in digests.items()]
        return "".join(lines).encode()

    return Member(path, 0, {}, TIME_NS, made=made)


def zipped(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_STORED) -> bytes:
    """An archive as Python makes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2024, 1, 2, 3, 4, 6)), data, method)
    return out.getvalue()
