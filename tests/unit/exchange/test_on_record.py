"""An ingest is on record while it goes on, and told as what it came to, whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from rushes.core.canonical import canonical
from rushes.core.errors import Code, RushesError
from rushes.exchange import beating
from rushes.exchange.beating import Beating
from rushes.exchange.on_record import begun, name_of, on_record, story_end
from rushes.model.movement import (
    Headway,
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
)
from rushes.model.scan import Actor
from rushes.ports.progress import Silent
from rushes.testing.memory_movements import MemoryMovements

ADA = Actor("ada")


@pytest.fixture
def movements() -> MemoryMovements:
    return MemoryMovements({1})


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life follow one another closely."""
    monkeypatch.setattr(beating, "_EVERY_S", 0.005)
    monkeypatch.setattr(beating, "_SILENT_S", 0.01)


def new(key: str = "") -> NewMovement:
    return NewMovement(MovementKind.INGEST, key or str(uuid4()), 1, "a_{n:02d}")


def taking(movements: MemoryMovements) -> Callable[[], Movement]:
    return lambda: begun(movements, new(), actor=ADA)


def test_what_is_reported_is_on_record_and_a_cancel_is_heard(movements: MemoryMovements) -> None:
    made = movements.begin(new(), actor=ADA)
    beats = Beating(Silent(), movements, made.id, actor=ADA)
    beats.report(3, 40, "hashing")
    while movements.movement(made.id).headway != Headway(3, 40, "hashing"):
        pass
    assert not beats.cancelled()
    movements.cancel(made.id, actor=ADA)
    while not beats.cancelled():
        pass
    beats.stop()


def test_records_that_are_away_hold_nobody_up(
    movements: MemoryMovements, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = movements.begin(new(), actor=ADA)
    asked, whole = threading.Event(), movements.beat

    def away(*_: Any, **__: Any) -> bool:
        asked.set()
        raise RushesError(Code.DATABASE_UNAVAILABLE, "It is away.")

    monkeypatch.setattr(movements, "beat", away)
    beats = Beating(Silent(), movements, made.id, actor=ADA)
    assert asked.wait(30)
    assert not beats.cancelled()
    monkeypatch.setattr(movements, "beat", whole)
    beats.report(1)
    while movements.movement(made.id).headway.done != 1:
        pass
    beats.stop()


def test_what_came_of_it_is_told_at_the_end(movements: MemoryMovements) -> None:
    with on_record(movements, taking(movements), Silent(), actor=ADA) as record:
        assert record.movement.state is MovementState.RUNNING
        record.ended = MovementEnd(MovementState.REFUSED, {"refused": 2})
    assert movements.movement(1).counts == {"refused": 2}


@pytest.mark.parametrize(
    ("error", "state", "told"),
    [
        (RushesError(Code.CANCELLED, "Nobody wants it."), "cancelled", "Nobody wants it."),
        (RushesError(Code.WRITE_FAILED, "Full.", hint="Tidy up."), "failed", "Full. Tidy up."),
        (KeyError("x"), "failed", "It broke off: KeyError."),
        (KeyboardInterrupt(), "failed", "It broke off: KeyboardInterrupt."),
    ],
)
def test_what_breaks_off_is_told_and_goes_on_raising(
    movements: MemoryMovements, error: BaseException, state: str, told: str
) -> None:
    with (
        pytest.raises(type(error)),
        on_record(movements, taking(movements), Silent(), actor=ADA),
    ):
        raise error
    found = movements.movement(1)
    assert (found.state.value, found.told) == (state, told)


def test_one_that_was_done_after_all_is_followed_by_another(movements: MemoryMovements) -> None:
    first = begun(movements, new(), actor=ADA)
    assert begun(movements, new(first.key), actor=ADA).id == first.id
    movements.end(first.id, MovementEnd(MovementState.DONE), actor=ADA)
    assert begun(movements, new(first.key), actor=ADA).name == "a_02"


@pytest.mark.parametrize(
    ("drop", "name"),
    [
        ("/mnt/drops/acme", "acme_{n:02d}"),
        ("s3://bucket/in/monday/", "monday_{n:02d}"),
        ("/", "drop_{n:02d}"),
        ("/a/x{n}\udcff\n", "x_n____{n:02d}"),
        ("/" + "é" * 300, "é" * 200 + "_{n:02d}"),
    ],
)
def test_an_ingest_is_called_after_its_drop(drop: str, name: str) -> None:
    assert name_of(drop) == name


class _Story:
    """What a story tells, of so many versions with so much to say."""

    problem = "The records went away."

    def __init__(self, versions: int) -> None:
        finding = {"message": "x" * 1_000}
        one = {"name": "a", "fate": "ingested", "why": "", "findings": [finding]}
        self._row = {
            "counts": {"ingested": versions}, "versions": [one] * versions,
            "skipped": [], "findings": [],
        }  # fmt: skip

    def row(self) -> dict[str, Any]:
        return self._row


@pytest.mark.parametrize("versions", [1, 5_000, 50_000])
def test_a_report_is_cut_to_what_records_hold(versions: int) -> None:
    story: Any = _Story(versions)
    ended = story_end(story, "done")
    assert ended.counts == {"ingested": versions}
    assert ended.told == "The records went away."
    assert len(canonical(dict(ended.report))) < 1_000_000
    assert ended.report.get("is_cut", False) is (versions > 1)
