"""A file on S3 that is read by ranges, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from rushes.adapters.s3_answers import PastTheEndError
from rushes.adapters.s3_conditions import Conditions
from rushes.adapters.s3_line import library
from rushes.core.errors import Code, RushesError
from rushes.ports.storage_writing import TERMS, Facts, Terms

if TYPE_CHECKING:
    from rushes.adapters.s3_looks import Looks

Result = TypeVar("Result")
Meta = Mapping[str, Any]
_PIECE = 8 * 1024**2  # no request asks for more, so that each ends within its time


class Asking(Protocol):
    """The storage that such a file lies on."""

    @property
    def conditions(self) -> Conditions:
        """What is known of its server."""
        ...

    @property
    def looks(self) -> Looks:
        """What lay there a moment ago."""
        ...

    def told_parts(self, path: str, call: str, **options: object) -> Any:
        """What a function of AWS's own library answers."""
        ...

    def key(self, path: str) -> str:
        """The key of the file."""
        ...

    def url(self, path: str) -> str:
        """What to call it in messages."""
        ...

    def head(self, path: str) -> Meta:
        """What S3 says of it."""
        ...

    def asked(
        self,
        path: str,
        call: Callable[..., Result],
        /,
        *args: object,
        terms: Terms = TERMS,
        **options: object,
    ) -> Result:
        """What a function of the library gives for the bucket."""
        ...


class S3File:
    """A file whose size, time and first bytes are known. Raises as `Storage.open_file` does."""

    def __init__(self, storage: Asking, path: str, *, meta: Meta, start: bytes) -> None:
        self._storage, self._path, self._start = storage, path, start
        self._key = storage.key(path)
        self._tag = tag(meta)
        self.size: int = meta["size"]
        self.mtime_ns = mtime_ns(meta["last_modified"])

    def read(self, offset: int, size: int) -> bytes:
        """Some bytes of it, in requests of no more than 8 MB."""
        end = min(offset + size, self.size)
        if end <= len(self._start):
            return self._start[offset:end] if offset < end else b""
        pieces = []
        while offset < end:
            piece = self._piece(offset, min(offset + _PIECE, end))
            if not piece:
                break
            pieces.append(piece)
            offset += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def changed(self) -> bool:
        """Whether size, time or ETag are others now."""
        try:
            now = self._storage.head(self._path)
        except FileNotFoundError:
            return True
        return (now["size"], mtime_ns(now["last_modified"]), tag(now)) != (
            *(self.size, self.mtime_ns, self._tag),
        )

    def close(self) -> None:
        """Nothing is held open."""

    def _piece(self, start: int, end: int) -> bytes:
        """One request; no bytes where the file has become shorter than that."""

        def bytes_of(store: Any) -> bytes:
            return bytes(library().get_range(store, self._key, start=start, end=end))

        try:
            return self._storage.asked(self._path, bytes_of)
        except PastTheEndError:
            return b""
        except FileNotFoundError:
            raise RushesError(
                Code.PATH_UNREADABLE,
                f"{self._storage.url(self._path)} was removed while it was read.",
                hint="Look again once nobody writes there.",
            ) from None


def mtime_ns(moment: datetime) -> int:
    """To the second: listings tell more of it than what a single file's headers do."""
    return int(moment.timestamp()) * 10**9


def tag(meta: Meta) -> str:
    """What S3 calls this state of the object; empty where it does not."""
    return (meta["e_tag"] or "").strip('"')


def facts_of(meta: Meta) -> Facts:
    """What tells this state of an object from others: its size and its tag, where it has one.

    The time is that of S3's own clock, and a put does not answer with it.
    """
    etag = tag(meta)
    return Facts(meta["size"], 0 if etag else mtime_ns(meta["last_modified"]), 0, 0, etag)


def facts_at(storage: Asking, path: str) -> Facts | None:
    """The object's facts now; None where there is none."""
    try:
        return facts_of(storage.head(path))
    except FileNotFoundError:
        return None
