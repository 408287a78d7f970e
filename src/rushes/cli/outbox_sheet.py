"""Posts of the outbox, and what a retry came to, as lines and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rushes.cli import exits, show
from rushes.core import clock
from rushes.model.outbox import Post, PostKind, PostState, QueuedPost
from rushes.qc.sending import Sent

Row = dict[str, Any]

_COLOURS = {
    PostState.DELIVERED: "green",
    PostState.REFUSED: "red",
    PostState.UNKNOWN: "yellow",
}
_NO_ASSET = "no such asset"
# What is left over of a retry, and how it ends for that.
_ENDS = {
    PostState.WAITING.value: exits.UNAVAILABLE,
    PostState.SENDING.value: exits.UNAVAILABLE,
    PostState.REFUSED.value: exits.FOUND,
    PostState.UNKNOWN.value: exits.FOUND,
}


@dataclass(slots=True)
class Sums:
    """How many posts of a retry came to what."""

    counts: Counter[str] = field(default_factory=Counter)

    def take(self, sent: Sent) -> None:
        """Count one more."""
        self.counts[_outcome(sent)] += 1

    @property
    def code(self) -> int:
        """How the command ends."""
        return exits.gravest(_ENDS.get(outcome, exits.OK) for outcome in self.counts)

    def row(self) -> Row:
        """The sums as JSON, each outcome there may be."""
        names = [*(state.value for state in PostState), _NO_ASSET]
        return {name.replace(" ", "_"): self.counts[name] for name in names}

    def line(self) -> str:
        """The sums in words."""
        if not self.counts:
            return "Nothing is to be sent."
        counted = show.counted(sum(self.counts.values()), "post")
        parts = [f"{number:,} {outcome}" for outcome, number in self.counts.most_common()]
        return f"{counted}: {', '.join(parts)}"


def lines(posts: Iterable[QueuedPost]) -> Iterator[tuple[str, ...]]:
    """One line for each post."""
    for one in posts:
        yield (
            str(one.id),
            show.styled(one.state.value, _COLOURS.get(one.state, "cyan")),
            one.post.tracker,
            one.post.kind.value,
            clock.iso(one.post.time)[:19] + "Z",
            show.counted(one.attempts, "attempt"),
            one.post.asset_path,
            one.told or "-",
        )


def post_row(one: QueuedPost) -> Row:
    """One post as JSON, its document left out."""
    return {
        "id": one.id,
        "state": one.state.value,
        "tracker": one.post.tracker,
        "kind": one.post.kind.value,
        "key": one.post.key,
        **_of_result(one.post),
        "asset_path": one.post.asset_path,
        "asset_id": one.post.asset_id,
        "attempts": one.attempts,
        "queued": clock.iso(one.queued),
        "due": clock.iso(one.due),
        "tried": clock.iso(one.tried) if one.tried else None,
        "told": one.told,
        "actor": one.actor.name,
    }


def sent_line(sent: Sent) -> str:
    """One post that was sent, or not."""
    outcome = _outcome(sent)
    colour = _COLOURS.get(sent.state, "cyan") if sent.state else "cyan"
    words = f": {sent.told}" if sent.told else ""
    return f"{show.styled(f'{outcome:<13}', colour)}  {sent.queued.post.asset_path}{words}"


def sent_row(sent: Sent) -> Row:
    """One post that was sent, or not, as JSON."""
    post = sent.queued.post
    return {
        "id": sent.queued.id,
        "outcome": _outcome(sent),
        "tracker": post.tracker,
        "kind": post.kind.value,
        "key": post.key,
        "qc_id": _of_result(post)["qc_id"],
        "asset_path": post.asset_path,
        "asset_id": post.asset_id,
        "told": sent.told,
    }


def _of_result(post: Post) -> Row:
    """What a result of a quality check is known by; nothing of other posts."""
    result = post.kind is PostKind.QC_RESULT
    return {
        "qc_id": post.key if result else None,
        "qc_time": clock.iso(post.time) if result else None,
    }


def _outcome(sent: Sent) -> str:
    return sent.state.value if sent.state is not None else _NO_ASSET
