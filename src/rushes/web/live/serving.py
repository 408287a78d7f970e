"""The live process's socket and its server."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from pathlib import Path

from rushes import bootstrap
from rushes.core.settings import Settings
from rushes.web.live.gauge import tell
from rushes.web.live.hub import Hub
from rushes.web.live.stream import Live
from rushes.web.live.watching import Watching
from rushes.web.secret import secret_key

_BACKLOG = 1024
_ENDS_S = 1
_DEAF_MS = 30_000
_EVERY_S = 1.0


async def serve(settings: Settings, *, host: str, port: int, counts: Path | None) -> None:
    """Serve until a signal says to end. Raises `OSError` where nobody can listen there."""
    import uvicorn

    _many_files()
    with _listening(host, port) as sock:
        # Both wait for the database, which nothing in the loop may.
        here = bootstrap.without_server(settings)
        await asyncio.to_thread(bootstrap.show_at_work, here, process=os.getppid())
        hub = Hub(settings, await asyncio.to_thread(bootstrap.event_reader, settings))
        watching = Watching(here, await asyncio.to_thread(bootstrap.movements, here))
        live = Live(hub, watching, key=secret_key(settings.data_dir))
        config = uvicorn.Config(
            live,
            http="h11",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_ENDS_S,
        )
        telling = asyncio.create_task(_keep_telling(live, counts)) if counts is not None else None
        try:
            await uvicorn.Server(config).serve(sockets=[sock])
        finally:
            if telling is not None:
                telling.cancel()
            hub.close()
            watching.close()


async def _keep_telling(live: Live, counts: Path) -> None:
    told = -1
    while True:
        if live.clients != told:
            told = live.clients
            tell(counts, told)
        await asyncio.sleep(_EVERY_S)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Who reads nothing for so long is cut off by the system, with what was held for them.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAF_MS)
        sock.bind((host, port))
        sock.listen(_BACKLOG)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def _many_files() -> None:
    """Every stream is an open file."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
