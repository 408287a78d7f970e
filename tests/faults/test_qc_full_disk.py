"""Records that find no room: told by folder, nothing half-written, finished once there is room."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rushes.cli import exits
from rushes.cli.main import run
from rushes.qc import hashcache
from rushes.qc.kept import kept
from rushes.qc.places import CACHE, LOCK, is_part
from rushes.testing.forked import Forks
from rushes.testing.small_disk import small_disk

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX file systems only")

LONG_AGO = 1_700_000_000_123_456_789


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of a megabyte."""
    with small_disk(tmp_path / "small", kilobytes=1024) as place:
        yield place


def media(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        clip = folder / f"take{number:03d}a.mov"
        clip.touch()
        os.utime(clip, ns=(LONG_AGO, LONG_AGO))


def is_whole(root: Path) -> None:
    """No sidecar makes no sense, no cache is torn, and nothing is left lying about."""
    assert [one.problem for one in kept(root) if one.problem] == []
    for path in root.rglob("*"):
        assert not is_part(path.name)
        assert path.name != LOCK
        if path.name == CACHE:
            assert hashcache.encode(hashcache.read(path.parent)) == path.read_bytes()


def test_a_full_disk_is_told_and_the_run_after_it_finishes(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(4):
        media(small / f"sh{number:03d}", 40)
    filler = small / "filler"
    room = os.statvfs(small)
    filler.write_bytes(bytes(room.f_bavail * room.f_frsize))
    os.truncate(filler, filler.stat().st_size - 240 * 1024)
    assert run(["qc", "crawl", str(small), "--json"]) != exits.OK
    (row,) = json.loads(capsys.readouterr().out)["crawls"]
    assert {one["code"] for one in row["problems"]} == {"write.failed"}
    assert all("No space left" in one["message"] for one in row["problems"])
    is_whole(small)
    written = len(list(kept(small)))
    assert 0 < written < 160
    filler.unlink()
    assert run(["qc", "crawl", str(small)]) == exits.OK
    is_whole(small)
    assert len([one for one in kept(small) if one.folder.name.startswith("sh")]) == 160


def test_sidecars_that_may_not_grow_so_large_stay_as_they_were(
    forks: Forks, tmp_path: Path
) -> None:
    media(tmp_path / "sh010", 3)
    assert forks("qc", "crawl", tmp_path).code == exits.OK
    before = [one.data for one in kept(tmp_path)]
    ended = forks("qc", "sign", tmp_path, "--result", "pass", largest_file=900)
    assert ended.code != exits.OK
    assert "File too large" in ended.err
    assert [one.data for one in kept(tmp_path)] == before
    is_whole(tmp_path)
    assert forks("qc", "sign", tmp_path, "--result", "pass").code == exits.OK
    assert all(one.sidecar and len(one.sidecar.history) == 1 for one in kept(tmp_path))


def test_a_process_that_may_open_few_files_records_a_folder_of_many(
    forks: Forks, tmp_path: Path
) -> None:
    media(tmp_path / "sh010", 300)
    ended = forks("qc", "crawl", tmp_path, open_files=64)
    assert (ended.code, ended.err) == (exits.OK, "")
    assert len(list(kept(tmp_path))) == 300


def test_a_file_system_that_is_mounted_for_reading_is_told_as_such(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    media(small / "sh010", 2)
    subprocess.run(["mount", "-o", "remount,ro", small], check=True)
    assert run(["qc", "crawl", str(small)]) != exits.OK
    assert "Read-only file system" in capsys.readouterr().err


@pytest.mark.parametrize("at", range(6))
def test_a_disk_that_is_full_at_any_write_leaves_old_files_or_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    media(tmp_path / "sh010", 5)
    assert run(["qc", "crawl", str(tmp_path)]) == exits.OK
    before = {one.place: one.data for one in kept(tmp_path)}
    real, left = os.write, [at]

    def full(handle: int, data: memoryview) -> int:
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= 1
        return real(handle, data[:50])  # as the last write before the end of the room may be

    with monkeypatch.context() as patched:
        patched.setattr("os.write", full)
        assert run(["qc", "sign", str(tmp_path), "--result", "fail"]) != exits.OK
    assert {one.place: one.data for one in kept(tmp_path)} == before
    is_whole(tmp_path)


def test_records_that_were_written_are_told_though_the_hash_cache_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    media(tmp_path / "sh010", 2)

    def full(_self: Path, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        assert run(["qc", "crawl", str(tmp_path), "--json"]) == exits.NOT_WRITTEN
    (row,) = json.loads(capsys.readouterr().out)["crawls"]
    assert (row["written"], row["happened"]["new"]) == (2, 2)
    assert row["problems"][0]["code"] == "write.failed"
    is_whole(tmp_path)
    assert run(["qc", "crawl", str(tmp_path)]) == exits.OK
