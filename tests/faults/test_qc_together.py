"""Several runs on one tree at once: nothing is lost, and a lock is told as it is."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from rushes.cli import exits
from rushes.cli.main import run
from rushes.core.errors import Code, RushesError
from rushes.model.signoff import Record
from rushes.qc.kept import kept
from rushes.qc.lock import folder_lock
from rushes.qc.places import LOCK
from rushes.testing.forked import Forks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked")

LONG_AGO = 1_700_000_000_123_456_789
# Where there is such a place: a slow disk would have some wait longer for a lock than they may.
MEMORY = next((one for one in ("/dev/shm",) if os.path.isdir(one)), None)


@pytest.fixture
def tree(open_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    root = open_path / "show"
    for shot in range(6):
        folder = root / f"sh{shot:03d}"
        folder.mkdir(parents=True)
        for take in range(8):
            clip = folder / f"take_{take}a.mov"
            clip.write_bytes(f"{shot} {take}".encode())
            os.utime(clip, ns=(LONG_AGO, LONG_AGO))
    return root


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A folder that everybody can reach, as those of pytest are not."""
    with TemporaryDirectory(prefix="rushes-", dir=MEMORY) as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.mark.parametrize("count", [2, 4])
def test_crawls_at_once_record_every_asset_once(forks: Forks, tree: Path, count: int) -> None:
    assert forks("qc", "keys", "init", "alice").code == exits.OK
    runs = [forks.start("qc", "crawl", tree) for _ in range(count)]
    for started in runs:
        ended = started.ended()
        assert (ended.code, ended.err) == (exits.OK, "")
    found = list(kept(tree))
    assert len(found) == len({one.subject for one in found}) == 48
    assert all(one.sidecar is not None and not one.sidecar.history for one in found)
    told = forks("qc", "verify", tree)
    assert "48 records: 48 valid" in told.out
    assert [path for path in tree.rglob("*") if path.name == LOCK] == []


@pytest.mark.parametrize("modes", [("subdir", "subdir"), ("subdir", "dot", "inline", "subdir")])
def test_sign_offs_at_once_all_stand_in_the_chain(
    forks: Forks, tree: Path, modes: tuple[str, ...]
) -> None:
    assert forks("qc", "keys", "init", "alice").code == exits.OK
    who = [f"operator {number}" for number in range(len(modes))]
    runs = [
        forks.start(
            *("qc", "sign", tree, "--result", "pass"), "--operator", name, "--sidecar-mode", mode
        )
        for name, mode in zip(who, modes, strict=True)
    ]
    for started in runs:
        ended = started.ended()
        assert (ended.code, ended.err) == (exits.OK, "")
    found = list(kept(tree))
    assert len(found) == 48
    for one in found:
        assert one.sidecar is not None
        story = (*one.sidecar.history, one.sidecar.record)
        assert sorted(past.operator for past in story if isinstance(past, Record)) == who
    assert forks("qc", "verify", tree).code == exits.OK


def test_users_whose_files_are_closed_to_others_record_side_by_side(
    forks: Forks, tree: Path, open_path: Path
) -> None:
    if os.geteuid() != 0:
        pytest.skip("takes two users")
    tree = tree.rename(open_path / "shows")
    for folder in tree.iterdir():
        folder.chmod(0o777)
    homes = []
    for user in (65533, 65534):
        home = open_path / f"home{user}"
        home.mkdir()
        home.chmod(0o777)
        homes.append({"HOME": str(home), "RUSHES_DATA_DIR": str(home / "data")})
    runs = [
        forks.start(
            *("qc", "sign", tree, "--result", "pass", "--operator", str(user)), user=user, env=home
        )
        for user, home in zip((65533, 65534), homes, strict=True)
    ]
    for started in runs:
        ended = started.ended()
        assert (ended.code, ended.err) == (exits.OK, "")
    # Also into what a killed run of the other has left.
    (tree / "sh000" / LOCK).touch(mode=0o644)
    again = forks("qc", "sign", tree, "--result", "fail", user=65534, env=homes[1])
    assert (again.code, again.err) == (exits.OK, "")
    assert all(one.sidecar is not None and len(one.sidecar.history) == 2 for one in kept(tree))
    assert not (tree / "sh000" / LOCK).exists()


def _holder(folder: Path) -> tuple[int, int]:
    """A process that holds the folder's lock until it is killed, and what tells of its end."""
    told, tell = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            with folder_lock(folder):
                os.write(tell, b"!")
                signal.pause()
        finally:
            os._exit(1)
    os.close(tell)
    assert os.read(told, 1) == b"!"
    return pid, told


def test_a_lock_dies_with_its_owner(tmp_path: Path) -> None:
    pid, told = _holder(tmp_path)
    assert (tmp_path / LOCK).exists()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(told)
    assert (tmp_path / LOCK).exists()
    with folder_lock(tmp_path, wait_s=0):
        assert (tmp_path / LOCK).exists()
    assert os.listdir(tmp_path) == []


def test_whoever_waits_for_a_stopped_owner_is_told_at_last(tmp_path: Path) -> None:
    pid, told = _holder(tmp_path)
    try:
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(RushesError) as caught, folder_lock(tmp_path, wait_s=0.05):
            pass
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(told)
    assert caught.value.code is Code.LOCK_UNAVAILABLE
    assert "Another run" in caught.value.message
    with folder_lock(tmp_path, wait_s=0):
        pass


def test_a_stopped_owner_keeps_the_crawl_from_nothing_but_its_folder(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rushes.qc.recording.folder_lock", partial(folder_lock, wait_s=0.05))
    pid, told = _holder(tree / "sh002")
    try:
        os.kill(pid, signal.SIGSTOP)
        assert run(["qc", "crawl", str(tree)]) == exits.UNAVAILABLE
        assert len(list(kept(tree))) == 40
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(told)
    assert run(["qc", "crawl", str(tree)]) == exits.OK
    assert len(list(kept(tree))) == 48


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_told_and_nothing_stays_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuses(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", refuses)
    with pytest.raises(RushesError) as caught, folder_lock(tmp_path):
        pass
    assert caught.value.code is Code.LOCK_UNAVAILABLE
    assert "no locks" in caught.value.message
    assert "--sidecar-root" in caught.value.hint
    assert os.listdir(tmp_path) == []


def test_any_other_trouble_with_a_lock_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("fcntl.flock", refuses)
    with pytest.raises(RushesError) as caught, folder_lock(tmp_path):
        pass
    assert caught.value.code is Code.WRITE_FAILED


def test_a_crawl_tells_once_that_other_machines_do_not_see_its_locks(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mounts = f"filer:/shows {tree} nfs rw,nolock,local_lock=all 0 0\n"
    monkeypatch.setattr("rushes.qc.crawl.mounts_here", lambda: mounts)
    assert run(["qc", "crawl", str(tree), "--json"]) == exits.OK
    out = capsys.readouterr().out
    assert out.count("qc.lock_local") == 1
    assert "nolock" in out
    assert len(list(kept(tree))) == 48


def test_a_lock_that_another_has_made_anew_is_left_to_it(tmp_path: Path) -> None:
    with folder_lock(tmp_path):
        (tmp_path / LOCK).unlink()  # as somebody may who cleans up by hand
        (tmp_path / LOCK).write_text("another's")
    assert (tmp_path / LOCK).read_text() == "another's"
