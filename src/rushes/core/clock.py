"""What time it is, in UTC, and which time a text means."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_FIRST = datetime.min.replace(tzinfo=timezone.utc)
_LAST = datetime.max.replace(tzinfo=timezone.utc)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NAIVE_EPOCH = _EPOCH.replace(tzinfo=None)
_AGO = r"(?a)(\d{1,6})([mhdw])"
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(timezone.utc)


def meant(text: str, *, by: datetime) -> datetime | None:
    """The moment that somebody wrote, in UTC: a date in ISO 8601 (UTC where it says nothing), or
    how long before `by`, as in 12h or 7d. None where the text is neither.
    """
    try:
        if ago := re.fullmatch(_AGO, text):
            return by - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        found = datetime.fromisoformat(text)
        aware = found if found.tzinfo is not None else found.replace(tzinfo=timezone.utc)
        return aware.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def from_ns(nanoseconds: int) -> datetime:
    """The moment of a file's `st_mtime_ns`, in UTC, to the microsecond.

    File systems hold years that calendars do not: those become the first or last moment of ours.
    """
    try:
        return _EPOCH + timedelta(microseconds=nanoseconds // 1_000)
    except OverflowError:
        return _LAST if nanoseconds > 0 else _FIRST


def iso(moment: datetime) -> str:
    """RFC 3339 text in UTC with a Z: `2026-11-21T01:02:03.000004Z`."""
    utc = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds") + "Z"


def iso_ns(nanoseconds: int) -> str:
    """`iso` of a file's `st_mtime_ns`."""
    try:
        moment = _NAIVE_EPOCH + timedelta(microseconds=nanoseconds // 1_000)
    except OverflowError:
        return iso(from_ns(nanoseconds))
    return moment.isoformat(timespec="microseconds") + "Z"
