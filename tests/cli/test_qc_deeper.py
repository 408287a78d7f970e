"""What is asked for is done, also where a run before it asked for less."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.cli import exits
from rushes.testing.crawls import frames, media, record

PLATE = "plate.%04d.exr"
POLICY = """\
name = "ours"
version = "7"
description = "What we want."

[rules.finite]
check = "pixels"
max_nan = 0
"""


@pytest.fixture
def shots(home: Path) -> Path:
    folder = home / "shots"
    media(folder / "clip.mov")
    frames(folder / "a", [1001, 1002, 1003])
    return folder


def crawled(rushes: Any, *args: Any, code: int = exits.OK) -> Any:
    ended = rushes("qc", "crawl", "--json", "--no-db", *args)
    assert ended.code == code, ended.out + ended.err
    return ended.json["crawls"][0]


def test_pixels_asked_for_later_are_looked_at(rushes: Any, home: Path) -> None:
    (home / "ours.toml").write_text(POLICY)
    folder = home / "renders"
    folder.mkdir()
    pixels = np.full((4, 4), np.nan, np.float16)
    with OpenEXR.File(
        {"type": OpenEXR.scanlineimage}, {"R": pixels, "G": pixels, "B": pixels}
    ) as out:
        out.write(str(folder / "a.exr"))
    crawled(rushes, folder, "--policy", "ours.toml")
    deeper = crawled(
        rushes, folder, "--policy", "ours.toml", "--pixels", "--fail-on", "error", code=exits.FOUND
    )
    assert deeper["written"] == 1
    made = record(folder, "a.exr")
    assert "ours.finite" in {one.rule for one in made.findings}
    assert "now with pixels" in made.reason
    assert crawled(rushes, folder, "--policy", "ours.toml", "--pixels")["written"] == 0
    assert crawled(rushes, folder, "--policy", "ours.toml")["written"] == 0


def test_frames_expected_later_are_missed(rushes: Any, shots: Path) -> None:
    crawled(rushes, shots, "--result", "pass")
    assert crawled(rushes, shots, "--expect", "1001-1005")["written"] == 1
    made = record(shots / "a", PLATE)
    assert made.qc_result.value == "pending"
    assert "frames.missing" in {one.rule for one in made.findings}
    assert crawled(rushes, shots, "--expect", "1001-1005")["written"] == 0


def test_an_unsigned_result_is_signed_once_there_is_a_key(rushes: Any, shots: Path) -> None:
    rushes("qc", "sign", shots, "--result", "pass", "--no-db")
    rushes("qc", "keys", "init", "alice")
    again = rushes("qc", "sign", shots, "--result", "pass", "--no-db", "--json")
    assert again.json["crawls"][0]["written"] == 2
    assert rushes("qc", "verify", shots).code == exits.OK
    last = rushes("qc", "sign", shots, "--result", "pass", "--no-db", "--json")
    assert last.json["crawls"][0]["written"] == 0


def test_what_a_revoked_key_signed_is_valid_once_it_is_signed_anew(
    rushes: Any, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rushes("qc", "keys", "init", "alice")
    rushes("qc", "sign", shots, "--result", "pass", "--no-db")
    rushes("qc", "keys", "revoke", "alice", "--yes", "--reason", "lost")
    assert rushes("qc", "verify", shots).code == exits.FOUND
    rushes("qc", "keys", "init", "alice-2")
    assert rushes("qc", "sign", shots, "--result", "pass", "--no-db").code == exits.OK
    assert rushes("qc", "verify", shots).code == exits.OK


def test_a_result_that_was_laundered_shows_against_the_database(
    rushes: Any, shots: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    rushes("qc", "keys", "init", "alice")
    assert rushes("qc", "sign", shots / "clip.mov", "--result", "fail").code == exits.OK
    shutil.rmtree(shots / ".qc")
    (shots / ".qc.hashcache.json").unlink()
    assert rushes("qc", "sign", shots / "clip.mov", "--result", "pass").code == exits.OK
    assert rushes("qc", "verify", shots).code == exits.OK
    told = rushes("qc", "verify", shots, "--database")
    assert told.code == exits.FOUND
    assert "record rewritten" in told.out


def test_a_sidecar_of_the_earlier_tool_that_makes_no_sense_is_reported(
    rushes: Any, shots: Path
) -> None:
    odd = media(shots / "a" / ".qc" / "sequence.qc.json", b'{"qc_result": "fail"}')
    found = crawled(rushes, shots, code=exits.FOUND)
    assert [one["rule"] for one in found["findings"]] == ["qc.sidecar_refused"]
    assert odd.read_bytes() == b'{"qc_result": "fail"}'


def test_hash_lists_are_no_media(rushes: Any, shots: Path) -> None:
    assert rushes("mhl", "create", shots).code == exits.OK
    assert crawled(rushes, shots)["assets"] == 2


@pytest.mark.parametrize("workers", ["1", "3"])
def test_assets_are_told_in_the_order_of_their_paths(rushes: Any, home: Path, workers: str) -> None:
    names = [f"{folder}/{name}.mov" for folder in "abcdef" for name in ("x", "y")]
    for name in names:
        media(home / "m" / name)
    ended = rushes("qc", "crawl", "m", "--json", "--no-db", "--workers", workers)
    assert [one["asset"] for one in ended.json["crawls"][0]["outcomes"]] == names
    ended = rushes("qc", "verify", "m", "--json", "--workers", workers)
    assert [one["asset"] for one in ended.json["verified"]] == names


def test_what_is_logged_is_told_where_it_is_asked_for(
    rushes: Any, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    monkeypatch.setattr(root, "level", root.level)
    told = rushes("qc", "crawl", shots, "--no-db", "--workers", "1", "--log", "DEBUG")
    assert f"debug: rushes.qc.crawl: {shots}: 1 assets, 1 due" in told.err
