"""What the studio's records keep on PostgreSQL when many are at work, and what it costs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest

from rushes.core.errors import Code, RushesError
from rushes.db.opening import open_work
from rushes.model.kinds import KINDS, ROLES
from rushes.model.work import NewPublish, NumberRequest, StreamKey, WorkKind
from rushes.ports.studio import Access, Change, Op, Query, Studio
from rushes.testing.studios import ADA, ADMIN, change, ids, look, make, refusal, world


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Everything that the driver is asked, as it is asked."""
    asked: list[bytes] = []
    execute = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        asked.append(query)
        return execute(self, query, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    return asked


_PART = {"name": "a.abc", "kind": "file", "size": 1, "digests": {"blake3": "af" * 32}}


def published(url: str, task: int, part: str = "") -> list[int]:
    """Two publishes of a task, the second the latest."""
    with closing(open_work(url, data_dir=Path())) as work:
        stream = StreamKey(WorkKind.PUBLISH, task, "houdini", part)
        numbers = work.allocate([NumberRequest(stream)] * 2, actor=ADA)
        made = [NewPublish(one.token, components=(_PART,)) for one in numbers]
        return [one.id for one in work.record_publishes(made, actor=ADA)]


def test_versions_made_at_once_have_consecutive_numbers(studio: Studio) -> None:
    here = world(studio)

    def save(number: int) -> int:
        made = make(studio, "version", task=here.task, name=f"v{number}")
        studio.close()
        return int(made.fields["number"])

    with ThreadPoolExecutor(32) as pool:
        assert sorted(pool.map(save, range(32))) == list(range(1, 33))


def test_no_update_is_lost(studio: Studio) -> None:
    here = world(studio)
    together = Barrier(8)

    def tried(*, first: bool) -> bool:
        held = look(studio, "task", here.task)
        if first:
            together.wait()  # all have seen the same
        given = {"priority": held.fields["priority"] + 1}
        try:
            change(studio, "task", here.task, given, revision=held.revision)
        except RushesError as error:
            if error.code is not Code.RECORD_CONFLICT:
                raise
            return False
        return True

    def count_up(_: int) -> int:
        tries = []
        while tries.count(True) < 5:
            tries.append(tried(first=not tries))
        studio.close()
        return tries.count(False)

    with ThreadPoolExecutor(8) as pool:
        refused = sum(pool.map(count_up, range(8)))
    held = look(studio, "task", here.task)
    assert (held.fields["priority"], held.revision) == (20 + 40, 1 + 40)
    assert refused >= 7


def test_of_many_that_take_one_code_one_gets_it(studio: Studio) -> None:
    here = world(studio)

    def take(_: int) -> Code | None:
        try:
            make(studio, "shot", sequence=here.sequences[0], code="new")
        except RushesError as error:
            return error.code
        finally:
            studio.close()
        return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(take, range(8)))
    assert answers.count(None) == 1
    assert answers.count(Code.RECORD_CONFLICT) == 7


def test_batches_that_meet_do_not_lock_each_other_out(studio: Studio) -> None:
    here = world(studio)

    def write(turn: int) -> None:
        for priority in range(10):
            changes = [Change(one, {"priority": priority}) for one in (here.task, here.asset_task)]
            studio.update("task", changes[:: 1 if turn % 2 else -1], access=ADMIN, actor=ADA)
        studio.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_one_statement_whatever_it_holds(
    studio: Studio, statements: list[bytes], kind: str
) -> None:
    here = world(studio)
    make(studio, "usage", shot=here.shots[0], asset=here.asset)
    make(studio, "tag", project=here.project, name="fx")
    make(studio, "membership", project=here.project, artist=here.vera, role="vendor")
    make(studio, "note", kind="task", target=here.task, text="hm")
    rows = [{"task": here.task, "name": f"v{at}"} for at in range(30)]
    versions = [one.id for one in studio.create("version", rows, access=ADMIN, actor=ADA)]
    for at in range(8):
        make(studio, "playlist", project=here.project, name=f"d{at}", versions=versions,
             shared_with=[here.vera])  # fmt: skip
        make(studio, "task", shot=here.shots[1], type=here.comp, name=f"t{at}",
             assignees=[here.ada, here.vera])  # fmt: skip
    theirs = (Access(roles={here.project: role}, artist=here.vera) for role in ROLES)
    for access in (ADMIN, *theirs):
        for limit in (1, 1_000):
            statements.clear()
            found = studio.find(kind, Query(limit=limit), access=access).rows
            assert len(statements) == 1
        statements.clear()
        studio.get(kind, [one.id for one in found], access=access)
        assert len(statements) == 1


