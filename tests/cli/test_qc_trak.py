"""Results of quality checks reach Trak once each, and nothing is said of it that is not so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rushes.testing.trak.server import Fault, TrakServer, Wrong, trak_server

Command = Callable[..., Any]


@pytest.fixture
def trak(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrakServer]:
    with trak_server() as served:
        for name, value in served.environment().items():
            monkeypatch.setenv(name, value)
        yield served


@pytest.fixture
def media(shows: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    return shows / "demo" / "sq010" / "sh0020" / "renders"


def test_a_result_is_posted_once_and_the_record_holds_traks_id(
    rushes: Command, media: Path, trak: TrakServer
) -> None:
    trak.has(f"{media}/beauty.%04d.exr", "ASSET-1")
    first = rushes("qc", "crawl", media, "--trak", "--result", "pass", "--json")
    assert first.code == 0
    assert first.json["trak"]["posted"] == 1
    assert first.json["trak"]["no_such_asset"] == 1  # notes.txt
    again = rushes("qc", "crawl", media, "--trak", "--result", "pass", "--json")
    assert again.json["trak"]["posted"] == 0
    (told,) = trak.results["ASSET-1"]
    assert told["asset_id"] == "ASSET-1"
    assert told["qc_result"] == "pass"


def test_a_sequence_that_is_alone_in_its_folder_is_known_by_the_folder(
    rushes: Command, media: Path, trak: TrakServer
) -> None:
    (media / "notes.txt").unlink()
    trak.has(str(media), "ASSET-2")
    assert rushes("qc", "crawl", media, "--trak", "--result", "fail").code == 0
    assert len(trak.told("ASSET-2")) == 1


def test_what_is_pending_is_looked_up_and_not_posted(
    rushes: Command, media: Path, trak: TrakServer
) -> None:
    trak.has(f"{media}/beauty.%04d.exr", "ASSET-1")
    ended = rushes("qc", "crawl", media, "--trak", "--json")
    assert ended.json["trak"]["posted"] == 0
    assert trak.results == {}


def test_results_of_runs_without_trak_are_posted_by_the_next_with_it(
    rushes: Command, media: Path, trak: TrakServer
) -> None:
    trak.has(f"{media}/beauty.%04d.exr", "ASSET-1")
    assert rushes("qc", "crawl", media, "--result", "pass").code == 0
    ended = rushes("qc", "crawl", media, "--trak", "--json")
    assert ended.json["crawls"][0]["written"] == 0
    assert ended.json["trak"]["posted"] == 1
    assert len(trak.told("ASSET-1")) == 1
    assert rushes("qc", "crawl", media, "--trak", "--json").json["trak"]["posted"] == 0
    assert len(trak.told("ASSET-1")) == 1


def test_an_outage_is_queued_and_sent_later(rushes: Command, media: Path, trak: TrakServer) -> None:
    trak.has(f"{media}/beauty.%04d.exr", "ASSET-1")
    trak.faults.append(Fault(Wrong.STATUS, status=503, times=100))
    ended = rushes("qc", "crawl", media, "--trak", "--result", "pass", "--json")
    assert ended.code == 3
    assert ended.json["trak"]["posted"] == 0
    assert ended.json["trak"]["queued"] >= 1
    assert ended.json["crawls"][0]["written"] == 2
    trak.faults.clear()
    assert rushes("outbox", "retry", "--all").code == 0
    assert len(trak.told("ASSET-1")) == 1


def test_what_trak_refuses_is_named_and_what_it_took_is_not(
    rushes: Command, media: Path, trak: TrakServer
) -> None:
    trak.has(f"{media}/notes.txt", "ASSET-1")
    trak.has(f"{media}/beauty.%04d.exr", "ASSET-2")
    trak.has(f"{media}/beauty.%04d.exr", "ASSET-3")
    ended = rushes("qc", "crawl", media, "--trak", "--result", "pass")
    assert ended.code == 1
    assert "Trak: 1 posted, 1 refused." in ended.out
    assert f"{media}/beauty.%04d.exr: Trak found 2 assets" in ended.err
    assert "HTTP 201" not in ended.err


def test_an_asset_that_trak_refuses_to_tell_is_kept_as_refused(
    rushes: Command, media: Path, trak: TrakServer
) -> None:
    trak.has(f"{media}/beauty.%04d.exr", "ASSET-2")
    trak.has(f"{media}/beauty.%04d.exr", "ASSET-3")
    ended = rushes("qc", "crawl", media, "--trak", "--result", "pass", "--json")
    assert (ended.code, ended.json["trak"]["refused"]) == (1, 1)
    (kept,) = rushes("outbox", "list", "--json").json["posts"]
    assert kept["state"] == "refused"
    assert "Trak found 2 assets" in kept["told"]
    again = rushes("outbox", "retry", "--all", "--json")
    assert (again.code, again.json["sums"]["refused"]) == (1, 1)


@pytest.mark.parametrize("ending", ["", "/qc"])
@pytest.mark.parametrize("given", [(), ("--json",)])
def test_an_outage_is_told_once(
    rushes: Command, media: Path, trak: TrakServer, ending: str, given: tuple[str, ...]
) -> None:
    trak.has(f"{media}/beauty.%04d.exr", "ASSET-1")
    trak.faults.append(Fault(Wrong.STATUS, ending=ending, status=503, times=100))
    ended = rushes("qc", "crawl", media, "--trak", "--result", "pass", *given)
    assert ended.code == 3
    assert (ended.out + ended.err).count("HTTP 503") == 1


def test_trak_without_an_address_is_an_error_before_anything_is_done(
    rushes: Command, media: Path
) -> None:
    ended = rushes("qc", "crawl", media, "--trak", "--result", "pass")
    assert ended.code == 2
    assert "trak.base_url" in ended.err
    assert not (media / ".qc").exists()


def test_a_dry_run_asks_trak_nothing(rushes: Command, media: Path, trak: TrakServer) -> None:
    ended = rushes("qc", "crawl", media, "--trak", "--dry-run", "--result", "pass", "--json")
    assert ended.json["trak"] is None
    assert trak.asked == []
