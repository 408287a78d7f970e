"""A run that is killed at any moment is gone on with: all arrives, nothing twice, no leftovers."""

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
from rushes.testing.moving import KEEP_EVERY, KILL_AFTER, PART
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin

__all__ = ["moto_bucket", "moto_origin"]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked"),
    pytest.mark.timeout(300),
]

MB = 1024**2
PIECE, AT_ONCE = 5 * MB, 4  # S3 takes no smaller parts
SMALL = 64 * 1024
ENV = {PART: str(PIECE), KEEP_EVERY: str(PIECE)}
MOMENTS = pytest.mark.parametrize("moments", [4, pytest.param(20, marks=pytest.mark.slow)])


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    folder = tmp_path_factory.mktemp("learning")
    (folder / "here").mkdir()
    (folder / "here" / "a").write_bytes(b"a")
    with Forks("rushes.testing.moving:run") as made:
        made.start(folder / "here", folder / "there", folder / "ledgers", learn=True).ended()
        yield made


def made(folder: Path, sizes: dict[str, int]) -> Path:
    for name, size in sizes.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(size))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def told(ended: Ended) -> dict[str, Any]:
    assert ended.code == 0, ended.err
    outcomes: dict[str, Any] = json.loads(ended.out)
    assert {one[0] for one in outcomes.values()} <= {"moved", "same"}, outcomes
    return outcomes


def test_a_local_copy_killed_at_any_moment(moving: Forks, tmp_path: Path) -> None:
    sizes = {f"sh{at}/f.{at}.exr": SMALL for at in range(10)} | {"large.mov": 4 * MB}
    here = made(tmp_path / "here", sizes)
    total, step = sum(sizes.values()), 512 * 1024
    dice, deaths = random.Random(7), 0
    for turn in range(20):
        there, ledgers = tmp_path / f"there{turn}", tmp_path / f"ledgers{turn}"
        args = (here, there, ledgers)
        env = {KEEP_EVERY: str(step)}
        bytes_before = dice.randrange(total)
        if turn % 2:
            killed = moving(*args, env={**env, KILL_AFTER: str(bytes_before)})
        else:
            killed = moving(*args, env=env, killed_at=(dice.randrange(20, 90), tmp_path))
        deaths += killed.code == -9
        whole = {name: data for name, data in files(there).items() if ".part" not in name}
        assert all(files(here)[name] == data for name, data in whole.items())
        again = told(moving(*args, env=env))
        assert files(there) == files(here)
        assert all(again[name][0] == "same" for name in whole)
        if turn % 2:
            sent = sum(one[1] for one in again.values())
            under_way = 8 * SMALL + step + 256 * 1024
            assert bytes_before + sent <= total + under_way
        assert {one[0] for one in told(moving(*args, env=env)).values()} == {"same"}
    assert deaths > 12


class Killing:
    """Kills a run when so many bytes have passed the proxy."""

    def __init__(self, bucket: MotoBucket) -> None:
        self.bucket, self.lock = bucket, threading.Lock()
        self.at, self.running = 0, None  # type: tuple[int, Running | None]
        self.ready = threading.Event()
        bucket.proxy.block = self.block

    def block(self, moved: int) -> None:
        if self.at and moved >= self.at:
            self.ready.wait(20)
            with self.lock:
                running, self.running = self.running, None
            if running is not None:
                os.kill(running.pid, 9)

    def run(self, moving: Forks, *args: str | Path, after: int) -> Ended:
        self.ready.clear()
        self.at = self.bucket.proxy.moved + after
        running = moving.start(*args, env=ENV)
        self.running = running
        self.ready.set()
        ended = running.ended()
        with self.lock:
            self.at, self.running = 0, None
        return ended


SIZES = {f"sh{at}/f.{at}.exr": SMALL for at in range(6)} | {"a.mov": 4 * PIECE + 5}
TOTAL = sum(SIZES.values())
UNDER_WAY = AT_ONCE * PIECE + 6 * SMALL


@MOMENTS
def test_an_upload_killed_at_any_moment(
    moving: Forks, moto_bucket: MotoBucket, tmp_path: Path, moments: int
) -> None:
    here = made(tmp_path / "here", SIZES)
    dice, killing, deaths = random.Random(11), Killing(moto_bucket), 0
    for turn in range(moments):
        target, ledgers = f"{moto_bucket.url}/{turn}", tmp_path / f"ledgers{turn}"
        began = moto_bucket.proxy.sent(f"/{turn}/")
        killed = killing.run(moving, here, target, ledgers, after=dice.randrange(1, TOTAL))
        deaths += killed.code == -9
        arrived = moto_bucket.proxy.sent(f"/{turn}/") - began
        again = told(moving(here, target, ledgers, env=ENV))
        objects = {
            key.partition("/")[2]: data
            for key, data in moto_bucket.objects().items()
            if key.startswith(f"{turn}/")
        }
        assert objects == files(here)
        assert moto_bucket.uploads() == []
        sent = sum(one[1] for one in again.values())
        assert sent <= TOTAL
        assert arrived + sent <= TOTAL + UNDER_WAY
        assert {one[0] for one in told(moving(here, target, ledgers, env=ENV)).values()} == {"same"}
        for key in objects:
            moto_bucket.client.delete_object(Bucket=moto_bucket.name, Key=f"{turn}/{key}")
    assert deaths >= moments // 2


@MOMENTS
def test_a_download_killed_at_any_moment(
    moving: Forks, moto_bucket: MotoBucket, tmp_path: Path, moments: int
) -> None:
    here = made(tmp_path / "here", SIZES)
    for name, data in files(here).items():
        moto_bucket.put(f"demo/{name}", data)
    dice, killing, deaths = random.Random(13), Killing(moto_bucket), 0
    for turn in range(moments):
        source, there, ledgers = (
            f"{moto_bucket.url}/demo",
            tmp_path / f"t{turn}",
            tmp_path / f"l{turn}",
        )
        before = moto_bucket.proxy.fetched()
        killed = killing.run(moving, source, there, ledgers, after=dice.randrange(1, TOTAL))
        deaths += killed.code == -9
        whole = {name: data for name, data in files(there).items() if ".part" not in name}
        assert all(files(here)[name] == data for name, data in whole.items())
        again = told(moving(source, there, ledgers, env=ENV))
        assert files(there) == files(here)
        assert all(again[name][0] == "same" for name in whole)
        fetched = moto_bucket.proxy.fetched() - before
        assert fetched <= TOTAL + UNDER_WAY + PIECE
    assert deaths >= moments // 2
