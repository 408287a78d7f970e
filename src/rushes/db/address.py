"""Database URLs: what they say to the driver."""

from __future__ import annotations

import re
from typing import Any

from rushes.core.errors import Code, RushesError

# A password's own @ or / that nobody spelt as %XX makes its end a host or a database, and those
# are named wherever something is told of them.
_SPILT = re.compile(r"\w+://([^@/?]*@[^/?]*@|[^/?]*/[^?]*@)")
_LONGEST_NAME = 63


def parameters(url: str) -> dict[str, str | int]:
    """What the driver wants to know of the PostgreSQL at `url` (or libpq's `key=value` words).

    Raises `settings.invalid`, without the URL: a misspelt one may show its password anywhere.
    """
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        found: dict[str, Any] = dict(conninfo_to_dict(url))
    except (ProgrammingError, UnicodeError):
        found = {}
    name = found.get("dbname") or ""
    if not 0 < len(name) <= _LONGEST_NAME or _SPILT.match(url):
        raise RushesError(
            Code.SETTINGS_INVALID,
            "The database URL cannot be read, or names no database.",
            hint="Write postgresql://user:password@host:5432/database, with odd characters of"
            " the password as %XX.",
        )
    # Text is text in whatever the database or the environment would have it sent.
    ours = {"connect_timeout": 15, "application_name": "rushes"}
    return {**ours, **found, "client_encoding": "UTF8"}


def django_database(url: str) -> dict[str, Any]:
    """What Django wants to know of it. Raises the same."""
    found: dict[str, Any] = parameters(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": found.pop("dbname"),
        "USER": found.pop("user", "") or "",
        "PASSWORD": found.pop("password", "") or "",
        "HOST": found.pop("host", "") or "",
        "PORT": str(found.pop("port", "") or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": found,
    }
