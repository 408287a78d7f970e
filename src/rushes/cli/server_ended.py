"""Refusing what would take the records from under a server that runs."""

from __future__ import annotations

from rushes.cli import server_process
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings


def wanted(settings: Settings, then: str) -> None:
    """Raise `lock.unavailable` while the server of `rushes up` runs; `then` is what is to be done.

    It would go on with people, sessions and positions of events that are not there any more.
    """
    server = server_process.recall(settings.data_dir)
    if server is not None and server_process.alive(server):
        raise RushesError(
            Code.LOCK_UNAVAILABLE,
            f"The server is running (process {server.pid}, {server.url}); nothing was changed.",
            hint=f"End it with `rushes down`, {then}, and start it again with `rushes up`.",
        )
