"""Databases that are away, new, newer, or opened by several at once."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.core.errors import Code, RushesError
from rushes.db.opening import open_records
from rushes.testing.found import found_folder, scanned
from rushes.testing.postgres import temporary_database, way_in

__all__ = ["way_in"]

OPEN = "import sys; from pathlib import Path; from rushes.db.opening import open_records; "
OPEN += "open_records(sys.argv[1], data_dir=Path()).close(); print('open')"


def test_a_server_that_is_away_is_told_without_its_password() -> None:
    url = "postgresql://someone:s3cret@127.0.0.1:1/rushes"
    with pytest.raises(RushesError) as caught:
        open_records(url, data_dir=Path())
    assert caught.value.code is Code.DATABASE_UNAVAILABLE
    assert "127.0.0.1" in caught.value.message
    assert "s3cret" not in f"{caught.value.message}{caught.value.hint}{caught.value.__cause__!r}"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://someone:s3cret@host",
        "postgresql://someone:s3:cret@ho st:port/db",
        "mysql://someone:s3cret@host/db",
        "s3cret",
    ],
)
def test_a_misspelt_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(RushesError) as caught:
        open_records(url, data_dir=Path())
    assert caught.value.code is Code.SETTINGS_INVALID
    shown = f"{caught.value.message}{caught.value.hint}{caught.value.__cause__!r}"
    assert "s3" not in shown
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_database_of_a_newer_rushes_is_left_alone(
    way_in: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('rushes', '9999_from_the_future', now())"
        )
    opened = []
    connect = psycopg.connect

    def noted(**given: Any) -> Any:
        opened.append(connect(**given))
        return opened[-1]

    monkeypatch.setattr(psycopg, "connect", noted)
    with pytest.raises(RushesError) as caught:
        open_records(database_url, data_dir=Path())
    assert caught.value.code is Code.DATABASE_NEWER
    assert "9999_from_the_future" in caught.value.message
    assert [one.closed for one in opened] == [True]


def test_tables_are_made_once_though_several_open_an_empty_database(postgres_server: str) -> None:
    with temporary_database(postgres_server) as url:
        openers = [
            subprocess.Popen(
                [sys.executable, "-c", OPEN, url],
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            for _ in range(3)
        ]
        assert [opener.communicate()[0] for opener in openers] == ["open\n"] * 3
        with closing(open_records(url, data_dir=Path())) as records:
            assert scanned(records, found_folder("show", "a.")).added == 1


def test_two_databases_can_be_open_in_one_process(postgres_server: str, database_url: str) -> None:
    with (
        temporary_database(postgres_server) as other,
        closing(open_records(database_url, data_dir=Path())) as one,
        closing(open_records(other, data_dir=Path())) as two,
    ):
        scanned(one, found_folder("show", "a."))
        assert len(one.scans().rows) == 1
        assert len(two.scans().rows) == 0
