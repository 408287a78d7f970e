"""What tests of commands share: a person with an empty home, and a command that is run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate

from rushes.cli import exits
from rushes.cli.main import run
from rushes.ports.studio import Studio
from rushes.testing.houses import at_home
from rushes.testing.postgres import _migrated, database_url, postgres_server

__all__ = ["_migrated", "database_url", "postgres_server"]

_SCOPES = ("read", "write", "publish", "qc")
SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


@dataclass(frozen=True)
class Ended:
    """What came of one command line."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout, held against its published schema."""
        document = json.loads(self.out)
        name = document["schema"].replace("/", ".")
        validate(document, json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")))
        return document


Command = Callable[..., Ended]


@pytest.fixture
def rushes(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run one command line in this process."""

    def ended(*args: str | os.PathLike[str]) -> Ended:
        capsys.readouterr()
        code = run([os.fspath(arg) for arg in args])
        told = capsys.readouterr()
        return Ended(code, told.out, told.err)

    return ended


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, an empty data folder, and an empty folder to stand in."""
    return at_home(tmp_path, monkeypatch)


@pytest.fixture
def shows(home: Path) -> Path:
    """A folder of shows: a plate without frame 1003 in one shot, whole renders in another."""
    root = home / "shows"
    frames(root / "demo" / "sq010" / "sh0010" / "plates", [1001, 1002, 1004, 1005])
    frames(root / "demo" / "sq010" / "sh0020" / "renders", range(1001, 1006), head="beauty.")
    (root / "demo" / "sq010" / "sh0020" / "renders" / "notes.txt").write_text("ready")
    return root


def frames(folder: Path, numbers: Iterable[int], *, head: str = "plate.", size: int = 100) -> None:
    """Files with the names of frames."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{head}{number:04d}.exr").write_bytes(b"x" * size)


@pytest.fixture
def make_frames() -> Callable[..., None]:
    """`frames`, for tests that make their own."""
    return frames


@pytest.fixture
def studio_of_server(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Studio]:
    """The show FG with shot sh010 and its comp, on a server that the settings lead to."""
    from rushes.db.opening import open_studio
    from rushes.testing.served import serving
    from rushes.testing.studios import one_comp

    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(home / "shows"))
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    (home / "shows").mkdir()
    assert rushes("user", "add", getuser(), "--admin").code == exits.OK
    scopes = [part for one in _SCOPES for part in ("--scope", one)]
    made = rushes("token", "create", "--name", "t", "--user", getuser(), *scopes, "--json")
    assert made.code == exits.OK, made.err
    with closing(open_studio(database_url, data_dir=Path())) as found, serving() as server:
        one_comp(found, drop="{shot}_{task}_v{version:03d}.{ext}")
        monkeypatch.delenv("RUSHES_DATABASE_URL")
        monkeypatch.setenv("RUSHES_URL", f"http://127.0.0.1:{server.port}")
        monkeypatch.setenv("RUSHES_TOKEN", made.json["secret"])
        yield found
