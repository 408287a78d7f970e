"""Reading a zip archive that somebody else has made, from its first byte to its last, once."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import Source
from rushes.transfer.hashes import Hashes
from rushes.transfer.learning import Place
from rushes.transfer.package.called import called
from rushes.transfer.package.crc import crc32
from rushes.transfer.package.found import Headway, PackedFile, doubtful, wrong
from rushes.transfer.package.zip_directory import (
    DEFLATED,
    ENCRYPTED,
    Listed,
    fields,
    listed,
)
from rushes.transfer.package.zip_ending import ending
from rushes.transfer.package.zip_layout import DESCRIPTOR, HEADER, LATE, LOCAL, MOST, ZIP64

_AT_ONCE = 256 * 1024  # bytes that are unpacked in one go
_DESCRIPTOR = 24  # the longest


def read_zip(
    place: Place, path: str, algorithms: tuple[str, ...], progress: Progress
) -> Iterator[PackedFile | Finding]:
    """See `reading.read_package`. Findings of the directory come first."""
    source = place.storage.source(place.root, path)
    try:
        end, findings = ending(source, path)
        yield from findings
        if end is None:
            return
        files, findings = listed(source, end, path)
        yield from findings
        if files is None:
            return
        stream = _Stream(source, Headway(progress, end.directory_at), called(place, path))
        for one in files:
            yield from _until(stream, one.offset, one.path)
            yield from _file(stream, one, algorithms)
        yield from _until(stream, end.directory_at, path)
        if source.changed():
            raise stream.changed()
    finally:
        source.close()


class _Stream:
    """The archive's bytes in order. `exact` is whether all so far belong to files."""

    def __init__(self, source: Source, headway: Headway, name: str) -> None:
        self._pieces, self._held = source.pieces(0), memoryview(b"")
        self._headway, self._name = headway, name
        self.at, self.exact = 0, True

    def through(self, count: int) -> Iterator[memoryview]:
        """The next bytes; each piece is valid until the next one."""
        while count:
            if not self._held:
                self._held = next(self._pieces, memoryview(b""))
                if not self._held:
                    raise self.changed()
            piece, self._held = self._held[:count], self._held[count:]
            count -= len(piece)
            self.at += len(piece)
            self._headway.add(len(piece))
            yield piece

    def take(self, count: int) -> bytes:
        """The next bytes."""
        return b"".join([bytes(piece) for piece in self.through(count)])

    def accepts(self, *these: bytes) -> bool:
        """Whether one of these comes next; then it is taken."""
        try:
            data = self.take(max(len(one) for one in these))
        except RushesError:
            return False
        found = next((one for one in these if data.startswith(one)), None)
        back = data[len(found or b"") :]
        self._held = memoryview(back + bytes(self._held))
        self.at -= len(back)
        return found is not None

    def changed(self) -> RushesError:
        """That it is not as long any more as it was."""
        return RushesError(
            Code.CHANGED_MEANWHILE,
            f"{self._name} changed while it was read.",
            hint="Read it again once nobody writes to it.",
        )


def _until(stream: _Stream, offset: int, path: str) -> Iterator[Finding]:
    """Pass over what lies before a file, which is nothing in an archive without secrets."""
    left = offset - stream.at
    if left > 0:
        if stream.exact:
            yield doubtful("hidden", path, f"{left:,} bytes before it belong to no file.")
        for _ in stream.through(left):
            pass
    stream.exact = left >= 0


def _file(
    stream: _Stream, one: Listed, algorithms: tuple[str, ...]
) -> Iterator[PackedFile | Finding]:
    if not one.sound:
        stream.exact = False
        return
    if stream.at > one.offset:
        yield wrong("overlap", one.path, "Its bytes are those of another file, too.")
        return
    found = _read(stream, one, Hashes(algorithms))
    if isinstance(found, Finding):
        stream.exact = False
        yield found
    elif not one.is_folder:
        yield found


def _read(stream: _Stream, one: Listed, hashes: Hashes) -> PackedFile | Finding:
    """One file, where all that is said of it is true."""
    if problem := _header(stream, one):
        return problem
    crc, came, checksum = 0, 0, crc32()
    packed = stream.through(one.packed)
    try:
        for piece in _unpacked(packed, one.size) if one.method == DEFLATED else packed:
            crc = checksum(piece, crc)
            hashes.update(piece)
            came += len(piece)
    except zlib.error:
        return wrong("damaged", one.path, "It cannot be unpacked.")
    if came != one.size:
        said = f"It has {came:,} bytes or more instead of {one.size:,}."
        return wrong("sizes", one.path, said)
    if crc != one.crc:
        said = f"It is damaged: its CRC-32 is {crc:08x} instead of {one.crc:08x}."
        return wrong("damaged", one.path, said)
    if one.flags & LATE and not stream.accepts(*_descriptors(one)):
        return wrong("sizes", one.path, "What stands behind its bytes tells of others.")
    return PackedFile(one.path, came, hashes.digests(), one.mtime_ns)


def _header(stream: _Stream, one: Listed) -> Finding | None:
    """What its own header says otherwise than the directory does: programs read either."""
    said = HEADER.unpack(stream.take(HEADER.size))
    mark, _, flags, method, _, _, crc, packed, size, first, second = said
    if mark != LOCAL:
        return wrong("damaged", one.path, "It does not lie where the directory says.")
    name, extra = stream.take(first), stream.take(second)
    if name != one.name:
        return wrong("name", one.path, "It has another name in its own header.")
    if flags & ENCRYPTED:
        return wrong("encrypted", one.path, "It is encrypted; that is not read here.")
    if method != one.method or (flags ^ one.flags) & LATE:
        return wrong("method", one.path, "It is packed in another way by its own header.")
    wide = next((data for number, data in fields(extra) if number == ZIP64), b"")
    if MOST in (packed, size) and len(wide) >= 16:
        size, packed = struct.unpack_from("<2Q", wide)
    numbers, late = (crc, packed, size), (0, 0, 0)
    if numbers != (one.crc, one.packed, one.size) and not (
        flags & LATE and all(a in (b, c) for a, b, c in zip(numbers, late, _of(one), strict=True))
    ):
        return wrong("sizes", one.path, "Its own header tells of other bytes than the directory.")
    return None


def _of(one: Listed) -> tuple[int, int, int]:
    return one.crc, one.packed, one.size


def _unpacked(packed: Iterator[memoryview], size: int) -> Iterator[bytes]:
    """Deflated bytes as they were, and never many more than `size` of them."""
    made, came = zlib.decompressobj(-zlib.MAX_WBITS), 0
    for data in packed:
        left: memoryview | bytes = data
        while came <= size:
            out = made.decompress(left, _AT_ONCE)
            came += len(out)
            yield out
            left = made.unconsumed_tail
            if not left and len(out) < _AT_ONCE:
                break
    if came <= size and (not made.eof or made.unused_data):
        raise zlib.error("it does not end where it should")


def _descriptors(one: Listed) -> list[bytes]:
    """All ways in which the CRC and sizes may stand behind the bytes."""
    wide = struct.pack("<L2Q", one.crc, one.packed, one.size)
    ways = [DESCRIPTOR + wide, wide]
    if max(one.packed, one.size) < MOST:
        narrow = struct.pack("<3L", *_of(one))
        ways = [DESCRIPTOR + wide, DESCRIPTOR + narrow, wide, narrow]
    return ways
