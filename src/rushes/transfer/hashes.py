"""Several hashes of the same bytes, made while these pass by."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rushes.transfer.hashing_algorithms import Hasher, maker

_CHUNK = 256 * 1024


class Hashes:
    """What `algorithms` make of the bytes given so far."""

    def __init__(self, algorithms: Sequence[str]) -> None:
        self._made: dict[str, Hasher] = {name: maker(name)() for name in algorithms}

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
