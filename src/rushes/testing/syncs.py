"""A folder of plates to move to a bucket and back with `rushes sync`, for tests of the command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.testing.s3 import Bucket
from rushes.testing.s3_moto import MotoBucket

Command = Callable[..., Any]


@pytest.fixture
def plates(
    home: Path,
    moto_bucket: MotoBucket,  # noqa: ARG001 (it shows the way to S3)
) -> Path:
    """Ten frames, notes beside them, and a movie, in a folder that is called as on S3."""
    folder = home / "plates"
    write(folder, {f"sh010/plate.{frame}.exr": b"frame %d" % frame for frame in range(1001, 1011)})
    write(folder, {"sh010/notes.txt": b"notes", "cut.mov": b"movie" * 99})
    return folder


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Files below a folder, by path."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def tree(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by path."""
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def given(bucket: MotoBucket | Bucket, folder: Path, *more: str | Path) -> list[str | Path]:
    """The words that say where from and where to."""
    where = ["--bucket", bucket.name, "--show-code", "demo", "--folder", folder.name]
    return [*where, "--local-path", folder.parent, *more]


def up(rushes: Command, bucket: MotoBucket, folder: Path, *more: str | Path) -> Any:
    """What came of a sync to the bucket."""
    return rushes("sync", "to", *given(bucket, folder, *more), "--json")


def down(rushes: Command, bucket: MotoBucket, folder: Path, *more: str | Path) -> Any:
    """What came of a sync from the bucket."""
    return rushes("sync", "from", *given(bucket, folder, *more), "--json")


def there(bucket: MotoBucket, name: str = "plates") -> dict[str, bytes]:
    """What is in the bucket for a folder, by path."""
    return {key.removeprefix(f"demo/{name}/"): data for key, data in bucket.objects().items()}
