"""The way to the records: what opens them in a database, or reaches the server that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from rushes.core import logs
from rushes.core.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from rushes.client.state import ServerState
    from rushes.client.transport import Transport

Made = TypeVar("Made", covariant=True)


class _Opening(Protocol[Made]):
    """One of `db.opening`."""

    def __call__(
        self, url: str | None, /, *, data_dir: Path, database_dir: Path | None = None
    ) -> Made: ...


def opened(opening: _Opening[Made], settings: Settings) -> Made:
    """What `opening` opens in the database of the settings."""
    logs.listen()
    database = settings.database
    return opening(database.url, data_dir=settings.data_dir, database_dir=database.data_dir)


def server(settings: Settings, token: str | None = None) -> Transport:
    """The way to the server of the settings, with their token or another. Raises
    `settings.invalid`.
    """
    from rushes import __version__
    from rushes.client.transport import Transport

    server = settings.server
    given = server.token or "" if token is None else token
    return Transport(server.url or "", given, tool=f"rushes {__version__}")


def without_server(settings: Settings) -> Settings:
    """The same settings with all records on this machine, as a server's own processes need them."""
    server = type(settings.server)(**{**vars(settings.server), "url": None, "token": None})
    return Settings(**{**vars(settings), "server": server})


def server_state(settings: Settings) -> ServerState | None:
    """How the server of the settings stands; None where there is none."""
    if not settings.server.url:
        return None
    from rushes.client.state import server_state

    return server_state(settings.server.url, settings.server.token or "")
