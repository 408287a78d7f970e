"""The outbox port in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from uuid import uuid4

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.outbox import OPEN, Claim, Post, PostState, QueuedPost, Settled
from rushes.model.scan import Actor
from rushes.ports.records import Page

_ROWS_OF_A_PAGE = 500


class MemoryOutbox:
    """`ports.outbox.Outbox` for tests and dry runs; gone with its process."""

    def __init__(self) -> None:
        self._posts: dict[int, QueuedPost] = {}
        self._leases: dict[int, tuple[str, datetime]] = {}
        self._next = 1
        self._claiming = Lock()

    def enqueue(self, posts: Sequence[Post], *, actor: Actor) -> Sequence[QueuedPost]:
        """Keep the posts."""
        return [self._kept(post) or self._added(post, actor) for post in posts]

    def posts(
        self,
        *,
        states: Collection[PostState] = (),
        ids: Collection[int] = (),
        page: str | None = None,
    ) -> Page[QueuedPost]:
        """Posts in the order they came."""
        rows = [
            one
            for number, one in self._posts.items()
            if number > _place_of(page)
            and (not states or one.state in states)
            and (not ids or number in ids)
        ]
        more = str(rows[_ROWS_OF_A_PAGE - 1].id) if len(rows) > _ROWS_OF_A_PAGE else None
        return Page(rows[:_ROWS_OF_A_PAGE], more)

    def claim(self, ids: Collection[int], *, lease: timedelta, actor: Actor) -> Sequence[Claim]:
        """Have these posts and the older ones before them, whoever claims others taking turns."""
        with self._claiming:
            return self._claimed(set(ids), lease)

    def begin(self, claims: Sequence[Claim], *, lease: timedelta, actor: Actor) -> Sequence[Claim]:
        """Say that claimed posts are being sent now."""
        now = clock.now()
        begun = [one for one in self._held(claims) if self._leases[one.id][1] > now]
        for claim in begun:
            one = self._posts[claim.id]
            self._posts[claim.id] = replace(
                one, state=PostState.SENDING, attempts=one.attempts + 1, tried=now
            )
            self._leases[claim.id] = (claim.holder, now + lease)
        return begun

    def settle(self, settled: Sequence[Settled], *, actor: Actor) -> None:
        """Say what became of claimed posts."""
        for one in settled:
            delivered = one.state is PostState.DELIVERED
            here = one.claim.id in self._posts
            if here and (delivered or list(self._held([one.claim]))):
                kept = self._posts[one.claim.id]
                document = "" if delivered else kept.post.document
                self._posts[kept.id] = replace(
                    kept,
                    post=replace(kept.post, document=document),
                    state=one.state,
                    told=one.told,
                    due=one.due or clock.now(),
                )
                self._leases.pop(kept.id, None)

    def release(self, claims: Sequence[Claim], *, actor: Actor) -> None:
        """Let go of claimed posts."""
        for claim in list(self._held(claims)):
            del self._leases[claim.id]

    def found(self, asset_ids: Sequence[tuple[Claim, str]], *, actor: Actor) -> None:
        """Note the tracker's ids of assets."""
        for claim, asset_id in asset_ids:
            for held in self._held([claim]):
                kept = self._posts[held.id]
                self._posts[held.id] = replace(kept, post=replace(kept.post, asset_id=asset_id))

    def withdraw(self, claims: Sequence[Claim], *, actor: Actor) -> None:
        """Take claimed posts out."""
        for claim in list(self._held(claims)):
            del self._leases[claim.id], self._posts[claim.id]

    def close(self) -> None:
        """Nothing to give back."""

    def _claimed(self, ids: set[int], lease: timedelta) -> list[Claim]:
        now, holder = clock.now(), str(uuid4())
        asked = [
            self._posts[number]
            for number in ids
            if number in self._posts and self._posts[number].state is not PostState.DELIVERED
        ]
        wanted = {one.id: one for one in asked}
        for one in asked:
            for other in self._of_its_asset(one):
                if _older(other, one) and other.state in OPEN and other.due <= now:
                    wanted[other.id] = other
        free = [one for one in wanted.values() if not self._in_the_way(one, ids, now)]
        self._leases.update({one.id: (holder, now + lease) for one in free})
        claims = [
            Claim(
                one,
                holder,
                doubtful=one.state in (PostState.SENDING, PostState.UNKNOWN),
                overtaken=any(
                    _older(one, other) and other.state in (PostState.DELIVERED, PostState.UNKNOWN)
                    for other in self._of_its_asset(one)
                ),
            )
            for one in free
        ]
        return sorted(claims, key=lambda claim: (claim.post.time, claim.id))

    def _kept(self, post: Post) -> QueuedPost | None:
        same = (post.tracker, post.key)
        kept = (one for one in self._posts.values() if (one.post.tracker, one.post.key) == same)
        return next(kept, None)

    def _added(self, post: Post, actor: Actor) -> QueuedPost:
        now = clock.now()
        added = QueuedPost(
            id=self._next,
            post=post,
            state=PostState.WAITING,
            attempts=0,
            queued=now,
            due=now,
            tried=None,
            told="",
            actor=actor,
        )
        self._posts[added.id] = added
        self._next += 1
        return added

    def _of_its_asset(self, one: QueuedPost) -> list[QueuedPost]:
        asset = (one.post.tracker, one.post.subject)
        return [
            other
            for other in self._posts.values()
            if (other.post.tracker, other.post.subject) == asset
        ]

    def _in_the_way(self, one: QueuedPost, asked: set[int], now: datetime) -> bool:
        """Whether somebody has a post of the same asset, or an older one has to wait."""
        for other in self._of_its_asset(one):
            if other.id in self._leases and self._leases[other.id][1] > now:
                return True
            waits = other.state in OPEN and other.due > now and other.id not in asked
            if waits and _older(other, one):
                return True
        return False

    def _held(self, claims: Sequence[Claim]) -> Iterator[Claim]:
        """Those of the claims that are still their holder's."""
        for claim in claims:
            if self._leases.get(claim.id, ("", None))[0] == claim.holder:
                yield claim


def _older(one: QueuedPost, other: QueuedPost) -> bool:
    return (one.post.time, one.id) < (other.post.time, other.id)


def _place_of(page: str | None) -> int:
    if page is None or page.isdecimal():
        return int(page or 0)
    raise RushesError(
        Code.USAGE,
        f"{page!r} is not the token of a page.",
        hint="Ask for the first page without one, and pass on what each page gives.",
    )
