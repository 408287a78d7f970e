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
    # Secrets, and who has used one: through a server the token itself.
    (re.compile(r"rushes_[A-Za-z0-9_-]+"), "SECRET"),
    (re.compile(r'("(?:password|last_used)": )("[^"]*"|null)'), r"\1ITS OWN"),
    (re.compile(r"(the password:? )\S+"), r"\1PASSWORD"),
    (re.compile(r"never used|used MOMENT"), "USED"),
    (re.compile(r"(\.publish_v\d+_i\d+_)[0-9a-f]{8}"), r"\1DIGEST"),
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
    secret = let_in(rushes)
    with serving("--workers", "1") as server:
        monkeypatch.delenv("RUSHES_DATABASE_URL")
        yield {"RUSHES_URL": f"http://127.0.0.1:{server.port}", "RUSHES_TOKEN": secret}


def let_in(rushes: Command) -> str:
    """The first admin, and the secret of a token that may do everything."""
    assert rushes("user", "add", getuser(), "--admin").code == exits.OK
    scopes = [word for one in ("read", "scan", "qc", "admin") for word in ("--scope", one)]
    made = rushes("token", "create", "--name", "t", "--user", getuser(), *scopes, "--json")
    assert made.code == exits.OK, made.err
    return str(made.json["secret"])


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


def told_of_records(rushes: Command, folder: Path) -> Iterator[tuple[Any, ...]]:
    """The same of a show that is set up and published from, and of people and their tokens."""
    clip = folder / "NV" / "shots" / "sh0010" / "renders" / "clip.mov"
    (folder / "shots.csv").write_text("Sequence,Shot,Cut In,Cut Out\nsq,sh0010,1001,1004\n")
    shot = ("--show", "NV", "--seq", "sq", "--shot", "sh0010")
    commands: list[tuple[Any, ...]] = [
        ("show", "create", "NV", "--root", folder / "NV"),
        ("show", "create", "NV"),
        ("show", "import", "NV", folder / "shots.csv", "--tasks", "comp", "--dry-run"),
        ("show", "import", "NV", folder / "shots.csv", "--tasks", "comp", "--json"),
        ("show", "list"),
        ("show", "list", "--json"),
        ("show", "info", "NV", "--json"),
        ("show", "export", "NV"),
        ("show", "folders", "NV", "--dry-run"),
        ("show", "archive", "NV"),
        ("show", "restore", "NV"),
        ("publish", *shot, clip, "--dry-run"),
        ("publish", *shot, clip, "--json"),
        ("publish", *shot, clip, "--note", "again"),
        ("publish", *shot, clip, "--version", "1"),
        ("publish", *shot, clip, "--by", "nobody-there"),
        ("publishes", "list", "--show", "NV"),
        ("publishes", "list", "--json"),
        ("publishes", "show", "1", "--json"),
        ("publishes", "show", "99"),
        ("user", "add", "grace", "--role", "NV", "artist", "--json"),
        ("user", "add", "grace"),
        ("user", "role", "grace", "supervisor", "--project", "NV"),
        ("user", "list"),
        ("user", "list", "--json"),
        ("token", "create", "--name", "farm", "--user", "grace", "--scope", "scan", "--days", "7"),
        ("token", "create", "--name", "old", "--user", "grace", "--scope", "qc", "--days", "0"),
        ("token", "create", "--name", "x", "--user", "nobody-there", "--scope", "read"),
        ("token", "list"),
        ("token", "list", "--json"),
        ("token", "revoke", "2"),
        ("token", "revoke", "99"),
        ("token", "list"),
    ]
    for command in commands:
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


def test_records_are_kept_the_same_through_a_server_and_beside_a_database(
    rushes: Command,
    folder: Path,
    served: dict[str, str],
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as context:
        context.setenv("RUSHES_DATABASE_URL", database_url)
        let_in(rushes)
        local = list(told_of_records(rushes, folder))
    for left in folder.rglob(".publish_*.json"):
        left.unlink()
    for name, value in served.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RUSHES_DATA_DIR", str(tmp_path / "other"))
    remote = list(told_of_records(rushes, folder))
    assert not (tmp_path / "other" / "postgres").exists()
    for here, there in zip(local, remote, strict=True):
        assert there[2].splitlines() == here[2].splitlines(), here[0]
        assert there == here
    refused = [one[0][:2] for one in local if one[1] == exits.NOT_THERE]
    assert len(refused) == 7, refused
