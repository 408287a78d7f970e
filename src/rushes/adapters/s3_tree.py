"""All objects below a folder of a bucket, whatever keys others have made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rushes.adapters.s3_answers import BadKeyError
from rushes.adapters.s3_file import Asking, mtime_ns
from rushes.adapters.s3_line import library
from rushes.core.errors import Code, RushesError
from rushes.ports.storage_writing import Entry, Facts, Unlisted

_PAGE = 1000


def tree(storage: Asking, root: str, key: str) -> Iterator[Entry | Unlisted]:
    """Every object whose key lies below `key`, and that the listing broke off where it did.

    The quick library refuses a page with a key like `../x`; then the other one lists all anew.
    """
    above = f"{key}/" if key else ""
    try:
        try:
            yield from _quick(storage, root, above)
        except BadKeyError:
            yield from _patient(storage, root, above)
    except RushesError as error:
        if error.code is Code.PATH_NOT_FOUND:
            raise  # there is no such bucket
        yield Unlisted(".", error.message)


def _quick(storage: Asking, root: str, above: str) -> Iterator[Entry]:
    start, new = len(above), tuple.__new__
    pages = storage.asked(
        root, lambda store: iter(library().list(store, above or None, chunk_size=_PAGE))
    )
    while page := storage.asked(root, lambda _: next(pages, None)):
        for one in page:
            key, size, etag = one["path"], one["size"], (one["e_tag"] or "").strip('"')
            if etag and size and key.startswith(above):
                # As `_entry`, for nearly all: calls of classes would be a third of the time.
                yield new(Entry, (key[start:], new(Facts, (size, 0, 0, 0, etag)), ""))
            elif entry := _entry(key, above, size, etag, one["last_modified"]):
                yield entry


def _patient(storage: Asking, root: str, above: str) -> Iterator[Entry]:
    more: dict[str, str] = {}
    while True:
        page = storage.told_parts(root, "list_objects_v2", Prefix=above, **more)
        for one in page.get("Contents", ()):
            etag = one.get("ETag", "").strip('"')
            if entry := _entry(one["Key"], above, one["Size"], etag, one["LastModified"]):
                yield entry
        if not page.get("IsTruncated"):
            return
        more = {"ContinuationToken": page["NextContinuationToken"]}


def _entry(key: str, above: str, size: int, etag: str, changed: Any) -> Entry | None:
    """The entry, or None for the mark of a folder, which holds nothing."""
    path = key[len(above) :]
    if not key.startswith(above) or ((not path or path.endswith("/")) and not size):
        return None
    return Entry(path, Facts(size, 0 if etag else mtime_ns(changed), 0, 0, etag))
