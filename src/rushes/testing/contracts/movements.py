"""How every keeper of movements has to hold them, whoever begins, cancels and ends at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.movement import (
    DeliveredFile,
    Headway,
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
)
from rushes.model.scan import Actor
from rushes.ports.movements import Movements
from rushes.ports.records import every
from rushes.testing.studios import refusal

ADA = Actor("ada", tool="contract suite")
DONE = MovementEnd(MovementState.DONE)
_NEVER = 2**62


class Dock(NamedTuple):
    """Where movements begin and end, and two projects that they are of."""

    movements: Movements
    project: int
    other: int

    def begin(self, name: str = "acme_{n:02d}", **given: Any) -> Movement:
        """One that begins; a delivery unless something else is said."""
        told = {
            "kind": MovementKind.DELIVERY,
            "key": str(uuid4()),
            "project": self.project,
            "context": "client_out",
            **given,
        }
        return self.movements.begin(NewMovement(name=name, **told), actor=ADA)

    def deliver(self, *files: DeliveredFile, **given: Any) -> Movement:
        """One that is done."""
        made = self.begin(**given)
        ended = replace(DONE, files=files)
        return self.movements.end(made.id, ended, actor=ADA)

    def files(self, number: int) -> list[DeliveredFile]:
        """All files of a delivery."""
        return list(every(lambda page: self.movements.files(number, page=page)))

    def sent(self, context: str = "client_out", *paths: str) -> dict[str, int]:
        """By path, the delivery that took it last."""
        found = every(
            lambda page: self.movements.sent(self.project, context, paths=paths, page=page)
        )
        return {one.file.path: one.movement for one in found}

    def with_digest(self, *digests: str) -> list[tuple[int, str]]:
        """Deliveries that took files of these digests, and under which path."""
        found = every(lambda page: self.movements.with_digest(digests, page=page))
        return [(one.movement, one.file.path) for one in found]

    def names(self, **given: Any) -> list[str]:
        """What those are called that fit."""
        return [one.name for one in every(lambda page: self.movements.find(page=page, **given))]


def digest(text: str) -> str:
    """Something that looks as a BLAKE3 digest does."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def file(path: str = "sh010/beauty.1001.exr", **given: Any) -> DeliveredFile:
    """A file of a delivery; its content is that of its path, unless it is given."""
    digests: Mapping[str, str] = {"blake3": digest(path)}
    return DeliveredFile(**{"path": path, "size": 7, "digests": digests, **given})


def after(monkeypatch: pytest.MonkeyPatch, seconds: float, last: datetime | None = None) -> None:
    """Have it be so much later than it is, or than this moment."""
    later = (last or datetime.now(UTC)) + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: later)


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
            dock.begin(project=_NEVER)
        with refusal(Code.RECORD_NOT_FOUND, "project"):
            dock.movements.sent(_NEVER, "client_out")

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
            lambda: asked.movement(_NEVER),
            lambda: asked.beat(_NEVER, Headway(), actor=ADA),
            lambda: asked.end(_NEVER, DONE, actor=ADA),
            lambda: asked.cancel(_NEVER, actor=ADA),
            lambda: asked.files(_NEVER),
        ):
            with refusal(Code.RECORD_NOT_FOUND, str(_NEVER)):
                ask()


