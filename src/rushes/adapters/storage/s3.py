"""Objects of an S3 bucket, shown as folders and files, and read by ranges.

A key's `/` makes folders. A folder is there as long as a key lies in it, and has no times of its
own. Keys that no file system could hold (`..`, an empty name, a control character) cannot be asked
for, and one of them keeps the whole folder it lies in from being listed: that is told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

from rushes.adapters.aws import Access, access
from rushes.adapters.s3_answers import BadKeyError, PastTheEndError, bad_key, told
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.storage import Listing, OpenFile, Room, Stamp

Result = TypeVar("Result")
_Meta = Mapping[str, Any]

_SCHEME = "s3://"
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}", re.ASCII)
_UNASKABLE = re.compile(r"[\x00-\x1f\x7f]|(?:^|/)\.{0,2}(?=/|$)|[\ud800-\udfff]")
_OPENING = 32 * 1024  # comes with opening a file: most headers are shorter
_PIECE = 8 * 1024**2  # no request asks for more, so that each ends within its time
_PROBES = 16  # at once
_SLICE = 4096
_FILE_MODE, _BLOCK = 0o100444, 512
# A folder has no times, so nothing tells whether it changed: what is to come never settles.
_UNSETTLED = 2**63 - 1
_NO_STAMP: Stamp = (0, _UNSETTLED, _UNSETTLED)

# Threads of the library, which do the talking, are not there in a forked process: it would wait
# for them for ever. This is the process that has them.
_talking: int | None = None


class _Line(NamedTuple):
    """The library's own object, and what the other end is called in messages."""

    store: Any
    place: str


class Limits(NamedTuple):
    """How long things may take, in seconds, and how often each is tried anew."""

    connect: float = 5
    silence: float = 10
    request: float = 60
    retries: int = 2


LIMITS = Limits()


def connect(address: str) -> S3Storage:
    """The bucket at `address` (`bucket`, `s3://bucket/folder`), reached as AWS's tools would.

    Raises `usage`, `settings.invalid` or `dependency.missing`; nothing is asked of S3 yet.
    """
    bucket, _, folder = address.removeprefix(_SCHEME).partition("/")
    folder = folder.removesuffix("/")
    if not _BUCKET.fullmatch(bucket) or (folder and _UNASKABLE.search(folder)):
        raise RushesError(
            Code.USAGE,
            f"{escape(address)!r} is no place on S3.",
            hint="Write a bucket's name, or s3://bucket/folder.",
        )
    storage = S3Storage(bucket, folder, LIMITS)
    storage.opened()
    return storage


