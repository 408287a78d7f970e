"""Trees as nobody should leave them, and what `rushes qc` makes of them, for tests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from rushes.qc.kept import kept
from rushes.qc.places import FOLDER, is_artefact
from rushes.testing import crawls

LONG_AGO = 1_700_000_000_123_456_789
_COMMAND = "rushes.cli.main"  # by its name: nothing in this room knows a face


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody can reach, as those of pytest are not."""
    with TemporaryDirectory(prefix="rushes-") as made:
        Path(made).chmod(0o755)
        (Path(made) / "home").mkdir()
        (Path(made) / "home").chmod(0o777)
        (Path(made) / "shows").mkdir()
        yield Path(made)


def media(path: Path, text: str = "media") -> Path:
    """A file that nobody has touched for long; its folder is made."""
    return crawls.media(path, text.encode(), at_ns=LONG_AGO)


def looks(root: Path) -> dict[str, tuple[int, int, int, int]]:
    """Size, time, inode and mode of all media by path, to see that nothing was touched."""
    found = {}
    for folder, folders, names in os.walk(root):
        for name in (*folders, *names):
            about = os.lstat(os.path.join(folder, name))
            if name != FOLDER and not is_artefact(name) and not os.path.isdir(f"{folder}/{name}"):
                found[os.path.join(folder, name)] = (
                    *(about.st_size, about.st_mtime_ns, about.st_ino, about.st_mode),
                )
    return found


def told(capsys: pytest.CaptureFixture[str], *args: Any) -> tuple[int, Any]:
    """The exit code and the document of `rushes qc`."""
    capsys.readouterr()
    code = import_module(_COMMAND).run([os.fspath(arg) for arg in ("qc", *args, "--json")])
    return code, json.loads(capsys.readouterr().out)


def happened(row: Any) -> dict[str, str]:
    """What happened in the one crawl of a document, by asset."""
    return {one["asset"]: one["happened"] for one in row["crawls"][0]["outcomes"]}


def recorded(root: Path) -> list[str]:
    """Assets that have a record."""
    return sorted(one.subject for one in kept(root) if one.sidecar is not None)
