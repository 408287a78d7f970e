"""`rushes ingest` run again finds what is there, and makes good what an earlier run left undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.core.errors import Code, RushesError
from rushes.exchange import following, recording
from rushes.exchange.digesting import digested
from rushes.ports.studio import Studio
from rushes.testing.drops import write
from rushes.testing.ingests import Command, count, drop, fates, ingest, media, records, tree

__all__ = ["drop", "records"]


def down(*_: object, **__: object) -> None:
    raise RushesError(Code.DATABASE_UNAVAILABLE, "The database is away.", hint="Wait.")


def test_a_second_run_finds_all_of_it_there(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    assert ingest(rushes, drop).code == exits.OK
    before, publishes = tree(home / "shows"), count(records, "publish")
    ended = ingest(rushes, drop)
    assert ended.code == exits.OK
    assert set(fates(ended).values()) == {"skipped"}
    assert tree(home / "shows") == before
    assert (count(records, "publish"), count(records, "version")) == (publishes, 2)


def test_a_database_that_goes_away_between_copy_and_record_is_told_and_made_good(
    rushes: Command, records: Studio, drop: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(recording, "integrate", down)
        ended = ingest(rushes, drop)
    assert ended.code == exits.UNAVAILABLE
    assert set(fates(ended).values()) == {"failed"}
    assert "The database is away." in ended.json["problem"]
    assert len(media(home / "shows")) == 4
    assert count(records, "publish") == 0
    listed = rushes("ingest", "list", "--json").json["ingests"]
    assert [one["state"] for one in listed] == ["partial"]
    again = rushes("ingest", "retry", listed[0]["ingest"][:6], "--json")
    assert again.code == exits.OK, again.out
    assert set(fates(again).values()) == {"ingested"}
    assert (count(records, "publish"), count(records, "version")) == (2, 2)
    assert rushes("ingest", "list", "--json").json["ingests"][0]["state"] == "done"


def test_a_version_that_lacks_beside_its_publish_is_made(
    rushes: Command, records: Studio, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(recording.Recorder, "_version", down)
        assert ingest(rushes, drop).code == exits.UNAVAILABLE
    assert (count(records, "publish"), count(records, "version")) == (1, 0)
    assert ingest(rushes, drop).code == exits.OK
    assert (count(records, "publish"), count(records, "version")) == (2, 2)


def test_what_is_beside_the_media_is_made_good_by_the_next_run(
    rushes: Command, records: Studio, drop: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise RushesError(Code.WRITE_FAILED, "No room.", hint="Make some.")

    with monkeypatch.context() as patched:
        patched.setattr(following, "composed", full)
        ended = ingest(rushes, drop)
    assert ended.code == exits.NOT_WRITTEN
    assert set(fates(ended).values()) == {"ingested"}
    assert not list((home / "shows").rglob("ascmhl"))
    ended = ingest(rushes, drop)
    assert ended.code == exits.OK
    assert set(fates(ended).values()) == {"skipped"}
    assert len(list((home / "shows").rglob("*.mhl"))) == 2
    assert ingest(rushes, drop).code == exits.OK
    assert len(list((home / "shows").rglob("*.mhl"))) == 2


def test_files_that_are_gone_though_on_record_are_brought_back(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    assert ingest(rushes, drop).code == exits.OK
    before = media(home / "shows")
    next((home / "shows").rglob("*.1002.dpx")).unlink()
    ended = ingest(rushes, drop)
    assert (ended.code, fates(ended)["sc02/sh010 comp v004"]) == (exits.OK, "ingested")
    assert media(home / "shows") == before
    assert (count(records, "publish"), count(records, "version")) == (2, 2)


def test_a_run_that_goes_on_hashes_no_file_again_that_looks_the_same(
    rushes: Command, records: Studio, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(recording, "integrate", down)
        assert ingest(rushes, drop).code == exits.UNAVAILABLE
    write(drop / "sh020_comp_v001.dpx", b"other")
    asked: list[str] = []

    def counted(place: Any, wishes: Any, **given: Any) -> Any:
        asked.extend(one.path for one in wishes)
        return digested(place, wishes, **given)

    monkeypatch.setattr("rushes.exchange.checking.digested", counted)
    ended = ingest(rushes, drop, "--resume")
    assert (ended.code, asked) == (exits.OK, ["sh020_comp_v001.dpx"])
