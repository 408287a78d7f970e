"""Every ingest of the command line is on record, from its beginning to what came of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.core.errors import Code, RushesError
from rushes.db.movements import DatabaseMovements
from rushes.db.opening import open_movements, open_studio
from rushes.exchange import recording
from rushes.model.movement import Movement, MovementKind, MovementState
from rushes.ports.movements import Movements
from rushes.ports.studio import Op
from rushes.testing.houses import settle
from rushes.testing.studios import ids, make

Command = Callable[..., Any]
NAMES = "{shot}_{task}_v{version:03d}.{ext}"


@pytest.fixture
def movements(
    home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Movements]:
    """What is on record, of the show FG with one shot."""
    settle(home, database_url, monkeypatch)
    (home / "shows").mkdir()
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        project = make(studio, "project", code="FG", templates={"delivery": NAMES}).id
        sequence = make(studio, "sequence", project=project, code="sc02").id
        shot = make(studio, "shot", sequence=sequence, code="sh010").id
        (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
        make(studio, "task", shot=shot, type=comp)
    with closing(open_movements(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def drop(home: Path) -> Path:
    """A drop of one file, called after somebody who likes braces."""
    folder = home / "acme {x}"
    folder.mkdir()
    (folder / "sh010_comp_v001.psd").write_bytes(b"layers")
    os.utime(folder / "sh010_comp_v001.psd", (1, 1))
    return folder


def ingest(rushes: Command, drop: Path, *more: str) -> Any:
    return rushes("ingest", drop, "--project", "FG", "--json", "--vendor", "acme", *more)


def one(movements: Movements) -> Movement:
    (found,) = movements.find().rows
    return found


def test_an_ingest_is_on_record_with_what_came_of_it(
    rushes: Command, movements: Movements, drop: Path
) -> None:
    ended = ingest(rushes, drop)
    found = one(movements)
    assert (found.kind, found.state) == (MovementKind.INGEST, MovementState.DONE)
    assert (found.name, found.context) == ("acme _x__01", "acme")
    assert found.counts == ended.json["counts"]
    assert found.report["ingest"] == ended.json["ingest"]
    assert found.order["drop"] == str(drop)
    assert found.order["options"]["vendor"] == "acme"
    assert found.ended is not None


def test_each_run_of_its_own_is_a_movement_of_its_own(
    rushes: Command, movements: Movements, drop: Path
) -> None:
    for _ in range(2):
        assert ingest(rushes, drop).code == exits.OK
    assert [found.name for found in movements.find().rows] == ["acme _x__02", "acme _x__01"]


def test_a_run_that_broke_off_goes_on_as_the_same_movement(
    rushes: Command, movements: Movements, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise RushesError(Code.DATABASE_UNAVAILABLE, "It went away.")

    with monkeypatch.context() as broken:
        broken.setattr(recording.Recorder, "record", away)
        assert ingest(rushes, drop).code == exits.UNAVAILABLE
    first = one(movements)
    assert first.state is MovementState.PARTIAL
    assert "It went away." in first.told
    assert ingest(rushes, drop).code == exits.OK
    assert (one(movements).id, one(movements).state) == (first.id, MovementState.DONE)


def test_a_drop_that_is_no_good_is_told_so(
    rushes: Command, movements: Movements, drop: Path
) -> None:
    (drop / "sh010_comp_v001.psd").rename(drop / "sh990_comp_v001.psd")
    assert ingest(rushes, drop).code == exits.FOUND
    assert one(movements).state is MovementState.REFUSED


def test_an_ingest_that_cannot_begin_is_told_as_failed(
    rushes: Command, movements: Movements, drop: Path
) -> None:
    (drop / "sh010_comp_v001.psd").unlink()
    ingest(rushes, drop)
    found = one(movements)
    assert found.state is MovementState.FAILED
    assert "no file" in found.told


def test_a_dry_run_is_on_no_record(rushes: Command, movements: Movements, drop: Path) -> None:
    ingest(rushes, drop, "--dry-run")
    ingest(rushes, drop, "--dry-run", "--no-db")
    assert movements.find().rows == []


def test_records_that_go_away_at_the_end_change_nothing_of_the_ingest(
    rushes: Command, movements: Movements, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise RushesError(Code.DATABASE_UNAVAILABLE, "It went away.")

    with monkeypatch.context() as broken:
        broken.setattr(DatabaseMovements, "end", away)
        broken.setattr(DatabaseMovements, "beat", away)
        assert ingest(rushes, drop).code == exits.OK
    assert one(movements).state is MovementState.RUNNING
    assert ingest(rushes, drop).json["counts"] == {"skipped": 1}


def test_ingests_of_all_machines_are_listed(
    rushes: Command, movements: Movements, drop: Path
) -> None:
    assert rushes("ingest", "list", "--all", "--json").json["ingests"] == []
    ingest(rushes, drop)
    (told,) = rushes("ingest", "list", "--all", "--json").json["ingests"]
    assert (told["name"], told["state"], told["drop"]) == ("acme _x__01", "done", str(drop))
    assert told["machine"]
    listed = rushes("ingest", "list", "--all")
    assert listed.code == exits.OK
    assert "acme _x__01" in listed.out


def test_without_records_there_is_no_list_of_all(rushes: Command, home: Path) -> None:
    assert rushes("ingest", "list", "--all").code == exits.NOT_THERE
