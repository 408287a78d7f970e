"""The lock of a folder: for one at a time, and gone with its owner."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from threading import Event, Thread

import pytest

from rushes.core.errors import Code, RushesError
from rushes.qc.lock import folder_lock
from rushes.qc.places import LOCK


def refused(folder: Path) -> RushesError:
    with pytest.raises(RushesError) as caught, folder_lock(folder, wait_s=0):
        pass
    return caught.value


def test_the_file_is_there_only_while_it_is_held(tmp_path: Path) -> None:
    with folder_lock(tmp_path):
        assert [one.name for one in tmp_path.iterdir()] == [LOCK]
    assert list(tmp_path.iterdir()) == []


def test_it_is_let_go_of_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), folder_lock(tmp_path):
        raise ZeroDivisionError
    with folder_lock(tmp_path, wait_s=0):
        pass


def test_what_is_held_is_held_by_one(tmp_path: Path) -> None:
    with folder_lock(tmp_path):
        error = refused(tmp_path)
    assert error.code is Code.LOCK_UNAVAILABLE
    assert str(tmp_path) in error.message


def test_who_waits_gets_it(tmp_path: Path) -> None:
    got = Event()

    def wait() -> None:
        with folder_lock(tmp_path, wait_s=60):
            got.set()

    with folder_lock(tmp_path):
        waiting = Thread(target=wait)
        waiting.start()
        assert not got.is_set()
    waiting.join(60)
    assert got.is_set()
    assert not (tmp_path / LOCK).exists()


def test_a_file_that_a_killed_run_left_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    with folder_lock(tmp_path, wait_s=0):
        pass
    assert not (tmp_path / LOCK).exists()


def test_a_link_of_that_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "media.mov").write_bytes(b"x")
    (tmp_path / LOCK).symlink_to("media.mov")
    assert refused(tmp_path).code is Code.WRITE_FAILED
    assert (tmp_path / "media.mov").read_bytes() == b"x"


def test_a_folder_that_is_not_there_takes_no_records(tmp_path: Path) -> None:
    error = refused(tmp_path / "gone")
    assert error.code is Code.WRITE_FAILED
    assert "--sidecar-root" in error.hint


def test_a_file_system_without_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", none)
    error = refused(tmp_path)
    assert error.code is Code.LOCK_UNAVAILABLE
    assert "has no locks" in error.message
