"""The outbox over HTTP."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from rushes.client.lists import page_of, portions
from rushes.client.sending import acting
from rushes.client.spelling.posts import (
    claim_of,
    held_row,
    post_row,
    queued_of,
    settled_row,
)
from rushes.client.transport import Transport
from rushes.model.outbox import Claim, Post, PostState, QueuedPost, Settled
from rushes.model.scan import Actor
from rushes.ports.records import Page

Json = dict[str, Any]
_IDS = 200  # numbers in one address


class HttpOutbox:
    """`ports.outbox.Outbox` on a server, by whose clock leases end."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def enqueue(self, posts: Sequence[Post], *, actor: Actor) -> Sequence[QueuedPost]:
        """Keep the posts, all that fit into one request in one transaction."""
        return [
            queued_of(row)
            for some in portions(map(post_row, posts), _size)
            for row in self._send("outbox", {"posts": some}, actor)["data"]
        ]

    def posts(
        self,
        *,
        states: Collection[PostState] = (),
        ids: Collection[int] = (),
        page: str | None = None,
    ) -> Page[QueuedPost]:
        """Posts in the order they came; many numbers are asked for some at a time."""
        params = [("state", one.value) for one in states]
        if len(ids) <= _IDS:
            params += [("id", str(one)) for one in ids]
            return page_of(self._transport, "outbox", params, page, read=queued_of)
        part, _, inner = (page or "0:").partition(":")
        wanted = sorted(ids)
        at = int(part)
        params += [("id", str(one)) for one in wanted[at : at + _IDS]]
        found = page_of(self._transport, "outbox", params, inner or None, read=queued_of)
        if found.next is not None:
            return Page(found.rows, f"{at}:{found.next}")
        more = at + _IDS < len(wanted)
        return Page(found.rows, f"{at + _IDS}:" if more else None)

    def claim(self, ids: Collection[int], *, lease: timedelta, actor: Actor) -> Sequence[Claim]:
        """Have these posts and the older ones before them."""
        body = {"ids": list(ids), "lease_s": lease.total_seconds()}
        return [claim_of(row) for row in self._send("outbox/claim", body, actor)["data"]]

    def begin(self, claims: Sequence[Claim], *, lease: timedelta, actor: Actor) -> Sequence[Claim]:
        """Say that claimed posts are being sent now."""
        body = {"claims": list(map(held_row, claims)), "lease_s": lease.total_seconds()}
        begun = set(self._send("outbox/begin", body, actor)["ids"])
        return [one for one in claims if one.id in begun]

    def settle(self, settled: Sequence[Settled], *, actor: Actor) -> None:
        """Say what became of claimed posts."""
        self._send("outbox/settle", {"settled": list(map(settled_row, settled))}, actor)

    def release(self, claims: Sequence[Claim], *, actor: Actor) -> None:
        """Let go of claimed posts."""
        self._send("outbox/release", {"claims": list(map(held_row, claims))}, actor)

    def found(self, asset_ids: Sequence[tuple[Claim, str]], *, actor: Actor) -> None:
        """Note the tracker's ids of assets."""
        rows = [{**held_row(claim), "asset_id": asset_id} for claim, asset_id in asset_ids]
        self._send("outbox/found", {"claims": rows}, actor)

    def withdraw(self, claims: Sequence[Claim], *, actor: Actor) -> None:
        """Take claimed posts out."""
        self._send("outbox/withdraw", {"claims": list(map(held_row, claims))}, actor)

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    def _send(self, path: str, body: Mapping[str, Any], actor: Actor) -> Any:
        return self._transport.send("POST", path, body, headers=acting(actor))


def _size(row: Json) -> int:
    texts = (one for one in row.values() if isinstance(one, str))
    return 150 + sum(4 * len(one) for one in texts)
