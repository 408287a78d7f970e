"""A result that may have reached Trak, or that others send, too, is told once and in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from rushes.model.outbox import Post, PostState
from rushes.ports.outbox import Outbox
from rushes.ports.tracker import Tracker
from rushes.qc.posting import Outcome
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
from rushes.testing.trak.server import Fault, TrakServer, Wrong

__all__ = ["outbox", "server", "trak"]


def test_what_is_sent_was_in_the_outbox_before(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    seen: list[str] = []

    class Watching:
        def __init__(self, inner: Tracker) -> None:
            self.__dict__.update(inner=inner, name=inner.name)

        def __getattr__(self, name: str) -> object:
            return getattr(self.inner, name)

        def send(self, posts: list[Post]) -> object:
            seen.extend(states(outbox).values())
            return self.inner.send(posts)

    posted(outbox, Watching(trak()), item(0))  # type: ignore[arg-type]
    assert seen == ["sending"]


@pytest.mark.parametrize("wrong", [Wrong.CUT_BEFORE, Wrong.CUT_AFTER])
def test_a_cut_line_leaves_it_unknown_and_it_is_asked_for(
    server: TrakServer, trak: Opener, outbox: Outbox, wrong: Wrong
) -> None:
    server.faults.append(Fault(wrong, ending="/qc"))
    assert posted(outbox, trak(), item(0), item(1)) == ["unknown", "posted"]
    # Trak has no way to ask: nothing is sent twice unless somebody wants it.
    assert retried(outbox, trak())[0].state is PostState.UNKNOWN
    arrived = int(wrong is Wrong.CUT_AFTER)
    assert len(server.told("0")) == arrived
    server.tells = True
    assert retried(outbox, trak())[0].state is PostState.DELIVERED
    assert server.told("0") == ["q0"]


def test_a_trak_that_can_tell_is_asked_at_once(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    server.tells = True
    server.faults.append(Fault(Wrong.CUT_AFTER, ending="/qc"))
    (one,) = told(outbox, trak(), item(0))
    assert (one.outcome, one.told) == (Outcome.POSTED, "the tracker has it already")
    assert server.told("0") == ["q0"]


def test_an_answer_that_does_not_come_leaves_it_unknown_and_the_rest_waits(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    server.faults.append(Fault(Wrong.SILENT_AFTER, ending="/qc"))
    assert posted(outbox, trak(), item(0), item(1)) == ["unknown", "queued"]
    assert server.told("0") == ["q0"]


def test_what_is_unknown_is_sent_again_on_request_with_the_same_key(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    server.faults.append(Fault(Wrong.CUT_BEFORE, ending="/qc"))
    assert posted(outbox, trak(), item(0)) == ["unknown"]
    assert [one.state for one in retried(outbox, trak(), again=True)] == [PostState.DELIVERED]
    sent = [one for one in server.asked if (one.method, one.path) == ("POST", "/api/assets/0/qc")]
    keys = [one.headers["idempotency-key"] for one in sent]
    assert keys == ["q0", "q0"]


def test_what_may_have_arrived_stays_unknown_while_trak_is_out_of_reach(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    server.faults.append(Fault(Wrong.CUT_AFTER, ending="/qc"))
    assert posted(outbox, trak(), item(0)) == ["unknown"]
    server.faults.append(Fault(Wrong.SILENT, ending="/qc"))
    assert [one.state for one in retried(outbox, trak(), again=True)] == [PostState.UNKNOWN]


@pytest.mark.parametrize("wrong", [Wrong.GARBAGE, Wrong.HUGE, Wrong.TRICKLE])
def test_an_answer_that_is_none_is_not_taken_for_success(
    server: TrakServer, trak: Opener, outbox: Outbox, wrong: Wrong
) -> None:
    server.faults.append(Fault(wrong, ending="/qc"))
    assert posted(outbox, trak(), item(0)) == ["unknown"]


@on_both
def test_a_newer_result_is_not_overtaken(server: TrakServer, trak: Opener, outbox: Outbox) -> None:
    server.faults.append(Fault(Wrong.STATUS, ending="/qc", status=500))
    assert posted(outbox, trak(), item(0, name="old"), item(0, hours=1, name="new")) == [
        "queued",
        "queued",
    ]
    assert posted(outbox, trak(), item(0, hours=2, name="last")) == ["posted"]
    assert server.told("0") == ["old", "new", "last"]
    (late,) = told(outbox, trak(), item(0, hours=1, name="late"))
    assert late.outcome is Outcome.REFUSED
    assert "newer" in late.told
    assert server.told("0") == ["old", "new", "last"]


@on_both
def test_an_interrupted_sender_leaves_one_in_doubt_and_the_rest_free(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    class Interrupted:
        name, stopped = "trak", None

        def __init__(self, inner: Tracker) -> None:
            self.assets, self.kinds = inner.assets, inner.kinds

        def send(self, posts: list[Post]) -> object:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        posted(outbox, Interrupted(trak()), item(0), item(1))  # type: ignore[arg-type]
    assert states(outbox) == {"q0": "unknown", "q1": "waiting"}
    assert [one.state for one in retried(outbox, trak())] == [
        PostState.UNKNOWN,
        PostState.DELIVERED,
    ]


@on_both
def test_a_killed_senders_post_is_not_sent_blindly(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    document = '{"qc_id":"k"}'
    post = Post("trak", "k", "/shows/0.exr", MONDAY, document, "0")
    (kept,) = outbox.enqueue([post], actor=ACTOR)
    claims = outbox.claim([kept.id], lease=timedelta(minutes=1), actor=ACTOR)
    outbox.begin(claims, lease=timedelta(0), actor=ACTOR)
    (sent,) = retried(outbox, trak())
    assert sent.state is PostState.UNKNOWN
    assert "interrupted" in sent.told
    server.tells = True
    assert retried(outbox, trak())[0].state is PostState.DELIVERED
    assert server.told("0") == ["k"]


@on_both
def test_what_somebody_else_is_sending_is_not_sent_beside(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    post = Post("trak", "k", "/shows/0.exr", MONDAY, '{"qc_id":"k"}', "0")
    (kept,) = outbox.enqueue([post], actor=ACTOR)
    claims = outbox.claim([kept.id], lease=timedelta(minutes=1), actor=ACTOR)
    assert posted(outbox, trak(), item(0, hours=1)) == ["queued"]
    assert server.told("0") == []
    outbox.release(claims, actor=ACTOR)
    assert [one.state for one in retried(outbox, trak())] == [PostState.DELIVERED] * 2
    assert server.told("0") == ["k", "q0"]


@pytest.mark.parametrize("outbox", ["postgres"], indirect=True)
def test_two_who_retry_at_once_tell_everything_once_and_in_order(
    server: TrakServer, trak: Opener, outbox: Outbox
) -> None:
    posts = [
        Post(
            tracker="trak",
            key=f"{n:02}",
            asset_path=f"/shows/{n % 5}.exr",
            time=MONDAY + timedelta(hours=n),
            document=f'{{"qc_id":"{n:02}"}}',
            asset_id=str(n % 5),
        )
        for n in range(50)
    ]
    ids = [one.id for one in outbox.enqueue(posts, actor=ACTOR)]

    def sent(order: int) -> None:
        try:
            list(Sender(outbox, trak(), actor=ACTOR).send(ids[::order]))
        finally:
            outbox.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(sent, [1, -1]))
    retried(outbox, trak())  # what both left to one another
    told = [server.told(str(asset)) for asset in range(5)]
    assert told == [[f"{n:02}" for n in range(asset, 50, 5)] for asset in range(5)]
