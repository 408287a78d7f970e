"""A crawl of what may not be read or written, or changes meanwhile: it is told, media stays."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.cli import exits
from rushes.cli.expected import expected
from rushes.cli.main import run
from rushes.cli.qc.walking import media_folders
from rushes.core.errors import Code
from rushes.core.settings import load
from rushes.ports.progress import Silent
from rushes.qc import crawl as crawling
from rushes.qc import writing
from rushes.qc.kept import kept
from rushes.qc.order import Order
from rushes.qc.places import CACHE
from rushes.scan.roots import Root
from rushes.testing.forked import Ended, Forks
from rushes.testing.odd_trees import _alone, happened, looks, media, place, recorded, told

__all__ = ["_alone", "place"]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX file systems only")
NOBODY = 65534


@pytest.fixture
def as_nobody(forks: Forks, place: Path) -> Callable[..., Ended]:
    """Run a command as a user whom permissions bind."""
    env = {"HOME": str(place / "home"), "RUSHES_DATA_DIR": str(place / "home" / "data")}

    def ended(*args: Any) -> Ended:
        return forks("qc", *args, user=NOBODY, env=env)

    return ended


def theirs(*folders: Path) -> None:
    for folder in folders:
        os.chown(folder, NOBODY, NOBODY) if os.geteuid() == 0 else None


def test_a_folder_that_may_not_be_written_is_told_and_the_rest_is_recorded(
    as_nobody: Callable[..., Ended], place: Path
) -> None:
    root = place / "shows"
    media(root / "closed" / "a.mov")
    media(root / "open" / "b.mov")
    theirs(root / "open")
    (root / "closed").chmod(0o555)
    ended = as_nobody("crawl", root)
    assert "Nothing can be written into" in ended.err
    assert "closed" in ended.err
    assert "--sidecar-root" in ended.err
    assert recorded(root) == ["open/b.mov"]
    assert os.listdir(root / "closed") == ["a.mov"]
    assert ended.code in (exits.NOT_WRITTEN, exits.UNAVAILABLE)


def test_what_was_read_and_not_written_ends_as_not_written(
    as_nobody: Callable[..., Ended], place: Path
) -> None:
    root = place / "shows"
    media(root / "a.mov")
    root.chmod(0o555)
    assert as_nobody("crawl", root).code == exits.NOT_WRITTEN


def test_records_kept_elsewhere_leave_read_only_media_as_it_was(
    as_nobody: Callable[..., Ended], place: Path
) -> None:
    root, records = place / "shows", place / "records"
    media(root / "sh010" / "a.mov")
    media(root / "sh020" / "b.mov")
    records.mkdir()
    theirs(records)
    for folder in (root, root / "sh010", root / "sh020"):
        folder.chmod(0o555)
    before = {path: path.lstat() for path in root.rglob("*")}
    assert as_nobody("keys", "init", "nobody").code == exits.OK
    assert as_nobody("crawl", root, "--sidecar-root", records).code == exits.OK
    again = as_nobody("crawl", root, "--sidecar-root", records)
    assert "Nothing was written" in again.out
    ended = as_nobody("verify", root, "--sidecar-root", records, "--every")
    assert (ended.code, ended.err) == (exits.OK, "")
    assert "2 records: 2 valid" in ended.out
    after = {path: path.lstat() for path in root.rglob("*")}
    assert [(path, one.st_mtime_ns, one.st_ino) for path, one in before.items()] == [
        (path, one.st_mtime_ns, one.st_ino) for path, one in after.items()
    ]


def test_what_cannot_be_read_is_told_and_the_rest_is_recorded(
    as_nobody: Callable[..., Ended], place: Path
) -> None:
    root = place / "shows"
    theirs(media(root / "sh010" / "a.mov").parent)
    media(root / "sh010" / "locked.mov").chmod(0)
    media(root / "sh020" / "c.mov").parent.chmod(0)
    media(root / "sh030" / "plate.1001.exr")
    media(root / "sh030" / "plate.1002.exr").chmod(0)
    theirs(root / "sh030")
    try:
        ended = as_nobody("crawl", root)
    finally:
        (root / "sh020").chmod(0o755)
    assert ended.code == exits.UNAVAILABLE
    assert "sh020" in ended.err
    assert "locked.mov" in ended.out
    assert recorded(root) == ["sh010/a.mov"]


def test_of_a_folder_that_is_only_partly_seen_nothing_is_recorded_as_removed(place: Path) -> None:
    root = place / "shows"
    for frame in (1001, 1002, 1003):
        media(root / "sh010" / f"plate.{frame}.exr")
    assert run(["qc", "crawl", str(root), "--result", "pass"]) == exits.OK
    before = next(kept(root)).data
    (root / "sh010" / "plate.1002.exr").rename(place / "away")
    executor, asked = InlineExecutor(), Root(str(root))
    walked = media_folders(asked, load(), executor=executor, progress=Silent())
    # What a walk tells where some entries could not be asked for their size.
    folders = [replace(one, unread=bool(one.sequences)) for one in walked]
    order = Order(operator="alice")
    work = crawling.Crawl(
        asked, order, expect=expected(None, load(), no_db=True), executor=executor
    )
    problems = [one.problem for one in work.run(folders)]
    assert [one.code for one in problems if one is not None] == [Code.PATH_UNREADABLE]
    assert next(kept(root)).data == before


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], name: str) -> None:
    """Have something happen once, right before the crawl calls that function of its module."""
    real = getattr(crawling, name)
    left = [act]

    def first(*args: Any, **given: Any) -> Any:
        if left:
            left.pop()()
        return real(*args, **given)

    monkeypatch.setattr(crawling, name, first)


@pytest.mark.parametrize("moment", ["open_desk", "record_folder"])
def test_a_folder_that_vanishes_meanwhile_is_told_and_does_not_come_back(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    root = place / "shows"
    media(root / "sh010" / "a.mov")
    media(root / "sh020" / "b.mov")
    meanwhile(monkeypatch, lambda: (root / "sh010").rename(place / "away"), moment)
    code, row = told(capsys, "crawl", root)
    assert code in (exits.UNAVAILABLE, exits.NOT_WRITTEN)
    assert happened(row)["sh010/a.mov"] in ("unread", "unwritten")
    assert recorded(root) == ["sh020/b.mov"]
    assert not (root / "sh010").exists()
    assert os.listdir(place / "away") == ["a.mov"]


def test_a_folder_moved_while_its_records_are_written_does_not_come_back(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = place / "shows"
    media(root / "sh010" / "a.mov")
    real = writing.write_all

    def moved(*args: Any) -> Any:
        (root / "sh010").rename(place / "away")
        return real(*args)

    monkeypatch.setattr("rushes.qc.recording.write_all", moved)
    code, _ = told(capsys, "crawl", root)
    assert code in (exits.UNAVAILABLE, exits.NOT_WRITTEN)
    assert not (root / "sh010").exists()


def test_a_file_that_changes_while_it_is_read_is_not_recorded(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from rushes.transfer import hashing_files

    root = place / "shows"
    growing = media(root / "a.mov")
    media(root / "b.mov")
    real = hashing_files._fill

    def grows(*args: Any) -> int:
        with open(growing, "a") as file:
            file.write("more")
        return int(real(*args))

    monkeypatch.setattr(hashing_files, "_fill", grows)
    code, row = told(capsys, "crawl", root)
    assert code == exits.UNAVAILABLE
    assert happened(row) == {"a.mov": "unread", "b.mov": "new"}
    assert recorded(root) == ["b.mov"]


WAYS: dict[str, list[tuple[Any, ...]]] = {
    "crawled": [("crawl",)],
    "crawled again": [("crawl",), ("crawl", "--deep"), ("crawl", "--policy-version", "2")],
    "in other modes": [("crawl", "--sidecar-mode", "dot"), ("sign", "--result", "fail")],
    "signed": [("sign", "--result", "pass", "--note", "fine", "--sidecar-mode", "inline")],
    "verified": [("crawl",), ("verify",), ("verify", "--quick"), ("checkpoint",)],
    "pointed from": [("crawl", "--xattr")],
}


@pytest.mark.parametrize("way", WAYS)
def test_media_is_never_touched(place: Path, forks: Forks, way: str) -> None:
    root = place / "shows"
    for name in ("a.mov", "sh010/b.mov", "sh010/plate.1001.exr", "sh010/plate.1002.exr"):
        media(root / name, name).chmod(0o444)
    before = looks(root)
    assert forks("qc", "keys", "init", "alice").code == exits.OK
    for command, *options in WAYS[way]:
        ended = forks("qc", command, root, *options)
        assert ended.code == exits.OK, ended
    assert looks(root) == before
    assert all((root / path).read_text() == os.path.relpath(path, root) for path in before)


def test_a_dry_run_writes_nothing_at_all(place: Path, forks: Forks) -> None:
    root = place / "shows"
    media(root / "sh010" / "a.mov")
    stamp = (root / "sh010").stat().st_mtime_ns
    for command in (("crawl",), ("sign", "--result", "pass"), ("crawl", "--deep")):
        ended = forks("qc", command[0], root, *command[1:], "--dry-run", opened_below=root)
        assert ended.code == exits.OK
        assert "a.mov" in ended.out
        assert "a.mov" not in ended.err
    assert os.listdir(root / "sh010") == ["a.mov"]
    assert (root / "sh010").stat().st_mtime_ns == stamp


def test_what_was_hashed_before_a_kill_is_not_hashed_again(
    place: Path, forks: Forks, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = place / "shows"
    for name in "abc":
        media(root / f"{name}.mov", name)
    monkeypatch.setattr("rushes.qc.bench._KEEP_AFTER_S", -1.0)
    with monkeypatch.context() as killed:
        killed.setattr(crawling, "record_folder", _killed)
        assert run(["qc", "crawl", str(root)]) == exits.INTERRUPTED
    assert recorded(root) == []
    ended = forks("qc", "crawl", root, opened_below=root)
    assert ended.code == exits.OK
    assert recorded(root) == ["a.mov", "b.mov", "c.mov"]
    opened = [line for line in ended.err.splitlines() if line.endswith(".mov'")]
    assert opened == ["opened 'c.mov'"]
    assert sorted(json.loads((root / CACHE).read_bytes())["files"]) == ["a.mov", "b.mov", "c.mov"]
    assert json.loads((root / CACHE).read_bytes())["fresh"] == {}


def _killed(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt
