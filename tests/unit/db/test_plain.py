"""The way to a database without Django: what it imports, keeps, and finds again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from rushes.core.errors import Code, RushesError
from rushes.db.plain import PlainSession
from rushes.testing.postgres import temporary_database


@pytest.fixture
def session(database_url: str) -> Iterator[PlainSession]:
    with closing(PlainSession(database_url)) as opened:
        yield opened


def hang_up(session: PlainSession, url: str) -> None:
    """End the connection that the session holds, from the server's side."""
    assert session.held is not None
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [session.held.info.backend_pid])


def test_one_connection_answers_question_after_question(session: PlainSession) -> None:
    with session.driving() as first, session.driving() as second:
        assert first is second is session.held
    session.close()
    assert session.held is None
    with session.driving() as third:
        assert third is not first


def test_a_connection_that_was_hung_up_is_made_anew(
    session: PlainSession, database_url: str
) -> None:
    with session.driving() as before:
        before.execute("SELECT 1")
    hang_up(session, database_url)
    with session.driving() as driver:
        assert driver is not before
        assert driver.execute("SELECT 2").fetchone() == (2,)


def test_what_breaks_off_leaves_nothing(session: PlainSession) -> None:
    def broken_off() -> None:
        with session.transaction() as driver:
            driver.execute("CREATE TABLE half (one int)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    with session.driving() as driver:
        assert driver.execute("SELECT to_regclass('half')").fetchone() == (None,)


def test_a_refusal_is_told_and_the_next_question_answered(session: PlainSession) -> None:
    with pytest.raises(RushesError) as caught, session.driving() as driver:
        driver.execute("SELECT nothing_of_the_kind()")
    assert caught.value.code is Code.DATABASE_UNAVAILABLE
    assert "nothing_of_the_kind" in caught.value.message
    with session.driving() as driver:
        assert driver.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_is_ours_is_started_again_and_may_have_moved(
    database_url: str, postgres_server: str
) -> None:
    asked = []

    def revived() -> str:
        asked.append(1)
        return database_url

    away = "postgresql://someone@127.0.0.1:1/rushes"
    with closing(PlainSession(away, revive=revived)) as session:
        with session.driving() as driver:
            assert driver.execute("SELECT 1").fetchone() == (1,)
        assert (session.url, asked) == (database_url, [1])


def test_a_server_that_is_not_is_told_once_it_cannot_be_reached() -> None:
    session = PlainSession("postgresql://someone:s3cret@127.0.0.1:1/rushes")
    with pytest.raises(RushesError) as caught, session.driving():
        pass
    assert caught.value.code is Code.DATABASE_UNAVAILABLE
    assert "s3cret" not in str(caught.value)


def test_times_are_told_in_utc_whatever_the_server_is_set_to(postgres_server: str) -> None:
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    with temporary_database(postgres_server) as url:
        with psycopg.connect(url, autocommit=True) as other:
            name = other.info.dbname
            other.execute(f"ALTER DATABASE \"{name}\" SET timezone = 'Europe/Vienna'".encode())
        with closing(PlainSession(url)) as session, session.driving() as driver:
            (told,) = driver.execute("SELECT %s::timestamptz", [moment]).fetchone() or ()
    assert told == moment
    assert told.utcoffset() == moment.utcoffset()


def test_a_scan_that_is_remembered_imports_no_django(tmp_path: Path, database_url: str) -> None:
    shots = tmp_path / "shots"
    shots.mkdir()
    for frame in range(1001, 1004):
        (shots / f"plate.{frame}.exr").write_bytes(b"frame")
    code = (
        "import sys; from rushes.cli.main import run; code = run(sys.argv[1:]);"
        " print(code, 'psycopg' in sys.modules, 'django' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "scan", str(shots)],
        capture_output=True,
        text=True,
        check=True,
        env={"RUSHES_DATABASE_URL": database_url, "RUSHES_DATA_DIR": str(tmp_path / "data"),
             "PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(tmp_path)},
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "0 True False"
    assert "Recorded as scan 1" in ran.stdout
