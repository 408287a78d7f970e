"""Results of quality checks on their way from a crawl to a tracker, by way of the outbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from rushes.core.canonical import canonical
from rushes.model.outbox import Post, PostState
from rushes.model.scan import Actor
from rushes.model.signoff import Record, Result
from rushes.ports.outbox import Outbox
from rushes.ports.tracker import Looked, Tracker
from rushes.qc.document import record_document
from rushes.qc.sending import Sender, Sent


class Outcome(StrEnum):
    """What became of one result."""

    POSTED = "posted"  # the tracker said that it has it
    QUEUED = "queued"  # it is in the outbox, and will be sent another time
    NO_ASSET = "no such asset"  # the tracker has nothing at that path
    PENDING = "pending"  # it is no result yet, and is not posted
    REFUSED = "refused"  # the tracker will not have it
    UNKNOWN = "unknown"  # it was sent, and nobody can tell whether it arrived


class Item(NamedTuple):
    """A record that has been written, and the escaped path by which the tracker knows its asset.

    Results of one path are told in the order in which they were checked, and an older one is not
    told after a newer one: two assets must not go by one path.
    """

    asset_path: str
    record: Record


class Posted(NamedTuple):
    """What became of one item, with the tracker's id of the asset where it is known.

    `outage` says that the tracker is why it was only queued, and has warned of that itself.
    """

    item: Item
    outcome: Outcome
    asset_id: str | None = None
    told: str = ""
    outage: bool = False


_OUTCOMES: dict[PostState | None, Outcome] = {
    None: Outcome.NO_ASSET,
    PostState.WAITING: Outcome.QUEUED,
    PostState.SENDING: Outcome.QUEUED,
    PostState.DELIVERED: Outcome.POSTED,
    PostState.REFUSED: Outcome.REFUSED,
    PostState.UNKNOWN: Outcome.UNKNOWN,
}


class Posting:
    """Tells one tracker the results of one run, batch by batch.

    Assets are looked up once each in a run. A result of an asset that the tracker has is in the
    outbox before it is sent, and stays there until the tracker has it; so does one whose asset
    could not be looked up, or whose look-up was refused. A batch given again does no harm: the
    same `qc_id` is one post. What the tracker's outage costs is one timeout for the whole run.
    """

    def __init__(self, outbox: Outbox, tracker: Tracker, *, actor: Actor) -> None:
        self._outbox, self._tracker, self._actor = outbox, tracker, actor
        self._sender = Sender(outbox, tracker, actor=actor)

    def asset_ids(self, paths: Sequence[str]) -> list[Looked]:
        """What the tracker calls the assets at these escaped paths, for records to come."""
        return self._sender.look_up(paths)

    def post(self, items: Sequence[Item]) -> list[Posted]:
        """Post the results that are none of pending, and tell of each item in order.

        Raises `database.unavailable` where the outbox cannot be reached; what was not queued then
        was not posted.
        """
        done = {at: Posted(one, Outcome.PENDING) for at, one in enumerate(items) if _pending(one)}
        asked = [at for at in range(len(items)) if at not in done]
        looked = self._sender.look_up([items[at].asset_path for at in asked])
        queue: dict[int, Looked] = {}
        for at, found in zip(asked, looked, strict=True):
            if found.problem is None and found.asset_id is None:
                done[at] = Posted(items[at], Outcome.NO_ASSET)
            else:
                queue[at] = found
        done |= dict(self._sent(items, queue))
        return [done[at] for at in range(len(items))]

    def _sent(
        self, items: Sequence[Item], queue: dict[int, Looked]
    ) -> Iterator[tuple[int, Posted]]:
        """Queue, then send, then tell; the numbers are those of the items."""
        posts = [self._made(items[at], found.asset_id) for at, found in queue.items()]
        kept = self._outbox.enqueue(posts, actor=self._actor)
        became = {one.id: Sent(one, one.state, one.told) for one in kept}
        for sent in self._sender.send(list(became)):
            became[sent.queued.id] = sent
        for at, one in zip(queue, kept, strict=True):
            sent = became[one.id]
            asset_id = sent.queued.post.asset_id
            outcome = _OUTCOMES[sent.state]
            yield at, Posted(items[at], outcome, asset_id, sent.told, sent.outage)

    def _made(self, item: Item, asset_id: str | None) -> Post:
        record = item.record
        document = canonical(record_document(record)).decode()
        return Post(
            self._tracker.name, record.qc_id, item.asset_path, record.qc_time, document, asset_id
        )


def _pending(item: Item) -> bool:
    return item.record.qc_result is Result.PENDING
