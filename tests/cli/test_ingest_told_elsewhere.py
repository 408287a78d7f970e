"""Versions of an ingest reach other trackers once each, by way of the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.core.errors import Code, RushesError
from rushes.db.opening import open_studio
from rushes.ports.studio import Op, Studio
from rushes.testing.houses import settle
from rushes.testing.studios import ids, make
from rushes.testing.trak.server import Fault, TrakServer, Wrong, trak_server
from rushes.testing.trak.versions import environment, install, version_server

Command = Callable[..., Any]


@pytest.fixture
def records(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    settle(home, database_url, monkeypatch)
    (home / "shows").mkdir()
    names = {"delivery": "{shot}_{task}_v{version:03d}.{ext}"}
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        project = make(studio, "project", code="FG", name="Frost Giant", templates=names).id
        sequence = make(studio, "sequence", project=project, code="sc02").id
        (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
        for code in ("sh010", "sh020"):
            shot = make(studio, "shot", sequence=sequence, code=code).id
            make(studio, "task", shot=shot, type=comp)
        yield studio


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrakServer]:
    monkeypatch.syspath_prepend(install(tmp_path / "installed"))
    with version_server() as served:
        for name, value in environment(served).items():
            monkeypatch.setenv(name, value)
        yield served


@pytest.fixture
def drop(home: Path) -> Path:
    folder = home / "drop"
    folder.mkdir()
    for shot in ("sh010", "sh020"):
        (folder / f"{shot}_comp_v001.dpx").write_bytes(shot.encode())
    return folder


def ingest(rushes: Command, drop: Path, *more: str) -> Any:
    return rushes("ingest", drop, "--project", "FG", "--settle", "0", *more)


def states(ended: Any) -> list[str]:
    return [told["state"] for one in ended.json["versions"] for told in one["trackers"]]


def had(served: TrakServer) -> list[str]:
    """The shots of all Versions it was told of, as often as it was told."""
    return sorted(one["shot"] for told in served.results.values() for one in told)


def test_what_is_on_record_is_told_by_the_names_people_know(
    rushes: Command, records: Studio, elsewhere: TrakServer, drop: Path
) -> None:
    ended = ingest(rushes, drop, "--json")
    assert (ended.code, states(ended)) == (exits.OK, ["delivered"] * 2)
    ((told,), _) = elsewhere.results.values()
    wanted = {"project": "FG", "sequence": "sc02", "task": "comp", "number": 1, "asset": ""}
    assert {name: told[name] for name in wanted} == wanted
    of_shot = {one["shot"]: one["version_id"] for (one,) in elsewhere.results.values()}
    assert of_shot == {one["shot"]: one["version_id"] for one in ended.json["versions"]}
    assert had(elsewhere) == ["sh010", "sh020"]
    keys = {one.headers["idempotency-key"] for one in elsewhere.asked}
    assert len(keys) == 2


def test_a_version_is_told_once_however_often_it_is_ingested(
    rushes: Command, records: Studio, elsewhere: TrakServer, drop: Path
) -> None:
    for _ in range(3):
        assert states(ingest(rushes, drop, "--json")) == ["delivered"] * 2
    assert had(elsewhere) == ["sh010", "sh020"]


def test_what_could_not_be_told_waits_and_comes_later_once(
    rushes: Command, records: Studio, elsewhere: TrakServer, drop: Path
) -> None:
    elsewhere.faults.append(Fault(Wrong.STATUS, status=503, times=100))
    ended = ingest(rushes, drop)
    assert ended.code == exits.UNAVAILABLE
    assert ended.out.count("elsewhere: waits in the outbox (HTTP 503)") == 2
    assert "rushes outbox retry" in ended.out
    assert had(elsewhere) == []
    kept = rushes("outbox", "list", "--json").json["posts"]
    assert [(one["kind"], one["state"], one["qc_id"]) for one in kept] == [
        ("version", "waiting", None)
    ] * 2
    elsewhere.faults.clear()
    assert rushes("outbox", "retry").code == exits.OK
    assert had(elsewhere) == ["sh010", "sh020"]
    assert states(ingest(rushes, drop, "--json")) == ["delivered"] * 2
    assert rushes("outbox", "retry", "--all").code == exits.OK
    assert had(elsewhere) == ["sh010", "sh020"]


def test_the_next_ingest_of_the_same_sends_what_waits(
    rushes: Command, records: Studio, elsewhere: TrakServer, drop: Path
) -> None:
    elsewhere.faults.append(Fault(Wrong.STATUS, status=503))
    assert ingest(rushes, drop).code == exits.UNAVAILABLE
    assert states(ingest(rushes, drop, "--json")) == ["delivered"] * 2
    assert had(elsewhere) == ["sh010", "sh020"]


def test_an_answer_that_got_lost_is_asked_after_and_not_sent_again(
    rushes: Command, records: Studio, elsewhere: TrakServer, drop: Path
) -> None:
    elsewhere.faults.append(Fault(Wrong.CUT_AFTER))
    first = ingest(rushes, drop, "--json")
    assert first.code != exits.OK
    assert rushes("outbox", "retry").code == exits.OK
    assert had(elsewhere) == ["sh010", "sh020"]


def test_what_is_refused_is_named_and_not_sent_again_by_itself(
    rushes: Command, records: Studio, elsewhere: TrakServer, drop: Path
) -> None:
    elsewhere.faults.append(Fault(Wrong.STATUS, status=422))
    assert sorted(states(ingest(rushes, drop, "--json"))) == ["delivered", "refused"]
    again = ingest(rushes, drop)
    assert again.code == exits.FOUND
    assert "elsewhere: will not have it (HTTP 422)" in again.out
    assert len(had(elsewhere)) == 1


def test_versions_from_before_a_tracker_are_told_when_they_come_again(
    rushes: Command,
    records: Studio,
    elsewhere: TrakServer,
    drop: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUSHES_TRACKING_TRACKERS", "")
    assert states(ingest(rushes, drop, "--json")) == []
    monkeypatch.setenv("RUSHES_TRACKING_TRACKERS", "elsewhere")
    assert states(ingest(rushes, drop, "--json")) == ["delivered"] * 2


def test_an_outbox_that_is_away_is_no_success_and_the_next_run_tells(
    rushes: Command,
    records: Studio,
    elsewhere: TrakServer,
    drop: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object, **__: object) -> None:
        raise RushesError(Code.DATABASE_UNAVAILABLE, "The database went away.", hint="Start it.")

    from rushes.db.outbox import DatabaseOutbox  # once there is a database

    with monkeypatch.context() as broken:
        broken.setattr(DatabaseOutbox, "enqueue", away)
        ended = ingest(rushes, drop)
    assert ended.code == exits.UNAVAILABLE
    assert "nothing waits in the outbox (The database went away.)" in ended.out
    assert had(elsewhere) == []
    assert states(ingest(rushes, drop, "--json")) == ["delivered"] * 2


def test_trak_is_told_of_no_version_and_who_asks_for_it_is_told_so_before_anything(
    rushes: Command, records: Studio, drop: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with trak_server() as trak:
        for name, value in trak.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("RUSHES_TRACKING_TRACKERS", "trak")
        ended = ingest(rushes, drop)
        assert ended.code == exits.NOT_THERE
        assert "trak, which cannot be told of Versions" in ended.err
        assert list((home / "shows").iterdir()) == []
        monkeypatch.setenv("RUSHES_TRACKING_TRACKERS", "")
        assert ingest(rushes, drop).code == exits.OK
        assert trak.asked == []
