"""What records on PostgreSQL come through, by each of the ways to it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.db import liveness
from rushes.db.opening import open_records
from rushes.db.records import DatabaseRecords
from rushes.model.scan import ScanState, ScanTotals
from rushes.ports.progress import Silent
from rushes.ports.records import ScanRequest
from rushes.testing.found import ACTOR, MOUNT, found_folder, scanned
from rushes.testing.postgres import way_in

__all__ = ["way_in"]


@pytest.fixture
def records(way_in: str, database_url: str) -> Iterator[DatabaseRecords]:
    with closing(open_records(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.mark.parametrize(
    "setting",
    [
        "client_encoding = 'LATIN1'",
        "client_encoding = 'SQL_ASCII'",
        "DateStyle = 'German'",
        "DateStyle = 'SQL, DMY'",
        "IntervalStyle = 'sql_standard'",
        "timezone = 'Asia/Kathmandu'",
        "standard_conforming_strings = off",
        "default_transaction_isolation = 'serializable'",
    ],
)
def test_a_record_is_the_same_whatever_its_database_is_set_to(
    way_in: str, database_url: str, setting: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{other.info.dbname}" SET {setting}'.encode())
    heads = ["a'\\.", "Ümlaut.", "日本🎬."]
    with closing(open_records(database_url, data_dir=Path())) as records:
        ended = scanned(records, found_folder("show", *heads))
        (told,) = records.scans().rows
        assert told == ended
        assert told.started.utcoffset() == ended.started.utcoffset()
        assert [one.sequence.head for one in records.sequences(MOUNT).rows] == sorted(heads)


def test_a_scan_that_is_recorded_is_told_so_though_the_connection_is_lost_right_after(
    records: DatabaseRecords, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = liveness.let_go

    def too_late(cursor: Any, scan: int) -> None:
        with psycopg.connect(database_url, autocommit=True) as other:
            pid = cursor.connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        let_go(cursor, scan)

    monkeypatch.setattr(liveness, "let_go", too_late)
    ended = scanned(records, found_folder("show", "a."))
    assert ended.state is ScanState.FINISHED
    assert records.scan(ended.id) == ended


def test_a_scan_that_goes_on_by_a_new_connection_is_not_told_as_killed(
    records: DatabaseRecords, database_url: str
) -> None:
    scan = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0]
    records.add_folders(scan.id, [found_folder("show", "a.")], actor=ACTOR)
    held = records._session.held
    assert held is not None
    with psycopg.connect(database_url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 60000)", [held.info.backend_pid])
    assert records.scan(scan.id).state is ScanState.FAILED
    records.add_folders(scan.id, [found_folder("show/comp", "b.")], actor=ACTOR)
    assert records.scan(scan.id).state is ScanState.RUNNING

    def scan_elsewhere() -> None:
        with closing(open_records(database_url, data_dir=Path())) as others:
            scanned(others, found_folder(".", "c."), mount="/mnt/other")

    # By a connection of its own, as each thread has one.
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(scan_elsewhere).result()
    ended = records.finish_scan(scan.id, ScanTotals(), actor=ACTOR, progress=Silent())
    assert (ended.state, ended.added) == (ScanState.FINISHED, 2)
