"""The parts of the launcher that need no server."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.db import binaries, cluster
from rushes.db.account import Account, reaches
from rushes.db.exclusive import exclusive
from rushes.db.place import Place
from rushes.testing.postgres import enterable_folder

as_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root runs servers as another"
)


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock", wait_s=0):
        with pytest.raises(RushesError) as caught, exclusive(tmp_path / "lock", wait_s=0):
            raise AssertionError("two hold the lock")
        assert caught.value.code is Code.DATABASE_UNAVAILABLE
    with exclusive(tmp_path / "lock", wait_s=0):
        pass


def test_a_closed_folder_above_is_noticed(tmp_path: Path) -> None:
    stranger = Account("stranger", uid=54_321, gid=54_321)
    tmp_path.chmod(0o700)
    assert not reaches(stranger, tmp_path / "a" / "b")
    assert reaches(None, tmp_path / "a" / "b")


def test_only_short_paths_have_sockets() -> None:
    assert Place(Path("/home/ann/.local/share/rushes/postgres")).uses_socket
    assert not Place(Path("/home") / ("x" * 80)).uses_socket
    assert not Place(Path("/home") / ("é" * 40)).uses_socket


def test_the_url_of_a_server_never_made_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(RushesError) as caught:
        Place(tmp_path).url()
    assert caught.value.code is Code.DATABASE_UNAVAILABLE
    assert "rushes db start" in caught.value.hint
    assert cluster.status(tmp_path).made is False
    assert cluster.stop(tmp_path) is False


def test_an_installation_without_postgresql_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda name: None)
    with pytest.raises(RushesError) as caught:
        binaries.programs(None, copies=Path("/nowhere"))
    assert caught.value.code is Code.DEPENDENCY_MISSING


@as_root
def test_programs_behind_a_closed_folder_are_copied_for_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    wheel = binaries._installed().parent
    for part in wheel.parent.glob(f"{wheel.name}*"):
        (closed / part.name).symlink_to(part, target_is_directory=True)
    monkeypatch.setattr(binaries, "_installed", lambda: closed / wheel.name / "pginstall18")
    with enterable_folder() as folder:
        (folder / "programs-of-old").mkdir()
        try:
            cluster.start(folder)
            assert [path.name for path in folder.glob("programs-*")] != ["programs-of-old"]
            assert len(list(folder.glob("programs-*/*/*/bin/postgres"))) == 1
            assert not (folder / "programs-of-old").exists()
        finally:
            cluster.stop(folder)


def test_what_a_server_is_given_of_our_environment_is_little(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://ann:s3cret@host/db")
    environment = shutil.which("env")
    if environment is None:
        pytest.skip("no env here")
    told = binaries.Programs(Path(environment).parent, None).run("env", cwd=tmp_path, timeout_s=10)
    assert "s3cret" not in told.stderr
    assert "LC_ALL=C" in told.stderr
