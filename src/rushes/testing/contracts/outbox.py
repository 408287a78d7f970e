"""What every implementation of the outbox port has to do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import ClassVar

import pytest

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.outbox import Claim, Post, PostKind, PostState, Settled
from rushes.model.scan import Actor
from rushes.ports.outbox import Outbox
from rushes.testing.found import ACTOR, all_of

LEASE = timedelta(minutes=5)
ENDED = timedelta(0)  # a lease whose holder was killed long ago
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def post(key: str, *, path: str = "/shows/a.exr", hours: int = 0, tracker: str = "trak") -> Post:
    """A result of an asset, `hours` after Monday morning."""
    time = MONDAY + timedelta(hours=hours)
    return Post(tracker, key, path, time, f'{{"qc_id":"{key}"}}', asset_id="17")


def queued(outbox: Outbox, *posts: Post) -> list[int]:
    """Their numbers in the outbox."""
    return [one.id for one in outbox.enqueue(posts, actor=ACTOR)]


def claimed(outbox: Outbox, ids: list[int], *, lease: timedelta = LEASE) -> list[Claim]:
    """Claims in the order in which they are to be sent."""
    return list(outbox.claim(ids, lease=lease, actor=ACTOR))


def ended(outbox: Outbox, ids: list[int], state: PostState, *, due: datetime | None = None) -> None:
    """Claim, begin and settle."""
    claims = outbox.begin(claimed(outbox, ids), lease=LEASE, actor=ACTOR)
    assert len(claims) == len(ids)
    outbox.settle([Settled(one, state, "so it went", due) for one in claims], actor=ACTOR)


def states(outbox: Outbox) -> dict[str, str]:
    """State by key."""
    rows = all_of(lambda page: outbox.posts(page=page))
    return {one.post.key: one.state.value for one in rows}


class KeepingContract:
    """Subclass it and give a fixture `outbox` with an outbox that holds nothing yet.

    `told` is `ACTOR` as this outbox tells who queued a post.
    """

    told: ClassVar[Actor] = ACTOR

    def test_what_is_queued_is_kept_whole(self, outbox: Outbox) -> None:
        whole = Post("trak", "k", "/a\\\\b/\\xff.exr", MONDAY, '{"n":"\\u0000 ü"}', asset_id=None)
        (kept,) = outbox.enqueue([whole], actor=ACTOR)
        assert (kept.post, kept.state, kept.attempts) == (whole, PostState.WAITING, 0)
        assert (kept.actor, kept.tried, kept.told) == (self.told, None, "")
        assert kept.due == kept.queued
        assert list(outbox.posts().rows) == [kept]

    def test_a_version_is_kept_as_one(self, outbox: Outbox) -> None:
        told = replace(post("v"), asset_id=None, kind=PostKind.VERSION)
        kept = outbox.enqueue([told, post("a")], actor=ACTOR)
        assert [one.post for one in kept] == [told, post("a")]
        assert [one.post.kind for one in outbox.posts().rows] == [
            PostKind.VERSION,
            PostKind.QC_RESULT,
        ]

    def test_the_same_key_twice_is_one_post(self, outbox: Outbox) -> None:
        first = queued(outbox, post("a"), post("b"))
        again = queued(outbox, post("c"), post("b", hours=5), post("a"), post("c"))
        assert again[1:3] == [first[1], first[0]]
        assert again[0] == again[3]
        assert list(states(outbox)) == ["a", "b", "c"]
        assert queued(outbox, post("a", tracker="kitsu")) != first[:1]

    def test_a_delivered_post_is_not_queued_again(self, outbox: Outbox) -> None:
        ended(outbox, queued(outbox, post("a")), PostState.DELIVERED)
        (kept,) = outbox.enqueue([post("a")], actor=ACTOR)
        assert (kept.state, kept.post.document) == (PostState.DELIVERED, "")
        assert claimed(outbox, [kept.id]) == []

    def test_posts_are_listed_by_state_number_and_page(self, outbox: Outbox) -> None:
        ids = queued(outbox, *(post(str(n), path=f"/{n}") for n in range(1_203)))
        ended(outbox, ids[:3], PostState.REFUSED)
        rows = all_of(lambda page: outbox.posts(page=page))
        assert [one.id for one in rows] == ids == sorted(ids)
        waiting = all_of(lambda page: outbox.posts(states=[PostState.WAITING], page=page))
        assert [one.id for one in waiting] == ids[3:]
        some = outbox.posts(ids=[ids[1], ids[700], max(ids) + 1], states=list(PostState)).rows
        assert [one.id for one in some] == [ids[1], ids[700]]
        with pytest.raises(RushesError) as caught:
            outbox.posts(page="elsewhere")
        assert caught.value.code is Code.USAGE

    def test_what_became_of_a_post_is_told(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("a"))
        (claim,) = outbox.begin(claimed(outbox, ids), lease=LEASE, actor=ACTOR)
        assert outbox.posts().rows[0].state is PostState.SENDING
        due = clock.now() + timedelta(hours=1)
        outbox.settle([Settled(claim, PostState.WAITING, "HTTP 503", due)], actor=ACTOR)
        kept = outbox.posts().rows[0]
        assert (kept.state, kept.told, kept.attempts) == (PostState.WAITING, "HTTP 503", 1)
        assert kept.due == due
        assert kept.tried is not None
        assert kept.post == post("a")

    def test_an_asset_that_was_found_is_noted(self, outbox: Outbox) -> None:
        (claim,) = claimed(outbox, queued(outbox, post("a")))
        outbox.found([(claim, "18")], actor=ACTOR)
        assert outbox.posts().rows[0].post.asset_id == "18"

    def test_a_post_that_nobody_is_to_have_is_taken_out(self, outbox: Outbox) -> None:
        one, other = claimed(outbox, queued(outbox, post("a"), post("b")))
        outbox.withdraw([one], actor=ACTOR)
        assert list(states(outbox)) == ["b"]
        outbox.withdraw([one], actor=ACTOR)
        assert claimed(outbox, [other.id]) == []

    def test_nothing_at_all_is_no_mistake(self, outbox: Outbox) -> None:
        assert list(outbox.enqueue([], actor=ACTOR)) == []
        assert claimed(outbox, []) == []
        assert list(outbox.begin([], lease=LEASE, actor=ACTOR)) == []
        outbox.settle([], actor=ACTOR)
        outbox.release([], actor=ACTOR)
        outbox.found([], actor=ACTOR)
        outbox.withdraw([], actor=ACTOR)


class SendingContract:
    """Subclass it and give a fixture `outbox` with an outbox that holds nothing yet."""

    def test_nobody_gets_what_somebody_else_has(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("a"), post("b", path="/b"))
        assert len(claimed(outbox, ids[:1])) == 1
        assert [one.post.key for one in claimed(outbox, ids)] == ["b"]

    def test_who_claim_at_once_share_the_assets(self, outbox: Outbox) -> None:
        ids = queued(outbox, *(post(str(n), path=f"/{n % 20}", hours=n) for n in range(400)))
        together = Barrier(4)

        def taken(part: int) -> set[str]:
            some = [number for at, number in enumerate(ids) if at // 20 % 4 == part]
            try:
                claimed(outbox, [])  # the connection is there
                together.wait()
                return {one.post.asset_path for one in claimed(outbox, some)}
            finally:
                outbox.close()

        with ThreadPoolExecutor(4) as threads:
            shares = list(threads.map(taken, range(4)))
        assert sorted(len(share) for share in shares) == [0, 0, 0, 20]

    def test_what_was_let_go_of_is_free_again(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("a"))
        outbox.release(claimed(outbox, ids), actor=ACTOR)
        (claim,) = claimed(outbox, ids)
        assert not claim.doubtful
        assert claim.queued.attempts == 0

    def test_a_killed_senders_posts_are_free_when_its_lease_ends(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("begun"), post("not begun", path="/b"))
        begun, not_begun = claimed(outbox, ids)
        outbox.begin([begun], lease=ENDED, actor=ACTOR)
        outbox.release([not_begun], actor=ACTOR)
        claimed(outbox, ids[1:], lease=ENDED)
        again = claimed(outbox, ids)
        assert {one.post.key: one.doubtful for one in again} == {"begun": True, "not begun": False}

    def test_who_comes_too_late_may_not_send(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("a"))
        (late,) = claimed(outbox, ids, lease=ENDED)
        assert outbox.begin([late], lease=LEASE, actor=ACTOR) == []
        (now,) = claimed(outbox, ids)
        assert outbox.begin([late], lease=LEASE, actor=ACTOR) == []
        assert list(outbox.begin([now], lease=LEASE, actor=ACTOR)) == [now]

    def test_who_comes_too_late_says_nothing_but_that_it_was_delivered(
        self, outbox: Outbox
    ) -> None:
        ids = queued(outbox, post("a"))
        (late,) = claimed(outbox, ids, lease=ENDED)
        outbox.begin(claimed(outbox, ids), lease=LEASE, actor=ACTOR)
        outbox.settle([Settled(late, PostState.REFUSED)], actor=ACTOR)
        outbox.release([late], actor=ACTOR)
        outbox.withdraw([late], actor=ACTOR)
        assert states(outbox) == {"a": "sending"}
        outbox.settle([Settled(late, PostState.DELIVERED)], actor=ACTOR)
        assert states(outbox) == {"a": "delivered"}

    def test_a_delivered_post_stays_delivered(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("a"))
        (late,) = claimed(outbox, ids, lease=ENDED)
        (now,) = claimed(outbox, ids)
        outbox.settle([Settled(late, PostState.DELIVERED)], actor=ACTOR)
        outbox.settle([Settled(now, PostState.WAITING)], actor=ACTOR)
        assert states(outbox) == {"a": "delivered"}

    def test_an_unknown_outcome_is_doubtful_and_a_refusal_is_not(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("a"), post("b", path="/b"))
        ended(outbox, ids[:1], PostState.UNKNOWN)
        ended(outbox, ids[1:], PostState.REFUSED)
        assert [one.doubtful for one in claimed(outbox, ids)] == [True, False]


class OrderContract:
    """Subclass it and give a fixture `outbox` with an outbox that holds nothing yet."""

    def test_posts_of_an_asset_come_in_the_order_of_their_times(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("noon", hours=3), post("morning"), post("night", hours=12))
        claims = claimed(outbox, ids)
        assert [one.post.key for one in claims] == ["morning", "noon", "night"]

    def test_at_the_same_time_the_first_in_is_the_first_out(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("one"), post("two"), post("three"))
        assert [one.id for one in claimed(outbox, ids)] == ids

    def test_the_older_ones_of_an_asset_come_along(self, outbox: Outbox) -> None:
        ids = queued(
            outbox, post("b", hours=1), post("a"), post("c", hours=2), post("z", path="/z")
        )
        assert [one.post.key for one in claimed(outbox, ids[:1])] == ["a", "b"]

    def test_refused_and_unknown_ones_do_not_come_along(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("a"), post("b", hours=1), post("c", hours=2))
        ended(outbox, ids[:1], PostState.REFUSED)
        ended(outbox, ids[1:2], PostState.UNKNOWN)
        assert [one.post.key for one in claimed(outbox, ids[2:])] == ["c"]

    def test_nothing_goes_past_an_older_one_that_is_not_due(self, outbox: Outbox) -> None:
        ids = queued(outbox, post("a"), post("b", hours=1))
        ended(outbox, ids[:1], PostState.WAITING, due=clock.now() + timedelta(hours=1))
        assert claimed(outbox, ids[1:]) == []
        assert [one.post.key for one in claimed(outbox, ids)] == ["a", "b"]

    def test_nothing_of_an_asset_is_sent_beside_another(self, outbox: Outbox) -> None:
        newer = queued(outbox, post("newer", hours=1))
        claimed(outbox, newer)
        older = queued(outbox, post("older"))
        assert claimed(outbox, older) == []

    @pytest.mark.parametrize("state", [PostState.DELIVERED, PostState.UNKNOWN])
    def test_what_comes_after_a_newer_one_is_overtaken(
        self, outbox: Outbox, state: PostState
    ) -> None:
        ended(outbox, queued(outbox, post("newer", hours=1)), state)
        ids = queued(outbox, post("older"), post("newest", hours=2), post("other", path="/b"))
        overtaken = {one.post.key: one.overtaken for one in claimed(outbox, ids)}
        assert overtaken == {"older": True, "newest": False, "other": False}

    def test_a_version_waits_for_nothing_at_its_path_and_is_not_overtaken(
        self, outbox: Outbox
    ) -> None:
        ended(outbox, queued(outbox, post("newer", hours=2)), PostState.DELIVERED)
        claimed(outbox, queued(outbox, post("under way")))
        told = [replace(post(key, hours=1), kind=PostKind.VERSION) for key in ("v2", "v1")]
        ids = queued(outbox, *told)
        assert [one.overtaken for one in claimed(outbox, ids[:1])] == [False]
        assert [one.post.key for one in claimed(outbox, ids)] == ["v1"]

    def test_trackers_have_nothing_to_do_with_one_another(self, outbox: Outbox) -> None:
        claimed(outbox, queued(outbox, post("a")))
        assert len(claimed(outbox, queued(outbox, post("a", tracker="kitsu")))) == 1
