"""A hash cache saves time and decides nothing, whatever becomes of it."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.cli.main import run
from rushes.qc import hashcache
from rushes.qc.kept import kept
from rushes.qc.places import CACHE
from rushes.qc.recording import is_settled
from rushes.testing.forked import Forks

LONG_AGO = 1_700_000_000_123_456_789


@pytest.fixture
def shot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    folder = tmp_path / "shows" / "sh010"
    folder.mkdir(parents=True)
    for frame in range(1001, 1006):
        written(folder / f"plate.{frame}.exr", f"frame {frame}")
    written(folder / "a.mov", "movie one")
    written(folder / "b.mov", "movie two")
    return folder


def written(path: Path, text: str, time_ns: int = LONG_AGO) -> None:
    """Write into the same file again, and leave its time as it was."""
    with open(path, "r+b" if path.exists() else "xb") as file:
        file.write(text.encode())
    os.utime(path, ns=(time_ns, time_ns))


def told(capsys: pytest.CaptureFixture[str], *args: Any) -> tuple[int, Any]:
    capsys.readouterr()
    code = run([os.fspath(arg) for arg in ("qc", *args, "--json")])
    return code, json.loads(capsys.readouterr().out)


def happened(row: Any) -> dict[str, str]:
    return {one["asset"]: one["happened"] for one in row["crawls"][0]["outcomes"]}


def records(folder: Path) -> dict[Path, tuple[int, int, bytes]]:
    return {
        one.place: (one.place.stat().st_ino, one.place.stat().st_mtime_ns, one.data)
        for one in kept(folder)
    }


def crawled(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert told(capsys, "crawl", folder)[0] == exits.OK


OTHERS = {
    "none": None,
    "empty": b"",
    "garbage": bytes(range(256)),
    "torn": "half",
    "zeros": bytes(4096),
    "a list": b"[]",
    "deep": b"[" * 100_000,
    "another version": b'{"schema_version":2,"files":{},"assets":{},"fresh":{}}',
    "other fields": b'{"schema_version":1}',
    "a number": b"17",
}


@pytest.mark.parametrize("what", OTHERS)
def test_without_its_cache_a_run_is_right_and_writes_no_record(
    shot: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    crawled(capsys, shot)
    before, cache = records(shot), (shot / CACHE).read_bytes()
    new = OTHERS[what]
    if new is None:
        (shot / CACHE).unlink()
    else:
        (shot / CACHE).write_bytes(cache[: len(cache) // 2] if isinstance(new, str) else new)
    code, row = told(capsys, "crawl", shot)
    assert (code, row["crawls"][0]["written"]) == (exits.OK, 0)
    assert records(shot) == before
    assert (shot / CACHE).read_bytes() == cache


def test_no_flipped_bit_of_a_cache_is_believed(
    shot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crawled(capsys, shot)
    cache = (shot / CACHE).read_bytes()
    dice = random.Random(22)
    for _ in range(300):
        at = dice.randrange(len(cache))
        torn = bytearray(cache)
        torn[at] ^= 1 << dice.randrange(8)
        (shot / CACHE).write_bytes(torn)
        assert hashcache.read(shot) == hashcache.HashCache()
    (shot / CACHE).write_bytes(cache)
    assert hashcache.encode(hashcache.read(shot)) == cache


def test_the_cache_of_another_folder_is_none_of_this_one(
    shot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = shot.with_name("sh020")
    shutil.copytree(shot, other, copy_function=shutil.copy2)
    for path in other.iterdir():
        written(path, path.read_text().upper())  # the same sizes and times
    crawled(capsys, shot)
    shutil.copy2(shot / CACHE, other / CACHE)
    crawled(capsys, other)
    assert run(["qc", "verify", str(other), "--unsigned-ok"]) == exits.OK


def lying(folder: Path, **lies: Any) -> None:
    """Have the cache say something else of `a.mov`, in a form that is beyond reproach."""
    cache = hashcache.read(folder)
    cache.files["a.mov"] = cache.files["a.mov"]._replace(**lies)
    (folder / CACHE).write_bytes(hashcache.encode(cache))


def test_a_cache_that_lies_makes_no_record_valid(
    shot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["qc", "keys", "init", "alice"]) == exits.OK
    crawled(capsys, shot)
    lying(shot, digest="00" * 32)
    assert run(["qc", "verify", str(shot)]) == exits.OK  # it does not ask the cache
    assert told(capsys, "sign", shot, "--result", "pass")[0] == exits.OK
    code, row = told(capsys, "verify", shot)
    wrong = [one["asset"] for one in row["verified"] if one["verdicts"] != "valid"]
    assert (code, wrong) == (exits.FOUND, ["a.mov"])


ROWS = [
    [],
    ["x"] * 9,
    ["x", "pending", "1", "", "a\\b", 1, 2, 3, False],
    ["x", 1, "1", "", "a", 1, 2, 3, False],
    ["x", "pending", "1", "", None, 1, 2, 3, False],
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows_that_make_no_sense_are_no_cache(
    shot: Path, capsys: pytest.CaptureFixture[str], row: list[Any]
) -> None:
    crawled(capsys, shot)
    before = records(shot)
    document = json.loads((shot / CACHE).read_bytes())
    del document["crc32"]
    document["assets"]["a.mov"] = row
    data = json.dumps(document).encode()[:-1]
    (shot / CACHE).write_bytes(data + hashcache._sum(data))
    code, _ = told(capsys, "crawl", shot)
    assert code == exits.OK
    assert records(shot) == before


def test_bytes_that_changed_in_silence_are_found_by_a_deep_crawl_and_by_verify(
    shot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["qc", "keys", "init", "alice"]) == exits.OK
    assert run(["qc", "crawl", str(shot), "--result", "pass"]) == exits.OK
    written(shot / "a.mov", "movie 0ne")
    written(shot / "plate.1003.exr", "frame 1O03")
    code, row = told(capsys, "crawl", shot)
    assert (code, happened(row)) == (exits.OK, {})
    code, row = told(capsys, "verify", shot)
    wrong = {one["asset"]: one["verdicts"] for one in row["verified"] if one["verdicts"] != "valid"}
    changed = "content changed since sign-off"
    assert (code, wrong) == (exits.FOUND, {"a.mov": changed, "plate.%04d.exr": changed})
    code, row = told(capsys, "crawl", shot, "--deep")
    assert code == exits.FOUND
    assert happened(row) == {"a.mov": "rotted", "plate.%04d.exr": "rotted"}
    reasons = {one["asset"]: one["reason"] for one in row["crawls"][0]["outcomes"]}
    assert "plate.1003.exr" in reasons["plate.%04d.exr"]
    results = {one.name: one.sidecar.record.qc_result.value for one in kept(shot) if one.sidecar}
    assert results == {"a.mov": "pending", "b.mov": "pass", "plate.%04d.exr": "pending"}


def test_a_file_that_changed_within_the_tick_it_was_hashed_in_is_read_again(
    shot: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns()
    written(shot / "a.mov", "movie one", now)
    # The crawl begins in the tick in which the file was written.
    monkeypatch.setattr("rushes.qc.crawl.time.time_ns", lambda: now + 1_000_000)
    crawled(capsys, shot)
    cache = hashcache.read(shot)
    assert "a.mov" not in cache.files
    assert "a.mov" not in cache.assets
    assert "b.mov" in cache.files
    written(shot / "a.mov", "movie 0ne", now)
    assert happened(told(capsys, "crawl", shot)[1]) == {"a.mov": "changed"}


SECOND = 1_000_000_000
T = 1_700_000_000 * SECOND + 5


@pytest.mark.parametrize(
    ("mtime_ns", "settled"),
    [
        (T - SECOND, True),
        (T - 60_000_000, True),
        (T - 40_000_000, False),
        (T, False),
        (T + 5 * SECOND, False),  # written while the folder was being read
        (T + 10 * SECOND + 40_000_000, False),
        (T + 11 * SECOND, True),  # no clock has said that yet
        (T + 10**9 * SECOND, True),
        (T - 5 - SECOND, False),  # whole seconds tell less
        (T - 5 - 3 * SECOND, True),
        (0, True),
        (-1, True),
    ],
)
def test_only_times_that_tell_every_later_change_are_believed(mtime_ns: int, settled: bool) -> None:
    assert is_settled(mtime_ns, T, T + 10 * SECOND) is settled


def test_an_unchanged_tree_is_crawled_without_opening_a_sidecar_or_media(
    forks: Forks, shot: Path
) -> None:
    root = shot.parent
    first = forks("qc", "crawl", root, opened_below=root)
    assert first.code == exits.OK
    assert "plate.%04d.exr.qc.json" in forks("qc", "crawl", root, "--deep", opened_below=root).err
    again = forks("qc", "crawl", root, opened_below=root)
    assert again.code == exits.OK
    opened = [line.removeprefix("opened ").strip("'") for line in again.err.splitlines()]
    assert [path for path in opened if not os.path.isdir(path)] == [str(shot / CACHE)]
