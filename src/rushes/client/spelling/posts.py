"""Posts of the outbox as JSON objects, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.client.spelling.scans import actor_of, actor_row
from rushes.client.spelling.texts import moment_of
from rushes.core.clock import iso
from rushes.model.outbox import Claim, Post, PostKind, PostState, QueuedPost, Settled

Json = dict[str, Any]
Given = Mapping[str, Any]


def post_row(post: Post) -> Json:
    """What a tracker is to have."""
    return {
        "tracker": post.tracker,
        "key": post.key,
        "asset_path": post.asset_path,
        "time": iso(post.time),
        "document": post.document,
        "asset_id": post.asset_id,
        "kind": post.kind.value,
    }


def post_of(row: Given) -> Post:
    """`post_row` back."""
    return Post(
        row["tracker"],
        row["key"],
        row["asset_path"],
        moment_of(row["time"]),
        row["document"],
        row["asset_id"],
        PostKind(row.get("kind", PostKind.QC_RESULT)),  # a server before kinds tells none
    )


def queued_row(one: QueuedPost) -> Json:
    """A post in the outbox."""
    return {
        "id": one.id,
        **post_row(one.post),
        "state": one.state.value,
        "attempts": one.attempts,
        "queued": iso(one.queued),
        "due": iso(one.due),
        "tried": iso(one.tried) if one.tried is not None else None,
        "told": one.told,
        "actor": actor_row(one.actor),
    }


def queued_of(row: Given) -> QueuedPost:
    """`queued_row` back."""
    return QueuedPost(
        id=row["id"],
        post=post_of(row),
        state=PostState(row["state"]),
        attempts=row["attempts"],
        queued=moment_of(row["queued"]),
        due=moment_of(row["due"]),
        tried=moment_of(row["tried"]) if row["tried"] is not None else None,
        told=row["told"],
        actor=actor_of(row["actor"]),
    )


def claim_row(claim: Claim) -> Json:
    """A claimed post, whole."""
    return {
        **queued_row(claim.queued),
        "holder": claim.holder,
        "doubtful": claim.doubtful,
        "overtaken": claim.overtaken,
    }


def claim_of(row: Given) -> Claim:
    """`claim_row` back."""
    return Claim(queued_of(row), row["holder"], row["doubtful"], row["overtaken"])


def held_row(claim: Claim) -> Json:
    """Which claim is meant."""
    return {"id": claim.id, "holder": claim.holder}


def settled_row(settled: Settled) -> Json:
    """What became of a claimed post."""
    return {
        **held_row(settled.claim),
        "state": settled.state.value,
        "told": settled.told,
        "due": iso(settled.due) if settled.due is not None else None,
    }
