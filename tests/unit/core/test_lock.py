"""The lock of a file: for one at a time, and gone with its owner."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from threading import Event, Thread

import pytest

from rushes.core.errors import Code, RushesError
from rushes.core.lock import held, is_held


def refused(path: Path) -> RushesError:
    with pytest.raises(RushesError) as caught, held(path, wait_s=0):
        pass
    return caught.value


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / ".lock"


def test_the_file_is_there_only_while_it_is_held(lock: Path) -> None:
    with held(lock):
        assert lock.exists()
    assert not lock.exists()


def test_it_is_let_go_of_when_the_work_fails(lock: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(lock):
        raise ZeroDivisionError
    with held(lock, wait_s=0):
        pass


def test_what_is_held_is_held_by_one(lock: Path) -> None:
    with held(lock):
        error = refused(lock)
    assert error.code is Code.LOCK_UNAVAILABLE
    assert str(lock) in error.message


def test_whether_it_is_held_is_told_without_holding_it(lock: Path) -> None:
    assert not is_held(lock)
    with held(lock):
        assert is_held(lock)
    lock.touch()  # as a run leaves it that was killed
    assert not is_held(lock)
    assert lock.exists()


def test_who_waits_gets_it(lock: Path) -> None:
    got = Event()

    def wait() -> None:
        with held(lock, wait_s=60):
            got.set()

    with held(lock):
        waiting = Thread(target=wait)
        waiting.start()
        assert not got.is_set()
    waiting.join(60)
    assert got.is_set()
    assert not lock.exists()


def test_a_file_that_a_killed_run_left_is_taken_over(lock: Path) -> None:
    lock.touch()
    with held(lock, wait_s=0):
        pass
    assert not lock.exists()


def test_a_link_of_that_name_is_not_followed(lock: Path) -> None:
    (lock.parent / "media.mov").write_bytes(b"x")
    lock.symlink_to("media.mov")
    assert refused(lock).code is Code.WRITE_FAILED
    assert (lock.parent / "media.mov").read_bytes() == b"x"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone" / ".lock").code is Code.WRITE_FAILED


def test_a_file_system_without_locks_is_told(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", none)
    error = refused(lock)
    assert error.code is Code.LOCK_UNAVAILABLE
    assert "has no locks" in error.message