@dataclass(frozen=True, slots=True)
class S3Storage:
    """What lies in one bucket, below `folder` where one is named. Nothing is ever written.

    Keys do not travel with it to other processes: there, their own environment is asked.
    """

    bucket: str
    folder: str = ""  # without a slash before or behind
    limits: Limits = LIMITS
    _held: list[_Line] = field(default_factory=list, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[object, ...]:
        return S3Storage, (self.bucket, self.folder, self.limits)

    def list_folder(self, path: str, *, beat: Callable[[], None] | None = None) -> Listing:
        """The entries of `path`; see the port. Every page has its time limit."""
        key = self._folder_key(path)
        found = self.asked(path, _library().list_with_delimiter, key or None)
        objects, prefixes = found["objects"], found["common_prefixes"]
        if not objects and not prefixes and key:
            raise _no_folder(self.url(path))
        listing = Listing([], [], [], [], [], _NO_STAMP)
        above = len(key) + 1 if key else 0
        for some in _slices(objects):
            _add(listing, some, above)
            if beat is not None:
                beat()
        names = [one[above:] for one in prefixes]
        listing.folders += filter(None, names)
        listing.unreadable += ["/"] * (len(names) - len(listing.folders))  # keys that begin with /
        return listing

    def stamp(self, path: str) -> Stamp | None:
        """The same for every folder: one that no scan takes for a sign that nothing changed."""
        key = self._folder_key(path)
        try:
            return _NO_STAMP if self._holds_keys(path, key) or not key else None
        except RushesError as error:
            if error.code is Code.PATH_NOT_FOUND:
                return None
            raise

    def probe(self, paths: Sequence[str]) -> list[tuple[int, int] | None]:
        """Size and mtime_ns of each. Raises `path.unreadable` where S3 does not tell."""
        if len(paths) < 2:
            return [self._probe(one) for one in paths]
        with ThreadPoolExecutor(min(_PROBES, len(paths))) as threads:
            return list(threads.map(self._probe, paths))

    def open_file(self, path: str) -> OpenFile:
        """The file, with its first bytes, in one request; see the port."""
        key = self.key(path)
        try:
            meta, start = self._start(path, key)
        except FileNotFoundError:
            raise self._no_file(path, key) from None
        return S3File(self, path, meta=meta, start=start)

    def may_hang(self) -> bool:
        """No: every request has a time limit."""
        return False

    def room(self, path: str) -> Room | None:  # noqa: ARG002
        """S3 does not tell."""
        return None

    def url(self, path: str) -> str:
        """What to call it in messages; escaped."""
        folder = f"/{self.folder}" if self.folder else ""
        return escape(f"{_SCHEME}{self.bucket}{folder}/{path.removeprefix('/')}")

    def key(self, path: str) -> str:
        """The key of the file at `path`. Raises `path.unreadable` for no possible one."""
        key = path.removeprefix("/")
        if _UNASKABLE.search(key):
            raise RushesError(
                Code.PATH_UNREADABLE,
                f"{self.url(path)} is {'a folder' if key[-1:] in ('', '/') else 'no usable key'}.",
                hint="Name files, without . or .. or control characters in their keys.",
            )
        return f"{self.folder}/{key}" if self.folder else key

    def head(self, path: str) -> _Meta:
        """What S3 says of the file without sending it. Raises `FileNotFoundError`, too."""
        found: _Meta = self.asked(path, _library().head, self.key(path))
        return found

    def asked(
        self, path: str, call: Callable[..., Result], /, *args: object, **options: object
    ) -> Result:
        """What a function of the library gives for our bucket.

        Of what it raises, `FileNotFoundError` alone comes through; all else becomes ours.
        """
        _begin_talking()
        line = self.opened()
        library = _library()
        try:
            return call(line.store, *args, **options)
        except FileNotFoundError:
            raise
        except library.exceptions.InvalidPathError as error:
            raise bad_key(self.url(path), str(error)) from None
        except (library.exceptions.BaseError, ValueError, OSError) as error:
            # Not `from error`: what S3 answers may repeat what was signed, and by whose key.
            raise told(self.url(path), str(error), place=line.place) from None

    def opened(self) -> _Line:
        """The line to S3, made when it is first needed in a process."""
        if not self._held:
            self._held.append(_opened(self.bucket, access(), self.limits))
        return self._held[0]

    def _folder_key(self, path: str) -> str:
        """The key of a folder without its last slash; empty for the whole bucket."""
        plain = path.removesuffix("/.").removeprefix("/").removesuffix("/")
        return self.key(plain) if plain else self.folder

    def _start(self, path: str, key: str) -> tuple[_Meta, bytes]:
        """What S3 says of the file, and its first bytes. Raises `FileNotFoundError`, too."""
        try:
            found = self.asked(path, _library().get, key, options={"range": (0, _OPENING)})
        except PastTheEndError:  # an empty file has no first byte
            return self.head(path), b""
        return found.meta, self.asked(path, lambda _: bytes(found.bytes()))

    def _holds_keys(self, path: str, key: str) -> bool:
        """Whether any key begins with this folder. Raises `path.not_found` without a bucket."""

        def first(store: Any) -> object:
            return next(iter(_library().list(store, key or None, chunk_size=1)), None)

        try:
            return bool(self.asked(path, first))
        except BadKeyError:
            return True

    def _no_file(self, path: str, key: str) -> RushesError:
        """Why there is no file: it is a folder, or nothing, or there is not even the bucket."""
        url = self.url(path)
        try:
            if self._holds_keys(path, key):
                return RushesError(Code.PATH_UNREADABLE, f"{url} is a folder.", hint="Name files.")
        except RushesError as error:
            if error.code is Code.PATH_NOT_FOUND:
                return error
        return RushesError(
            Code.PATH_NOT_FOUND, f"There is no file {url}.", hint="Check the spelling."
        )

    def _probe(self, path: str) -> tuple[int, int] | None:
        try:
            found = self.head(path)
        except FileNotFoundError:
            return None
        return found["size"], _mtime_ns(found["last_modified"])


class S3File:
    """A file whose size, time and first bytes are known. Raises as `Storage.open_file` does."""

    def __init__(self, storage: S3Storage, path: str, *, meta: _Meta, start: bytes) -> None:
        self._storage, self._path, self._start = storage, path, start
        self._key = storage.key(path)
        self._tag = _tag(meta)
        self.size: int = meta["size"]
        self.mtime_ns = _mtime_ns(meta["last_modified"])

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
        return (now["size"], _mtime_ns(now["last_modified"]), _tag(now)) != (
            *(self.size, self.mtime_ns, self._tag),
        )

    def close(self) -> None:
        """Nothing is held open."""

    def _piece(self, start: int, end: int) -> bytes:
        """One request; no bytes where the file has become shorter than that."""

        def bytes_of(store: Any) -> bytes:
            return bytes(_library().get_range(store, self._key, start=start, end=end))

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


def _library() -> Any:
    try:
        return import_module("obstore")
    except ImportError as error:
        raise RushesError(
            Code.DEPENDENCY_MISSING,
            "What talks to S3 is not installed here.",
            hint="Install it with: pip install 'rushes[s3]'",
        ) from error


def _opened(bucket: str, way: Access, limits: Limits) -> _Line:
    given = {
        "region": way.region,
        "aws_endpoint_url_s3": way.endpoint,
        "access_key_id": way.key_id,
        "secret_access_key": way.secret,
        "session_token": way.token,
    }
    connect, silence, request = (timedelta(seconds=one) for one in limits[:3])
    library = _library()
    try:
        store = library.store.S3Store(
            bucket,
            config={name: value for name, value in given.items() if value},
            client_options={
                "allow_http": way.plain_http,
                "connect_timeout": connect,
                "read_timeout": silence,
                "timeout": request,
            },
            retry_config={"max_retries": limits.retries, "retry_timeout": request},
        )
    except (library.exceptions.BaseError, ValueError):
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"The settings for S3 at {way.place} make no sense to the library that talks to it.",
            hint="Look at the variables that begin with AWS_.",
        ) from None
    return _Line(store, way.place)


