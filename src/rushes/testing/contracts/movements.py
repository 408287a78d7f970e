"""How every keeper of movements has to hold them, whoever begins, cancels and ends at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from rushes.core.errors import Code
from rushes.model.movement import (
    Headway,
    MovementEnd,
    MovementKind,
    MovementState,
)
from rushes.testing.contracts.movements_dock import ADA, DONE, NEVER, Dock, after, file
from rushes.testing.studios import refusal


class BeginContract:
    """Subclass it and give a fixture `dock`."""

    def test_what_begins_is_on_record_as_it_was_given(self, dock: Dock) -> None:
        order = {"playlist": 7, "of": ["a", {"b": None}], "share": 0.5, "note": "grüße \U0001f39e"}
        made = dock.begin("for_acme", order=order)
        assert dock.movements.movement(made.id) == made
        assert (made.kind, made.name, made.context) == (
            MovementKind.DELIVERY, "for_acme", "client_out"
        )  # fmt: skip
        assert made.order == order
        assert made.state is MovementState.RUNNING
        assert made.artist == "ada"
        assert made.machine
        assert made.started is not None
        assert made.ended is None
        assert made.wanted

    def test_what_is_queued_has_neither_begun_nor_a_machine(self, dock: Dock) -> None:
        made = dock.begin(state=MovementState.QUEUED)
        assert made.state is MovementState.QUEUED
        assert (made.started, made.seen, made.ended, made.machine) == (None, None, None, "")
        assert made.headway == Headway()

    def test_begun_twice_with_one_key_it_is_one_movement(self, dock: Dock) -> None:
        key = str(uuid4())
        first = dock.begin(key=key)
        assert dock.begin(key=key).id == first.id
        assert dock.begin("other", key=key.upper()).name == first.name
        assert dock.names() == [first.name]

    @pytest.mark.parametrize("state", [MovementState.FAILED, MovementState.PARTIAL])
    def test_what_broke_off_goes_on_under_its_key(self, dock: Dock, state: MovementState) -> None:
        made = dock.begin(key=str(uuid4()))
        dock.movements.end(made.id, MovementEnd(state, told="a disk was full"), actor=ADA)
        again = dock.begin(key=made.key)
        assert (again.id, again.state, again.told) == (made.id, MovementState.RUNNING, "")
        assert again.ended is None
        assert dock.movements.beat(made.id, Headway(1), actor=ADA)

    def test_what_was_cancelled_is_wanted_when_it_begins_again(self, dock: Dock) -> None:
        made = dock.begin(state=MovementState.QUEUED)
        dock.movements.cancel(made.id, actor=ADA)
        again = dock.begin(key=made.key, state=MovementState.QUEUED)
        assert (again.state, again.wanted) == (MovementState.QUEUED, True)

    def test_what_is_queued_again_while_it_runs_goes_on_running(self, dock: Dock) -> None:
        made = dock.begin()
        again = dock.begin(key=made.key, state=MovementState.QUEUED)
        assert (again.state, again.started) == (MovementState.RUNNING, made.started)

    def test_what_is_done_stays_done_when_it_begins_again(self, dock: Dock) -> None:
        made = dock.deliver(file())
        assert dock.begin(key=made.key) == made
        assert dock.files(made.id) == [file()]

    def test_a_key_of_another_kind_or_project_is_refused(self, dock: Dock) -> None:
        made = dock.begin()
        for given in ({"kind": MovementKind.INGEST}, {"project": dock.other}):
            with refusal(Code.RECORD_CONFLICT, "key"):
                dock.begin(key=made.key, **given)

    def test_a_name_without_a_number_is_given_once_in_a_project(self, dock: Dock) -> None:
        dock.begin("final")
        with refusal(Code.RECORD_CONFLICT, "name"):
            dock.begin("final")
        assert dock.begin("final", project=dock.other).name == "final"

    def test_a_number_in_a_name_is_the_first_free_one(self, dock: Dock) -> None:
        dock.begin("acme_02")
        made = [dock.begin("acme_{n:02d}").name for _ in range(3)]
        assert made == ["acme_01", "acme_03", "acme_04"]
        assert dock.begin("acme_{n}_to_{n:03d}").name == "acme_1_to_001"
        assert dock.begin("acme_{n:02d}", project=dock.other).name == "acme_01"

    def test_sixteen_at_once_get_consecutive_names(self, dock: Dock) -> None:
        def begin(_: int) -> str:
            try:
                return dock.begin().name
            finally:
                dock.movements.close()

        with ThreadPoolExecutor(16) as pool:
            names = list(pool.map(begin, range(48)))
        assert sorted(names) == [f"acme_{number:02d}" for number in range(1, 49)]

    def test_one_key_begun_by_many_at_once_is_one_movement(self, dock: Dock) -> None:
        key = str(uuid4())

        def begin(_: int) -> int:
            try:
                return dock.begin(key=key).id
            finally:
                dock.movements.close()

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(begin, range(16)))) == 1

    def test_a_project_that_is_not_there_has_no_movements(self, dock: Dock) -> None:
        with refusal(Code.RECORD_NOT_FOUND, "project"):
            dock.begin(project=NEVER)
        with refusal(Code.RECORD_NOT_FOUND, "project"):
            dock.movements.sent(NEVER, "client_out")

    @pytest.mark.parametrize(
        "given",
        [
            {"key": "seven"},
            {"name": ""},
            {"name": " "},
            {"name": "x" * 256},
            {"name": "a\0b"},
            {"context": "a\0b"},
            {"order": {"a": float("inf")}},
            {"order": {"a": "\0"}},
            {"state": MovementState.DONE},
        ],
        ids=str,
    )
    def test_what_makes_no_sense_is_refused(self, dock: Dock, given: dict[str, Any]) -> None:
        with refusal(Code.FIELD_INVALID, next(iter(given))):
            dock.begin(**given)
        assert dock.names() == []


class GoingContract:
    """Subclass it and give a fixture `dock`."""

    def test_a_sign_of_life_tells_how_far_it_is(self, dock: Dock) -> None:
        made = dock.begin()
        assert dock.movements.beat(made.id, Headway(3, 40, "hashing"), actor=ADA)
        assert dock.movements.movement(made.id).headway == Headway(3, 40, "hashing")
        assert dock.movements.beat(made.id, Headway(2**40), actor=ADA)
        assert dock.movements.movement(made.id).headway == Headway(2**40)

    def test_what_is_over_is_as_far_as_it_goes_and_what_broke_off_is_where_it_was(
        self, dock: Dock
    ) -> None:
        for last, state, told in (
            (Headway(3, 40, "hashing"), MovementState.DONE, Headway(40, 40, "hashing")),
            (Headway(7), MovementState.REFUSED, Headway(7, 7)),
            (Headway(), MovementState.DONE, Headway()),
            (Headway(3, 40), MovementState.FAILED, Headway(3, 40)),
        ):
            made = dock.begin()
            dock.movements.beat(made.id, last, actor=ADA)
            assert dock.movements.end(made.id, MovementEnd(state), actor=ADA).headway == told

    def test_the_first_sign_of_life_begins_what_was_queued(self, dock: Dock) -> None:
        made = dock.begin(state=MovementState.QUEUED)
        assert dock.movements.beat(made.id, Headway(), actor=ADA)
        going = dock.movements.movement(made.id)
        assert going.state is MovementState.RUNNING
        assert going.started is not None
        assert going.machine

    def test_what_nobody_has_begun_is_cancelled_at_once(self, dock: Dock) -> None:
        made = dock.begin(state=MovementState.QUEUED)
        gone = dock.movements.cancel(made.id, actor=ADA)
        assert (gone.state, gone.wanted) == (MovementState.CANCELLED, False)
        assert gone.ended is not None
        assert not dock.movements.beat(made.id, Headway(), actor=ADA)
        assert dock.movements.movement(made.id).state is MovementState.CANCELLED

    def test_what_runs_learns_at_its_next_sign_of_life_that_it_is_cancelled(
        self, dock: Dock
    ) -> None:
        made = dock.begin()
        wanted_no_more = dock.movements.cancel(made.id, actor=ADA)
        assert (wanted_no_more.state, wanted_no_more.wanted) == (MovementState.RUNNING, False)
        assert not dock.movements.beat(made.id, Headway(1), actor=ADA)
        ended = MovementEnd(MovementState.CANCELLED, {"ingested": 1}, "cancelled")
        gone = dock.movements.end(made.id, ended, actor=ADA)
        assert (gone.state, gone.wanted) == (MovementState.CANCELLED, False)

    @pytest.mark.parametrize("state", [MovementState.DONE, MovementState.REFUSED])
    def test_what_has_ended_stays_as_it_is(self, dock: Dock, state: MovementState) -> None:
        made = dock.begin()
        ended = dock.movements.end(made.id, MovementEnd(state), actor=ADA)
        assert dock.movements.cancel(made.id, actor=ADA) == ended
        assert not dock.movements.beat(made.id, Headway(9), actor=ADA)
        assert dock.movements.movement(made.id) == ended

    def test_what_gives_no_sign_of_life_for_a_minute_is_lost(
        self, dock: Dock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = dock.begin()
        after(monkeypatch, 59, made.seen)
        assert not dock.movements.movement(made.id).lost
        after(monkeypatch, 61)
        (listed,) = dock.movements.find(states=[MovementState.RUNNING]).rows
        assert listed.lost
        assert dock.movements.beat(made.id, Headway(1), actor=ADA)
        assert not dock.movements.movement(made.id).lost

    def test_only_what_runs_is_lost(self, dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
        dock.begin(state=MovementState.QUEUED)
        dock.deliver(file())
        after(monkeypatch, 10_000)
        assert [one.lost for one in dock.movements.find().rows] == [False, False]

    def test_what_is_lost_is_cancelled_at_once(
        self, dock: Dock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = dock.begin()
        dock.movements.cancel(made.id, actor=ADA)
        after(monkeypatch, 61)
        assert dock.movements.movement(made.id).lost
        gone = dock.movements.cancel(made.id, actor=ADA)
        assert (gone.state, gone.wanted, gone.lost) == (MovementState.CANCELLED, False, False)
        assert gone.ended is not None
        assert not dock.movements.beat(made.id, Headway(1), actor=ADA)
        assert dock.movements.movement(made.id) == gone

    def test_what_is_lost_goes_on_when_it_begins_again(
        self, dock: Dock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = dock.begin()
        dock.movements.cancel(made.id, actor=ADA)
        after(monkeypatch, 61)
        again = dock.begin(key=made.key)
        assert (again.id, again.state, again.lost) == (made.id, MovementState.RUNNING, False)
        assert dock.movements.beat(made.id, Headway(1), actor=ADA)

    def test_what_is_lost_is_queued_anew_when_it_is_asked_for_again(
        self, dock: Dock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = dock.begin()
        after(monkeypatch, 61)
        again = dock.begin(key=made.key, state=MovementState.QUEUED)
        assert (again.id, again.state, again.started) == (made.id, MovementState.QUEUED, None)

    def test_what_was_done_before_it_learned_of_a_cancel_is_done(self, dock: Dock) -> None:
        made = dock.begin()
        dock.movements.cancel(made.id, actor=ADA)
        ended = replace(DONE, files=(file(),))
        assert dock.movements.end(made.id, ended, actor=ADA).state is MovementState.DONE
        assert dock.sent() == {file().path: made.id}

    def test_a_movement_that_is_not_there_is_not_found(self, dock: Dock) -> None:
        asked = dock.movements
        for ask in (
            lambda: asked.movement(NEVER),
            lambda: asked.beat(NEVER, Headway(), actor=ADA),
            lambda: asked.end(NEVER, DONE, actor=ADA),
            lambda: asked.cancel(NEVER, actor=ADA),
            lambda: asked.files(NEVER),
        ):
            with refusal(Code.RECORD_NOT_FOUND, str(NEVER)):
                ask()
