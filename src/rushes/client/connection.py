"""A server as scripts see it: one object with all kinds of records."""

from __future__ import annotations

import os
from types import TracebackType

from rushes import __version__
from rushes.client.people import caller_of
from rushes.client.reservation import Publishes, Scenes
from rushes.client.studio import HttpStudio
from rushes.client.table import Table
from rushes.client.transport import Transport
from rushes.client.work import HttpWork
from rushes.core.errors import Code, RushesError
from rushes.ports.people import Caller

_URLS = ("RUSHES_URL", "RUSHES_SERVER_URL")
_TOKENS = ("RUSHES_TOKEN", "RUSHES_SERVER_TOKEN")


class Connection:
    """A Rushes server, asked as the owner of one token. May be used by several threads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        studio, work = HttpStudio(transport), HttpWork(transport)
        self.projects = Table(studio, "project")
        self.episodes = Table(studio, "episode")
        self.sequences = Table(studio, "sequence")
        self.shots = Table(studio, "shot")
        self.assets = Table(studio, "asset")
        self.task_types = Table(studio, "task_type")
        self.tasks = Table(studio, "task")
        self.artists = Table(studio, "artist")
        self.scenes = Scenes(studio, work)
        self.publishes = Publishes(studio, work)
        self.versions = Table(studio, "version")
        self.playlists = Table(studio, "playlist")
        self.notes = Table(studio, "note")
        self.memberships = Table(studio, "membership")
        self.usages = Table(studio, "usage")
        self.tags = Table(studio, "tag")
        self._studio = studio

    def table(self, kind: str) -> Table:
        """The records of a kind by its name, as in `shot`."""
        return Table(self._studio, kind)

    def me(self) -> Caller:
        """Whose the token is, and what it opens."""
        return caller_of(self._transport.get("/me"))

    def close(self) -> None:
        """Close the connections; whatever is asked next makes new ones."""
        self._transport.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Rushes at {self._transport.url}>"


def connect(
    url: str | None = None, token: str | None = None, *, tool: str = "", timeout_s: float = 30.0
) -> Connection:
    """A connection to a server; nothing is asked of it yet.

    What is not given comes from `RUSHES_URL` and `RUSHES_TOKEN`. `tool` is noted with every write:
    say which program it is, as in `nuke 15.1`. Raises `settings.invalid`.
    """
    address = url or _from_environment(_URLS)
    if not address:
        raise RushesError(
            Code.SETTINGS_INVALID,
            "There is no address of a Rushes server.",
            hint="Set RUSHES_URL, as in https://rushes.studio, or give it to connect().",
        )
    secret = token or _from_environment(_TOKENS)
    named = tool or f"rushes.client {__version__}"
    return Connection(Transport(address, secret, tool=named, timeout_s=timeout_s))


def _from_environment(names: tuple[str, ...]) -> str:
    return next((found for name in names if (found := os.environ.get(name))), "")
