"""How every keeper of saves and publishes has to number them, whoever saves at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest

from rushes.core.errors import Code
from rushes.model.scan import Actor
from rushes.model.work import (
    MOST,
    Bump,
    NewPublish,
    NewWorkfile,
    Number,
    NumberRequest,
    PublishStatus,
    RecordedPublish,
    Reserved,
    StreamKey,
    WorkKind,
)
from rushes.ports.records import every
from rushes.ports.work import Work
from rushes.publish.parts import made_paths
from rushes.testing.studios import refusal

ADA = Actor("ada", tool="contract suite")


class Desk(NamedTuple):
    """Somewhere to work: a task, and a way to let the time of all reservations run out.

    `follows` says whether whoever records publishes has USD layers follow, too; `elsewhere` is a
    task of another project.
    """

    work: Work
    task: int
    expire: Callable[[], None]
    follows: bool = False
    elsewhere: int = 0

    def scenes(self) -> StreamKey:
        """The numbers of the task's scenes."""
        return StreamKey(WorkKind.WORKFILE, self.task, "nuke")

    def parts(self, part: str = "beauty", asset: str = "") -> StreamKey:
        """The numbers of the task's publishes."""
        return StreamKey(WorkKind.PUBLISH, self.task, "nuke", part, asset)

    def one(self, request: NumberRequest) -> Reserved:
        """One reservation."""
        (made,) = self.work.allocate([request], actor=ADA)
        return made

    def save(self, token: str) -> None:
        """Record a scene."""
        self.work.record_workfiles([NewWorkfile(token, "/a.nk")], actor=ADA)

    def publish(
        self, stream: StreamKey, status: PublishStatus = PublishStatus.PUBLISHED
    ) -> RecordedPublish:
        """Reserve the next version, and record it."""
        reserved = self.one(NumberRequest(stream, Bump.VERSION))
        made = NewPublish(reserved.token, status=status)
        (done,) = self.work.record_publishes([made], actor=ADA)
        return done


