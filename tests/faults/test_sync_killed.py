"""`rushes sync` killed at any moment and run again: all arrives, and nothing whole goes twice."""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rushes.testing.forked import Ended, Forks
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin

__all__ = ["moto_bucket", "moto_origin"]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked"),
    pytest.mark.timeout(300),
]

MB = 1024**2
PART = 8 * MB
SIZES = {f"sh010/plate.{frame}.exr": 64 * 1024 for frame in range(1001, 1013)}
SIZES |= {"cut.mov": 3 * PART + 5}
TOTAL = sum(SIZES.values())
MOMENTS = pytest.mark.parametrize("moments", [4, pytest.param(17, marks=pytest.mark.slow)])


@pytest.fixture(scope="module")
def syncing(tmp_path_factory: pytest.TempPathFactory, moto_origin: str) -> Iterator[Forks]:
    """The command line, loaded once with all that a sync needs."""
    folder = tmp_path_factory.mktemp("learning")
    with Forks("rushes.cli.main:run") as made:
        words = ["--bucket", "nobodys-bucket", "--local-path", str(folder)]
        words += ["--endpoint", moto_origin]
        env = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        env["RUSHES_DATA_DIR"] = str(folder / "data")
        made.start("sync", "to", *words, env=env, learn=True).ended()
        yield made


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve frames and a movie of several parts."""
    monkeypatch.setenv("RUSHES_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "here"
    for name, size in SIZES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(size))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file() and not one.name.endswith(".rushes.part")
    }


def objects(bucket: MotoBucket, folder: str) -> dict[str, bytes]:
    prefix = f"{folder}/"
    found = bucket.objects().items()
    return {key.removeprefix(prefix): data for key, data in found if key.startswith(prefix)}


def killed(syncing: Forks, bucket: MotoBucket, *words: str | Path, after: int) -> Ended:
    """A run that is killed when so many bytes have passed the proxy."""
    at, ready = bucket.proxy.moved + after, threading.Event()
    pids: list[int] = []
    lock = threading.Lock()

    def block(moved: int) -> None:
        if moved >= at:
            ready.wait(20)
            with lock:
                if pids:
                    os.kill(pids.pop(), 9)

    bucket.proxy.block = block
    running = syncing.start(*words)
    pids.append(running.pid)
    ready.set()
    ended = running.ended()
    with lock:
        pids.clear()
    bucket.proxy.block = lambda _: None
    return ended


def told(ended: Ended) -> dict[str, Any]:
    assert ended.code == 0, ended.out + ended.err
    document: dict[str, Any] = json.loads(ended.out)
    return document


def arrived(document: dict[str, Any]) -> int:
    return int(document["done"]["skipped"])


@MOMENTS
def test_an_upload_goes_on(
    syncing: Forks, moto_bucket: MotoBucket, here: Path, moments: int
) -> None:
    dice, deaths = random.Random(3), 0
    for turn in range(moments):
        words = ["sync", "to", "--bucket", moto_bucket.name, "--show-code", f"t{turn}"]
        words += ["--local-path", str(here), "--json"]
        began = moto_bucket.proxy.sent(f"/t{turn}/")
        deaths += killed(syncing, moto_bucket, *words, after=dice.randrange(1, TOTAL)).code == -9
        whole = objects(moto_bucket, f"t{turn}")
        assert all(files(here)[name] == data for name, data in whole.items())
        before = moto_bucket.proxy.sent(f"/t{turn}/")
        again = told(syncing(*words))
        # What had left before the kill may arrive after the look at the bucket.
        assert arrived(again) >= len(whole)
        assert objects(moto_bucket, f"t{turn}") == files(here)
        assert moto_bucket.uploads() == []
        missing = TOTAL - sum(map(len, whole.values()))
        sent = moto_bucket.proxy.sent(f"/t{turn}/")
        assert sent - before <= missing + 4096  # what ends an upload has a body, too
        assert sent - began <= TOTAL + 4 * PART + 12 * 64 * 1024 + 8192
        assert told(syncing(*words))["done"]["moved"] == 0
    assert deaths >= moments // 2


@MOMENTS
def test_a_download_goes_on(
    syncing: Forks, moto_bucket: MotoBucket, here: Path, tmp_path: Path, moments: int
) -> None:
    for name, data in files(here).items():
        moto_bucket.put(f"demo/{name}", data)
    dice, deaths = random.Random(5), 0
    for turn in range(moments):
        there = tmp_path / f"there{turn}"
        there.mkdir()
        words = ["sync", "from", "--bucket", moto_bucket.name, "--show-code", "demo"]
        words += ["--local-path", str(there), "--json"]
        deaths += killed(syncing, moto_bucket, *words, after=dice.randrange(1, TOTAL)).code == -9
        whole = files(there)
        assert all(files(here)[name] == data for name, data in whole.items())
        again = told(syncing(*words))
        assert arrived(again) == len(whole)
        assert files(there) == files(here)
        assert not list(there.rglob("*.part"))
        assert told(syncing(*words))["done"]["moved"] == 0
    assert deaths >= moments // 2
