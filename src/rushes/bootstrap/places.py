"""Where media lies: storage, and the folders that files are moved between."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports import registry

if TYPE_CHECKING:
    from rushes.ports.storage import Storage
    from rushes.ports.storage_writing import WritableStorage
    from rushes.transfer.learning import Place


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
    return _bucket(bucket), f"/{key}"


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
def _bucket(name: str) -> Storage:
    """The bucket, kept with its open connections for the next file in it."""
    return cast("Storage", registry.connect("storage", "s3", name))
