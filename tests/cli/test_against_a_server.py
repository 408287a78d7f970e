"""Commands against a server: the same verbs, and the same output as against a database."""

from __future__ import annotations

import re
import shutil
import struct
from collections.abc import Callable, Iterator
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.testing.crawls import media
from rushes.testing.media.exr_corners import file, one_attribute
from rushes.testing.postgres import temporary_database
from rushes.testing.served import serving
from rushes.testing.trak.server import Fault, TrakServer, Wrong, trak_server

Command = Callable[..., Any]

# What differs between any two runs: moments and how long it took, and what is made of chance.
_ITS_OWN = [
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( UTC|Z|\+00:00)?"), "MOMENT"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"sha256:[0-9a-f]{64}"), "HASH"),
    (re.compile(r'("(?:took_s|seconds|duration_s)": )[0-9.e-]+'), r"\1TIME"),
    (re.compile(r"[0-9.]+ (ms|s)\b"), "TIME"),
    (re.compile(r"file system .* free"), "FILE SYSTEM"),
    (re.compile(r'("fingerprint": ")[0-9a-f]+'), r"\1FILES"),
    # A file system sets blocks aside when it likes.
    (re.compile(r'("allocated": )\d+'), r"\1BLOCKS"),
    # Whose token it was is told with the tool.
    (re.compile(r'("tool": "rushes [^"]*?) \(token t\)"'), r'\1"'),
]


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A show: renders without frame 1003, a clip, and names that are not UTF-8."""
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(home / "shows"))
    renders = home / "shows" / "NV" / "shots" / "sh0010" / "renders"
    renders.mkdir(parents=True)
    for frame in (1001, 1002, 1004):
        made = one_attribute(b"timeCode", "timecode", struct.pack("<2I", frame, 0))
        (renders / f"beauty.{frame}.exr").write_bytes(file(made))
        shutil.copy(renders / f"beauty.{frame}.exr", f"{renders}/odd\udcff\n.{frame}.exr")
    media(renders / "clip.mov")
    return home / "shows"


@pytest.fixture
def other_database(postgres_server: str, _migrated: str) -> Iterator[str]:
    """The database of the server, which none of the commands knows."""
    with temporary_database(postgres_server, template=_migrated) as url:
        yield url


@pytest.fixture
def served(
    rushes: Command, folder: Path, other_database: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """A server, and the settings that lead to it."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", other_database)
    assert rushes("user", "add", getuser(), "--admin").code == exits.OK
    scopes = ("--scope", "read", "--scope", "scan", "--scope", "qc")
    made = rushes("token", "create", "--name", "t", "--user", getuser(), *scopes, "--json")
    assert made.code == exits.OK, made.err
    with serving("--workers", "1") as server:
        monkeypatch.delenv("RUSHES_DATABASE_URL")
        yield {
            "RUSHES_URL": f"http://127.0.0.1:{server.port}",
            "RUSHES_TOKEN": made.json["secret"],
        }


@pytest.fixture
def trak(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrakServer]:
    """A tracker that knows the renders."""
    with trak_server() as tracker:
        tracker.has(f"{folder}/NV/shots/sh0010/renders/beauty.%04d.exr", "ASSET-1")
        for name, value in tracker.environment().items():
            monkeypatch.setenv(name, value)
        yield tracker


def told(rushes: Command, folder: Path, trak: TrakServer) -> Iterator[tuple[Any, ...]]:
    """What a day's commands say, without what differs between any two runs."""
    trak.results.clear()
    renders = folder / "NV" / "shots" / "sh0010" / "renders"
    commands: list[tuple[Any, ...]] = [
        ("scan", folder, "--json"),
        ("scan", folder),
        ("ls", folder),
        ("missing", folder),
        ("disk", folder),
        ("validate",),
        ("exr", "index", folder),
        ("exr", "find", "--where", "width = 1 and not (attr.owner = 'x' or deep)", "--json"),
        ("exr", "find", "--layer", "none"),
        ("exr", "similar", renders / "beauty.1001.exr", "--json"),
        ("qc", "crawl", folder, "--json"),
        ("qc", "crawl", folder, "--trak", "--result", "pass"),
        ("qc", "report", folder, "--json"),
        ("outbox", "list"),
        ("outbox", "list", "--json"),
        ("outbox", "retry", "--all"),
        ("outbox", "list"),
        ("qc", "rebuild", folder, "--json"),
    ]
    for command in commands:
        down = command[:2] == ("qc", "crawl")
        trak.faults[:] = [Fault(Wrong.STATUS, status=503, times=100)] if down else []
        yield _without_its_own(command, rushes(*command))
    (renders / "beauty.1002.exr").unlink()
    later = [
        ("exr", "index", folder),
        ("scan", folder),
        ("changes", folder),
        ("changes", folder, "--json"),
        ("changes", folder, "--since", "1"),
        ("changes", folder, "--scans"),
    ]
    for command in later:
        yield _without_its_own(command, rushes(*command))


def _without_its_own(command: tuple[Any, ...], ended: Any) -> tuple[Any, ...]:
    out, err = ended.out, ended.err
    for pattern, word in _ITS_OWN:
        out, err = pattern.sub(word, out), pattern.sub(word, err)
    return command, ended.code, out, err


def test_commands_say_the_same_against_a_server_and_a_database(
    rushes: Command,
    folder: Path,
    served: dict[str, str],
    database_url: str,
    trak: TrakServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(folder, tmp_path / "kept")
    both = []
    for number, settings in enumerate([{"RUSHES_DATABASE_URL": database_url}, served]):
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "kept", folder)
        monkeypatch.setenv("RUSHES_DATA_DIR", str(tmp_path / f"data{number}"))
        with monkeypatch.context() as context:
            for name, value in settings.items():
                context.setenv(name, value)
            both.append(list(told(rushes, folder, trak)))
    assert not (tmp_path / "data1" / "postgres").exists()
    for local, remote in zip(*both, strict=True):
        assert remote[2].splitlines() == local[2].splitlines(), local[0]
        assert remote == local
    wrong = [one for one in both[0] if one[1] == exits.NOT_THERE]
    assert wrong == []
    assert len(trak.told("ASSET-1")) == 1
