"""Telling running scans whose process lives from those that were killed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rushes.db.locks import OURS

# With a scan's id, the advisory lock that the scan's own session holds while it runs. PostgreSQL
# lets go of it when the session ends, in whatever way.
_IDS = 2**31


def hold(cursor: Any, scan: int) -> None:
    """Mark `scan` as run by this session."""
    # A machine that went down is noticed within two minutes, not in hours.
    cursor.execute(
        "SELECT set_config('tcp_keepalives_idle', '60', false),"
        " set_config('tcp_keepalives_interval', '10', false),"
        " set_config('tcp_keepalives_count', '6', false)"
    )
    cursor.execute("SELECT pg_advisory_lock(%s, %s)", [OURS, scan % _IDS])


def hold_on(cursor: Any, scan: int) -> None:
    """The same where nobody runs it any more: its session was lost, and another goes on with it."""
    if dead(cursor, [scan]):
        hold(cursor, scan)


def let_go(cursor: Any, scan: int) -> None:
    """`scan` runs no more; nothing happens where another session holds it."""
    cursor.execute(
        """
        SELECT pg_advisory_unlock(%(class)s, %(id)s) FROM pg_locks
        WHERE locktype = 'advisory' AND pid = pg_backend_pid()
          AND classid::bigint = %(class)s AND objid::bigint = %(id)s AND objsubid = 2
        """,
        {"class": OURS, "id": scan % _IDS},
    )


def dead(cursor: Any, scans: Iterable[int]) -> list[int]:
    """Those of `scans` that no living session runs."""
    cursor.execute(
        """
        SELECT objid::bigint FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 2
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND classid::bigint = %s
        """,
        [OURS],
    )
    held = {held for (held,) in cursor.fetchall()}
    return [scan for scan in scans if scan % _IDS not in held]
