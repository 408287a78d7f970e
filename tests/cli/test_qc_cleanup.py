"""`rushes qc cleanup`: told first, asked next, and said to be gone only when it is gone."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.qc.lock import folder_lock

Command = Callable[..., Any]
LEGACY = '{"qc_result": "pass", "content_hash": "blake3:00", "operator": "bob"}'


@pytest.fixture
def tree(home: Path) -> Path:
    root = home / "root"
    (root / ".qc").mkdir(parents=True)
    (root / "a.mov").write_bytes(b"media")
    (root / ".qc" / "a.mov.qc.json").write_text(LEGACY)
    (root / ".qc.hashcache.json").write_text("{}")
    return root


def answered(given: str, *args: str) -> tuple[int, str]:
    """Exit code and screen of a run on a terminal of its own, where `given` is typed."""
    mine, its = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "rushes.cli.main", "qc", "cleanup", *args],
        stdin=its,
        stdout=its,
        stderr=its,
        env={**os.environ, "TERM": "dumb", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    os.close(its)
    os.write(mine, given.encode())
    seen = b""
    while True:
        try:
            chunk = os.read(mine, 65536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        seen += chunk
    os.close(mine)
    return running.wait(timeout=60), seen.decode()


def test_a_dry_run_tells_and_deletes_nothing(rushes: Command, tree: Path) -> None:
    ended = rushes("qc", "cleanup", tree, "--dry-run")
    assert ended.code == exits.OK
    assert "Would delete: 2 files and 1 .qc folder" in ended.out
    assert str(tree / ".qc" / "a.mov.qc.json") in ended.out
    assert "1 record of 1 asset (0 signed; 1 asset passed, 0 failed) would be lost" in ended.out
    assert "Deleted" not in ended.out
    assert sorted(os.listdir(tree)) == [".qc", ".qc.hashcache.json", "a.mov"]


def test_checkpoints_are_named_and_said_to_be_lost(rushes: Command, tree: Path) -> None:
    for number in range(30):
        (tree / ".qc" / f"a{number}.mov.qc.json").write_text(LEGACY)
    (tree / "monday.qc.checkpoint.json").write_text("{}")
    ended = rushes("qc", "cleanup", tree, "--dry-run")
    assert "1 asset passed" not in ended.out
    assert "failed) and 1 checkpoint would be lost for good." in ended.out
    assert "  1  checkpoint " in ended.out
    assert str(tree / "monday.qc.checkpoint.json") in ended.out
    assert "cannot be read" not in ended.out
    told = rushes("qc", "cleanup", tree, "--dry-run", "--json").json
    assert (told["losses"]["checkpoints"], told["losses"]["unreadable"]) == (1, 0)
    assert [one["kind"] for one in told["planned"]].count("checkpoint") == 1


def test_a_checkpoint_alone_is_lost_alone(rushes: Command, home: Path) -> None:
    (home / "monday.qc.checkpoint.json").write_text("{}")
    ended = rushes("qc", "cleanup", home, "--dry-run")
    assert "\n1 checkpoint would be lost for good." in ended.out


def test_without_a_terminal_it_takes_a_yes(rushes: Command, tree: Path) -> None:
    refused = rushes("qc", "cleanup", tree)
    assert refused.code == exits.NOT_THERE
    assert "--yes" in refused.err
    assert len(os.listdir(tree)) == 3
    ended = rushes("qc", "cleanup", tree, "--yes")
    assert ended.code == exits.OK
    assert "Deleted 2 files and 1 .qc folder" in ended.out
    assert os.listdir(tree) == ["a.mov"]


def test_on_a_terminal_it_asks_and_a_no_keeps_everything(tree: Path) -> None:
    code, screen = answered("n\n", str(tree))
    assert code == exits.INTERRUPTED
    assert "Delete 2 files and 1 .qc folder" in screen
    assert "1 asset passed, 0 failed) are lost for good" in screen
    assert "Nothing was deleted" in screen
    assert len(os.listdir(tree)) == 3


def test_on_a_terminal_a_yes_deletes(tree: Path) -> None:
    code, screen = answered("y\n", str(tree))
    assert code == exits.OK
    assert "Deleted 2 files and 1 .qc folder" in screen
    assert os.listdir(tree) == ["a.mov"]


def test_media_is_asked_for_a_second_time(tree: Path) -> None:
    code, screen = answered("y\nn\n", str(tree), "--glob", "*.mov")
    assert code == exits.INTERRUPTED
    assert "perhaps media" in screen
    assert "These may be media" in screen
    assert len(os.listdir(tree)) == 3
    code, _ = answered("y\ny\n", str(tree), "--glob", "*.mov")
    assert code == exits.OK
    assert os.listdir(tree) == []


def test_media_takes_a_second_yes(rushes: Command, tree: Path) -> None:
    refused = rushes("qc", "cleanup", tree, "--yes", "--glob", "*.mov")
    assert refused.code == exits.NOT_THERE
    assert "may be media" in refused.err
    assert len(os.listdir(tree)) == 3
    assert rushes("qc", "cleanup", tree, "--yes", "--yes", "--glob", "*.mov").code == exits.OK
    assert os.listdir(tree) == []


def test_other_files_by_pattern_take_one_yes(rushes: Command, tree: Path) -> None:
    (tree / "a.bak").write_text("x")
    ended = rushes("qc", "cleanup", tree, "--yes", "--glob", "*.bak")
    assert ended.code == exits.OK
    assert "file of --glob" in ended.out
    assert os.listdir(tree) == ["a.mov"]


def test_nothing_to_delete_is_told(rushes: Command, home: Path) -> None:
    ended = rushes("qc", "cleanup", home, "--yes")
    assert ended.code == exits.NOT_THERE
    assert "Nothing is to be deleted" in ended.err
    assert rushes("qc", "cleanup", home / "nowhere", "--yes").code == exits.NOT_THERE


def test_what_stays_is_told_with_its_reason(rushes: Command, tree: Path) -> None:
    (tree / ".qc" / "note\x1b[2J.txt").write_text("mine")
    ended = rushes("qc", "cleanup", tree, "--yes")
    assert ended.code == exits.OK
    assert r"it holds something else: note\x1b[2J.txt" in ended.out
    assert "\x1b" not in ended.out


def test_a_folder_in_use_is_left_out_and_counts_as_not_deleted(rushes: Command, tree: Path) -> None:
    with folder_lock(tree):
        ended = rushes("qc", "cleanup", tree, "--yes")
    assert ended.code == exits.NOT_WRITTEN
    assert "a run is writing records there" in ended.out
    assert (tree / ".qc" / "a.mov.qc.json").exists()


def test_json_tells_all_of_it(rushes: Command, tree: Path) -> None:
    dry = rushes("qc", "cleanup", tree, "--dry-run", "--json")
    assert dry.json["dry_run"] is True
    assert dry.json["deleted"] == {"files": 0, "folders": 0, "bytes": 0}
    assert [one["kind"] for one in dry.json["planned"]] == ["hash cache", "sidecar", ".qc folder"]
    done = rushes("qc", "cleanup", tree, "--yes", "--json")
    assert done.code == exits.OK
    assert done.json["losses"]["passed"] == 1
    assert done.json["deleted"]["files"] == 2
    again = rushes("qc", "cleanup", tree, "--yes", "--json")
    assert again.code == exits.NOT_THERE
    assert again.json["planned"] == []


def test_json_is_not_asked_but_refused(rushes: Command, tree: Path) -> None:
    ended = rushes("qc", "cleanup", tree, "--json")
    assert ended.code == exits.NOT_THERE
    assert ended.json["error"]["code"] == "usage"