class EndContract:
    """Subclass it and give a fixture `dock`."""

    def test_what_came_of_it_is_told_with_all_its_files(self, dock: Dock) -> None:
        files = (
            file("a/b.1002.exr", publish=7, version=8, frame=1002, source="/mnt/b\\xff.exr"),
            file("a/b.1001.exr", publish=7, version=8, frame=-1, earlier=3),
            file("notes.txt", digests={"blake3": digest("n"), "md5": "0f"}, size=0),
        )
        report = {"packages": [{"url": "s3://out/a.zip", "size": 9, "digests": {"md5": "1"}}]}
        ended = MovementEnd(MovementState.DONE, {"files": 3}, "grüße", report, files)
        made = dock.begin()
        done = dock.movements.end(made.id, ended, actor=ADA)
        assert done == dock.movements.movement(made.id)
        assert (done.state, done.counts, done.told) == (MovementState.DONE, {"files": 3}, "grüße")
        assert done.report == report
        assert done.ended is not None
        assert dock.files(made.id) == [files[1], files[0], files[2]]

    def test_said_again_the_same_changes_nothing(self, dock: Dock) -> None:
        ended = replace(DONE, counts={"files": 2}, files=(file("b"), file("a")))
        made = dock.begin()
        done = dock.movements.end(made.id, ended, actor=ADA)
        again = replace(ended, files=ended.files[::-1])
        assert dock.movements.end(made.id, again, actor=ADA) == done

    def test_of_what_is_done_nothing_else_is_said(self, dock: Dock) -> None:
        made = dock.deliver(file("a"))
        for ended in (
            DONE,
            replace(DONE, files=(file("b"),)),
            replace(DONE, files=(file("a", size=8),)),
            replace(DONE, files=(file("a"),), told="x"),
            MovementEnd(MovementState.FAILED, files=(file("a"),)),
        ):
            with refusal(Code.RECORD_CONFLICT, "done"):
                dock.movements.end(made.id, ended, actor=ADA)
        assert dock.files(made.id) == [file("a")]

    def test_what_broke_off_and_went_on_ends_anew(self, dock: Dock) -> None:
        made = dock.begin()
        partial = MovementEnd(MovementState.PARTIAL, {"files": 1}, "more to do", files=(file("a"),))
        dock.movements.end(made.id, partial, actor=ADA)
        assert dock.files(made.id) == [file("a")]
        assert dock.sent() == {}
        dock.begin(key=made.key)
        assert dock.files(made.id) == []
        whole = replace(DONE, files=(file("a"), file("b")))
        assert dock.movements.end(made.id, whole, actor=ADA).told == ""
        assert dock.files(made.id) == [file("a"), file("b")]
        assert dock.sent() == dict.fromkeys("ab", made.id)

    def test_thousands_of_files_are_on_record_or_none(self, dock: Dock) -> None:
        made = dock.begin()
        files = [file(f"sh010/beauty.{frame:05d}.exr", frame=frame) for frame in range(5_001)]
        bad = replace(files[4_321], digests={"md5": "0"})
        with refusal(Code.FIELD_INVALID, bad.path):
            ended = replace(DONE, files=(*files[:4_321], bad, *files[4_322:]))
            dock.movements.end(made.id, ended, actor=ADA)
        assert dock.movements.movement(made.id) == made
        assert dock.files(made.id) == []
        dock.movements.end(made.id, replace(DONE, files=tuple(files[::-1])), actor=ADA)
        assert dock.movements.files(made.id).next is not None
        assert dock.files(made.id) == files

    def test_paths_are_in_the_order_of_their_bytes_whatever_they_are(self, dock: Dock) -> None:
        odd = os.fsdecode(b"\xff")
        paths = ["A", "a", "a b", "a/b", "a0", "a\\b", "a\nb", "x" * 4_000, "z", "é", odd]
        paths.sort(key=os.fsencode)
        made = dock.deliver(*map(file, paths[::-1]))
        assert [one.path for one in dock.files(made.id)] == paths
        assert list(dock.sent()) == list(dock.sent("client_out", *paths)) == paths

    @pytest.mark.parametrize(
        "ended",
        [
            MovementEnd(MovementState.RUNNING),
            MovementEnd(MovementState.QUEUED),
            MovementEnd(MovementState.DONE, {"files": -1}),
            MovementEnd(MovementState.DONE, told="\0"),
            MovementEnd(MovementState.DONE, report={"a": "\0"}),
            MovementEnd(MovementState.DONE, files=(file("a"), file("a"))),
            MovementEnd(MovementState.DONE, files=(file(""),)),
            MovementEnd(MovementState.DONE, files=(file(size=-1),)),
            MovementEnd(MovementState.DONE, files=(file(digests={"blake3": "abc"}),)),
        ],
    )
    def test_an_end_that_makes_no_sense_is_refused(self, dock: Dock, ended: MovementEnd) -> None:
        made = dock.begin()
        with refusal(Code.FIELD_INVALID, ""):
            dock.movements.end(made.id, ended, actor=ADA)
        assert dock.movements.movement(made.id) == made

    def test_an_ingest_has_no_files(self, dock: Dock) -> None:
        made = dock.begin(kind=MovementKind.INGEST)
        with refusal(Code.FIELD_INVALID, "files"):
            dock.movements.end(made.id, replace(DONE, files=(file(),)), actor=ADA)
        assert dock.movements.end(made.id, DONE, actor=ADA).state is MovementState.DONE


