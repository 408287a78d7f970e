"""What counts the statements of a page sees all of them, by whichever way they go."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rushes.model.scan import Actor
from rushes.ports.people import People
from rushes.ports.records import ScanRequest
from rushes.testing.asked import statements
from rushes.testing.found import found_folder
from rushes.web.house import house

ACTOR = Actor("tests")


def test_statements_of_django_and_of_the_driver_alone_are_counted(server: People) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from rushes.db.models import Scan

    with CaptureQueriesContext(connection) as by_django, statements() as seen:
        assert Scan.objects.count() == 0
        assert list(house().records.scans().rows) == []
    assert ["rushes_scan" in one for one in seen] == [True, True]
    assert len(by_django) == 1


def test_every_way_of_the_driver_is_counted(server: People) -> None:
    from django.db import connection

    from rushes.db.models import StorageRoot

    connection.ensure_connection()
    driver: Any = connection.connection
    with statements() as seen, driver.cursor() as cursor:
        driver.execute("SELECT 1")
        cursor.execute(b"SELECT 2")
        cursor.executemany("SELECT %s::int", [(3,), (4,)])
        list(cursor.stream("SELECT 5"))
        with cursor.copy("COPY (SELECT 6) TO STDOUT") as copy:
            list(copy)
        list(StorageRoot.objects.iterator())
    assert seen[:5] == [
        "SELECT 1", "SELECT 2", "SELECT %s::int", "SELECT 5", "COPY (SELECT 6) TO STDOUT",
    ]  # fmt: skip
    assert any("rushes_storageroot" in one for one in seen[5:])


def test_statements_of_a_scan_without_django_are_counted(
    server: People, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rushes.db import opening

    monkeypatch.setattr(opening, "django_at_work", lambda: False)
    with closing(opening.open_records(database_url, data_dir=tmp_path)) as records:
        (scan,) = records.begin_scans([ScanRequest("/mnt/shows")], actor=ACTOR)
        with statements() as seen:
            records.add_folders(scan.id, [found_folder("nv", "plate.")], actor=ACTOR)
    assert sum(one.startswith("COPY rushes_staged") for one in seen) == 2


def test_nothing_is_counted_once_it_is_over(server: People) -> None:
    with statements() as seen:
        house().records.scans()
    before = len(seen)
    house().records.scans()
    assert len(seen) == before > 0


def test_lists_that_the_driver_reads_cost_the_same_with_many_records(api: Any) -> None:
    def cost() -> int:
        with statements() as seen:
            assert api("GET", "/api/v1/scans").status == 200
        return len(seen)

    api("POST", "/api/v1/scans", {"root": "/mnt/shows"})
    cost()
    few = cost()
    for _ in range(10):
        api("POST", "/api/v1/scans", {"root": "/mnt/shows"})
    assert cost() == few