def _begin_talking() -> None:
    """Refuse to where it would last for ever. Raises `executor.failed`."""
    global _talking
    if _talking is None:
        _talking = os.getpid()
    elif _talking != os.getpid():
        raise RushesError(
            Code.EXECUTOR_FAILED,
            "S3 was in use when this process was forked, so it cannot be used here.",
            hint="Start worker processes before S3 is used, or start them anew (spawn).",
        )


def _slices(entries: Sequence[_Meta]) -> Iterator[Sequence[_Meta]]:
    for at in range(0, len(entries), _SLICE):
        yield entries[at : at + _SLICE]


def _add(listing: Listing, objects: Sequence[_Meta], above: int) -> None:
    """Note files by the part of their keys that comes after `above` characters."""
    for one in objects:
        if name := one["path"][above:]:  # without one, it is the mark of an empty folder
            listing.names.append(name)
            listing.stats.append(_stat(one))


def _stat(meta: _Meta) -> os.stat_result:
    size, mtime_ns = meta["size"], _mtime_ns(meta["last_modified"])
    seconds = mtime_ns // 10**9
    times = {f"st_{name}time_ns": mtime_ns for name in "amc"}
    blocks = -(-size // _BLOCK)
    return os.stat_result(
        (_FILE_MODE, 0, 0, 1, 0, 0, size, seconds, seconds, seconds), {**times, "st_blocks": blocks}
    )


def _mtime_ns(moment: datetime) -> int:
    """To the second: listings tell more of it than what a single file's headers do."""
    return int(moment.timestamp()) * 10**9


def _tag(meta: _Meta) -> str:
    return (meta["e_tag"] or "").strip('"')


def _no_folder(url: str) -> RushesError:
    return RushesError(
        Code.PATH_NOT_FOUND,
        f"There is no folder {url}.",
        hint="Check the spelling; a folder without any key is not there for S3.",
    )
