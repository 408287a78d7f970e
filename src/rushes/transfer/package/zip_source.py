"""A zip archive as a file that is made while it is read: every member is read once, and checked."""

from __future__ import annotations

from array import array
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import UnsupportedOperation

from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import NOTHING, Facts, Source
from rushes.transfer.hashes import Hashes
from rushes.transfer.package import zip_layout
from rushes.transfer.package.ahead import opened_ahead
from rushes.transfer.package.crc import crc32
from rushes.transfer.package.members import Member, changed, check_member, hashed_by, zeros

_Pieces = Generator[memoryview | bytes, None, int]

_PIECE = 256 * 1024  # it stays in the processor's cache until it is hashed and written
_SMALL = 64 * 1024  # less than that is put together with what comes next
_REPORT_EVERY = 4 * 1024**2
_NEVER_NS = 315_532_800 * 10**9  # 1980, where zip's times begin


class ZipSource:
    """See the port. After `pieces(0)` has ended, `members` are the digests of all members."""

    in_order = True
    handle: int | None = None
    digests: Mapping[str, str] = NOTHING

    def __init__(
        self, members: Sequence[Member], *, algorithms: tuple[str, ...], progress: Progress
    ) -> None:
        self._members, self._algorithms, self._progress = members, algorithms, progress
        sizes = _sizes(members, algorithms)
        self._plan = zip_layout.planned(
            (one.path, size, one.mtime_ns) for one, size in zip(members, sizes, strict=True)
        )
        self.modified_ns = max((one.mtime_ns for one in members), default=_NEVER_NS)
        self.facts = Facts(self._plan.size, self.modified_ns, etag=_fingerprint(members, sizes))
        self.members: dict[str, dict[str, str]] = {}

    def read(self, offset: int, size: int) -> bytes:  # noqa: ARG002
        """It is not asked for."""
        raise UnsupportedOperation("an archive is read in order")

    def pieces(self, start: int) -> Iterator[memoryview]:
        """The whole archive. Raises `changed.meanwhile` for a member that has other bytes."""
        assert not start, "an archive is read from its start"
        done = reported = 0
        for piece in _joined(self._all()):
            done += len(piece)
            if done - reported >= _REPORT_EVERY:
                reported = done
                self._report(done)
            yield piece
        self._report(done)

    def changed(self) -> bool:
        """No: every member was held against what it should be."""
        return False

    def close(self) -> None:
        """Nothing is held open between two readings."""

    def _report(self, done: int) -> None:
        self._progress.report(done, self.facts.size, note="bytes")
        if self._progress.cancelled():
            raise RushesError(
                Code.CANCELLED, "Packing was cancelled.", hint="Run it again to go on."
            )

    def _all(self) -> Iterator[memoryview | bytes]:
        self.members = {}
        crcs = array("L")
        with opened_ahead(self._members) as sources:
            for one, file in zip(self._members, self._plan.files, strict=True):
                if one.made is not None:
                    data = one.made(self.members)
                    crc = yield from self._whole(one, file, data, Hashes(self._algorithms))
                else:
                    source = next(sources)
                    try:
                        crc = yield from self._file(one, file, source)
                    finally:
                        source.close()
                crcs.append(crc)
        yield from zip_layout.directory(self._plan, crcs)

    def _file(self, one: Member, file: zip_layout.File, source: Source) -> _Pieces:
        """A member with what stands before and behind it; gives its CRC."""
        check_member(one, source.facts.size, NOTHING)
        hashes = Hashes(hashed_by(one, self._algorithms))
        if not file.late:
            data = source.read(0, one.size)
            if source.changed():
                raise changed(one, "it changed while it was read")
            return (yield from self._whole(one, file, data, hashes))
        yield zip_layout.local_header(file, 0)
        crc, came, update, checksum = 0, 0, hashes.update, crc32()
        for piece in source.pieces(0):
            crc = checksum(piece, crc)
            update(piece)
            came += len(piece)
            yield piece
        self._note(one, came, hashes)
        if source.changed():
            raise changed(one, "it changed while it was read")
        yield zip_layout.descriptor(file, crc)
        return crc

    def _whole(self, one: Member, file: zip_layout.File, data: bytes, hashes: Hashes) -> _Pieces:
        """A member that lies in memory."""
        if len(data) != file.size:
            raise changed(one, f"it has {len(data):,} bytes instead of {file.size:,}")
        hashes.update(data)
        self._note(one, file.size, hashes)
        crc = crc32()(data, 0)
        yield zip_layout.local_header(file, crc)
        view = memoryview(data)
        for at in range(0, len(view), _PIECE):
            yield view[at : at + _PIECE]
        yield zip_layout.descriptor(file, crc)
        return crc

    def _note(self, one: Member, came: int, hashes: Hashes) -> None:
        """Hold what came against what was to come."""
        digests = hashes.digests()
        if one.made is None:
            check_member(one, came, digests)
        self.members[one.path] = digests


def _sizes(members: Sequence[Member], algorithms: tuple[str, ...]) -> list[int]:
    """The sizes of all members, those of papers found by making them of zeros."""
    so_far: dict[str, dict[str, str]] = {}
    sizes: list[int] = []
    for one in members:
        sizes.append(one.size if one.made is None else len(one.made(so_far)))
        so_far[one.path] = zeros(hashed_by(one, algorithms))
    return sizes


def _fingerprint(members: Sequence[Member], sizes: Sequence[int]) -> str:
    """The same for all archives of the same members, as far as that is known beforehand."""
    made = sha256()
    for one, size in zip(members, sizes, strict=True):
        line = (one.path, size, one.mtime_ns, sorted(one.digests.items()))
        made.update(repr(line).encode())
    return made.hexdigest()


def _joined(pieces: Iterable[memoryview | bytes]) -> Iterator[memoryview]:
    """The same bytes, small pieces put together."""
    held = bytearray()
    for piece in pieces:
        small = len(piece) < _SMALL
        if small:
            held += piece
        if held and (len(held) >= _PIECE or not small):
            yield memoryview(held)
            held = bytearray()
        if not small:
            yield memoryview(piece)
    if held:
        yield memoryview(held)
