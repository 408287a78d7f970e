"""Where the bundled PostgreSQL keeps its data, and what its folder holds."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

from rushes.core.errors import Code, RushesError
from rushes.db.account import is_root, reaches, server_account

USER = "rushes"
DATABASE = "rushes"

# Root's home is closed to everyone else, and PostgreSQL does not run as root.
_FOR_ROOT = Path("/var/lib/rushes")

# `sun_path` holds 107 bytes on Linux and 103 on macOS, with the socket's own name.
_LONGEST_SOCKET = 103
_PORT_OF_SOCKET = 5432


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one bundled PostgreSQL.

    `folder` and `password` stay ours; `data`, `socket` and `log` belong to the account that the
    server runs as.
    """

    folder: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder; there only once it is whole."""
        return self.folder / "data"

    @property
    def made(self) -> bool:
        """Whether there is a database."""
        return self.data.is_dir()

    @property
    def socket(self) -> Path:
        """The folder of the server's Unix socket."""
        return self.folder / "socket"

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return self.folder / "log"

    @property
    def password(self) -> Path:
        """The password of the one database user, readable by its owner alone."""
        return self.folder / "password"

    @property
    def port(self) -> Path:
        """The loopback port, where a socket cannot be used."""
        return self.folder / "port"

    @property
    def host(self) -> Path:
        """The machine that started the server last."""
        return self.folder / "host"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops the server."""
        return self.folder / "lock"

    @property
    def uses_socket(self) -> bool:
        """False on Windows, and where the path is too long for a socket."""
        name = self.socket / f".s.PGSQL.{_PORT_OF_SOCKET}"
        return sys.platform != "win32" and len(bytes(name)) <= _LONGEST_SOCKET

    def url(self, database: str = DATABASE) -> str:
        """The server's URL, password included, whether or not it runs.

        Raises `database.unavailable` where there is none yet, or none that we may use.
        """
        try:
            password = self.password.read_text("ascii").strip()
            port = "" if self.uses_socket else self.port.read_text("ascii").strip()
        except OSError as error:
            raise RushesError(
                Code.DATABASE_UNAVAILABLE,
                f"There is no database of yours in {self.folder}.",
                hint="Start it with `rushes db start`.",
            ) from error
        login = f"postgresql://{USER}:{quote(password, safe='')}@"
        if self.uses_socket:
            return f"{login}/{database}?host={quote(str(self.socket), safe='/')}"
        return f"{login}127.0.0.1:{port}/{database}"


def database_folder(data_dir: Path, *, chosen: Path | None = None) -> Path:
    """Where the database of the user's data folder `data_dir` lies.

    `chosen` (the setting `database.data_dir`) is taken as it is. Else it is `data_dir/postgres`,
    or, for root, a folder of its own below /var/lib/rushes where `data_dir` lies behind folders
    that only root may enter.
    """
    if chosen is not None:
        return chosen.expanduser().absolute()
    folder = data_dir.expanduser().absolute() / "postgres"
    if is_root() and not reaches(server_account(folder / "data"), folder / "data"):
        return _FOR_ROOT / f"postgres-{blake2b(bytes(folder), digest_size=4).hexdigest()}"
    return folder
