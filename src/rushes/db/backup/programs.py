"""pg_dump and pg_restore: which of them fit a server, and how they are told where it is."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rushes.core.errors import Code, RushesError
from rushes.core.masking import masked
from rushes.db.binaries import client_programs

# What a client needs of its surroundings: where it finds a person's own pg_service.conf and
# certificates, and what they have set for the driver, which reads the same.
_PASSED_ON = ("PATH", "HOME", "TZ", "SYSTEMROOT", "TEMP", "TMP", "APPDATA", "LD_LIBRARY_PATH")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Client:
    """PostgreSQL's programs in `bin`, which speak to the database at `url`."""

    bin: Path
    url: str

    @contextmanager
    def reading(
        self, name: str, *arguments: str, source: IO[bytes] | None = None
    ) -> Iterator[IO[bytes]]:
        """What a program prints, while it does. Raises `database.unavailable` where it fails."""
        with tempfile.TemporaryFile() as said:
            try:
                process = subprocess.Popen(
                    [str(self.bin / name), *arguments],
                    env=environment(self.url),
                    stdin=source if source is not None else subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=said,
                )
            except OSError as error:
                raise RushesError(
                    Code.DATABASE_UNAVAILABLE,
                    f"PostgreSQL's {name} could not be run: {error.strerror or error}",
                    hint="Check the installation: `rushes doctor`.",
                ) from error
            try:
                assert process.stdout is not None
                yield process.stdout
            except BaseException:
                process.kill()
                raise
            finally:
                with process:
                    pass
            if process.returncode:
                said.seek(0)
                raise _failed(name, said.read().decode("utf-8", "replace"))

    def run(self, name: str, *arguments: str, source: IO[bytes] | None = None) -> bytes:
        """All that a program prints."""
        with self.reading(name, *arguments, source=source) as told:
            return told.read()

    def chunks(self, name: str, *arguments: str) -> Generator[bytes, None, None]:
        """The same, piece by piece; to be closed, which ends the program."""
        with self.reading(name, *arguments) as told:
            while chunk := told.read(_CHUNK):
                yield chunk


def client(url: str, server: str) -> Client:
    """The programs that fit a server of version `server`. Raises `dependency.missing`."""
    major = int(server.split(".")[0])
    found = client_programs()
    fitting = [one for one in sorted(found) if one >= major]
    if not fitting:
        raise RushesError(
            Code.DEPENDENCY_MISSING,
            f"The server is PostgreSQL {server}; the programs that come with Rushes are of"
            f" {max(found, default=0)} and cannot read it.",
            hint="Use that server's own pg_dump and pg_restore, or a later Rushes.",
        )
    return Client(found[fitting[0]], url)


def environment(url: str) -> dict[str, str]:
    """The surroundings of a client of the database at `url`; nothing is on its command line.

    How a connection is kept alive is left out: no variable says it. Raises `settings.invalid` where
    the URL has a secret that can be told in no variable.
    """
    from psycopg import pq
    from psycopg.conninfo import conninfo_to_dict

    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    kept |= {name: value for name, value in os.environ.items() if name.startswith("PG")}
    known = {one.keyword.decode(): one for one in pq.Conninfo.get_defaults()}
    told: dict[str, Any] = {"connect_timeout": 15, "application_name": "rushes"}
    for name, value in {**told, **conninfo_to_dict(url)}.items():
        option = known[name]
        if option.envvar:
            kept[option.envvar.decode()] = str(value)
        elif option.dispchar == b"*":  # a secret, which would show on a command line
            raise RushesError(
                Code.SETTINGS_INVALID,
                f"pg_dump and pg_restore cannot be told {name} of the database URL in secret.",
                hint="Put it into a service file, and name that in the URL (service=…).",
            )
    return {**kept, "LC_ALL": "C"}


def arguments_of(snapshot: str) -> Sequence[str]:
    """pg_dump's arguments for the whole database as it was in `snapshot`."""
    return (
        "--format=custom",
        "--no-password",
        "--no-owner",
        "--no-privileges",
        "--no-unlogged-table-data",
        f"--snapshot={snapshot}",
    )


def _failed(name: str, words: str) -> RushesError:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    told = masked("; ".join(lines[:3])) or "it said nothing"
    return RushesError(
        Code.DATABASE_UNAVAILABLE,
        f"PostgreSQL's {name} failed: {told}",
        hint="`rushes doctor` tells how the database stands.",
    )
