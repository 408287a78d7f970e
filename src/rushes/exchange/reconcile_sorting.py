"""Streams of any length in order, in little memory: sorted piece by piece, merged from disk."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar

from rushes.core.errors import Code, RushesError

One = TypeVar("One")

PIECE = 10_000  # entries in memory at once
_TOGETHER = 200  # written and read back at once


class Sorter(Generic[One]):
    """Takes entries in, and gives them out once, by `key`.

    What does not fit into one piece waits in files that nobody else sees.
    """

    def __init__(self, key: Callable[[One], Any], *, piece: int = PIECE) -> None:
        self._key, self._piece = key, piece
        self._held: list[One] = []
        self._spills: list[IO[bytes]] = []

    def add(self, one: One) -> None:
        """Take one in. Raises `write.failed` where there is no room for it."""
        self._held.append(one)
        if len(self._held) >= self._piece:
            self._held.sort(key=self._key)
            self._spills.append(_spilled(self._held))
            self._held = []

    def out(self) -> Iterator[One]:
        """All of them in order, once."""
        self._held.sort(key=self._key)
        try:
            yield from merge(*map(_read, self._spills), iter(self._held), key=self._key)
        finally:
            for file in self._spills:
                file.close()
            self._held, self._spills = [], []


def in_order(
    entries: Iterable[One], key: Callable[[One], Any], *, piece: int = PIECE
) -> Iterator[One]:
    """All entries by `key`; the first is given out once all were taken in."""
    sorter = Sorter(key, piece=piece)
    for one in entries:
        sorter.add(one)
    yield from sorter.out()


def _spilled(entries: list[Any]) -> IO[bytes]:
    try:
        file = TemporaryFile()  # noqa: SIM115 (it lives as long as the stream)
        for at in range(0, len(entries), _TOGETHER):
            pickle.dump(entries[at : at + _TOGETHER], file, pickle.HIGHEST_PROTOCOL)
        file.seek(0)
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"There is no room for what has to be sorted: {error.strerror or error}.",
            hint="Set TMPDIR to a folder with more room.",
        ) from error
    return file


def _read(file: IO[bytes]) -> Iterator[Any]:
    while True:
        try:
            yield from pickle.load(file)
        except EOFError:
            return
