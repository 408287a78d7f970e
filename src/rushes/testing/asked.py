"""What the database is asked for, counted where every way to it ends: at the driver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from threading import Lock
from typing import Any
from unittest.mock import patch

import psycopg

# Whatever is asked goes through one of these, by Django's cursors as well, which inherit them.
_WAYS = (
    (psycopg.Cursor, ("execute", "executemany", "stream", "copy")),
    (psycopg.ServerCursor, ("execute", "executemany")),
)


@contextmanager
def statements() -> Iterator[list[str]]:
    """All statements of this process while the block runs, in order, whichever thread sends them.

    Django's own count knows only of those that go through its wrapper. The beginnings and ends of
    transactions that the driver sends by itself are not counted.
    """
    seen: list[str] = []
    lock = Lock()

    def listening(way: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(way)
        def asked(cursor: psycopg.Cursor[Any], query: Any, *args: Any, **named: Any) -> Any:
            with lock:
                seen.append(query if isinstance(query, str) else _text(query, cursor))
            return way(cursor, query, *args, **named)

        return asked

    with ExitStack() as patched:
        for kind, names in _WAYS:
            for name in names:
                way = listening(getattr(kind, name))
                patched.enter_context(patch.object(kind, name, way))
        yield seen


def _text(query: Any, cursor: psycopg.Cursor[Any]) -> str:
    return query.decode() if isinstance(query, bytes) else str(query.as_string(cursor))
