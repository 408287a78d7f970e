"""A person's empty home for tests of commands, and a house that is prepared once and copied."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rushes.testing.postgres import temporary_database


def at_home(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to stand in, in `place`, beside a home and a folder of data; made if need be."""
    for variable in list(os.environ):
        if variable.startswith(("RUSHES_", "XDG_")):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(place / "home"))
    monkeypatch.setenv("RUSHES_DATA_DIR", str(place / "data"))
    # How full this machine's own disk is must not show in any result.
    monkeypatch.setenv("RUSHES_DISK_FILESYSTEM_WARN", "1")
    monkeypatch.setenv("RUSHES_DISK_FILESYSTEM_CRITICAL", "1")
    here = place / "here"
    here.mkdir(exist_ok=True)
    monkeypatch.chdir(here)
    return here


def settle(home: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have commands find those records, and the shows in `home`, and look at them alone."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", url)
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(home / "shows"))
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")


@dataclass(frozen=True, slots=True)
class House:
    """Files and records as a preparation left them.

    Records hold whole paths, so that every copy of the files is at one place, one at a time.
    """

    place: Path
    kept: Path
    database: str

    @contextmanager
    def copied(self) -> Iterator[str]:
        """Files at their place and records in a database of their own, whose URL it is, as they
        were prepared, for the block.
        """
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.kept, self.place, symlinks=True)
        name = urlsplit(self.database).path.lstrip("/")
        server = urlsplit(self.database)._replace(path="/postgres").geturl()
        with temporary_database(server, template=name) as url:
            yield url


@contextmanager
def prepared(folder: Path, database: str, prepare: Callable[[Path], None]) -> Iterator[House]:
    """A house for the block, in which `prepare` has been at work: it gets the folder to stand in.

    Nobody may be connected to its database afterwards, or it could not be copied.
    """
    place, kept = folder / "house", folder / "kept"
    place.mkdir()
    with pytest.MonkeyPatch.context() as monkeypatch:
        here = at_home(place, monkeypatch)
        monkeypatch.setenv("RUSHES_DATABASE_URL", database)
        prepare(here)
    place.rename(kept)
    yield House(place, kept, database)
