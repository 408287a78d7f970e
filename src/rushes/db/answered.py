"""Answers kept for a day, by the keys that requests carried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import connections

from rushes.core import clock
from rushes.db.models import Answer

KEPT = timedelta(days=1)
_ROWS = 100
# Others' old keys go in the same statement, which may not touch its own row twice.
_CLAIM = """
    WITH gone AS (
        DELETE FROM rushes_answer WHERE id IN (
            SELECT id FROM rushes_answer WHERE created < %s AND key <> %s
             ORDER BY created LIMIT %s FOR UPDATE SKIP LOCKED
        )
    )
    INSERT INTO rushes_answer AS held (key, asked, status, head, body)
    VALUES (%s, %s, 0, '{}', '')
    ON CONFLICT (key) DO UPDATE
       SET asked = EXCLUDED.asked, status = 0, head = '{}', body = '', created = DEFAULT
     WHERE held.created < %s
"""


class Named(NamedTuple):
    """A request: the digest of its key, and of its body."""

    key: bytes
    asked: bytes


@dataclass(frozen=True, slots=True)
class Former:
    """What was answered before, and the digest of the body that it answered."""

    asked: bytes
    status: int
    head: dict[str, Any]
    body: bytes


def claim(database: str, named: Named) -> Former | None:
    """Take a key for the open transaction; what was answered to it before, if it is taken.

    Waits where somebody else is at work under the same key. Keys older than a day are free.
    """
    old = clock.now() - KEPT
    with connections[database].cursor() as cursor:
        cursor.execute(_CLAIM, [old, named.key, _ROWS, named.key, named.asked, old])
        if cursor.rowcount == 1:
            return None
    row = Answer.objects.using(database).get(key=named.key)
    return Former(bytes(row.asked), row.status, row.head, bytes(row.body))


def keep(database: str, named: Named, status: int, head: dict[str, Any], body: bytes) -> None:
    """Note the answer under the key that this transaction took."""
    rows = Answer.objects.using(database).filter(key=named.key)
    rows.update(status=status, head=head, body=body)
