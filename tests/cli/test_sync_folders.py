"""`rushes sync --delete` where a file has become a folder of the same name, or a folder a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.testing.s3 import Bucket, s3_bucket, s3_server
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin

__all__ = ["moto_bucket", "moto_origin", "s3_bucket", "s3_server"]

Command = Callable[..., Any]
Before = dict[str, bytes]
CHANGES: tuple[tuple[Before, Before], ...] = (
    ({"a": b"file", "keep": b"k"}, {"a/b": b"in a folder", "a/c/d": b"deeper", "keep": b"k"}),
    ({"a/b": b"in a folder", "a/c/d": b"deeper", "keep": b"k"}, {"a": b"file", "keep": b"k"}),
    ({"x/a.mov": b"1", "x/b": b"2"}, {"x/a.mov/1": b"1", "x/b/2/3": b"2", "new": b"n"}),
)


@pytest.fixture(params=["moto", "rclone"])
def bucket(request: pytest.FixtureRequest) -> MotoBucket | Bucket:
    """A bucket of a server that holds both names, and one of a server over a file system."""
    name = "moto_bucket" if request.param == "moto" else "s3_bucket"
    found: MotoBucket | Bucket = request.getfixturevalue(name)
    return found


def write(folder: Path, files: Before) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def tree(folder: Path) -> Before:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def there(bucket: MotoBucket | Bucket) -> Before:
    if isinstance(bucket, Bucket):
        return tree(bucket.folder / "demo" / "plates")
    return {key.removeprefix("demo/plates/"): data for key, data in bucket.objects().items()}


def sync(rushes: Command, way: str, bucket: MotoBucket | Bucket, above: Path, *more: str) -> Any:
    where = ["--bucket", bucket.name, "--show-code", "demo", "--folder", "plates"]
    asked = ("sync", way, *where, "--local-path", above, "--workers", "1", *more, "--json")
    return rushes(*asked)


def filled(above: Path, files: Before) -> Path:
    """A folder `plates` in `above`, with these files and nothing else."""
    import shutil

    folder = above / "plates"
    shutil.rmtree(folder, ignore_errors=True)
    write(folder, files)
    return folder


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_what_changed_from_a_file_to_a_folder_or_back_goes_up(
    rushes: Command, home: Path, bucket: MotoBucket | Bucket, before: Before, after: Before
) -> None:
    if isinstance(bucket, Bucket):
        (bucket.folder / "demo" / "plates").mkdir(parents=True)
    filled(home, before)
    assert sync(rushes, "to", bucket, home).code == exits.OK
    filled(home, after)
    ended = sync(rushes, "to", bucket, home, "--delete")
    assert ended.code == exits.OK, (ended.err, ended.json["problems"])
    assert there(bucket) == after
    assert ended.json["done"]["deleted"] == len(before.keys() - after.keys())
    again = sync(rushes, "to", bucket, home, "--delete")
    assert (again.code, again.json["done"]["moved"]) == (exits.OK, 0)


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_what_changed_from_a_file_to_a_folder_or_back_comes_down(
    rushes: Command, home: Path, s3_bucket: Bucket, before: Before, after: Before
) -> None:
    remote = filled(s3_bucket.folder / "demo", before)
    local = home / "here"
    local.mkdir()
    assert sync(rushes, "from", s3_bucket, local).code == exits.OK
    filled(remote.parent, after)
    ended = sync(rushes, "from", s3_bucket, local, "--delete")
    assert ended.code == exits.OK, (ended.err, ended.json["problems"])
    assert tree(local / "plates") == after
    assert sync(rushes, "from", s3_bucket, local, "--delete").json["done"]["moved"] == 0


def test_s5cmd_is_not_sent_where_something_stands_in_the_way(
    rushes: Command, home: Path, s3_bucket: Bucket
) -> None:
    (s3_bucket.folder / "demo" / "plates").mkdir(parents=True)
    filled(home, CHANGES[0][0])
    assert sync(rushes, "to", s3_bucket, home).code == exits.OK
    filled(home, CHANGES[0][1])
    ended = sync(rushes, "to", s3_bucket, home, "--delete", "--engine", "s5cmd")
    assert ended.code == exits.OK, (ended.err, ended.json["problems"])
    assert there(s3_bucket) == CHANGES[0][1]


def test_without_delete_nothing_makes_room(rushes: Command, home: Path, s3_bucket: Bucket) -> None:
    remote = filled(s3_bucket.folder / "demo", {"a": b"file"})
    local = home / "here"
    filled(local, {"a/b": b"mine"})
    assert sync(rushes, "from", s3_bucket, local).code == exits.FOUND
    assert tree(local / "plates") == {"a/b": b"mine"}
    (local / "plates" / "a" / "b").unlink()
    assert sync(rushes, "from", s3_bucket, local).code == exits.FOUND
    assert (local / "plates" / "a").is_dir()
    ended = sync(rushes, "from", s3_bucket, local, "--delete")
    assert ended.code == exits.OK
    assert tree(local / "plates") == tree(remote)


def test_files_that_are_left_out_keep_their_folder_with_all_that_is_in_it(
    rushes: Command, home: Path, s3_bucket: Bucket
) -> None:
    filled(s3_bucket.folder / "demo", {"a": b"file"})
    local = home / "here"
    filled(local, {"a/b": b"mine", "a/c.txt": b"not meant", "a/empty/x": b"x"})
    (local / "plates" / "a" / "empty" / "x").unlink()
    ended = sync(rushes, "from", s3_bucket, local, "--delete", "--exclude", "*.txt")
    assert ended.code == exits.FOUND
    assert tree(local / "plates") == {"a/b": b"mine", "a/c.txt": b"not meant"}
    assert ended.json["done"]["kept"] == 1
    assert (local / "plates" / "a" / "empty").is_dir()


def test_what_stands_in_the_way_is_kept_where_another_file_fails(
    rushes: Command, home: Path, s3_bucket: Bucket
) -> None:
    filled(s3_bucket.folder / "demo", {"a/b": b"new", "x": b"elsewhere"})
    local = home / "here"
    filled(local, {"a": b"file", "y": b"old"})
    (local / "plates" / "x").mkdir()
    (local / "plates" / "x" / "link").symlink_to("nowhere")  # such a folder makes no room
    ended = sync(rushes, "from", s3_bucket, local, "--delete")
    assert ended.code == exits.FOUND
    assert tree(local / "plates") == {"a": b"file", "y": b"old"}
    assert ended.json["done"]["kept"] == 2
    assert ended.json["done"]["deleted"] == 0
