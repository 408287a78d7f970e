"""Several hashes of the same bytes, made while these pass by."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module

from rushes.core.errors import Code, RushesError
from rushes.ports.storage_writing import Source
from rushes.transfer.hashing_algorithms import ALGORITHMS, Hasher, maker

CRC = "crc64nvme"  # what S3 checks with; it finds accidents, and can be put together from parts
KNOWN = (*ALGORITHMS, CRC)

_CHUNK = 256 * 1024


class OtherBytesError(RushesError):
    """What came is not what was noted with its source."""


class Hashes:
    """What `algorithms` make of the bytes given so far."""

    def __init__(self, algorithms: Sequence[str]) -> None:
        self._made: dict[str, Hasher] = {
            name: _Crc() if name == CRC else maker(name)() for name in algorithms
        }

    def update(self, data: memoryview | bytes) -> None:
        """Take the next bytes."""
        for one in self._made.values():
            one.update(data)

    def read(self, handle: int, *, most: int | None = None) -> int:
        """Take an open file's bytes from its start, or the first of them; how many came."""
        os.lseek(handle, 0, os.SEEK_SET)
        done = 0
        while most is None or done < most:
            data = os.read(handle, _CHUNK if most is None else min(_CHUNK, most - done))
            if not data:
                break
            self.update(data)
            done += len(data)
        return done

    def digests(self) -> dict[str, str]:
        """Of all bytes so far, by algorithm; more may follow."""
        return {name: one.hexdigest() for name, one in self._made.items()}


def wanted(source: Source, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Algorithms to hash with: those asked for, and one that the source has a digest in."""
    noted = [name for name in source.digests if name in KNOWN]
    return asked if not noted or set(noted) & set(asked) else (*asked, noted[0])


def check_noted(place: str, noted: Mapping[str, str], digests: Mapping[str, str]) -> None:
    """Raise `write.failed` where other bytes came than were noted with the source.

    `place` is where they were to go, escaped.
    """
    for name, digest in noted.items():
        if digests.get(name, digest) != digest:
            raise OtherBytesError(
                Code.WRITE_FAILED,
                f"For {place} came other bytes than were put there: their {name} is"
                f" {digests[name]}, and {digest} was noted.",
                hint="Nothing was changed there. Try again; if it stays so, the source is damaged.",
            )


class _Crc:
    """CRC-64/NVME, by AWS's own library."""

    def __init__(self) -> None:
        self._crc = import_module("awscrt.checksums").crc64nvme
        self._now = 0

    def update(self, data: memoryview | bytes) -> None:
        self._now = self._crc(data, self._now)

    def hexdigest(self) -> str:
        return f"{self._now:016x}"
