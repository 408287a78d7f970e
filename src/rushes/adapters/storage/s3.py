"""Objects of an S3 bucket, shown as folders and files, and read by ranges.

A key's `/` makes folders. A folder is there as long as a key lies in it, and has no times of its
own. Keys that no file system could hold (`..`, an empty name, a control character) cannot be asked
for, and one of them keeps the whole folder it lies in from being listed: that is told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from rushes.adapters.aws import access, can_borrow
from rushes.adapters.s3_answers import BadKeyError, PastTheEndError, bad_key, told, told_of_parts
from rushes.adapters.s3_conditions import Conditions
from rushes.adapters.s3_file import Meta, S3File, facts_at, mtime_ns
from rushes.adapters.s3_line import (
    LIMITS,
    Limits,
    Line,
    begin_talking,
    client,
    library,
    opened,
)
from rushes.adapters.s3_looks import Looks
from rushes.adapters.s3_tree import tree
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.storage import KnownFolder, Listing, OpenFile, Room, Stamp, blocks_of
from rushes.ports.storage_writing import (
    TERMS,
    Arrival,
    Entry,
    Facts,
    Passage,
    Source,
    Terms,
    Unlisted,
)

Result = TypeVar("Result")

_SCHEME = "s3://"
_BUCKET = r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}"
_UNASKABLE = r"[\x00-\x1f\x7f\ud800-\udfff]"
_NO_NAMES = ("", ".", "..")
_OPENING = 32 * 1024  # comes with opening a file: most headers are shorter
_PROBES = 16  # at once
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_PARTS = "parts"
_OPENING_CLIENT = Lock()  # making one takes a while, and threads begin together
_SLICE = 4096
# A folder has no times, so nothing tells whether it changed: what is to come never settles.
_UNSETTLED = 2**63 - 1
_NO_STAMP: Stamp = (0, _UNSETTLED, _UNSETTLED)


def connect(address: str) -> S3Storage:
    """The bucket at `address` (`bucket`, `s3://bucket/folder`), reached as AWS's tools would.

    With a profile's name and an `@` before the bucket (`s3://vendor@bucket`), that profile of
    AWS's files is used as if AWS_PROFILE named it, and no keys of the environment. Raises `usage`,
    `settings.invalid` or `dependency.missing`; nothing is asked of S3 yet.
    """
    bucket, _, folder = address.removeprefix(_SCHEME).partition("/")
    profile, _, bucket = bucket.rpartition("@")
    folder = folder.removesuffix("/")
    if not re.fullmatch(_BUCKET, bucket) or (folder and _is_unaskable(folder)):
        raise RushesError(
            Code.USAGE,
            f"{escape(address)!r} is no place on S3.",
            hint="Write a bucket's name, or s3://bucket/folder.",
        )
    storage = S3Storage(bucket, folder, LIMITS, profile)
    storage.opened()
    return storage


@dataclass(frozen=True, slots=True)
class S3Storage:
    """What lies in one bucket, below `folder` where one is named.

    Nothing is written but by `receive`, `remove` and `abandon`. What moves bytes is imported when
    some are moved: listings are all that most runs need.

    Keys do not travel with it to other processes: there, their own environment is asked.
    """

    bucket: str
    folder: str = ""  # without a slash before or behind
    limits: Limits = LIMITS
    profile: str = ""
    conditions: Conditions = field(
        default_factory=Conditions, init=False, repr=False, compare=False
    )
    looks: Looks = field(default_factory=Looks, init=False, repr=False, compare=False)
    _held: dict[str, Line] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[object, ...]:
        return S3Storage, (self.bucket, self.folder, self.limits, self.profile)

    def list_folder(self, path: str, *, beat: Callable[[], None] | None = None) -> Listing:
        """The entries of `path`; see the port. Every page has its time limit."""
        key = self._folder_key(path)
        found = self.asked(path, library().list_with_delimiter, key or None)
        objects, prefixes = found["objects"], found["common_prefixes"]
        if not objects and not prefixes and key:
            raise _no_folder(self.url(path))
        listing = Listing(_NO_STAMP)
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
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(_PROBES, len(paths))) as threads:
            return list(threads.map(self._probe, paths))

    def unchanged(self, folders: Sequence[KnownFolder]) -> int:  # noqa: ARG002
        """None: what a stamp is here tells nothing."""
        return 0

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
        if _is_unaskable(key):
            raise RushesError(
                Code.PATH_UNREADABLE,
                f"{self.url(path)} is {'a folder' if key[-1:] in ('', '/') else 'no usable key'}.",
                hint="Name files, without . or .. or control characters in their keys.",
            )
        return f"{self.folder}/{key}" if self.folder else key

    def head(self, path: str) -> Meta:
        """What S3 says of the file without sending it. Raises `FileNotFoundError`, too."""
        found: Meta = self.asked(path, library().head, self.key(path))
        return found

    def asked(
        self,
        path: str,
        call: Callable[..., Result],
        /,
        *args: object,
        terms: Terms = TERMS,
        **options: object,
    ) -> Result:
        """What a function of the library gives for our bucket.

        Of what it raises, `FileNotFoundError` alone comes through; all else becomes ours.
        """
        begin_talking()
        line = self.opened(terms)
        errors = library().exceptions
        try:
            return call(line.store, *args, **options)
        except FileNotFoundError:
            raise
        except errors.InvalidPathError as error:
            raise bad_key(self.url(path), str(error)) from None
        except (errors.BaseError, ValueError, OSError) as error:
            # Not `from error`: what S3 answers may repeat what was signed, and by whose key.
            raise told(self.url(path), str(error), place=line.place) from None

    def opened(self, terms: Terms = TERMS) -> Line:
        """The line to S3, made when it is first needed in a process."""
        name = f"{terms.encryption} {terms.encryption_key}"
        if name not in self._held:
            environment = self._environment()
            self._held[name] = opened(
                self.bucket,
                access(environment, may_borrow="AWS_PROFILE" in environment and can_borrow()),
                self.limits,
                encryption=terms.encryption,
                encryption_key=terms.encryption_key,
            )
        return self._held[name]

    def told_parts(self, path: str, call: str, **options: object) -> Any:
        """What a function of AWS's own library answers for the file; it sends single parts.

        Raises as `asked` does, `FileNotFoundError` for an upload that is not there any more.
        """
        with _OPENING_CLIENT:
            if _PARTS not in self._held:
                way = access(self._environment(), may_borrow=True)
                self._held[_PARTS] = client(way, self.limits)
        line = self._held[_PARTS]
        try:
            return getattr(line.store, call)(Bucket=self.bucket, **options)
        except Exception as error:  # noqa: BLE001 (its errors are classes made at run time)
            raise told_of_parts(self.url(path), error, place=line.place) from None

    def is_far(self) -> bool:
        """Yes."""
        return True

    def tree(self, root: str) -> Iterator[Entry | Unlisted]:
        """All objects below `root`; see the port."""
        return tree(self, root, self._folder_key(root))

    def facts(self, root: str, path: str) -> Facts | None:
        """The object's facts now."""
        return facts_at(self, f"{root}/{path}")

    def noted(self, root: str, path: str) -> Mapping[str, str]:
        """Digests in the object's metadata, or those that S3 itself has made."""
        from rushes.adapters.s3_noted import seen

        return seen(self, f"{root}/{path}")[0]

    def source(self, root: str, path: str) -> Source:
        """The object, open; see the port."""
        from rushes.adapters.s3_source import S3Source

        return S3Source(self, f"{root}/{path}")

    def receive(self, root: str, path: str, *, source: Source, passage: Passage) -> Arrival:
        """Have the bytes of `source` as an object; see the port."""
        from rushes.adapters import s3_arrival

        return s3_arrival.receive(self, f"{root}/{path}", source=source, passage=passage)

    def staged(self, root: str, path: str) -> str:  # noqa: ARG002
        """The folder itself: keys cannot be renamed."""
        return path

    def settle(self, root: str, path: str) -> None:
        """Objects have their names since they came."""

    def unstage(self, root: str, path: str) -> None:
        """There is no hidden folder."""

    def remove(self, root: str, path: str, *, expected: Facts) -> None:
        """Remove the object that is `expected`."""
        from rushes.adapters import s3_arrival

        s3_arrival.remove(self, f"{root}/{path}", expected=expected)

    def abandon(self, root: str, path: str, state: Mapping[str, Any]) -> None:
        """Have S3 drop the parts of an upload that was not finished."""
        from rushes.adapters import s3_arrival

        s3_arrival.abandon(self, f"{root}/{path}", state)

    def _environment(self) -> Mapping[str, str]:
        """What says where S3 is; a profile that was named goes before keys."""
        if not self.profile:
            return os.environ
        kept = {name: value for name, value in os.environ.items() if name not in _KEYS}
        return {**kept, "AWS_PROFILE": self.profile}

    def _folder_key(self, path: str) -> str:
        """The key of a folder without its last slash; empty for the whole bucket."""
        plain = path.removesuffix("/.").removeprefix("/").removesuffix("/")
        return self.key(plain) if plain else self.folder

    def _start(self, path: str, key: str) -> tuple[Meta, bytes]:
        """What S3 says of the file, and its first bytes. Raises `FileNotFoundError`, too."""
        try:
            found = self.asked(path, library().get, key, options={"range": (0, _OPENING)})
        except PastTheEndError:  # an empty file has no first byte
            return self.head(path), b""
        return found.meta, self.asked(path, lambda _: bytes(found.bytes()))

    def _holds_keys(self, path: str, key: str) -> bool:
        """Whether any key begins with this folder. Raises `path.not_found` without a bucket."""

        def first(store: Any) -> object:
            return next(iter(library().list(store, key or None, chunk_size=1)), None)

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
        return found["size"], mtime_ns(found["last_modified"])


def _is_unaskable(key: str) -> bool:
    """Whether no file has this key: a name in it is none, or it holds what no name may."""
    if not set(_NO_NAMES).isdisjoint(key.split("/")):
        return True
    return not key.isprintable() and re.search(_UNASKABLE, key) is not None


def _slices(entries: Sequence[Meta]) -> Iterator[Sequence[Meta]]:
    for at in range(0, len(entries), _SLICE):
        yield entries[at : at + _SLICE]


def _add(listing: Listing, objects: Sequence[Meta], above: int) -> None:
    """Note files by the part of their keys that comes after `above` characters."""
    for one in objects:
        if name := one["path"][above:]:  # without one, it is the mark of an empty folder
            size, changed_ns = one["size"], mtime_ns(one["last_modified"])
            listing.add(name, size=size, mtime_ns=changed_ns, blocks=blocks_of(size))


def _no_folder(url: str) -> RushesError:
    return RushesError(
        Code.PATH_NOT_FOUND,
        f"There is no folder {url}.",
        hint="Check the spelling; a folder without any key is not there for S3.",
    )
