"""A server that works with a database, as it shows itself there."""

from __future__ import annotations

from typing import NamedTuple


class ServerAtWork(NamedTuple):
    """`process` is its number on its own machine, and `url` its address from there.

    `machine` is where it connects from; empty for the database's own machine. A process beside
    the server, such as its worker, has no URL.
    """

    process: int
    url: str
    machine: str

    def __str__(self) -> str:
        where = f" on {self.machine}" if self.machine else ""
        return f"process {self.process}{where}{f', {self.url}' if self.url else ''}"
