"""Posts of the outbox on their way to a tracker: claimed, looked up, sent, settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

from rushes.core import clock
from rushes.model.outbox import Claim, Post, PostKind, PostState, QueuedPost, Settled
from rushes.model.scan import Actor
from rushes.ports.outbox import Outbox
from rushes.ports.tracker import Answer, Known, Looked, Tracker, Verdict

# So few at once that even a slow tracker is done with them before the lease ends.
_AT_ONCE = 20
_LEASE = timedelta(minutes=15)
_OVERTAKEN = "the tracker was told a newer result of this asset"
_BEHIND = "an older result of this asset goes first"
_HELD = "somebody else is at it, or an older result of this asset goes first"
_NO_ASSET = "the tracker has no such asset"
_THERE = "the tracker has it already"
_NOT_ITS_KIND = "it cannot be told that"
_DOUBT = "whoever sent it was interrupted; whether it arrived is not known"
_INTERRUPTED = "interrupted while it was sent; whether it arrived is not known"
_STATES = {
    Verdict.DELIVERED: PostState.DELIVERED,
    Verdict.LATER: PostState.WAITING,
    Verdict.REFUSED: PostState.REFUSED,
    Verdict.UNKNOWN: PostState.UNKNOWN,
}


class Sent(NamedTuple):
    """What became of one post. No state: the tracker has no such asset, and it was taken out.

    `outage` says that the tracker could not take it now, which its adapter has warned of.
    """

    queued: QueuedPost
    state: PostState | None
    told: str
    outage: bool = False


class Sender:
    """Sends posts to one tracker, and looks assets up in it, each path once.

    Of each asset the posts go out in the order of their times: where one could not be sent, the
    newer ones wait behind it. A post is noted as being sent before it is, and settled right after,
    so that of a killed sender one post at most is in doubt.
    """

    def __init__(self, outbox: Outbox, tracker: Tracker, *, actor: Actor) -> None:
        self._outbox, self._tracker, self._actor = outbox, tracker, actor
        self._looked: dict[str, Looked] = {}

    def look_up(self, paths: Sequence[str]) -> list[Looked]:
        """Assets by their escaped paths. Those it could not tell now are asked for next time."""
        new = [path for path in dict.fromkeys(paths) if path not in self._looked]
        found = dict(zip(new, self._tracker.assets(new), strict=True)) if new else {}
        self._looked |= {path: one for path, one in found.items() if _is_final(one)}
        return [self._looked.get(path) or found[path] for path in paths]

    def send(self, ids: Iterable[int], *, again: bool = False) -> Iterator[Sent]:
        """Send these posts, and the older ones before them that are still open.

        Each is told once, and one that somebody else has at the moment as it stands. A post of
        which nobody can tell whether it arrived is sent `again` only on request.
        """
        told: set[int] = set()
        left = (number for number in ids if number not in told)
        while some := list(islice(left, _AT_ONCE)):
            claims = self._outbox.claim(some, lease=_LEASE, actor=self._actor)
            for sent in self._share(claims, again=again):
                told.add(sent.queued.id)
                yield sent
            others = [number for number in some if number not in told]
            if others:
                told.update(others)
                for kept in self._outbox.posts(ids=others).rows:
                    yield Sent(kept, kept.state, kept.told or _HELD)

    def _share(self, claims: Sequence[Claim], *, again: bool) -> Iterator[Sent]:
        """A share of the claims, in order; those that were not sent are let go of at the end."""
        if self._tracker.stopped is not None:
            yield from self._put_off(claims, self._tracker.stopped)
            return
        unknown = [claim.post.asset_path for claim in claims if self._is_to_be_found(claim.post)]
        looked = dict(zip(unknown, self.look_up(unknown), strict=True))
        left = {claim.id: claim for claim in claims}
        held: set[str] = set()
        try:
            for claim in claims:
                subject = claim.post.subject
                if subject in held:
                    yield Sent(claim.queued, claim.queued.state, _BEHIND)
                    continue
                wanted = self._is_to_be_found(claim.post)
                found = self._found(claim, looked[claim.post.asset_path] if wanted else None)
                sent, waits = found if isinstance(found, tuple) else self._tell(found, again=again)
                del left[claim.id]
                if waits:
                    held.add(subject)
                yield sent
        finally:
            self._outbox.release(list(left.values()), actor=self._actor)

    def _is_to_be_found(self, post: Post) -> bool:
        """Whether the tracker has to be asked what it calls the post's asset."""
        told = post.kind is PostKind.QC_RESULT and post.kind in self._tracker.kinds
        return told and post.asset_id is None

    def _found(self, claim: Claim, looked: Looked | None) -> Claim | tuple[Sent, bool]:
        """The claim with its asset's id, or what became of it where there is none."""
        if looked is None:
            return claim
        if looked.problem is not None:
            return self._answered(claim, looked.problem)
        if looked.asset_id is None:
            self._outbox.withdraw([claim], actor=self._actor)
            return Sent(claim.queued, None, _NO_ASSET), False
        self._outbox.found([(claim, looked.asset_id)], actor=self._actor)
        post = replace(claim.post, asset_id=looked.asset_id)
        return replace(claim, queued=replace(claim.queued, post=post))

    def _tell(self, claim: Claim, *, again: bool) -> tuple[Sent, bool]:
        """Send one post, unless it must not be or need not be; and whether newer ones wait."""
        if claim.post.kind not in self._tracker.kinds:
            return self._settled(claim, PostState.REFUSED, _NOT_ITS_KIND), False
        if claim.doubtful:
            known = self._tracker.known([claim.post])[0]
            if known is Known.YES:
                return self._settled(claim, PostState.DELIVERED, _THERE), False
            if known is Known.CANNOT_TELL and not again:
                told = _DOUBT if claim.queued.state is PostState.SENDING else claim.queued.told
                return self._settled(claim, PostState.UNKNOWN, told), False
        if claim.overtaken:
            return self._settled(claim, PostState.REFUSED, _OVERTAKEN), False
        if self._tracker.stopped is not None:
            return self._answered(claim, self._tracker.stopped)
        if not self._outbox.begin([claim], lease=_LEASE, actor=self._actor):
            return Sent(claim.queued, claim.queued.state, _HELD), True
        try:
            answer = self._tracker.send([claim.post])[0]
        except BaseException:
            self._settled(claim, PostState.UNKNOWN, _INTERRUPTED)
            raise
        if answer.verdict is Verdict.UNKNOWN and self._tracker.known([claim.post])[0] is Known.YES:
            answer = Answer(Verdict.DELIVERED, _THERE)
        return self._answered(replace(claim, doubtful=False), answer)

    def _put_off(self, claims: Sequence[Claim], answer: Answer) -> list[Sent]:
        """Settle posts that a tracker out of reach was not asked about, all at once."""
        due = clock.now() + timedelta(seconds=answer.wait or 0)
        settled = [
            Settled(
                claim,
                PostState.UNKNOWN if claim.doubtful else PostState.WAITING,
                answer.told,
                due,
            )
            for claim in claims
        ]
        self._outbox.settle(settled, actor=self._actor)
        return [Sent(one.claim.queued, one.state, one.told, outage=True) for one in settled]

    def _answered(self, claim: Claim, answer: Answer) -> tuple[Sent, bool]:
        """Settle a post by an answer. What may have arrived before still may have."""
        state, waits = _STATES[answer.verdict], answer.verdict in (Verdict.LATER, Verdict.UNKNOWN)
        if claim.doubtful and state is PostState.WAITING:
            state = PostState.UNKNOWN
        sent = self._settled(claim, state, answer.told, wait=answer.wait)
        return sent._replace(outage=answer.verdict is Verdict.LATER), waits

    def _settled(
        self, claim: Claim, state: PostState, told: str, *, wait: float | None = None
    ) -> Sent:
        due = clock.now() + timedelta(seconds=wait or 0)
        self._outbox.settle([Settled(claim, state, told, due)], actor=self._actor)
        return Sent(claim.queued, state, told)


def _is_final(looked: Looked) -> bool:
    """Whether the tracker would answer the same again: it has it, has it not, or refuses."""
    return looked.problem is None or looked.problem.verdict is Verdict.REFUSED
