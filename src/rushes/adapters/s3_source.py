"""An object of S3, open to be sent: one state of it alone, its pieces asked for ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from rushes.adapters.s3_answers import OtherThereError, PastTheEndError
from rushes.adapters.s3_file import Asking, Meta, facts_of, mtime_ns, tag
from rushes.adapters.s3_line import library
from rushes.adapters.s3_noted import is_tagged, modified_ns, noted_in, seen
from rushes.core.errors import Code, RushesError

PIECE = 8 * 1024**2  # no request asks for more, so that each ends within its time
_AHEAD = 4  # pieces asked for at once, which long ways need
_PART = 256 * 1024  # what is handed on at once: it stays in the processor's cache


class S3Source:
    """See the port. A small object comes with being opened, in one request."""

    handle: int | None = None
    in_order = False

    def __init__(self, storage: Asking, path: str) -> None:
        self._storage, self._path, self._key = storage, path, storage.key(path)
        self._threads: ThreadPoolExecutor | None = None
        meta, attributes, self._start = self._opened()
        self.facts = facts_of(meta)
        self._asked_for = {"if_match": f'"{self.facts.etag}"'} if self.facts.etag else {}
        noted: Mapping[str, str] = noted_in(attributes)
        # Another's tool may have put it there, and S3 know a checksum itself. To ask for that
        # costs more than to read a small object, whose tag mostly is its MD5.
        if not noted and not is_tagged(self._start, self.facts):
            noted, attributes = seen(storage, path)
        self.digests = noted
        self.modified_ns = modified_ns(attributes) or mtime_ns(meta["last_modified"])

    def read(self, offset: int, size: int) -> bytes:
        """Some bytes of it; see the port."""
        end = min(offset + size, self.facts.size)
        if end <= len(self._start):
            return bytes(self._start[offset:end])
        found: list[bytes | memoryview] = []
        while offset < end:
            found.append(self._piece(offset, min(end, offset + PIECE)))
            offset += len(found[-1])
        return b"".join(found)

    def pieces(self, start: int) -> Iterator[memoryview]:
        """All its bytes from `start`, while the next ones are on their way."""
        for data in self._large_pieces(start):
            for at in range(0, len(data), _PART):
                yield data[at : at + _PART]

    def changed(self) -> bool:
        """Whether it is another now. Where it has a tag, every piece was of that state alone."""
        if self._asked_for:
            return False
        try:
            return facts_of(self._storage.head(self._path)) != self.facts
        except FileNotFoundError:
            return True

    def close(self) -> None:
        """Ask for nothing more."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def _large_pieces(self, start: int) -> Iterator[memoryview]:
        size, at = self.facts.size, start
        if at < len(self._start):
            yield self._start[at:]
            at = len(self._start)
        if at >= size:
            return
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_AHEAD, "fetching")
        under_way: deque[Future[memoryview]] = deque()
        while under_way or at < size:
            while at < size and len(under_way) < _AHEAD:
                end = min(size, at + PIECE)
                under_way.append(self._threads.submit(self._piece, at, end))
                at = end
            yield under_way.popleft().result()

    def _opened(self) -> tuple[Meta, Mapping[str, Any], memoryview]:
        try:
            found = self._asked(library().get, {"range": (0, PIECE)})
            data = self._storage.asked(self._path, lambda _: memoryview(found.bytes()))
            meta, attributes = found.meta, found.attributes
        except PastTheEndError:  # an empty file has no first byte
            found = self._asked(library().get, {})
            meta, attributes, data = found.meta, found.attributes, memoryview(b"")
        if len(data) != min(meta["size"], PIECE):
            raise self._short(len(data))
        return meta, attributes, data

    def _piece(self, start: int, end: int) -> memoryview:
        try:
            found = self._asked(library().get, {"range": (start, end), **self._asked_for})
            data = self._storage.asked(self._path, lambda _: memoryview(found.bytes()))
        except (OtherThereError, PastTheEndError):
            raise self._another() from None
        if tag(found.meta) != self.facts.etag:
            raise self._another()
        if len(data) != end - start:
            raise self._short(len(data))
        return data

    def _asked(self, call: Any, options: Mapping[str, Any]) -> Any:
        try:
            return self._storage.asked(self._path, call, self._key, options=options)
        except FileNotFoundError:
            raise RushesError(
                Code.PATH_NOT_FOUND,
                f"There is no file {self._storage.url(self._path)} any more.",
                hint="Plan anew.",
            ) from None

    def _another(self) -> RushesError:
        return RushesError(
            Code.CHANGED_MEANWHILE,
            f"{self._storage.url(self._path)} was replaced while it was read.",
            hint="Move it again once nobody writes to it.",
        )

    def _short(self, came: int) -> RushesError:
        return RushesError(
            Code.PATH_UNREADABLE,
            f"{self._storage.url(self._path)} came in part only: {came:,} bytes of a piece.",
            hint="Check the network, then try again.",
        )