class AskingContract:
    """Subclass it and give a fixture `dock`."""

    def test_the_last_begun_comes_first(self, dock: Dock) -> None:
        made = [dock.begin().name for _ in range(3)]
        assert dock.names() == made[::-1]

    def test_movements_are_found_by_all_that_is_asked(self, dock: Dock) -> None:
        dock.begin("one", kind=MovementKind.INGEST, context="acme")
        dock.begin("two", state=MovementState.QUEUED)
        dock.deliver(name="three")
        dock.begin("four", project=dock.other)
        assert dock.names(kind=MovementKind.INGEST) == ["one"]
        assert dock.names(project=dock.other) == ["four"]
        assert dock.names(name="two") == ["two"]
        assert dock.names(context="client_out") == ["four", "three", "two"]
        assert dock.names(states=[MovementState.DONE, MovementState.QUEUED]) == ["three", "two"]
        assert dock.names(context="client_out", project=dock.project, name="one") == []

    def test_many_movements_come_on_pages(self, dock: Dock) -> None:
        made = [dock.begin("m_{n:04d}", state=MovementState.QUEUED).name for _ in range(510)]
        assert dock.movements.find().next is not None
        assert dock.names() == made[::-1]

    def test_a_token_of_no_page_is_refused(self, dock: Dock) -> None:
        made = dock.deliver(file())
        asked = dock.movements
        for ask in (
            lambda: asked.find(page="nonsense"),
            lambda: asked.files(made.id, page="nonsense"),
            lambda: asked.sent(dock.project, "client_out", page="nonsense"),
            lambda: asked.with_digest([digest("a")], page="nonsense"),
        ):
            with pytest.raises(RushesError) as refused:
                ask()
            assert refused.value.code is Code.USAGE

    def test_of_each_path_the_last_that_took_it_is_told(self, dock: Dock) -> None:
        first = dock.deliver(file("a"), file("b"))
        last = dock.deliver(file("b", size=9), file("c"))
        dock.deliver(file("a"), context="vendor_out")
        dock.deliver(file("a"), project=dock.other)
        assert dock.sent() == {"a": first.id, "b": last.id, "c": last.id}
        assert dock.sent("client_out", "c", "never", "a") == {"a": first.id, "c": last.id}
        assert dock.sent("nobody") == {}
        (one,) = dock.movements.sent(dock.project, "client_out", paths=["b"]).rows
        assert one.file == file("b", size=9)
        assert (one.name, one.context, one.sent) == (last.name, "client_out", last.ended)

    def test_only_what_a_done_delivery_took_was_sent(self, dock: Dock) -> None:
        whole = dock.deliver(file("a"))
        dock.deliver(file("a", earlier=whole.id), file("b", earlier=whole.id))
        for state in (MovementState.PARTIAL, MovementState.FAILED, MovementState.CANCELLED):
            made = dock.begin()
            dock.movements.end(made.id, MovementEnd(state, files=(file("a"),)), actor=ADA)
        assert dock.sent() == {"a": whole.id}
        assert dock.with_digest(digest("a"), digest("b")) == [(whole.id, "a")]

    def test_files_are_found_by_their_content_the_last_first(self, dock: Dock) -> None:
        same = {"blake3": digest("a")}
        first = dock.deliver(file("a"), file("other"))
        last = dock.deliver(file("b", digests=same), context="vendor_out", project=dock.other)
        found = [(last.id, "b"), (first.id, "a")]
        assert dock.with_digest(digest("a"), digest("never"), "nonsense") == found
        assert dock.with_digest() == []

    def test_what_was_sent_comes_on_pages(self, dock: Dock) -> None:
        files = [file(f"{number:04d}", digests={"blake3": digest("x")}) for number in range(1_200)]
        made = dock.deliver(*files)
        assert dock.movements.sent(dock.project, "client_out").next is not None
        assert list(dock.sent()) == [one.path for one in files]
        assert list(dock.sent("client_out", *(one.path for one in files))) == [
            one.path for one in files
        ]
        assert sorted(dock.with_digest(digest("x"))) == [(made.id, one.path) for one in files]
