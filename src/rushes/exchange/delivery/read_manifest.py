"""The manifest in a package, read where nobody asks the records."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from io import RawIOBase
from typing import Any

from rushes.core import outside
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.delivery.manifest import SCHEMA, VERSION
from rushes.exchange.delivery.order import Shape
from rushes.ports.storage_writing import Source
from rushes.publish.components import ALGORITHM
from rushes.transfer.learning import Place

_LARGEST = 1 << 30  # bytes; a manifest of a million files takes half of it
_ZIP = ".zip"


def read_manifest(place: Place, path: str, inner: str) -> Mapping[str, tuple[int, str]]:
    """Sizes and BLAKE3 by path, as the manifest at `inner` of the package at `path` has them.

    Raises `manifest.invalid`, and `path.unreadable`.
    """
    data = read_inner(place, path, inner)
    try:
        document = outside.parsed(data)
        if document[SCHEMA] != VERSION:
            raise _invalid(inner, f"its {SCHEMA} is {document[SCHEMA]!r}, and {VERSION} is known")
        return dict(_row(one) for one in document["files"])
    except outside.TwiceError as error:
        raise _invalid(inner, str(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _invalid(inner, "it is no manifest of ours") from error


def read_inner(place: Place, path: str, inner: str) -> bytes:
    """A paper at `inner` of the package at `path`. Raises as `read_manifest` does."""
    shape = Shape.ZIP if path.lower().endswith(_ZIP) else Shape.FOLDER
    name = f"{path}/{inner}" if shape is Shape.FOLDER else path
    with closing(place.storage.source(place.root, name.lstrip("/"))) as source:
        return _whole(source) if shape is Shape.FOLDER else _from_zip(source, inner)


def _row(one: Mapping[str, Any]) -> tuple[str, tuple[int, str]]:
    algorithm, _, digest = str(one["checksum"]).partition(":")
    if algorithm != ALGORITHM:
        raise ValueError(algorithm)
    return str(one["delivery_path"]), (int(one["size"]), digest)


def _whole(source: Source) -> bytes:
    if source.facts.size > _LARGEST:
        raise RushesError(Code.MANIFEST_INVALID, "The manifest is larger than any of ours.")
    return source.read(0, source.facts.size)


def _from_zip(source: Source, inner: str) -> bytes:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(_Seekable(source)) as archive:
            if archive.getinfo(inner).file_size > _LARGEST:
                raise _invalid(inner, "it is larger than any of ours")
            return archive.read(inner)
    except (BadZipFile, KeyError, NotImplementedError) as error:
        raise _invalid(inner, "the archive is damaged") from error


def _invalid(inner: str, why: str) -> RushesError:
    return RushesError(
        Code.MANIFEST_INVALID,
        f"{escape(inner)} cannot be read: {why}.",
        hint="Ask the records, without --no-db.",
    )


class _Seekable(RawIOBase):
    """A source as Python's own modules read files."""

    def __init__(self, source: Source) -> None:
        self._source, self._at = source, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        start = (0, self._at, self._source.facts.size)[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._source.facts.size - self._at)
        data = self._source.read(self._at, left if size < 0 else min(size, left))
        self._at += len(data)
        return data
