"""What time it is, in UTC."""

from __future__ import annotations

from datetime import datetime, timezone


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(timezone.utc)  # noqa: UP017 (Python 3.10 has no datetime.UTC)


def from_ns(nanoseconds: int) -> datetime:
    """The moment of a file's `st_mtime_ns`, in UTC, to the microsecond."""
    return datetime.fromtimestamp(nanoseconds // 1_000 / 1_000_000, timezone.utc)  # noqa: UP017


def iso(moment: datetime) -> str:
    """RFC 3339 text in UTC with a Z: `2026-11-21T01:02:03.000004Z`."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: UP017
