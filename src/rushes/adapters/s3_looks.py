"""What lies in folders of a bucket now, or did a second ago: for servers that ignore conditions.

There, somebody has to look before each put. Files come folder by folder, so that one listing tells
of many of them; asking for each costs as much time as the put itself.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from rushes.adapters.s3_answers import BadKeyError
from rushes.adapters.s3_file import facts_at, facts_of
from rushes.adapters.s3_line import library
from rushes.ports.storage_writing import Facts

if TYPE_CHECKING:
    from rushes.adapters.s3_file import Asking

_FRESH_S = 1.0
_PAGE = 1000  # keys that S3 tells in one answer
_FOLDERS = 64  # that are remembered


class _Look(NamedTuple):
    """All keys of a folder from `start` on, as they were at a time."""

    start: str
    at: float
    found: dict[str, Facts | None]


class _Folder:
    __slots__ = ("closed", "lock", "look")

    def __init__(self) -> None:
        self.look: _Look | None = None
        self.closed = False  # a listing told nothing: another would be as long, and tell as little
        self.lock = Lock()  # others wait for the same answer

    def told(self, key: str) -> _Look | None:
        """What is known of the key, if it is known well enough."""
        look = self.look
        if look is None or key < look.start or monotonic() - look.at > _FRESH_S:
            return None
        return look


class Looks:
    """Listings of one bucket's folders. Threads may ask at once."""

    def __init__(self) -> None:
        self._folders: dict[str, _Folder] = {}
        self._lock = Lock()

    def facts(self, storage: Asking, path: str) -> Facts | None:
        """The object's facts; None where there is none. Raises what asking S3 does."""
        key = storage.key(path)
        folder = self._folder(key.rpartition("/")[0])
        look = folder.told(key)
        if look is None and not folder.closed:
            with folder.lock:
                look = folder.told(key)
                if look is None and not folder.closed:
                    folder.look = look = _looked(storage, path, key)
                    folder.closed = look is None
        if look is not None:
            return look.found.get(key)
        return facts_at(storage, path)

    def note(self, storage: Asking, path: str, facts: Facts | None) -> None:
        """We have just put this there, or removed what was there: an earlier look is wrong."""
        key = storage.key(path)
        folder = self._folders.get(key.rpartition("/")[0])
        look = folder.look if folder is not None else None
        if look is not None:
            look.found[key] = facts

    def _folder(self, above: str) -> _Folder:
        with self._lock:
            found = self._folders.pop(above, None) or _Folder()
            self._folders[above] = found  # the last one that was asked for
            if len(self._folders) > _FOLDERS:
                del self._folders[next(iter(self._folders))]
        return found


def _looked(storage: Asking, path: str, key: str) -> _Look | None:
    """The keys of the folder from this one on; None where they are too many, or cannot be told."""
    above = key.rpartition("/")[0]
    # What comes before the key, but as a path itself: of `a/.b`, `a/.` would be none.
    before = key[:-1].rstrip("./")
    at = monotonic()

    def first(store: Any) -> Any:
        pages = library().list(store, above or None, offset=before or None, chunk_size=_PAGE)
        return next(iter(pages), [])

    try:
        page = storage.asked(path, first)
    except (BadKeyError, FileNotFoundError):
        return None
    if len(page) >= _PAGE:
        return None
    return _Look(key, at, {one["path"]: facts_of(one) for one in page})
