"""One reading for two places: what the first one takes is handed to the second as it comes.

The second gets the last of it only once the first is whole and verified. Where the first fails, so
does the second; where the second fails, the first goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import UnsupportedOperation
from queue import Empty, Full, Queue
from threading import Event
from types import MappingProxyType
from typing import Protocol, TypeVar

from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import NOTHING, Source
from rushes.transfer.package.members import Digests

NOTHING_IN: Digests = MappingProxyType({})
_AHEAD = 32  # pieces, of 256 KB and a little
_POLL_S = 0.2  # how long to wait before looking whether anybody still cares
_AGAIN = "Run it again to go on."

Made = TypeVar("Made")


class Archive(Source, Protocol):
    """An archive that is made as it is read. After `pieces(0)`, `members` are the digests in it."""

    @property
    def members(self) -> Digests:
        """By path, of all that went in."""
        ...


class _First:
    """The archive as the first place takes it. `pieces(0)` may be asked for once."""

    in_order = True
    handle: int | None = None
    digests: Mapping[str, str] = NOTHING

    def __init__(self, archive: Archive, second: _Second, progress: Progress) -> None:
        self._archive, self._second, self._progress = archive, second, progress
        self.facts, self.modified_ns = archive.facts, archive.modified_ns
        self.changed, self.close, self.read = archive.changed, archive.close, archive.read

    @property
    def members(self) -> Digests:
        """See `Archive`."""
        return self._archive.members

    def pieces(self, start: int) -> Iterator[memoryview]:
        """The whole archive; the second place has each piece before the next one comes."""
        for piece in self._archive.pieces(start):
            copied = bytes(piece)
            while not self._second.takes(copied):
                if self._progress.cancelled():
                    raise RushesError(Code.CANCELLED, "Packing was cancelled.", hint=_AGAIN)
            yield piece


class _Second:
    """The same archive as the second place takes it, in another thread."""

    in_order = True
    handle: int | None = None
    digests: Mapping[str, str] = NOTHING
    members: Digests = NOTHING_IN  # the first one tells

    def __init__(self, archive: Archive) -> None:
        self.facts, self.modified_ns = archive.facts, archive.modified_ns
        self._ready: Queue[bytes] = Queue(_AHEAD)
        self._left, self._whole = Event(), Event()
        self._broken: RushesError | None = None

    def takes(self, piece: bytes) -> bool:
        """Whether it has room for the next piece, which is waited for, but not for long; also where
        it takes no more of them.
        """
        if self._left.is_set():
            return True
        with suppress(Full):
            self._ready.put(piece, timeout=_POLL_S)
            return True
        return False

    def end(self, why: RushesError | None = None) -> None:
        """All of it has come, or why there is no more."""
        self._broken = why
        self._whole.set()

    def leave(self) -> None:
        """Take no more of it."""
        self._left.set()

    def pieces(self, start: int) -> Iterator[memoryview]:
        """The whole archive, as it comes. Raises what kept the first place from having it."""
        assert not start, "an archive is read from its start"
        while True:
            ended = self._whole.is_set()  # asked before: whatever came until then is in the queue
            if ended and self._broken is not None:
                raise self._broken
            with suppress(Empty):
                yield memoryview(self._ready.get(timeout=0 if ended else _POLL_S))
                continue
            if ended:
                return

    def read(self, offset: int, size: int) -> bytes:  # noqa: ARG002
        """It is not asked for."""
        raise UnsupportedOperation("an archive is read in order")

    def changed(self) -> bool:
        """No: every member was held against what it should be."""
        return False

    def close(self) -> None:
        """Nothing is held open."""


def both(
    archive: Archive,
    first: Callable[[Archive], Made],
    second: Callable[[Archive], Made],
    progress: Progress,
) -> tuple[Made, Made]:
    """What both make of the archive, which is read once; a few MB of it are held.

    Raises what the first raises, else what the second does, when neither is at work any more.
    """
    there = _Second(archive)

    def made_there() -> Made:
        try:
            return second(there)
        finally:
            there.leave()

    with ThreadPoolExecutor(1, "packing_there") as threads:
        came = threads.submit(made_there)
        try:
            here = first(_First(archive, there, progress))
        except RushesError as error:
            there.end(error)
            raise
        except BaseException:
            there.end(RushesError(Code.CANCELLED, "Packing was broken off.", hint=_AGAIN))
            raise
        there.end()
    return here, came.result()
