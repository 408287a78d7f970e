"""`rushes outbox`: what waits is listed, sent again, and said to be what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.db.opening import open_outbox
from rushes.model.outbox import Post, PostState, Settled
from rushes.model.scan import Actor
from rushes.testing.trak.server import API_KEY, Fault, TrakServer, Wrong, trak_server

Command = Callable[..., Any]
ACTOR = Actor("Ada")
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.fixture
def url(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrakServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with trak_server() as served:
        for number in range(3):
            served.has(f"/shows/{number}.exr", str(number))
        for name, value in served.environment().items():
            monkeypatch.setenv(name, value)
        yield served


def queued(url: str, *numbers: int, state: PostState = PostState.WAITING) -> list[int]:
    """Posts of assets by number, in a state."""
    posts = [
        Post("trak", f"q{n}", f"/shows/{n}.exr", MONDAY, f'{{"qc_id":"q{n}"}}', str(n))
        for n in numbers
    ]
    with closing(open_outbox(url, data_dir=Path())) as outbox:
        ids = [one.id for one in outbox.enqueue(posts, actor=ACTOR)]
        claims = outbox.claim(ids, lease=timedelta(minutes=1), actor=ACTOR)
        settled = [Settled(one, state, "HTTP 500") for one in claims]
        outbox.settle(settled, actor=ACTOR)
    return ids


def test_what_waits_is_listed(rushes: Command, url: str) -> None:
    first, second = queued(url, 0, 1)
    queued(url, 2, state=PostState.DELIVERED)
    ended = rushes("outbox", "list")
    assert ended.code == exits.OK
    lines = ended.out.splitlines()
    assert [line.split()[0] for line in lines] == [str(first), str(second)]
    assert "waiting" in lines[0]
    assert "/shows/0.exr" in lines[0]
    assert "HTTP 500" in lines[0]
    (row,) = rushes("outbox", "list", "--state", "delivered", "--json").json["posts"]
    assert (row["qc_id"], row["asset_id"], row["actor"]) == ("q2", "2", "Ada")
    assert "There is none." in rushes("outbox", "list", "--state", "refused").err


def test_without_a_database_there_is_nothing_and_none_is_made(rushes: Command, home: Path) -> None:
    assert rushes("outbox", "list", "--json").json["posts"] == []
    ended = rushes("outbox", "retry")
    assert ended.code == exits.OK
    assert "Nothing is to be sent." in ended.out
    assert rushes("outbox", "retry", "1").code == exits.NOT_THERE
    assert "not made" in rushes("db", "status").out


def test_what_waits_is_sent(rushes: Command, url: str, server: TrakServer) -> None:
    queued(url, 0, 1)
    ended = rushes("outbox", "retry")
    assert ended.code == exits.OK
    assert ended.out.splitlines()[-1] == "2 posts: 2 delivered"
    assert server.told("0") + server.told("1") == ["q0", "q1"]
    assert rushes("outbox", "list", "--json").json["posts"] == []
    assert "Nothing is to be sent." in rushes("outbox", "retry").out


def test_a_dry_run_sends_nothing(rushes: Command, url: str, server: TrakServer) -> None:
    queued(url, 0)
    ended = rushes("outbox", "retry", "--dry-run")
    assert ended.code == exits.OK
    assert "1 post would be sent, or asked after. Nothing was." in ended.out
    document = rushes("outbox", "retry", "--dry-run", "--json").json
    assert (document["dry_run"], document["sums"]) == (True, None)
    assert server.asked == []
    assert len(rushes("outbox", "list", "--json").json["posts"]) == 1


def test_some_that_could_not_be_sent_end_with_3(
    rushes: Command, url: str, server: TrakServer
) -> None:
    queued(url, 0, 1)
    server.faults.append(Fault(Wrong.STATUS, ending="/0/qc", status=503))
    document = rushes("outbox", "retry", "--json")
    assert document.code == exits.UNAVAILABLE
    assert [one["outcome"] for one in document.json["posts"]] == ["waiting", "delivered"]
    assert document.json["sums"]["delivered"] == 1


def test_refused_and_unknown_ones_end_with_1(rushes: Command, url: str, server: TrakServer) -> None:
    queued(url, 0, 1)
    server.faults.append(Fault(Wrong.STATUS, ending="/0/qc", status=422))
    server.faults.append(Fault(Wrong.CUT_BEFORE, ending="/1/qc"))
    ended = rushes("outbox", "retry")
    assert ended.code == exits.FOUND
    assert ended.out.splitlines()[-1] == "2 posts: 1 refused, 1 unknown"
    assert rushes("outbox", "retry").code == exits.FOUND  # still unknown; the refused one rests
    assert server.told("0") + server.told("1") == []
    assert rushes("outbox", "retry", "--all").code == exits.OK
    assert server.told("0") + server.told("1") == ["q0", "q1"]


def test_one_post_is_sent_by_its_number(rushes: Command, url: str, server: TrakServer) -> None:
    ids = queued(url, 0, 1, state=PostState.REFUSED)
    assert rushes("outbox", "retry", str(ids[1])).code == exits.OK
    assert server.told("0") + server.told("1") == ["q1"]
    again = rushes("outbox", "retry", str(ids[1]))
    assert again.code == exits.OK
    assert server.told("1") == ["q1"]


def test_a_number_that_is_not_there_sends_nothing(
    rushes: Command, url: str, server: TrakServer
) -> None:
    (known,) = queued(url, 0)
    ended = rushes("outbox", "retry", str(known), "999")
    assert ended.code == exits.NOT_THERE
    assert "no post 999" in ended.err
    assert server.asked == []
    assert rushes("outbox", "retry", str(known), "--all").code == exits.NOT_THERE


def test_a_post_that_is_to_come_later_is_left_till_then(
    rushes: Command, url: str, server: TrakServer
) -> None:
    queued(url, 0, 1)
    headers = {"Retry-After": "3600"}
    server.faults.append(Fault(Wrong.STATUS, ending="/qc", status=429, headers=headers))
    assert rushes("outbox", "retry").code == exits.UNAVAILABLE
    asked = len(server.asked)
    ended = rushes("outbox", "retry")
    assert ended.code == exits.UNAVAILABLE
    assert ended.out.count("not before") == 2
    assert len(server.asked) == asked
    assert rushes("outbox", "retry", "--all").code == exits.OK


def test_a_trak_that_is_not_set_up_is_told_before_anything_is_done(
    rushes: Command, url: str
) -> None:
    queued(url, 0)
    ended = rushes("outbox", "retry", "--json")
    assert ended.code == exits.NOT_THERE
    assert ended.json["error"]["code"] == "settings.invalid"
    assert "TRAK_BASE_URL" in ended.err
    (row,) = rushes("outbox", "list", "--json").json["posts"]
    assert row["attempts"] == 0


def test_a_dotenv_file_says_where_trak_is_and_its_key_is_not_shown(
    rushes: Command, url: str, home: Path, server: TrakServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = []
    for name, value in server.environment().items():
        monkeypatch.delenv(name)
        lines.append(f"{name}={value}\n")
    (home / ".env").write_text("".join(lines))
    queued(url, 0)
    assert rushes("outbox", "retry").code == exits.OK
    assert server.told("0") == ["q0"]
    shown = rushes("config", "show", "trak")
    assert f"{home / '.env'}:1" in shown.out
    assert API_KEY not in shown.out + shown.err
    rows = rushes("config", "show", "trak", "--json").json["settings"]
    assert [row["source"]["kind"] for row in rows] == [
        "env file",
        "env file",
        "default",
        "default",
    ]
