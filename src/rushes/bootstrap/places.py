"""Where media lies: storage, and the folders that files are moved between."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from rushes import bootstrap
from rushes.core import aws_places
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports import registry

if TYPE_CHECKING:
    from pathlib import Path

    from rushes.ports.storage import Storage
    from rushes.ports.storage_writing import WritableStorage
    from rushes.transfer.learning import Place

_SHOWN = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def storage() -> Storage:
    """Where media lies."""
    return cast("Storage", registry.connect("storage", "local"))


def storage_at(url: str) -> tuple[Storage, str]:
    """The storage that holds the file at `url`, and the file's path there.

    `s3://bucket/key` is an object, with the key as it is; all else that is no URL is a path on
    this machine. Raises `usage`, and what keeps S3 from being used.
    """
    scheme, found, rest = url.partition("://")
    if not found:
        return bootstrap.storage(), url
    if scheme.lower() != "s3":
        raise RushesError(
            Code.USAGE,
            f"Nothing is known of files at {escape(scheme)}://.",
            hint="Write s3://bucket/key, or a path on this machine.",
        )
    bucket, _, key = rest.partition("/")
    return _bucket(bucket, _way()), f"/{key}"


def place(name: str) -> Place:
    """A folder that files are moved from or to: a path here, or s3://bucket/folder.

    Raises as `storage_at` does.
    """
    from rushes.transfer.learning import Place

    found, root = bootstrap.storage_at(name)
    # A bucket's own root is nothing: keys begin after the slash.
    top = "" if "://" in name else "/"
    return Place(cast("WritableStorage", found), root.rstrip("/") or top)


@lru_cache(maxsize=8)
def _bucket(name: str, way: tuple[object, ...]) -> Storage:  # noqa: ARG001 (it is what is kept by)
    """The bucket, kept with its open connections for the next file in it that is asked that way."""
    return cast("Storage", registry.connect("storage", "s3", name))


def _way() -> tuple[object, ...]:
    """All that shows where S3 is and who asks: the environment, and AWS's files as they are now."""
    told = sorted(one for one in os.environ.items() if one[0].upper().startswith(_SHOWN))
    files = aws_places.files(os.environ)
    return (os.environ.get("HOME"), *map(str, files), *told, *map(_state, files))


def _state(file: Path) -> tuple[int, ...]:
    """What tells one state of a file from another; nothing where there is none."""
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns
