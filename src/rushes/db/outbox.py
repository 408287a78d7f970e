"""The outbox port on PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from rushes.core import clock
from rushes.core.escape import escape
from rushes.db.locks import DatabaseLock
from rushes.db.models import OutboxPost
from rushes.db.paging import place_of, token_of
from rushes.db.session import Session
from rushes.model.outbox import OPEN, Claim, Post, PostKind, PostState, QueuedPost, Settled
from rushes.model.scan import Actor
from rushes.ports.records import Page

_log = logging.getLogger(__name__)
_ROWS = 500

_COLUMNS = (
    "id", "tracker", "key", "asset_path", "time", "document", "asset_id", "kind",
    "state", "attempts", "queued", "due", "tried", "told", "actor", "on_behalf_of", "tool",
)  # fmt: skip
_SELECTED = ", ".join(f"p.{column}" for column in _COLUMNS)

_CLAIM = f"""
    WITH asked AS (
        SELECT id, asset, time FROM rushes_outboxpost
        WHERE id = ANY(%(ids)s) AND state <> 'delivered'
    ), wanted AS (
        SELECT p.id FROM rushes_outboxpost p
        WHERE p.asset IN (SELECT asset FROM asked)
          AND (
            p.id IN (SELECT id FROM asked)
            OR p.state = ANY(%(open)s) AND p.due <= %(now)s AND EXISTS (
                SELECT FROM asked a WHERE a.asset = p.asset AND (a.time, a.id) > (p.time, p.id)
            )
          )
          AND NOT EXISTS (
            SELECT FROM rushes_outboxpost s
            WHERE s.asset = p.asset AND (
                s.lease > %(now)s
                OR (s.time, s.id) < (p.time, p.id) AND s.state = ANY(%(open)s)
                   AND s.due > %(now)s AND s.id <> ALL(%(ids)s)
            )
          )
    )
    UPDATE rushes_outboxpost p SET holder = %(holder)s, lease = %(lease)s
    FROM wanted WHERE p.id = wanted.id
    RETURNING {_SELECTED}, EXISTS (
        SELECT FROM rushes_outboxpost n
        WHERE n.asset = p.asset AND (n.time, n.id) > (p.time, p.id)
          AND n.state IN ('delivered', 'unknown')
    )
"""


class DatabaseOutbox:
    """`ports.outbox.Outbox` on one PostgreSQL. Times are those of the machine that asks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def enqueue(self, posts: Sequence[Post], *, actor: Actor) -> Sequence[QueuedPost]:
        """Keep the posts, in one transaction."""
        now = clock.now()
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                OutboxPost.objects.using(database).bulk_create(
                    [_row(post, now, actor) for post in posts], ignore_conflicts=True
                )
                cursor.execute(
                    f"SELECT {_SELECTED} FROM rushes_outboxpost p"
                    " JOIN unnest(%s::text[], %s::text[]) AS w (tracker, key)"
                    " ON w.tracker = p.tracker AND w.key = p.key",
                    [[post.tracker for post in posts], [post.key for post in posts]],
                )
                kept = {(one.post.tracker, one.post.key): one for one in map(_queued, cursor)}
        _log.debug("%s posts queued by %s", len(posts), actor)
        return [kept[post.tracker, post.key] for post in posts]

    def posts(
        self,
        *,
        states: Collection[PostState] = (),
        ids: Collection[int] = (),
        page: str | None = None,
    ) -> Page[QueuedPost]:
        """Posts in the order they came."""
        after = place_of(page, kinds=[int])[0] if page is not None else 0
        which, values = "p.id > %s", list[Any]([after])
        for column, wanted in (("state", [one.value for one in states]), ("id", list(ids))):
            if wanted:
                which, values = f"{which} AND p.{column} = ANY(%s)", [*values, wanted]
        with self._session.asking() as connection, connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {_SELECTED} FROM rushes_outboxpost p WHERE {which}"
                f" ORDER BY p.id LIMIT {_ROWS + 1}",
                values,
            )
            rows = [_queued(row) for row in cursor]
        more = token_of([rows[_ROWS - 1].id]) if len(rows) > _ROWS else None
        return Page(rows[:_ROWS], more)

    def claim(self, ids: Collection[int], *, lease: timedelta, actor: Actor) -> Sequence[Claim]:
        """Have these posts and the older ones before them, whoever claims others taking turns."""
        now, holder = clock.now(), uuid4()
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DatabaseLock.OUTBOX_CLAIM])
                cursor.execute(
                    _CLAIM,
                    {
                        "ids": list(ids),
                        "open": [state.value for state in OPEN],
                        "now": now,
                        "lease": now + lease,
                        "holder": holder,
                    },
                )
                claims = [_claim(row, holder) for row in cursor]
        _log.debug("%s posts claimed by %s", len(claims), actor)
        return sorted(claims, key=lambda one: (one.post.time, one.id))

    def begin(self, claims: Sequence[Claim], *, lease: timedelta, actor: Actor) -> Sequence[Claim]:
        """Say that claimed posts are being sent now."""
        now = clock.now()
        with self._session.asking() as connection, connection.cursor() as cursor:
            cursor.execute(
                "UPDATE rushes_outboxpost p SET state = 'sending', attempts = attempts + 1,"
                " tried = %(now)s, lease = %(until)s"
                f" FROM {_HELD} AND lease > %(now)s RETURNING p.id",
                {**_held(claims), "now": now, "until": now + lease},
            )
            begun = {number for (number,) in cursor}
        _log.debug("%s posts begun by %s", len(begun), actor)
        return [claim for claim in claims if claim.id in begun]

    def settle(self, settled: Sequence[Settled], *, actor: Actor) -> None:
        """Say what became of claimed posts, in one transaction."""
        now = clock.now()
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database), connection.cursor() as cursor:
                for one in settled:
                    cursor.execute(
                        "UPDATE rushes_outboxpost SET state = %(state)s, told = %(told)s,"
                        " due = %(due)s, holder = NULL, lease = NULL,"
                        " document = CASE WHEN %(delivered)s THEN '' ELSE document END"
                        " WHERE id = %(id)s AND (holder = %(holder)s OR %(delivered)s)",
                        {
                            "id": one.claim.id,
                            "holder": UUID(one.claim.holder),
                            "state": one.state.value,
                            "told": one.told,
                            "due": one.due or now,
                            "delivered": one.state is PostState.DELIVERED,
                        },
                    )
        _log.debug("%s posts settled by %s", len(settled), actor)

    def release(self, claims: Sequence[Claim], *, actor: Actor) -> None:
        """Let go of claimed posts."""
        self._change(f"UPDATE rushes_outboxpost p SET holder = NULL, lease = NULL FROM {_HELD}",
                     claims)  # fmt: skip
        _log.debug("%s posts released by %s", len(claims), actor)

    def found(self, asset_ids: Sequence[tuple[Claim, str]], *, actor: Actor) -> None:
        """Note the tracker's ids of assets."""
        self._change(
            f"UPDATE rushes_outboxpost p SET asset_id = w.told FROM {_HELD}",
            [claim for claim, _ in asset_ids],
            told=[asset_id for _, asset_id in asset_ids],
        )
        _log.debug("%s assets of posts found by %s", len(asset_ids), actor)

    def withdraw(self, claims: Sequence[Claim], *, actor: Actor) -> None:
        """Take claimed posts out."""
        self._change(f"DELETE FROM rushes_outboxpost p USING {_HELD}", claims)
        _log.debug("%s posts withdrawn by %s", [claim.id for claim in claims], actor)

    def close(self) -> None:
        """Give this thread's connection back."""
        self._session.close()

    def _change(self, statement: str, claims: Sequence[Claim], told: Sequence[str] = ()) -> None:
        with self._session.asking() as connection, connection.cursor() as cursor:
            cursor.execute(statement, _held(claims, told))


# Claimed posts that are still their holder's.
_HELD = (
    "unnest(%(ids)s::bigint[], %(holders)s::uuid[], %(told)s::text[]) AS w (id, holder, told)"
    " WHERE p.id = w.id AND p.holder = w.holder"
)


def _held(claims: Sequence[Claim], told: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "ids": [claim.id for claim in claims],
        "holders": [UUID(claim.holder) for claim in claims],
        "told": list(told) or [""] * len(claims),
    }


def _row(post: Post, now: datetime, actor: Actor) -> OutboxPost:
    return OutboxPost(
        tracker=post.tracker,
        key=post.key,
        asset=_asset(post),
        asset_path=post.asset_path,
        asset_id=post.asset_id,
        kind=post.kind.value,
        time=post.time,
        document=post.document,
        state=PostState.WAITING.value,
        queued=now,
        due=now,
        actor=escape(actor.name),
        on_behalf_of=escape(actor.on_behalf_of),
        tool=escape(actor.tool),
    )


def _asset(post: Post) -> UUID:
    name = f"{post.tracker}\0{post.subject}".encode()
    return UUID(bytes=blake2b(name, digest_size=16).digest())


def _queued(row: tuple[Any, ...]) -> QueuedPost:
    number, tracker, key, path, time, document, asset_id, kind, *rest = row[: len(_COLUMNS)]
    state, attempts, queued, due, tried, told, *actor = rest
    return QueuedPost(
        id=number,
        post=Post(tracker, key, path, time, document, asset_id, PostKind(kind)),
        state=PostState(state),
        attempts=attempts,
        queued=queued,
        due=due,
        tried=tried,
        told=told,
        actor=Actor(*actor),
    )


def _claim(row: tuple[Any, ...], holder: UUID) -> Claim:
    queued = _queued(row)
    doubtful = queued.state in (PostState.SENDING, PostState.UNKNOWN)
    return Claim(queued, str(holder), doubtful=doubtful, overtaken=row[-1])
