"""The bundled server's folder in every bad state: mended, or refused with words that help."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rushes.core.errors import Code, RushesError
from rushes.db import cluster
from rushes.db.place import Place, database_folder
from rushes.testing.postgres import enterable_folder

START = "import sys; from pathlib import Path; from rushes.db import cluster; "
START += "print(cluster.start(Path(sys.argv[1])))"
# Killed once the program that sets it up has begun, or when all is made but for its name.
KILLED = """
import os, signal, subprocess, sys
from pathlib import Path
from rushes.db import cluster

def killed(real):
    def call(*given, **more):
        if list(Path(sys.argv[1]).glob("unfinished-*")):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **more)
    return call

{moment} = killed({moment})
cluster.start(Path(sys.argv[1]))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with enterable_folder() as parent:
        yield parent / "postgres"
        for place in parent.glob("**/postmaster.pid"):
            (place.parent.parent / "host").write_text(socket.gethostname())
            cluster.stop(place.parent.parent)


def _starting(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def _answers(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_outlives_the_process_that_started_it(folder: Path) -> None:
    with _starting(folder) as starter:
        url = starter.communicate()[0].strip()
    assert starter.returncode == 0
    assert _answers(url)
    assert cluster.start(folder) == url


def test_processes_that_start_it_at_once_get_one_and_the_same_server(folder: Path) -> None:
    starters = [_starting(folder) for _ in range(4)]
    urls = {starter.communicate()[0].strip() for starter in starters}
    assert [starter.returncode for starter in starters] == [0] * 4
    assert len(urls) == 1
    assert _answers(urls.pop())


def test_stopping_twice_says_that_there_was_nothing_to_stop(folder: Path) -> None:
    cluster.start(folder)
    assert cluster.status(folder).pid is not None
    assert cluster.stop(folder) is True
    assert cluster.stop(folder) is False
    assert cluster.status(folder).pid is None


def test_a_killed_server_starts_again_at_once(folder: Path) -> None:
    url = cluster.start(folder)
    killed = cluster.status(folder).pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert cluster.start(folder) == url
    assert cluster.status(folder).pid != killed
    assert _answers(url)


def test_the_number_of_a_dead_server_given_to_a_stranger_is_no_server(folder: Path) -> None:
    cluster.start(folder)
    cluster.stop(folder)
    stale = folder / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{folder / 'data'}\n")
    assert cluster.status(folder).pid is None
    assert _answers(cluster.start(folder))


@pytest.mark.parametrize("moment", ["subprocess.Popen.communicate", "Path.rename"])
def test_a_killed_set_up_is_done_again(folder: Path, moment: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED.format(moment=moment), str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended.returncode == -signal.SIGKILL
    assert list(folder.glob("unfinished-*"))
    assert not (folder / "data").exists()
    assert _answers(cluster.start(folder))


def test_files_that_are_no_database_are_neither_used_nor_deleted(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "precious.txt").write_text("mine")
    with pytest.raises(RushesError) as caught:
        cluster.start(folder)
    assert caught.value.code is Code.DATABASE_UNAVAILABLE
    assert "no whole database" in caught.value.message
    assert (folder / "data" / "precious.txt").read_text() == "mine"


def test_an_empty_data_folder_is_filled(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    assert _answers(cluster.start(folder))


def test_data_of_another_postgresql_are_refused(folder: Path) -> None:
    cluster.start(folder)
    cluster.stop(folder)
    (folder / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(RushesError, match="of PostgreSQL 12"):
        cluster.start(folder)


def test_a_server_of_another_machine_on_shared_storage_is_not_started_twice(
    folder: Path,
) -> None:
    cluster.start(folder)
    cluster.stop(folder)
    (folder / "host").write_text("farm-17")
    (folder / "data" / "postmaster.pid").write_text("1\n")
    with pytest.raises(RushesError, match="farm-17") as caught:
        cluster.start(folder)
    assert "RUSHES_DATABASE_URL" in caught.value.hint
    with pytest.raises(RushesError, match="farm-17"):
        cluster.stop(folder)


def test_a_folder_that_cannot_be_made_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RushesError) as caught:
        cluster.start(tmp_path / "file" / "postgres")
    assert caught.value.code is Code.DATABASE_UNAVAILABLE
    assert str(tmp_path / "file") in caught.value.message


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    cluster.start(folder)
    cluster.stop(folder)
    with open(folder / "data" / "postgresql.conf", "a", encoding="utf-8") as settings:
        settings.write("\nshared_buffers = 'a lot'\n")
    with pytest.raises(RushesError, match="shared_buffers") as caught:
        cluster.start(folder)
    assert str(Place(folder).log) in caught.value.hint


def test_a_path_too_long_for_a_socket_is_served_on_loopback(folder: Path) -> None:
    long = folder / ("x" * 100)
    url = cluster.start(long)
    assert "@127.0.0.1:" in url
    assert _answers(url)
    assert cluster.start(long) == url


def test_secrets_stay_with_their_owner(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "do-not-pass-on")
    cluster.start(folder)
    place = Place(folder)
    password = place.password.read_text()
    assert len(password) >= 40
    assert stat.S_IMODE(place.password.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.data.stat().st_mode) == 0o700
    assert password not in place.log.read_text()
    pid = cluster.status(folder).pid
    environment = Path(f"/proc/{pid}/environ")
    if environment.exists():
        assert b"do-not-pass-on" not in environment.read_bytes()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(Place(folder).url().replace(password, "wrong"))


as_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root runs servers as another"
)


@as_root
def test_root_gets_a_server_that_does_not_run_as_root(folder: Path) -> None:
    cluster.start(folder)
    pid = cluster.status(folder).pid
    assert Path(f"/proc/{pid}").stat().st_uid != 0


@as_root
def test_a_chosen_folder_behind_a_closed_one_is_refused_for_root(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(RushesError, match="may not enter") as caught:
        cluster.start(tmp_path / "postgres")
    assert "database.data_dir" in caught.value.hint


@as_root
def test_root_whose_data_folder_is_closed_keeps_the_database_elsewhere(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    folder = database_folder(tmp_path)
    assert folder.parent == Path("/var/lib/rushes")
    assert folder == database_folder(tmp_path)
    assert folder != database_folder(tmp_path / "other")
    assert database_folder(tmp_path, chosen=tmp_path) == tmp_path


@as_root
def test_an_ordinary_user_gets_a_server_of_their_own(folder: Path) -> None:
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    script = f"{START}; print(cluster.stop(Path(sys.argv[1])))"
    ended = _as_nobody(_python_for_nobody(), "-c", script, str(folder))
    assert ended.stderr == ""
    assert ended.stdout.splitlines()[1] == "True"
    assert (folder / "data").stat().st_uid == 65534


def _python_for_nobody() -> str:
    """A Python like ours that an ordinary user may run; ours may lie where only root may go."""
    for candidate in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            if _as_nobody(candidate, "-c", "import rushes.db.cluster, psycopg").returncode == 0:
                return candidate
        except OSError:
            continue
    pytest.skip("no Python that an ordinary user may run")


def _as_nobody(*command: str) -> subprocess.CompletedProcess[str]:
    paths = [path for path in sys.path if not path.startswith(sys.base_prefix)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(paths), "PATH": os.environ["PATH"]},
        user=65534,
        group=65534,
        extra_groups=[],
        cwd="/",
    )
