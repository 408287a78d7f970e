"""Sending to S3 what is made as it is read: cut into parts as it comes, in one reading.

Nothing is known of the whole before its last byte, so that no digests of ours are noted with the
object. After a kill all is read again, and only those parts are sent that S3 lacks, or that have
other bytes by now.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress

from rushes.adapters.s3_arrival import check_unchanged, conflict
from rushes.adapters.s3_file import Asking, facts_at
from rushes.adapters.s3_line import checksums
from rushes.adapters.s3_parts import AT_ONCE, Upload, drop, part_size
from rushes.core.errors import Code, RushesError
from rushes.ports.storage_writing import Arrival, Passage, Source
from rushes.transfer.hashes import CRC, Hashes


def send(storage: Asking, path: str, *, source: Source, passage: Passage) -> Arrival:
    """Have it there; see `s3_parts.send`. Where its making fails, no part of it stays."""
    if facts_at(storage, path) != passage.expected:
        raise conflict(storage, path)
    kept = dict(passage.keeping.recall())
    upload = Upload(storage, path, source, passage, part_size(source.facts.size), kept)
    there = upload.there() if upload.is_ours() else None
    if there is None:
        upload.begin({})
    try:
        sent, hashed = _streamed(upload, there or {})
        check_unchanged(storage, path, source, source.facts.size)
    except BaseException as error:
        useless = isinstance(error, RushesError) and error.code is Code.CHANGED_MEANWHILE
        if useless or not passage.keeping.recall():
            with suppress(RushesError):  # what broke it off is what is to be told
                drop(storage, path, upload.state)
                passage.keeping.renew()
        raise
    return upload.ended(sent, hashed)


def _streamed(upload: Upload, there: Mapping[int, str]) -> tuple[int, Mapping[str, str]]:
    """Send what is not there of all parts; how many bytes, and the digests of the whole."""
    hashes = Hashes((*upload.passage.terms.algorithms, CRC))
    sent = 0
    with ThreadPoolExecutor(AT_ONCE, "sending") as threads:
        under_way: set[Future[int]] = set()
        try:
            for number, part in enumerate(_parts(upload, hashes), 1):
                if len(under_way) >= AT_ONCE:
                    ready, under_way = wait(under_way, None, FIRST_COMPLETED)
                    sent += sum(one.result() for one in ready)
                under_way.add(threads.submit(_sent, upload, number, part, there.get(number)))
            sent += sum(one.result() for one in under_way)
        finally:
            threads.shutdown(cancel_futures=True)
    return sent, hashes.digests()


def _parts(upload: Upload, hashes: Hashes) -> Iterator[io.BytesIO]:
    """All bytes, hashed as they come, in parts of which the last alone may be shorter."""
    part, room, came = io.BytesIO(), upload.size, 0
    for piece in upload.source.pieces(0):
        hashes.update(piece)
        came += len(piece)
        while len(piece) >= room:
            part.write(piece[:room])
            yield part
            part, piece, room = io.BytesIO(), piece[room:], upload.size
        room -= part.write(piece)
    check_unchanged(upload.storage, upload.path, upload.source, came)
    if room < upload.size:
        yield part


def _sent(upload: Upload, number: int, part: io.BytesIO, tag: str | None) -> int:
    """How many bytes went: none where S3 has the part, with the same bytes."""
    crc = f"{checksums().crc64nvme(part.getbuffer()):016x}"
    if tag is not None and upload.state.get(str(number)) == [tag, crc]:
        return 0
    part.seek(0)
    return upload.put(number, part, crc)
