"""The outbox, as 0003 made its table."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from rushes.db.opening import open_outbox
from rushes.model.outbox import PostState

_MOMENT = datetime(2026, 11, 1, 8, tzinfo=UTC)


def fill(make: Any) -> None:
    """A post that waits, and one that was delivered."""
    post = {"tracker": "trak", "asset": UUID(int=5), "asset_path": "/a", "time": _MOMENT}
    when = {"queued": _MOMENT, "due": _MOMENT, "actor": "ada"}
    make("OutboxPost", **post, **when, key="first", state="delivered", document="", attempts=1)
    make("OutboxPost", **post, **when, key="next", state="waiting", document="{}", told="later")


def check(url: str) -> None:
    """Both are told, and the one that waits can be sent."""
    with closing(open_outbox(url, data_dir=Path())) as outbox:
        posts = {one.post.key: one for one in outbox.posts().rows}
        assert posts["first"].state is PostState.DELIVERED
        assert (posts["next"].state, posts["next"].told) == (PostState.WAITING, "later")
        assert posts["next"].post.document == "{}"
