"""Saves and publishes never collide, whoever saves at once and whatever breaks off in between."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.db.opening import open_work
from rushes.model.scan import Actor
from rushes.model.work import (
    Bump,
    NewPublish,
    NewWorkfile,
    Number,
    NumberRequest,
    PublishStatus,
    Reserved,
    StreamKey,
    WorkKind,
)

ADA = Actor("ada", tool="test")


@pytest.fixture
def work(database_url: str) -> Iterator[Any]:
    with closing(open_work(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def task(database_url: str, work: object) -> int:
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute(
            "WITH p AS (INSERT INTO rushes_project (code) VALUES ('NV') RETURNING id),"
            " s AS (INSERT INTO rushes_sequence (project_id, code) SELECT id, 'sq010' FROM p"
            "   RETURNING id, project_id),"
            " h AS (INSERT INTO rushes_shot (project_id, sequence_id, code)"
            "   SELECT project_id, id, 'sh0010' FROM s RETURNING id, project_id)"
            " INSERT INTO rushes_task (project_id, shot_id, type_id, name)"
            "   SELECT h.project_id, h.id, t.id, 'comp' FROM h, rushes_tasktype t"
            "   WHERE t.code = 'comp' RETURNING id"
        ).fetchone()
    assert row is not None
    return int(row[0])


def scenes(task: int) -> StreamKey:
    return StreamKey(WorkKind.WORKFILE, task, "nuke")


def parts(task: int, part: str = "beauty") -> StreamKey:
    return StreamKey(WorkKind.PUBLISH, task, "nuke", part)


def one(work: Any, request: NumberRequest) -> Reserved:
    (made,) = work.allocate([request], actor=ADA)
    return made


def published(work: Any, stream: StreamKey, **given: Any) -> Any:
    reserved = one(work, NumberRequest(stream, Bump.VERSION))
    (made,) = work.record_publishes([NewPublish(reserved.token, **given)], actor=ADA)
    return made


def test_the_first_number_is_one_of_one_and_the_next_is_its_iteration(work: Any, task: int) -> None:
    first, second = work.allocate([NumberRequest(scenes(task))] * 2, actor=ADA)
    assert (first.number, second.number) == (Number(1, 1), Number(1, 2))


def test_a_bump_of_the_version_begins_with_iteration_one(work: Any, task: int) -> None:
    one(work, NumberRequest(scenes(task)))
    assert one(work, NumberRequest(scenes(task), Bump.VERSION)).number == Number(2, 1)
    assert one(work, NumberRequest(scenes(task))).number == Number(2, 2)


def test_versions_order_as_numbers(work: Any, task: int, database_url: str) -> None:
    published(work, parts(task))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE rushes_publish SET version = 999")
    assert published(work, parts(task)).number == Number(1000, 1)
    assert published(work, parts(task)).number == Number(1001, 1)


@pytest.mark.parametrize("kind", list(WorkKind))
def test_sixty_four_at_once_get_sixty_four_consecutive_numbers(
    work: Any, task: int, database_url: str, kind: WorkKind
) -> None:
    stream = StreamKey(kind, task, "nuke")

    def save(number: int) -> Number:
        with closing(open_work(database_url, data_dir=Path())) as own:
            (reserved,) = own.allocate([NumberRequest(stream)], actor=Actor(f"artist{number}"))
            if kind is WorkKind.PUBLISH:
                own.record_publishes([NewPublish(reserved.token)], actor=ADA)
            else:
                own.record_workfiles([NewWorkfile(reserved.token, "/x")], actor=ADA)
            return reserved.number

    with ThreadPoolExecutor(16) as pool:
        numbers = list(pool.map(save, range(64)))
    assert sorted(numbers) == [Number(1, iteration) for iteration in range(1, 65)]
    if kind is WorkKind.PUBLISH:
        found = work.publishes(stream).rows
        assert [made.number.iteration for made in found if made.is_latest] == [64]


def test_each_part_has_its_own_numbers_and_its_own_latest(work: Any, task: int) -> None:
    beauty, crypto = published(work, parts(task)), published(work, parts(task, "crypto"))
    assert beauty.number == crypto.number == Number(1, 1)
    assert beauty.is_latest
    assert crypto.is_latest


def test_the_latest_is_the_highest_that_has_not_failed(
    work: Any, task: int, database_url: str
) -> None:
    first = published(work, parts(task))
    failed = published(work, parts(task), status=PublishStatus.FAILED)
    assert not failed.is_latest
    assert work.publishes(parts(task)).rows[1].is_latest
    second = published(work, parts(task))
    assert [made.is_latest for made in work.publishes(parts(task)).rows] == [True, False, False]
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE rushes_publish SET status = 'failed' WHERE id = %s", [second.id])
    latest = [made.id for made in work.publishes(parts(task)).rows if made.is_latest]
    assert latest == [first.id]


def expire(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        past = clock.now() - timedelta(seconds=1)
        connection.execute("UPDATE rushes_reservation SET expires = %s", [past])


def test_an_expired_number_is_given_again_where_nothing_came_after_it(
    work: Any, task: int, database_url: str
) -> None:
    one(work, NumberRequest(scenes(task)))
    lost = one(work, NumberRequest(scenes(task)))
    expire(database_url)
    again = one(work, NumberRequest(scenes(task)))
    assert again.number == Number(1, 1)
    assert one(work, NumberRequest(scenes(task))).number == lost.number


def test_an_expired_number_stays_a_gap_where_a_later_one_is_recorded(
    work: Any, task: int, database_url: str
) -> None:
    one(work, NumberRequest(scenes(task)))
    later = one(work, NumberRequest(scenes(task)))
    work.record_workfiles([NewWorkfile(later.token, "/a.nk")], actor=ADA)
    expire(database_url)
    assert one(work, NumberRequest(scenes(task))).number == Number(1, 3)


def test_an_expired_number_stays_a_gap_where_something_lies_at_its_path(
    work: Any, task: int, database_url: str, tmp_path: Path
) -> None:
    pattern = f"{tmp_path}/a_v{{version:03d}}_i{{iteration:03d}}.nk"
    lost = one(work, NumberRequest(scenes(task), path=pattern))
    assert lost.path == f"{tmp_path}/a_v001_i001.nk"
    Path(lost.path).write_text("hours of work")
    expire(database_url)
    assert one(work, NumberRequest(scenes(task), path=pattern)).number == Number(1, 2)


def test_an_expired_reservation_records_nothing(work: Any, task: int, database_url: str) -> None:
    lost = one(work, NumberRequest(parts(task)))
    expire(database_url)
    with pytest.raises(RushesError) as refused:
        work.record_publishes([NewPublish(lost.token)], actor=ADA)
    assert refused.value.code is Code.RESERVATION_EXPIRED
    assert work.publishes(parts(task)).rows == []


def test_a_reservation_is_recorded_once(work: Any, task: int) -> None:
    reserved = one(work, NumberRequest(parts(task)))
    work.record_publishes([NewPublish(reserved.token)], actor=ADA)
    with pytest.raises(RushesError) as refused:
        work.record_publishes([NewPublish(reserved.token)], actor=ADA)
    assert refused.value.code is Code.RESERVATION_EXPIRED
    assert len(work.publishes(parts(task)).rows) == 1


def test_of_several_all_are_recorded_or_none(work: Any, task: int) -> None:
    good = one(work, NumberRequest(parts(task)))
    bad = replace(good, token="0" * 32)
    with pytest.raises(RushesError):
        work.record_publishes([NewPublish(good.token), NewPublish(bad.token)], actor=ADA)
    assert work.publishes(parts(task)).rows == []


def test_a_number_that_was_given_back_is_given_again(work: Any, task: int) -> None:
    reserved = one(work, NumberRequest(scenes(task)))
    assert work.release([reserved.token], actor=ADA) == 1
    assert one(work, NumberRequest(scenes(task))).number == reserved.number


def test_a_task_that_is_not_there_has_no_numbers(work: Any, task: int) -> None:
    with pytest.raises(RushesError) as refused:
        one(work, NumberRequest(scenes(task + 1)))
    assert refused.value.code is Code.RECORD_NOT_FOUND


def test_a_path_that_takes_no_number_is_refused(work: Any, task: int) -> None:
    with pytest.raises(RushesError) as refused:
        one(work, NumberRequest(scenes(task), path="/x/{nonsense}.nk"))
    assert refused.value.code is Code.USAGE


def test_every_write_is_noted_with_its_actor(work: Any, task: int, database_url: str) -> None:
    made = published(work, parts(task))
    with psycopg.connect(database_url) as connection:
        events = connection.execute(
            "SELECT actor, tool, action, after ->> 'status' FROM rushes_event"
            " WHERE kind = 'publish' AND target = %s ORDER BY id", [made.id]
        ).fetchall()  # fmt: skip
    assert events[0] == ("ada", "test", "create", "published")
    assert [action for _, _, action, _ in events] == ["create", "update"]  # it became the latest


def test_a_number_that_is_asked_for_is_that_one_or_none(work: Any, task: int) -> None:
    wanted = NumberRequest(parts(task), number=Number(3, 2))
    reserved = one(work, wanted)
    assert reserved.number == Number(3, 2)
    with pytest.raises(RushesError):
        one(work, wanted)
    with pytest.raises(RushesError) as held:
        work.allocate([wanted], actor=Actor("vera"))
    work.record_publishes([NewPublish(reserved.token)], actor=ADA)
    with pytest.raises(RushesError) as recorded:
        one(work, wanted)
    assert (held.value.code, recorded.value.code) == (Code.RECORD_CONFLICT,) * 2
    assert one(work, NumberRequest(parts(task), number=Number(2, 9))).number == Number(2, 9)
    assert one(work, NumberRequest(parts(task))).number == Number(3, 3)


def test_the_next_above_another_number_is_higher_than_both(work: Any, task: int) -> None:
    assert one(work, NumberRequest(parts(task), above=Number(2, 4))).number == Number(2, 5)
    assert one(work, NumberRequest(parts(task), above=Number(1, 9))).number == Number(2, 6)


def test_parts_of_different_assets_never_share_numbers(work: Any, task: int) -> None:
    for asset in ("bear", "fox"):
        stream = replace(parts(task), asset=asset)
        made = published(work, stream)
        assert (made.number, made.is_latest, made.stream) == (Number(1, 1), True, stream)
        assert [row.id for row in work.publishes(stream).rows] == [made.id]


def test_a_publish_of_another_asset_than_the_number_is_for_is_refused(work: Any, task: int) -> None:
    reserved = one(work, NumberRequest(replace(parts(task), asset="bear")))
    with pytest.raises(RushesError) as refused:
        work.record_publishes([NewPublish(reserved.token, asset_name="fox")], actor=ADA)
    assert refused.value.code is Code.FIELD_INVALID
