"""`rushes audit`: who wrote what, and whether the trail is whole."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.cli import exits
from rushes.db.opening import open_audit, open_events, open_studio
from rushes.model.event import EventAudit, EventBreak, EventHead
from rushes.testing.studios import World, change, world

Command = Callable[..., Any]


@pytest.fixture
def here(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A small project whose events are sealed, the last one excepted."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        made = world(studio)
        with closing(open_events(database_url, data_dir=Path())) as events:
            while events.seal():
                pass
        change(studio, "task", made.task, {"priority": 7})
    return made


def written(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


def test_a_whole_trail_holds_and_tells_what_waits(rushes: Command, here: World) -> None:
    ended = rushes("audit", "verify")
    assert ended.code == exits.OK
    assert "holds" in ended.out
    assert "1 event waits" in ended.out
    told = rushes("audit", "verify", "--json").json
    assert (told["holds"], told["waiting"], told["breaks"]) == (True, 1, [])


def test_an_edited_event_is_told(rushes: Command, here: World, database_url: str) -> None:
    written(database_url, "UPDATE rushes_event SET actor = 'eve' WHERE position = 3")
    ended = rushes("audit", "verify")
    assert ended.code == exits.FOUND
    assert "3: the event was edited" in ended.out
    assert rushes("audit", "verify", "--json").json["breaks"][0]["position"] == 3


def test_events_that_were_cut_off_show_against_a_head_kept_elsewhere(
    rushes: Command, here: World, database_url: str, tmp_path: Path
) -> None:
    kept = tmp_path / "head.json"
    printed = rushes("audit", "head", "-o", kept)
    assert printed.code == exits.OK
    assert "1 event not sealed" in printed.err
    head = printed.out.strip()
    assert rushes("audit", "verify", "--since", kept).code == exits.OK
    written(database_url, "DELETE FROM rushes_event WHERE position > 5")
    assert rushes("audit", "verify").code == exits.OK
    for known in (kept, head):
        ended = rushes("audit", "verify", "--since", known, "--json")
        assert ended.code == exits.FOUND
        assert ended.json["breaks"][0]["position"] == 6


def test_a_head_is_never_written_over_another(rushes: Command, here: World, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    rushes("audit", "head", "-o", kept)
    first = kept.read_bytes()
    assert json.loads(first)["position"] == rushes("audit", "head", "--json").json["position"]
    assert rushes("audit", "head", "-o", kept).code == exits.NOT_WRITTEN
    assert kept.read_bytes() == first


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"position": 1}', b"\xff\xfe"])
def test_what_is_no_head_is_refused(
    rushes: Command, here: World, tmp_path: Path, content: bytes | None
) -> None:
    kept = tmp_path / "head.json"
    if content is not None:
        kept.write_bytes(content)
    assert rushes("audit", "verify", "--since", kept).code == exits.NOT_THERE


def test_where_nothing_was_written_there_is_no_head_and_no_trail_that_holds(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    assert rushes("audit", "head").code == exits.NOT_THERE
    refused = rushes("audit", "verify")
    assert refused.code == exits.NOT_THERE
    assert "no event" in refused.err


def test_the_log_tells_who_wrote_what(rushes: Command, here: World) -> None:
    last = rushes("audit", "log", "--limit", "1")
    assert last.code == exits.OK
    assert "priority: 20 → 7" in last.out
    (event,) = rushes("audit", "log", "--limit", "1", "--json").json["events"]
    assert (event["actor"], event["position"]) == ("ada", None)
    assert event["after"] == {"priority": 7}


def test_the_log_is_narrowed(rushes: Command, here: World) -> None:
    def found(*options: str) -> list[Any]:
        events: list[Any] = rushes("audit", "log", *options, "--json").json["events"]
        return events

    assert {one["kind"] for one in found("--kind", "task")} == {"task"}
    mine = found("--kind", "task", "--target", str(here.task))
    assert [one["action"] for one in mine] == ["update", "create"]
    assert {one["project"] for one in found("--project", "NV")} == {here.project}
    assert found("--actor", "nobody") == []
    assert rushes("audit", "log", "--project", "XX").code == exits.NOT_THERE
    assert rushes("audit", "log", "--target", "1").code == exits.NOT_THERE
    assert "There is none." in rushes("audit", "log", "--actor", "nobody").err


def test_the_trail_of_a_server_is_not_taken_for_an_empty_one_here(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("RUSHES_TOKEN", "rushes_x")
    for command in ("verify", "log", "head"):
        assert rushes("audit", command).code == exits.UNAVAILABLE
    assert not (Path(os.environ["RUSHES_DATA_DIR"]) / "postgres").exists()


@pytest.mark.parametrize("statement", [
    "UPDATE rushes_event SET actor = 'eve' WHERE position = 4",
    "DELETE FROM rushes_event WHERE position IN (4, 5)",
    "UPDATE rushes_event SET seal = NULL WHERE position = 4",
    "DELETE FROM rushes_event WHERE position > 5",
    "SELECT 1",
])  # fmt: skip
@pytest.mark.parametrize("count", [1, 2, 100])
def test_the_chain_gone_through_in_portions_is_the_same_chain(
    here: World, database_url: str, statement: str, count: int
) -> None:
    with closing(open_audit(database_url, data_dir=Path())) as audit:
        known = audit.head()
        written(database_url, statement)
        whole = audit.verify(known)
        end, sealed, breaks = EventHead(0, ""), 0, list[EventBreak]()
        while True:
            part = audit.portion(end, known=known, count=count)
            end, sealed = part.end, sealed + part.count
            breaks += part.breaks
            if not part.more:
                break
        assert EventAudit(sealed, part.waiting, end, tuple(breaks)) == whole


def test_the_log_knows_all_kinds_of_events(rushes: Command, here: World) -> None:
    made = rushes("user", "add", "root", "--admin")
    assert made.code == exits.OK, made.err
    rushes("token", "create", "--name", "t", "--user", "root", "--scope", "read")
    (told,) = rushes("audit", "log", "--kind", "apitoken", "--json").json["events"]
    assert told["kind"] == "apitoken"
    for kind in ("webhook", "assignment", "playlistitem", "movement", "usage"):
        assert rushes("audit", "log", "--kind", kind).code == exits.OK
    assert rushes("audit", "log", "--kind", "nosuch").code == exits.NOT_THERE
