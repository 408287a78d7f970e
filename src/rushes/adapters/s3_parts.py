"""Sending a large file to S3 part by part, such that a killed run goes on, and leaves nothing.

The file is hashed first: S3 takes metadata only at the beginning. (What is made as it is read goes
another way, see `s3_in_order`.) Every part bears a CRC-64 (NVMe) that S3 checks; put together they
have to be that of the whole file, here and at S3.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from rushes.adapters.s3_answers import OtherThereError
from rushes.adapters.s3_arrival import arrived, check_ours, check_unchanged, conflict
from rushes.adapters.s3_file import Asking, facts_at
from rushes.adapters.s3_line import checksums
from rushes.adapters.s3_noted import metadata
from rushes.core.errors import RushesError
from rushes.ports.storage_writing import Arrival, Passage, Source
from rushes.transfer.hashes import CRC, Hashes, check_noted, wanted

_LEAST, _MOST_PARTS = 8 * 1024**2, 10_000  # S3's own limits are 5 MiB and as many
AT_ONCE = 4  # parts of one file
_PIECE = 256 * 1024  # that is sent at once


def send(storage: Asking, path: str, *, source: Source, passage: Passage) -> Arrival:
    """Have the file there; what an earlier run has sent of it is not sent again."""
    if facts_at(storage, path) != passage.expected:
        raise conflict(storage, path)
    kept = dict(passage.keeping.recall())
    upload = Upload(storage, path, source, passage, part_size(source.facts.size), kept)
    if not upload.is_ours():
        upload.begin(upload.hashed())
    sent = upload.parts()
    if sent is None:  # S3 does not know it any more: its parts were cleared away
        upload.begin(upload.hashed())
        sent = upload.parts() or 0
    return upload.ended(sent, upload.state["digests"])


def drop(storage: Asking, path: str, state: Mapping[str, Any]) -> None:
    """Have S3 drop what was begun.

    Where a run was killed between asking for an upload and hearing its number, it is one for the
    same key that was not there before. Uploads of others are left alone.
    """
    ids = {state["upload"]} if state.get("upload") else set()
    if "before" in state and not ids:
        ids = set(_uploads(storage, path) or ()) - set(state["before"])
    _abort(storage, path, ids)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file's upload, which may have been begun by an earlier run."""

    storage: Asking
    path: str
    source: Source
    passage: Passage
    size: int  # of a part
    state: dict[str, Any]  # as it is kept

    def is_ours(self) -> bool:
        """Whether what is kept is of these bytes, in parts of this size."""
        kept = self.state
        same = kept.get("source") == list(self.source.facts) and kept.get("size") == self.size
        return same and bool(kept.get("upload"))

    def begin(self, digests: Mapping[str, str]) -> None:
        """Ask for an upload, with which digests are noted; what was begun before is dropped."""
        drop(self.storage, self.path, self.state)
        before = _uploads(self.storage, self.path)
        self.passage.keeping.renew()
        self.state.clear()
        self._keep({"source": list(self.source.facts), "size": self.size, "digests": dict(digests)})
        if before is not None:
            self._keep({"before": before})
        terms = self.passage.terms
        options = {
            "StorageClass": terms.storage_class,
            "ServerSideEncryption": terms.encryption,
            "SSEKMSKeyId": terms.encryption_key,
        }
        ours = {name: digest for name, digest in digests.items() if name != CRC}
        made = self._told(
            "create_multipart_upload",
            Metadata=metadata(ours, self.source),
            ChecksumAlgorithm="CRC64NVME",
            ChecksumType="FULL_OBJECT",
            **{name: value for name, value in options.items() if value},
        )
        if made["ResponseMetadata"].get("RetryAttempts"):  # an answer may have been lost
            others = set(_uploads(self.storage, self.path) or ()) - {made["UploadId"]}
            _abort(self.storage, self.path, others - set(others if before is None else before))
        self._keep({"upload": made["UploadId"]})

    def parts(self) -> int | None:
        """Send all parts that are not there; how many bytes. None where the upload is gone."""
        there = self.there()
        if there is None:
            return None
        missing = [one for one in self._numbers() if not self._is_there(one, there)]
        total = 0
        with ThreadPoolExecutor(AT_ONCE, "sending") as threads:
            under_way: set[Future[int]] = set()
            try:
                for number in missing:
                    if len(under_way) >= AT_ONCE:
                        ready, under_way = wait(under_way, None, FIRST_COMPLETED)
                        total += sum(one.result() for one in ready)
                    under_way.add(threads.submit(self._send, number))
                total += sum(one.result() for one in under_way)
            finally:
                threads.shutdown(cancel_futures=True)
        return total

    def ended(self, sent: int, hashed: Mapping[str, str]) -> Arrival:
        """Put the parts together, if they are what was hashed, whose CRC is with the digests."""
        kept = self.state
        whole, parts = self._joined()
        try:
            came = self.source.facts.size if whole == hashed[CRC] else -1
            check_unchanged(self.storage, self.path, self.source, came)
        except RushesError:
            drop(self.storage, self.path, kept)
            raise
        expected = self.passage.expected
        free = {"IfNoneMatch": "*"}
        if expected is not None:
            free = {"IfMatch": f'"{expected.etag}"'} if expected.etag else {}
        try:
            self._told(
                "complete_multipart_upload",
                UploadId=kept["upload"],
                MultipartUpload={"Parts": parts},
                ChecksumType="FULL_OBJECT",
                ChecksumCRC64NVME=_base64(whole),
                MpuObjectSize=self.source.facts.size,
                **free,
            )
        except FileNotFoundError:
            check_ours(self.storage, self.path, hashed)
        except OtherThereError:
            drop(self.storage, self.path, kept)
            raise
        # Servers of others answer with another tag than they list afterwards.
        facts = arrived(self.storage, self.path, None, self.source.facts.size)
        digests = {name: one for name, one in hashed.items() if name != CRC}
        return Arrival(facts, self.source.facts, digests, sent)

    def hashed(self) -> dict[str, str]:
        """The digests of the whole file, and its CRC."""
        hashes = Hashes((*wanted(self.source, self.passage.terms.algorithms), CRC))
        came = 0
        for piece in self.source.pieces(0):
            self.passage.meter.take(0)
            hashes.update(piece)
            came += len(piece)
        check_unchanged(self.storage, self.path, self.source, came)
        check_noted(self.storage.url(self.path), self.source.digests, hashes.digests())
        return hashes.digests()

    def _send(self, number: int) -> int:
        data = self.source.read((number - 1) * self.size, self._length(number))
        return self.put(number, io.BytesIO(data), f"{checksums().crc64nvme(data):016x}")

    def put(self, number: int, data: io.BytesIO, crc: str) -> int:
        """Send a part; how many bytes."""
        whole = data.getvalue()  # no copy, unlike its buffer
        count = len(whole)
        self.passage.meter.take(count)
        # Read by the library piece by piece, each of which has its own deadline.
        made = self._told(
            "upload_part",
            UploadId=self.state["upload"],
            PartNumber=number,
            Body=_Pieces(whole),
            ContentLength=count,
            ChecksumCRC64NVME=_base64(crc),
        )
        self._keep({str(number): [made["ETag"], crc]})
        return count

    def there(self) -> dict[int, str] | None:
        """The parts that S3 has, with their tags; None where it does not know the upload."""
        found: dict[int, str] = {}
        more: dict[str, Any] = {}
        while True:
            try:
                page = self._told("list_parts", UploadId=self.state["upload"], **more)
            except FileNotFoundError:
                return None
            found |= {one["PartNumber"]: one["ETag"] for one in page.get("Parts", ())}
            if not page.get("IsTruncated"):
                return found
            more = {"PartNumberMarker": page["NextPartNumberMarker"]}

    def _joined(self) -> tuple[str, list[dict[str, Any]]]:
        """The CRC of all parts together, and the parts as S3 wants them named."""
        whole, parts = 0, []
        for number in self._numbers():
            etag, crc = self.state[str(number)]
            whole = checksums().combine_crc64nvme(whole, int(crc, 16), self._length(number))
            parts.append({"PartNumber": number, "ETag": etag, "ChecksumCRC64NVME": _base64(crc)})
        return f"{whole:016x}", parts

    def _is_there(self, number: int, there: Mapping[int, str]) -> bool:
        kept = self.state.get(str(number))
        return kept is not None and there.get(number) == kept[0]

    def _keep(self, state: Mapping[str, Any]) -> None:
        self.state.update(state)
        self.passage.keeping.keep(state)

    def _numbers(self) -> Iterator[int]:
        return iter(range(1, -(-self.source.facts.size // self.size) + 1))

    def _length(self, number: int) -> int:
        return min(self.size, self.source.facts.size - (number - 1) * self.size)

    def _told(self, call: str, **options: object) -> Any:
        return self.storage.told_parts(self.path, call, Key=self.storage.key(self.path), **options)


class _Pieces(io.BytesIO):
    """Bytes that come in larger pieces than the 16 KB which the library asks for at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        """At least so many, while there are any."""
        return super().read(size if size is None or size < 0 else max(size, _PIECE))


def _uploads(storage: Asking, path: str) -> list[str] | None:
    """Uploads under way for exactly this key; None where S3 does not tell."""
    key = storage.key(path)
    try:
        page = storage.told_parts(path, "list_multipart_uploads", Prefix=key)
    except (RushesError, FileNotFoundError):
        return None
    return [one["UploadId"] for one in page.get("Uploads", ()) if one["Key"] == key]


def _abort(storage: Asking, path: str, ids: Iterable[str]) -> None:
    for one in ids:
        with suppress(FileNotFoundError):
            storage.told_parts(path, "abort_multipart_upload", Key=storage.key(path), UploadId=one)


def part_size(size: int) -> int:
    """Of each part but the last: as small as may be, in whole MiB."""
    least = -(-size // _MOST_PARTS)
    return max(_LEAST, -(-least // 1024**2) * 1024**2)


def _base64(crc: str) -> str:
    return base64.b64encode(bytes.fromhex(crc)).decode()
