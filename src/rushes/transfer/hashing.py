"""Content hashes of media files: many at once, by whoever does the work, each byte read once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar, cast

from rushes.core.errors import Code, RushesError
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.transfer.hashing_algorithms import ALGORITHMS, check, digest_of
from rushes.transfer.hashing_files import (
    Hashed,
    Known,
    Piece,
    Trouble,
    answered,
    hash_batch,
    request,
)

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = [
    "ALGORITHMS",
    "Hashed",
    "Job",
    "Known",
    "Trouble",
    "hashes",
    "manifest",
    "manifest_hash",
]

Key = TypeVar("Key")

_FRAME = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_RATE = 500_000_000  # bytes in a second that batches are measured by
_PER_FILE = 64 * 1024  # bytes that could be hashed while a file is opened and closed
_UNKNOWN = 1_000_000  # bytes that a file is taken for whose size nobody told
_LEAST = 16_000_000  # bytes in a batch, so that a bar moves and a batch is still worth a call
_FIRST_SHARE = 8  # the first batches are so many times smaller: there may be no more to come
_AHEAD = 3  # batches per worker under way or waiting, so that none runs dry
_POLL_S = 0.5  # how long to wait for a worker before looking whether anybody still cares


class Job(NamedTuple, Generic[Key]):
    """Files of one folder whose hashes are wanted together, as those of a sequence are.

    `folder` is absolute, `names` are as the file system gives them. `known` is what earlier hashing
    told of some, in the same algorithms: a file that still has the size, time and inode is not read
    again, so whoever keeps such knowledge must not keep what was changed within the clock tick it
    was hashed in (2 s are safe). `sizes`, in the order of the names, help to share the work out;
    they need not be right.
    """

    key: Key
    folder: str
    names: Sequence[str]
    known: Mapping[str, Known] = MappingProxyType({})
    sizes: Sequence[int] = ()


def hashes(
    jobs: Iterable[Job[Key]],
    executor: Executor,
    *,
    algorithms: Sequence[str],
    deep: bool = False,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
    total: int | None = None,
) -> Iterator[tuple[Key, list[Hashed]]]:
    """Every job's key with its files in the order of its names, as jobs are completed.

    A file that cannot be hashed is no exception, see `Hashed`. `jobs` is read only as far ahead as
    keeps the workers busy, files of several small jobs travel together, and a large job is shared
    out. `deep` reads files anew that look as they are known. `progress` is told of files, of which
    there are `total`. Raises `usage` on an unknown algorithm, `cancelled`, and `executor.failed`.
    """
    check(algorithms)
    return _Run[Key](executor, algorithms, deep, progress, total).results(iter(jobs))


@dataclass(slots=True, eq=False)
class _Open(Generic[Key]):
    """A job that is not done yet; `left` of its files have no answer."""

    job: Job[Key]
    rows: list[Hashed | None]  # in the order of its names
    left: int


class _Share(NamedTuple, Generic[Key]):
    """Some files of a job in a row."""

    open: _Open[Key]
    first: int
    last: int


@dataclass(slots=True)
class _Run(Generic[Key]):
    """One call of `hashes`."""

    executor: Executor
    algorithms: Sequence[str]
    deep: bool
    progress: Progress
    total: int | None
    sent: dict[Future[bytes], list[_Share[Key]]] = field(default_factory=dict)
    batches: int = 0
    done: int = 0
    empty: list[Key] = field(default_factory=list)  # jobs without a file

    def results(self, jobs: Iterator[Job[Key]]) -> Iterator[tuple[Key, list[Hashed]]]:
        """Keep every worker supplied, and hand on what is complete."""
        from concurrent.futures import FIRST_COMPLETED, wait

        at_once = max(1, _AHEAD * self.executor.workers)
        batches = self._batches(jobs)
        more = True
        try:
            while more or self.sent:
                while more and len(self.sent) < at_once:
                    batch = next(batches, None)
                    if batch is None:
                        more = False
                    else:
                        self._send(batch)
                    self._ask_whether_wanted()
                yield from ((key, []) for key in self.empty)
                self.empty = []
                if not self.sent:
                    continue
                ready, _ = wait(self.sent, timeout=_POLL_S, return_when=FIRST_COMPLETED)
                for future in ready:
                    yield from self._completed(self.sent.pop(future), answered(future.result()))
                self._ask_whether_wanted()
        finally:
            for future in self.sent:
                future.cancel()

    def _ask_whether_wanted(self) -> None:
        if self.progress.cancelled():
            raise RushesError(Code.CANCELLED, "Hashing was cancelled.")

    def _send(self, batch: list[_Share[Key]]) -> None:
        pieces: list[Piece] = []
        for share in batch:
            job = share.open.job
            names = job.names[share.first : share.last]
            if not pieces or pieces[-1][0] != job.folder:
                pieces.append((job.folder, [], []))
            pieces[-1][1].extend(names)
            if self.deep or not job.known:
                pieces[-1][2].extend([None] * len(names))
            else:
                pieces[-1][2].extend([job.known.get(name) for name in names])
        message = request(pieces, self.algorithms)
        self.sent[self.executor.submit(hash_batch, message)] = batch

    def _completed(
        self, batch: list[_Share[Key]], rows: list[Hashed]
    ) -> Iterator[tuple[Key, list[Hashed]]]:
        at = 0
        for share in batch:
            count = share.last - share.first
            share.open.rows[share.first : share.last] = rows[at : at + count]
            share.open.left -= count
            at += count
            if not share.open.left:
                yield share.open.job.key, cast("list[Hashed]", share.open.rows)
        self.done += at
        self.progress.report(self.done, self.total)

    def _batches(self, jobs: Iterator[Job[Key]]) -> Iterator[list[_Share[Key]]]:
        """Cut jobs into batches that are worth a message."""
        batch: list[_Share[Key]] = []
        room = self._room()
        for job in jobs:
            if not job.names:
                self.empty.append(job.key)
                continue
            open_job = _Open(job, [None] * len(job.names), len(job.names))
            first = 0
            for at in range(len(job.names)):
                size = job.sizes[at] if at < len(job.sizes) else _UNKNOWN
                room -= size + _PER_FILE
                if room <= 0:
                    batch.append(_Share(open_job, first, at + 1))
                    yield batch
                    batch, first = [], at + 1
                    room = self._room()
            if first < len(job.names):
                batch.append(_Share(open_job, first, len(job.names)))
        if batch:
            yield batch

    def _room(self) -> int:
        """How many bytes the next batch may have."""
        room = max(_LEAST, int(self.executor.worth_s * _RATE))
        self.batches += 1
        return room // _FIRST_SHARE if self.batches <= 2 * self.executor.workers else room


def manifest(frames: Iterable[tuple[str, int, str]]) -> bytes:
    r"""A sequence's manifest, of (frame number as notation writes it, size, `algorithm:hex`).

    ASCII, one line for each frame, in the order of the frame numbers' values (-1, 0, 1.25, 2,
    10) whatever order they are given in. A line is the number, one space (0x20), the size in bytes
    as a decimal number without leading zeros, one space, the name of the algorithm, a colon, the
    digest in lower-case hexadecimal, and one line feed (0x0A), which the last line has, too::

        1001 8388608 blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262\n

    Raises `ValueError` where a frame comes twice or is no number.
    """
    from decimal import Decimal

    lines: dict[Decimal, str] = {}
    for frame, size, digest in frames:
        if _FRAME.fullmatch(frame) is None:
            raise ValueError(f"{frame!r} is no frame number")
        number = Decimal(frame)
        if number in lines:
            raise ValueError(f"frame {frame} comes twice")
        lines[number] = f"{frame} {size} {digest}\n"
    return "".join([line for _, line in sorted(lines.items())]).encode("ascii")


def manifest_hash(frames: Iterable[tuple[str, int, str]], algorithm: str) -> str:
    """`algorithm:hex` of the sequence's `manifest`, whose lines were made with the same one."""
    return f"{algorithm}:{digest_of(manifest(frames), algorithm)}"
