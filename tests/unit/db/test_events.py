"""Every write is noted, sealed in an order that nobody misses, and cannot be changed unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from threading import Event

import psycopg
import pytest

from rushes.core.errors import Code
from rushes.db.audit import DatabaseAudit
from rushes.db.events import DatabaseEvents
from rushes.db.opening import open_audit
from rushes.model.event import EventHead, RecordedEvent
from rushes.model.scan import Actor
from rushes.ports.events import Events
from rushes.ports.records import every
from rushes.ports.studio import Change, Studio
from rushes.testing.studios import ADA, ADMIN, change, make, refusal, world


@pytest.fixture
def audit(database_url: str) -> Iterator[DatabaseAudit]:
    with closing(open_audit(database_url, data_dir=Path())) as opened:
        yield opened


def told_after(reader: Events, position: int, limit: int = 1_000) -> list[RecordedEvent]:
    """What an admin is told of."""
    return list(reader.after(position, access=ADMIN, limit=limit).events)


def seal_all(events: DatabaseEvents, batch: int = 7) -> int:
    """Seal what waits, in batches."""
    count = 0
    while done := events.seal(batch):
        count += done
    return count


def test_a_write_tells_who_wrote_what(studio: Studio, reader: Events) -> None:
    here = world(studio)
    by = Actor("vera", on_behalf_of="editorial", tool="test")
    studio.update("task", [Change(here.task, {"status": "wip"})], access=ADMIN, actor=by)
    last, first = reader.of("task", here.task, access=ADMIN).rows
    assert (last.actor, last.on_behalf_of, last.tool, last.action) == (
        "vera", "editorial", "test", "update"
    )  # fmt: skip
    assert (last.before, last.after) == ({"status": "not_started"}, {"status": "wip"})
    assert (first.actor, first.action, first.before) == ("ada", "create", None)
    assert first.after is not None
    assert first.after["shot"] == here.shots[0]
    assert {last.project, first.project} == {here.project}
    assert last.position is None


def test_the_events_of_a_record_come_on_pages(studio: Studio, reader: Events) -> None:
    here = world(studio)
    for number in range(5):
        change(studio, "task", here.task, {"priority": number})
    told = list(every(lambda page: reader.of("task", here.task, access=ADMIN, page=page, limit=2)))
    assert [one.after["priority"] for one in told if one.after] == [4, 3, 2, 1, 0, 20]
    made = make(studio, "task_type", code="paint")
    (told_of,) = reader.of("task_type", made.id, access=ADMIN).rows
    assert told_of.kind == "task_type"


def test_what_was_refused_leaves_no_event(studio: Studio, reader: Events) -> None:
    here = world(studio)
    before = len(reader.of("task", here.task, access=ADMIN).rows)
    with refusal(Code.FIELD_INVALID):
        changes = [Change(here.task, {"status": "wip"}), Change(here.asset_task, {"status": ""})]
        studio.update("task", changes, access=ADMIN, actor=ADA)
    assert len(reader.of("task", here.task, access=ADMIN).rows) == before


def test_sealed_events_are_followed_in_order_and_hold(
    studio: Studio, events: DatabaseEvents, reader: Events, audit: DatabaseAudit
) -> None:
    world(studio)
    assert told_after(reader, 0) == []
    assert events.head().position == 0
    assert audit.verify().waiting > 0
    count = seal_all(events)
    told = told_after(reader, 0)
    assert [one.position for one in told] == list(range(1, count + 1))
    assert [one.position for one in told_after(reader, count - 2)] == [count - 1, count]
    found = audit.verify(events.head())
    assert (found.holds, found.sealed, found.waiting) == (True, count, 0)
    assert found.head == events.head()
    assert events.seal() == 0


_DAMAGE: dict[str, tuple[str, int]] = {
    "edited": ("UPDATE rushes_event SET actor = 'eve' WHERE position = 5", 5),
    "values edited": (
        'UPDATE rushes_event SET after = \'{"status": "done"}\' WHERE position = 5',
        5,
    ),
    "moment edited": (
        "UPDATE rushes_event SET at = at + interval '1 microsecond' WHERE position = 5",
        5,
    ),
    "removed": ("DELETE FROM rushes_event WHERE position = 5", 5),
    "first removed": ("DELETE FROM rushes_event WHERE position <= 2", 1),
    "unsealed": ("UPDATE rushes_event SET seal = NULL WHERE position = 5", 5),
    "taken out": ("UPDATE rushes_event SET seal = NULL, position = NULL WHERE position = 5", 5),
    "moved": (
        "UPDATE rushes_event SET position = 11 - position + 1000 WHERE position IN (5, 6);"
        "UPDATE rushes_event SET position = position - 1000 WHERE position > 1000",
        5,
    ),
    "exchanged": (
        "UPDATE rushes_event e SET actor = o.actor, target = o.target, after = o.after"
        " FROM rushes_event o WHERE e.position = 5 AND o.position = 6",
        5,
    ),
}


@pytest.mark.parametrize("what", _DAMAGE)
def test_an_event_that_was_meddled_with_shows(
    studio: Studio, events: DatabaseEvents, audit: DatabaseAudit, database_url: str, what: str
) -> None:
    world(studio)
    seal_all(events)
    damage, position = _DAMAGE[what]
    with psycopg.connect(database_url) as connection:
        for statement in damage.split(";"):
            connection.execute(statement.encode())
    found = audit.verify()
    assert not found.holds
    assert found.breaks[0].position == position


def test_the_last_events_gone_show_against_a_head_kept_elsewhere(
    studio: Studio, events: DatabaseEvents, audit: DatabaseAudit, database_url: str
) -> None:
    here = world(studio)
    seal_all(events)
    known = events.head()
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM rushes_event WHERE position >= %s", [known.position - 1])
    assert audit.verify().holds
    assert audit.verify(known).breaks[0].position == known.position - 1
    change(studio, "task", here.task, {"priority": 1})
    change(studio, "task", here.task, {"priority": 2})
    seal_all(events)
    assert audit.verify().holds
    assert "anew" in audit.verify(known).breaks[0].why
    assert audit.verify(EventHead(0, "")).holds


def test_a_write_that_ends_late_comes_late_and_is_missed_by_nobody(
    studio: Studio, events: DatabaseEvents, reader: Events, audit: DatabaseAudit, database_url: str
) -> None:
    here = world(studio)
    seal_all(events)
    seen = events.head().position
    with psycopg.connect(database_url) as slow:
        slow.execute("UPDATE rushes_shot SET status = 'omit' WHERE id = %s", [here.shots[0]])
        change(studio, "task", here.task, {"status": "wip"})
        seal_all(events)
        (quick,) = told_after(reader, seen)
        assert quick.kind == "task"
    seal_all(events)
    (late,) = told_after(reader, quick.position or 0)
    assert late.kind == "shot"
    assert late.id < quick.id
    assert audit.verify().holds


def test_writers_and_sealers_at_once_leave_one_whole_chain(
    studio: Studio, events: DatabaseEvents, reader: Events, audit: DatabaseAudit
) -> None:
    here = world(studio)
    done = Event()
    followed: list[int] = []

    def write(number: int) -> None:
        for priority in range(25):
            change(studio, "task", here.task, {"priority": number * 100 + priority})
            change(studio, "shot", here.shots[number], {"handles": priority + 1})
        studio.close()

    def until_done(work: Callable[[], object]) -> None:
        while not done.is_set():
            work()
        events.close()
        reader.close()

    def follow() -> None:
        told = told_after(reader, followed[-1] if followed else 0, limit=10)
        followed.extend(one.position or 0 for one in told)

    with ThreadPoolExecutor(8) as pool:
        rest = [pool.submit(until_done, lambda: events.seal(10)) for _ in range(2)]
        rest.append(pool.submit(until_done, follow))
        writers = [pool.submit(write, number) for number in range(4)]
        try:
            for one in writers:
                one.result()
        finally:
            done.set()
        for one in rest:
            one.result()
    seal_all(events)
    while len(followed) < events.head().position:
        follow()
    assert followed == list(range(1, len(followed) + 1))
    assert audit.verify().holds
    # Of one record, what is told first was written first.
    told = [one for one in told_after(reader, 0, limit=10_000) if one.kind == "task" and one.before]
    mine = [one for one in told if one.target == here.task]
    assert len(mine) == 100
    for before, after in pairwise(mine):
        assert before.after is not None
        assert after.before is not None
        assert before.after["priority"] == after.before["priority"]