class WorkContract:
    """Subclass it and give a fixture `desk`."""

    def test_the_first_number_is_one_of_one_and_the_next_is_its_iteration(self, desk: Desk) -> None:
        first, second = desk.work.allocate([NumberRequest(desk.scenes())] * 2, actor=ADA)
        assert (first.number, second.number) == (Number(1, 1), Number(1, 2))
        assert first.token != second.token
        assert first.stream == desk.scenes()

    def test_a_bump_of_the_version_begins_with_iteration_one(self, desk: Desk) -> None:
        desk.one(NumberRequest(desk.scenes()))
        assert desk.one(NumberRequest(desk.scenes(), Bump.VERSION)).number == Number(2, 1)
        assert desk.one(NumberRequest(desk.scenes())).number == Number(2, 2)

    def test_paths_are_told_with_their_numbers(self, desk: Desk) -> None:
        pattern = "/a/b_v{version:03d}_i{iteration:03d}.nk"
        desk.one(NumberRequest(desk.scenes()))
        reserved = desk.one(NumberRequest(desk.scenes(), path=pattern))
        assert reserved.path == "/a/b_v001_i002.nk"
        desk.work.record_workfiles([NewWorkfile(reserved.token, "")], actor=ADA)
        assert desk.work.workfiles(desk.scenes()).rows[0].path == reserved.path

    @pytest.mark.parametrize("kind", list(WorkKind))
    def test_sixty_four_at_once_get_sixty_four_consecutive_numbers(
        self, desk: Desk, kind: WorkKind
    ) -> None:
        stream = StreamKey(kind, desk.task, "nuke")

        def save(_: int) -> Number:
            reserved = desk.one(NumberRequest(stream))
            if kind is WorkKind.PUBLISH:
                desk.work.record_publishes([NewPublish(reserved.token)], actor=ADA)
            else:
                desk.save(reserved.token)
            desk.work.close()
            return reserved.number

        with ThreadPoolExecutor(16) as pool:
            numbers = list(pool.map(save, range(64)))
        assert sorted(numbers) == [Number(1, iteration) for iteration in range(1, 65)]
        if kind is WorkKind.PUBLISH:
            found = desk.work.publishes(stream).rows
            assert [made.number.iteration for made in found if made.is_latest] == [64]
        else:
            found_scenes = every(lambda page: desk.work.workfiles(stream, page=page))
            assert [one.number.iteration for one in found_scenes] == list(range(64, 0, -1))

    def test_kinds_may_be_mixed_and_come_in_the_order_asked(self, desk: Desk) -> None:
        streams = [desk.scenes(), desk.parts(), desk.scenes(), desk.parts("crypto")]
        made = desk.work.allocate([NumberRequest(one) for one in streams], actor=ADA)
        assert [one.stream for one in made] == streams
        assert [one.number.iteration for one in made] == [1, 1, 2, 1]

    def test_each_part_has_its_own_numbers_and_its_own_latest(self, desk: Desk) -> None:
        beauty, crypto = desk.publish(desk.parts()), desk.publish(desk.parts("crypto"))
        bear = desk.publish(desk.parts("beauty", "bear"))
        assert beauty.number == crypto.number == bear.number == Number(1, 1)
        assert beauty.is_latest
        assert crypto.is_latest
        assert [one.id for one in desk.work.publishes(desk.parts("crypto")).rows] == [crypto.id]

    def test_the_latest_is_the_highest_that_has_not_failed(self, desk: Desk) -> None:
        desk.publish(desk.parts())
        failed = desk.publish(desk.parts(), PublishStatus.FAILED)
        assert not failed.is_latest
        assert desk.work.publishes(desk.parts()).rows[1].is_latest
        desk.publish(desk.parts())
        found = desk.work.publishes(desk.parts()).rows
        assert [(one.number.version, one.is_latest) for one in found] == [
            (3, True), (2, False), (1, False)
        ]  # fmt: skip
        assert [one.status for one in found][1] is PublishStatus.FAILED

    def test_layers_that_cannot_follow_are_told_by_whoever_makes_them(self, desk: Desk) -> None:
        tornado = desk.parts("smoke", "Tornado")
        first, last = (desk.one(NumberRequest(tornado)) for _ in range(2))
        paths = made_paths(PurePosixPath("/none/usd"), "Tornado", part="smoke", number=last.number)
        item, stable = str(paths.item), str(paths.stable)
        usd = NewPublish(last.token, item_usd_path=item, asset_usd_path=stable)
        made = [NewPublish(first.token), usd]
        before, odd = desk.work.record_publishes(made, actor=ADA)
        assert before.warnings == ()
        assert bool(odd.warnings) is desk.follows
        assert all(one.rule.startswith("usd.") and one.message for one in odd.warnings)
        listed = every(lambda page: desk.work.publishes(tornado, page=page))
        assert [one.id for one in listed] == [odd.id, before.id]

    def test_what_was_recorded_is_theirs_who_recorded_it(self, desk: Desk) -> None:
        made = desk.publish(desk.parts())
        assert made == desk.work.publishes(desk.parts()).rows[0]
        assert made.artist == "ada"

    def test_an_expired_number_is_given_again_where_nothing_came_after_it(self, desk: Desk) -> None:
        desk.one(NumberRequest(desk.scenes()))
        lost = desk.one(NumberRequest(desk.scenes()))
        desk.expire()
        assert desk.one(NumberRequest(desk.scenes())).number == Number(1, 1)
        assert desk.one(NumberRequest(desk.scenes())).number == lost.number

    def test_an_expired_number_stays_a_gap_where_a_later_one_is_recorded(self, desk: Desk) -> None:
        desk.one(NumberRequest(desk.scenes()))
        later = desk.one(NumberRequest(desk.scenes()))
        desk.save(later.token)
        desk.expire()
        assert desk.one(NumberRequest(desk.scenes())).number == Number(1, 3)

    def test_an_expired_number_stays_a_gap_where_something_lies_at_its_path(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        pattern = f"{tmp_path}/a_v{{version:03d}}_i{{iteration:03d}}.nk"
        lost = desk.one(NumberRequest(desk.scenes(), path=pattern))
        Path(lost.path).write_text("hours of work")
        desk.expire()
        assert desk.one(NumberRequest(desk.scenes(), path=pattern)).number == Number(1, 2)

    def test_an_expired_reservation_records_nothing(self, desk: Desk) -> None:
        lost = desk.one(NumberRequest(desk.parts()))
        desk.expire()
        with refusal(Code.RESERVATION_EXPIRED, lost.token):
            desk.work.record_publishes([NewPublish(lost.token)], actor=ADA)
        assert list(desk.work.publishes(desk.parts()).rows) == []

    def test_a_reservation_is_recorded_once(self, desk: Desk) -> None:
        reserved = desk.one(NumberRequest(desk.scenes()))
        desk.save(reserved.token)
        with refusal(Code.RESERVATION_EXPIRED):
            desk.save(reserved.token)
        assert len(desk.work.workfiles(desk.scenes()).rows) == 1

    def test_of_several_all_are_recorded_or_none(self, desk: Desk) -> None:
        good = desk.one(NumberRequest(desk.parts()))
        made = [NewPublish(good.token), NewPublish("0" * 32)]
        with refusal(Code.RESERVATION_EXPIRED):
            desk.work.record_publishes(made, actor=ADA)
        assert list(desk.work.publishes(desk.parts()).rows) == []
        desk.work.record_publishes(made[:1], actor=ADA)

    def test_a_reservation_is_for_its_kind_alone(self, desk: Desk) -> None:
        reserved = desk.one(NumberRequest(desk.parts()))
        with refusal(Code.USAGE, "publish"):
            desk.save(reserved.token)

    def test_a_number_that_was_given_back_is_given_again(self, desk: Desk) -> None:
        reserved = desk.one(NumberRequest(desk.scenes()))
        assert desk.work.release([reserved.token], actor=ADA) == 1
        assert desk.work.release([reserved.token], actor=ADA) == 0
        assert desk.work.release([], actor=ADA) == 0
        assert desk.one(NumberRequest(desk.scenes())).number == reserved.number

    def test_exactly_one_number_is_given_while_it_is_free(self, desk: Desk) -> None:
        wanted = NumberRequest(desk.scenes(), number=Number(7, 2))
        reserved = desk.one(wanted)
        assert reserved.number == Number(7, 2)
        desk.save(reserved.token)
        with refusal(Code.RECORD_CONFLICT, "v007_i002"):
            desk.one(wanted)
        above = NumberRequest(desk.scenes(), Bump.VERSION, above=Number(11, 3))
        assert desk.one(above).number == Number(12, 1)

    def test_a_held_number_is_given_again_to_who_has_its_key_and_path_alone(
        self, desk: Desk
    ) -> None:
        path = "/a/b_v{version:03d}.nk"
        wanted = NumberRequest(desk.scenes(), path=path, number=Number(5, 1), key="my run")
        reserved = desk.one(wanted)
        assert desk.one(wanted) == reserved
        for other in (
            replace(wanted, key=""),
            replace(wanted, key="another run"),
            replace(wanted, path="/a/c_v{version:03d}.nk"),
        ):
            with refusal(Code.RECORD_CONFLICT, "v005_i001"):
                desk.one(other)
        desk.save(reserved.token)
        with refusal(Code.RECORD_CONFLICT, "v005_i001"):
            desk.one(wanted)

    def test_without_a_key_a_held_number_is_given_to_nobody(self, desk: Desk) -> None:
        wanted = NumberRequest(desk.parts(), number=Number(70, 1))
        reserved = desk.one(wanted)
        with refusal(Code.RECORD_CONFLICT, "v070_i001"):
            desk.one(wanted)
        assert desk.work.release([reserved.token], actor=ADA) == 1
        again = desk.one(wanted)
        assert again.token != reserved.token
        with refusal(Code.RESERVATION_EXPIRED):
            desk.work.record_publishes([NewPublish(reserved.token)], actor=ADA)
        desk.work.record_publishes([NewPublish(again.token)], actor=ADA)

    def test_numbers_end_before_a_stream_is_used_up(self, desk: Desk) -> None:
        for number in (Number(MOST + 1, 1), Number(1, MOST + 1), Number(0, 1)):
            with refusal(Code.FIELD_INVALID):
                desk.one(NumberRequest(desk.scenes(), number=number))
        last = desk.one(NumberRequest(desk.scenes(), number=Number(MOST, 1)))
        with refusal(Code.FIELD_INVALID, "1000001", "1,000,000"):
            desk.one(NumberRequest(desk.scenes(), Bump.VERSION))
        assert desk.work.release([last.token], actor=ADA) == 1
        assert desk.one(NumberRequest(desk.scenes())).number == Number(1, 1)

    def test_what_makes_no_sense_is_refused(self, desk: Desk) -> None:
        with refusal(Code.USAGE, "nonsense"):
            desk.one(NumberRequest(desk.scenes(), path="/x/{nonsense}.nk"))
        for path in ("/x/a.nk", "/x/a_i{iteration:03d}.nk", "/x/{{version}}.nk"):
            with refusal(Code.FIELD_INVALID, "has no {version}"):
                desk.one(NumberRequest(desk.scenes(), path=path))
        known = NumberRequest(desk.scenes(), path="/x/a.nk", number=Number(3, 1))
        assert desk.one(known).path == "/x/a.nk"
        with refusal(Code.RECORD_NOT_FOUND, "task"):
            desk.one(NumberRequest(StreamKey(WorkKind.PUBLISH, desk.task + 99, "nuke")))
        with refusal(Code.USAGE, "token"):
            desk.work.release(["nonsense"], actor=ADA)
        assert list(desk.work.allocate([], actor=ADA)) == []
