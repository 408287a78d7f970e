"""The socket to whatever else holds the studio's assets and Versions: Trak, others to come."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from rushes.model.outbox import Post, PostKind


class Verdict(str, Enum):
    """What became of something that a tracker was told."""

    DELIVERED = "delivered"  # it said that it has it
    LATER = "later"  # it does not have it; another time it may take it
    REFUSED = "refused"  # it will never take this
    UNKNOWN = "unknown"  # it was sent, and no answer came


class Answer(NamedTuple):
    """A verdict, and why in words without secrets.

    `wait` is how many seconds the tracker wants to be left alone, where it says so.
    """

    verdict: Verdict
    told: str = ""
    wait: float | None = None


class Looked(NamedTuple):
    """What came of looking an asset up: its id, or None where the tracker has no such asset.

    With a `problem` neither is known.
    """

    asset_id: str | None = None
    problem: Answer | None = None


class Known(str, Enum):
    """Whether a tracker has a result."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot tell"


class Tracker(Protocol):
    """A tracker for one run. `kinds` are the posts that it can be told; others are not sent.

    Every call takes a batch and tells of each one in order. What goes wrong is told by answers;
    none raises, and no SDK's own exception gets out. Whoever does not answer once is not asked
    again in this run: from then on all calls tell so at once.
    """

    name: str
    kinds: frozenset[PostKind]

    @property
    def stopped(self) -> Answer | None:
        """Why nothing is asked of it any more in this run, as `later`; None while it is."""
        ...

    def assets(self, paths: Sequence[str]) -> Sequence[Looked]:
        """Look assets up by their escaped, absolute paths."""
        ...

    def send(self, posts: Sequence[Post]) -> Sequence[Answer]:
        """Tell posts of its kinds, in order; each result has its asset's id.

        The tracker is given each post's key, so that it can see that it has it already.
        """
        ...

    def known(self, posts: Sequence[Post]) -> Sequence[Known]:
        """Whether the tracker has these posts."""
        ...

    def close(self) -> None:
        """Let go of connections. Harmless when repeated."""
        ...