def test_a_status_costs_the_same_number_of_statements_each_time(
    studio: Studio, statements: list[bytes]
) -> None:
    here = world(studio)
    counts = []
    for status in ("wip", "done", "wip", "done"):
        statements.clear()
        change(studio, "task", here.task, {"status": status})
        counts.append(len(statements))
    assert len(set(counts)) == 1
    assert counts[0] <= 5


def test_a_comment_costs_the_same_number_of_statements_each_time(
    studio: Studio, statements: list[bytes]
) -> None:
    here = world(studio)
    counts = []
    for status in ("wip", "done", "wip", "done"):
        statements.clear()
        studio.comment("task", here.task, text="!", status=status, access=ADMIN, actor=ADA)
        counts.append(len(statements))
    assert len(set(counts)) == 1
    assert counts[0] <= 6


def test_a_lost_connection_is_made_again(studio: Studio, database_url: str) -> None:
    here = world(studio)
    for work in (
        lambda: look(studio, "task", here.task),
        lambda: change(studio, "task", here.task, {"priority": 1}),
    ):
        work()
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert work().id == here.task


def test_a_publish_that_fails_hands_latest_back(studio: Studio, database_url: str) -> None:
    here = world(studio)
    first, second = published(database_url, here.task)
    assert ids(studio, "publish", ("is_latest", Op.IS, True)) == [second]
    failed = change(studio, "publish", second, {"status": "failed"})
    assert failed.fields["is_latest"] is False
    assert failed.fields["components"] == [_PART]
    assert ids(studio, "publish", ("is_latest", Op.IS, True)) == [first]
    # What it says of itself is what is held.
    assert look(studio, "publish", second) == failed


def test_a_vendor_sees_publishes_of_their_tasks_alone(studio: Studio, database_url: str) -> None:
    here = world(studio)
    made = published(database_url, here.task)
    published(database_url, here.asset_task)
    vendor = Access(roles={here.project: "vendor"}, artist=here.vera)
    assert ids(studio, "publish", access=vendor) == []
    change(studio, "task", here.task, {"assignees": [here.vera]})
    assert ids(studio, "publish", access=vendor) == made
    change(studio, "publish", made[0], {"comment": "late"}, access=vendor)
    artist = Access(roles={here.project: "artist"}, artist=here.ada)
    assert len(ids(studio, "publish", access=artist)) == 4
    with refusal(Code.ACCESS_DENIED):
        change(studio, "publish", made[0], {"comment": "no"}, access=artist)
    client = Access(roles={here.project: "client"}, artist=here.ada)
    assert ids(studio, "publish", access=client) == ids(studio, "workfile", access=client) == []


def test_whatever_is_written_by_the_database_s_own_rules_is_told_as_ours(
    studio: Studio, database_url: str
) -> None:
    here = world(studio)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "ALTER TABLE rushes_shot ADD CONSTRAINT odd CHECK (status <> 'odd') NOT VALID"
        )
    with refusal(Code.FIELD_INVALID, "shot"):
        change(studio, "shot", here.shots[0], {"status": "odd"})
    assert look(studio, "shot", here.shots[0]).revision == 1
