"""A Trak that does not answer, refuses or lies: nothing is said to be told that was not."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from rushes.core import clock, logs
from rushes.core.settings import load
from rushes.model.outbox import Post, PostKind, PostState
from rushes.model.signoff import Result
from rushes.ports import registry
from rushes.ports.outbox import Outbox
from rushes.ports.tracker import Verdict
from rushes.qc.posting import Outcome, Posting
from rushes.qc.sending import Sender
from rushes.testing.trak.posting import (
    ACTOR,
    MONDAY,
    Opener,
    item,
    on_both,
    outbox,
    posted,
    retried,
    server,
    states,
    told,
    trak,
)
from rushes.testing.trak.server import API_KEY, SEARCH, Fault, TrakServer, Wrong, trak_server

__all__ = ["outbox", "server", "trak"]


@on_both
def test_each_result_is_told_once_and_said_to_be(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    pending = item(1, result=Result.PENDING)
    found = told(outbox, trak(), item(0), pending, item(2, result=Result.FAIL), item(99))
    assert [one.outcome for one in found] == [
        Outcome.POSTED,
        Outcome.PENDING,
        Outcome.POSTED,
        Outcome.NO_ASSET,
    ]
    assert [one.asset_id for one in found] == ["0", None, "2", None]
    assert server.told("0") == ["q0"]
    assert server.told("2") == ["q2"]
    assert states(outbox) == {"q0": "delivered", "q2": "delivered"}


def test_a_batch_given_again_is_not_told_again(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    posted(outbox, trak(), item(0))
    assert posted(outbox, trak(), item(0), item(0)) == ["posted", "posted"]
    assert server.told("0") == ["q0"]


def test_an_asset_is_looked_up_once_in_a_run(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    posting = Posting(outbox, trak(), actor=ACTOR)
    assert [one.asset_id for one in posting.asset_ids(["/shows/0.exr", "/none"])] == ["0", None]
    posting.post([item(0), item(0, hours=1, name="later")])
    posting.post([item(0, hours=2, name="last")])
    assert [one.path for one in server.asked].count(SEARCH) == 2
    assert server.told("0") == ["q0", "later", "last"]


@on_both
def test_a_silent_trak_costs_one_timeout_and_everything_waits(
    server: TrakServer, trak: Opener, outbox: Outbox, capfd: pytest.CaptureFixture[str]
) -> None:
    server.faults.append(Fault(Wrong.SILENT, times=99))
    tracker = trak()
    outcomes = posted(outbox, tracker, *(item(number) for number in range(10)))
    assert outcomes == ["queued"] * 10
    assert len(server.asked) == 1
    assert capfd.readouterr().err.count("did not answer") == 1
    assert set(states(outbox).values()) == {"waiting"}
    server.faults.clear()
    assert {one.state for one in retried(outbox, trak())} == {PostState.DELIVERED}
    assert [server.told(str(number)) for number in range(3)] == [["q0"], ["q1"], ["q2"]]


@on_both
def test_a_look_up_that_waited_and_finds_nothing_is_taken_out(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    server.faults.append(Fault(Wrong.SILENT, times=1))
    assert posted(outbox, trak(), item(99), item(0)) == ["queued", "queued"]
    assert [one.state for one in retried(outbox, trak())] == [None, PostState.DELIVERED]
    assert states(outbox) == {"q0": "delivered"}


def test_a_trak_that_is_not_there_is_told_at_once(outbox: Outbox) -> None:
    environ = {"HOME": "/", "TRAK_BASE_URL": "http://127.0.0.1:1/api"}
    with closing(registry.connect("tracker", "trak")(load(environ=environ))) as tracker:
        assert posted(outbox, tracker, item(0)) == ["queued"]
        assert "cannot be reached" in tracker.stopped.told
    assert outbox.posts().rows[0].attempts == 0


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_is_told_once_and_soon_not_tried_again(
    server: TrakServer,
    trak: Opener,
    outbox: Outbox,
    status: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    server.faults.append(Fault(Wrong.STATUS, status=status, times=99))
    assert posted(outbox, trak(), *(item(number) for number in range(10))) == ["queued"] * 10
    assert len(server.asked) == 3
    err = capfd.readouterr().err
    assert err.count(f"HTTP {status}") == 1
    assert API_KEY not in err


def test_one_asset_that_is_forbidden_keeps_no_other_from_being_told(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    server.faults.append(Fault(Wrong.STATUS, ending="/3/qc", status=403, times=99))
    outcomes = posted(outbox, trak(), *(item(number) for number in range(6)))
    assert outcomes == ["posted"] * 3 + ["queued"] + ["posted"] * 2


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504, 301, 307])
def test_what_cannot_be_taken_now_is_sent_another_time(
    server: TrakServer, trak: Opener, outbox: Outbox, status: int
) -> None:
    where = {"Location": "http://elsewhere.invalid/"}
    server.faults.append(Fault(Wrong.STATUS, ending="/qc", status=status, headers=where))
    assert posted(outbox, trak(), item(0)) == ["queued"]
    assert [one.state for one in retried(outbox, trak())] == [PostState.DELIVERED]
    assert server.told("0") == ["q0"]
    assert outbox.posts().rows[0].attempts == 2


def test_the_key_is_not_carried_to_another_host(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    with trak_server() as other:
        where = {"Location": other.url + "assets/0/qc"}
        server.faults.append(Fault(Wrong.STATUS, ending="/qc", status=308, headers=where))
        (one,) = told(outbox, trak(), item(0))
        assert other.asked == []
    assert one.outcome is Outcome.QUEUED
    assert "127.0.0.1" in one.told


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_what_is_refused_for_good_is_not_sent_for_ever(
    server: TrakServer, trak: Opener, outbox: Outbox, status: int
) -> None:
    body = '{"message": "no such result"}'
    server.faults.append(Fault(Wrong.STATUS, ending="/qc", status=status, body=body, times=99))
    (one,) = told(outbox, trak(), item(0))
    assert one.outcome is Outcome.REFUSED
    assert "no such result" in one.told
    newer = item(0, hours=1, name="newer")
    assert posted(outbox, trak(), newer) == ["refused"]
    assert [one.attempts for one in outbox.posts().rows] == [1, 1]


def test_a_look_up_that_is_refused_is_asked_for_once_and_kept(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    server.has("/shows/0.exr", "another")
    posting = Posting(outbox, trak(), actor=ACTOR)
    posting.asset_ids(["/shows/0.exr"])
    (one,) = posting.post([item(0)])
    assert (one.outcome, one.outage) == (Outcome.REFUSED, False)
    assert "Trak found 2 assets" in one.told
    assert [asked.path for asked in server.asked] == [SEARCH]
    assert states(outbox) == {"q0": "refused"}
    assert [sent.state for sent in retried(outbox, trak(), again=True)] == [PostState.REFUSED]


@pytest.mark.parametrize("wait", ["120", "date"])
def test_a_trak_that_wants_to_be_left_alone_is_left_alone(
    server: TrakServer, trak: Opener, outbox: Outbox, wait: str
) -> None:
    from email.utils import format_datetime

    then = clock.now() + timedelta(seconds=120)
    headers = {"Retry-After": format_datetime(then) if wait == "date" else wait}
    server.faults.append(Fault(Wrong.STATUS, ending="/qc", status=429, headers=headers, skip=1))
    outcomes = posted(outbox, trak(), *(item(number) for number in range(4)))
    assert outcomes == ["posted"] + ["queued"] * 3
    rows = outbox.posts(states=[PostState.WAITING]).rows
    assert all(abs(one.due - then) < timedelta(seconds=30) for one in rows)
    # Newer ones do not go past those that are not due.
    asked = len(server.asked)
    newer = [item(number, hours=1, name=f"n{number}") for number in range(1, 4)]
    assert posted(outbox, trak(), *newer) == ["queued"] * 3
    assert {one.path for one in server.asked[asked:]} == {SEARCH}


@pytest.mark.parametrize("wrong", [Wrong.GARBAGE, Wrong.HUGE, Wrong.TRICKLE, Wrong.CUT_BEFORE])
def test_a_look_up_without_a_proper_answer_is_made_another_time(
    server: TrakServer, trak: Opener, outbox: Outbox, wrong: Wrong
) -> None:
    server.faults.append(Fault(wrong, ending=SEARCH, times=2))
    assert posted(outbox, trak(), item(0)) == ["queued"]
    assert server.told("0") == []


def test_the_key_is_in_no_log(
    server: TrakServer, trak: Opener, outbox: Outbox, tmp_path: Path
) -> None:
    settings = load(environ={"HOME": str(tmp_path), **server.environment()})
    logs.start(settings)
    body = f'{{"key": "{API_KEY}"}}'
    server.faults.append(Fault(Wrong.STATUS, ending="/qc", status=500, body=body))
    (one,) = told(outbox, trak(), item(0))
    assert one.outcome is Outcome.QUEUED
    assert API_KEY not in one.told
    assert "HTTP 500" in settings.log_file.read_text()
    assert API_KEY not in settings.log_file.read_text()


def test_no_verdict_is_made_up(server: TrakServer, trak: Opener) -> None:
    post = Post("trak", "k", "/shows/0.exr", MONDAY, '{"qc_id":"k"}', "0")
    server.faults.append(Fault(Wrong.STATUS, status=204))
    assert trak().send([post])[0].verdict is Verdict.DELIVERED
    server.faults.append(Fault(Wrong.STATUS, status=200, body='"not a document but JSON"'))
    assert trak().send([replace(post, key="l")])[0].verdict is Verdict.DELIVERED


@on_both
def test_a_version_is_no_post_for_trak_and_is_refused_unasked(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    post = Post("trak", "v", "/shows/0.exr", MONDAY, "{}", kind=PostKind.VERSION)
    (kept,) = outbox.enqueue([post], actor=ACTOR)
    (sent,) = Sender(outbox, trak(), actor=ACTOR).send([kept.id])
    assert (sent.state, sent.told) == (PostState.REFUSED, "it cannot be told that")
    assert server.asked == []
