"""The socket to what trackers have yet to be told: one durable queue for all of them.

Whoever sends claims posts for a while, says of each one that it is being sent, and settles it. A
sender that is killed leaves its posts to the next one when its lease ends: those it had not begun
as they were, the one it was sending `doubtful`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Protocol

from rushes.model.outbox import Claim, Post, PostState, QueuedPost, Settled
from rushes.model.scan import Actor
from rushes.ports.records import Page


class Outbox(Protocol):
    """Posts, each kept until the tracker has it.

    The posts of one asset (one tracker, one `subject`) are ordered by their time. Every call
    raises `database.unavailable` when the outbox cannot be reached.
    """

    def enqueue(self, posts: Sequence[Post], *, actor: Actor) -> Sequence[QueuedPost]:
        """Keep the posts; one that is there already (same tracker, same key) stays as it is.

        All of them, in the order given, as they are kept.
        """
        ...

    def posts(
        self,
        *,
        states: Collection[PostState] = (),
        ids: Collection[int] = (),
        page: str | None = None,
    ) -> Page[QueuedPost]:
        """Posts in the order they came: in any of `states` and with any of `ids`, all where none
        are named.
        """
        ...

    def claim(self, ids: Collection[int], *, lease: timedelta, actor: Actor) -> Sequence[Claim]:
        """Have these posts, in the order in which they are to be sent, as long as `lease` lasts.

        With them come the older ones of the same assets that are still open and due. Left out are
        delivered posts, and all of an asset of which somebody else has one, or of which an older
        one is not due yet and was not asked for.
        """
        ...

    def begin(self, claims: Sequence[Claim], *, lease: timedelta, actor: Actor) -> Sequence[Claim]:
        """Say that claimed posts are being sent now, and have them for `lease` from here on.

        Those that may be sent: not those whose lease had ended.
        """
        ...

    def settle(self, settled: Sequence[Settled], *, actor: Actor) -> None:
        """Say what became of claimed posts, and let go of them.

        Where the lease had ended, only `delivered` counts: that is true whoever has it now.
        """
        ...

    def release(self, claims: Sequence[Claim], *, actor: Actor) -> None:
        """Let go of claimed posts that were not begun; they stay as they were."""
        ...

    def found(self, asset_ids: Sequence[tuple[Claim, str]], *, actor: Actor) -> None:
        """Note the tracker's ids of assets that were looked up for claimed posts."""
        ...

    def withdraw(self, claims: Sequence[Claim], *, actor: Actor) -> None:
        """Take claimed posts out: the tracker has no such asset, so there is nothing to tell."""
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
