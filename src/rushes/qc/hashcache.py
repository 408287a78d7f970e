"""The hash cache of a folder: what its files and records were when they were last looked at.

It saves time and is proof of nothing: thrown away, the next run reads all files again. It is never
waited for on disk, so that a crash may leave it torn: what is no cache of ours is no cache.
"""

from __future__ import annotations

import os
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple
from zlib import crc32

from rushes.core.errors import RushesError
from rushes.core.escape import unescape
from rushes.qc.places import CACHE

_VERSION = 1
_SUM_BYTES = 20


class FileRow(NamedTuple):
    """A file as it was when it was hashed; `digest` is in hexadecimal."""

    size: int
    mtime_ns: int
    inode: int
    digest: str


class AssetRow(NamedTuple):
    """An asset as it was when it was last compared with its record.

    `fingerprint` is the scan's; `policy` is the policy's hash, empty for none. `place` is the
    sidecar's, relative to the folder of records and escaped; `size`, `mtime_ns` and `inode` are its
    own. `told` says that the record was handed to the outbox of a tracker, `scanned` is a
    digest of what the scan itself found of the asset.
    """

    fingerprint: str
    result: str
    policy_version: str
    policy: str
    place: str
    size: int
    mtime_ns: int
    inode: int
    told: bool = False
    scanned: str = ""


@dataclass(slots=True)
class HashCache:
    """What is known of one folder. `files` and `assets` go by escaped names.

    `fresh` are files that were hashed by a run which did not get to record them.
    """

    algorithm: str = ""
    files: dict[str, FileRow] = field(default_factory=dict)
    assets: dict[str, AssetRow] = field(default_factory=dict)
    fresh: dict[str, FileRow] = field(default_factory=dict)

    def known(self, name: str) -> FileRow | None:
        """The newest that is known of the file `name`, which is escaped."""
        return self.fresh.get(name) or self.files.get(name)

    def using(self, algorithm: str) -> HashCache:
        """The same, without hashes of another algorithm."""
        if self.algorithm == algorithm:
            return HashCache(algorithm, dict(self.files), dict(self.assets), dict(self.fresh))
        return HashCache(algorithm, assets=dict(self.assets))

    def forget_others(self, assets: Set[str], files: Set[str]) -> None:
        """Forget all but these assets and files, which go by escaped names."""
        self.assets = {name: row for name, row in self.assets.items() if name in assets}
        self.files = {name: row for name, row in self.files.items() if name in files}
        self.fresh = {name: row for name, row in self.fresh.items() if name in files}


def read(folder: Path) -> HashCache:
    """The cache in `folder`; an empty one where there is none, or none that makes sense."""
    import orjson

    try:
        place = folder / CACHE
        if not S_ISREG(os.lstat(place).st_mode):  # a pipe would keep whoever opens it
            return HashCache()
        data = place.read_bytes()
        if not data.endswith(_sum(data[:-_SUM_BYTES])):
            return HashCache()
        return _cache(orjson.loads(data))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RushesError):
        return HashCache()


def encode(cache: HashCache) -> bytes:
    """The cache as a file."""
    import orjson

    data = orjson.dumps(
        {
            "schema_version": _VERSION,
            "algorithm": cache.algorithm,
            "assets": cache.assets,
            "files": cache.files,
            "fresh": cache.fresh,
        },
        default=tuple,  # it takes named tuples for objects of unknown kind
    )[:-1]
    return data + _sum(data)


def _sum(data: bytes) -> bytes:
    """The end of the file, against which bits that went astray show."""
    return b',"crc32":"%08x"}' % crc32(data)


def _cache(document: dict[str, Any]) -> HashCache:
    if document["schema_version"] != _VERSION:
        return HashCache()
    return HashCache(
        document["algorithm"],
        {name: FileRow(*row) for name, row in document["files"].items()},
        {name: _asset(row) for name, row in document["assets"].items()},
        {name: FileRow(*row) for name, row in document["fresh"].items()},
    )


def _asset(row: list[Any]) -> AssetRow:
    made = AssetRow(*row)
    if not all(isinstance(text, str) for text in made[:5]):
        raise TypeError("a text is none")
    unescape(made.place)  # it must be one
    return made
