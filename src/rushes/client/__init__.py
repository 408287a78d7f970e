"""A studio's Rushes server, as programs on other machines use it: DCCs, farms and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rushes.client.connection import Connection as Connection
    from rushes.client.connection import connect as connect
    from rushes.client.record import Record as Record

__all__ = ["Connection", "Record", "connect"]


def __getattr__(name: str) -> Any:
    """Imported when they are first used: most modules here do not need them."""
    if name == "Record":
        from rushes.client.record import Record

        return Record
    if name in __all__:
        from rushes.client import connection

        return getattr(connection, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
