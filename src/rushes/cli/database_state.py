"""How the database stands, asked without starting it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rushes import bootstrap
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.core.masking import masked, masked_secret
from rushes.core.settings import Settings

_OLDEST = 15


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """`kind` is "bundled" or "own"; `state` is "running", "stopped", "not made" or "broken".

    `place` is the folder of the bundled one, or the URL without its password.
    """

    kind: str
    state: str
    place: str
    version: str = ""
    message: str = ""
    fix: str = ""


def database_state(settings: Settings) -> DatabaseState:
    """The state of the studio's own server where a URL is set, else of the bundled one."""
    url = settings.database.url
    if url:
        return _own(url)
    try:
        return _bundled(settings)
    except RushesError as error:
        place = escape(str(settings.database.data_dir or settings.data_dir))
        return DatabaseState("bundled", "broken", place, "", masked(error.message), error.hint)


def database_place(settings: Settings) -> str:
    """The folder of the bundled one, or the URL without its password."""
    if settings.database.url:
        return masked_secret(settings.database.url)
    return escape(str(bootstrap.bundled_database(settings).folder))


def _own(url: str) -> DatabaseState:
    place = masked_secret(url)
    version, words = _asked(url)
    if words:
        return DatabaseState(
            "own", "broken", place, "", words,
            "Start the server, or mend database.url (RUSHES_DATABASE_URL).",
        )  # fmt: skip
    if int(version.split(".")[0]) < _OLDEST:
        message = f"PostgreSQL {version} is too old"
        fix = f"Move to PostgreSQL {_OLDEST} or later."
        return DatabaseState("own", "broken", place, version, message, fix)
    return DatabaseState("own", "running", place, version)


def _bundled(settings: Settings) -> DatabaseState:
    database = bootstrap.bundled_database(settings)
    status = database.status()
    place = escape(str(database.folder))
    if not status.made:
        return DatabaseState("bundled", "not made", place, "", "it is made when first needed")
    if status.pid is None:
        return DatabaseState("bundled", "stopped", place, "", "it starts when first needed")
    version, words = _asked(database.url())
    if words:
        fix = f"See {escape(str(status.log))}; `rushes db stop`, then `rushes db start`."
        return DatabaseState("bundled", "broken", place, "", words, fix)
    return DatabaseState("bundled", "running", place, version, f"process {status.pid}")


def _asked(url: str) -> tuple[str, str]:
    """The server's version; or nothing, and what the driver says went wrong."""
    try:
        import psycopg
    except ImportError as error:
        return "", f"psycopg cannot be imported: {error}"
    try:
        wanted: dict[str, Any] = bootstrap.database_parameters(url) | {"connect_timeout": 5}
        with psycopg.connect(**wanted) as connection:
            number = connection.info.server_version
        return f"{number // 10_000}.{number % 10_000}", ""
    except RushesError as error:
        return "", f"{error.message} {error.hint}"
    except psycopg.Error as error:
        return "", masked(" ".join(str(error).split())).replace(url, masked_secret(url))
