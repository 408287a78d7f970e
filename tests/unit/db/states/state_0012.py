"""Kinds of posts, as 0012 made them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from rushes.db.opening import open_outbox
from rushes.model.outbox import PostKind

_MOMENT = datetime(2026, 11, 2, 8, tzinfo=UTC)


def fill(make: Any) -> None:
    """A Version that waits to be told."""
    post = {"tracker": "else", "asset": UUID(int=12), "asset_path": "/v", "time": _MOMENT}
    when = {"queued": _MOMENT, "due": _MOMENT, "actor": "ada", "state": "waiting"}
    make("OutboxPost", **post, **when, key="a version", kind="version", document="{}")


def check(url: str) -> None:
    """It tells of a Version; what was there before kinds tells results."""
    with closing(open_outbox(url, data_dir=Path())) as outbox:
        kinds = {one.post.key: one.post.kind for one in outbox.posts().rows}
        assert kinds.pop("a version") is PostKind.VERSION
        assert set(kinds.values()) == {PostKind.QC_RESULT}
