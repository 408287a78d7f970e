"""A run that is killed at any moment is gone on with: all arrives, nothing twice, no leftovers."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rushes.testing.forked import Ended, Forks
from rushes.testing.killing import Killing, parts_there
from rushes.testing.moving import KEEP_EVERY, KILL_AFTER, PART
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin_of_small_parts

__all__ = ["moto_bucket", "moto_origin_of_small_parts"]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked"),
    pytest.mark.timeout(300),
]

MB = 1024**2
PIECE, AT_ONCE = MB, 4  # of a part, and how many of a file are under way
SMALL = 64 * 1024
ENV = {PART: str(PIECE), KEEP_EVERY: str(PIECE)}
MOMENTS = pytest.mark.parametrize("moments", [8, pytest.param(40, marks=pytest.mark.many)])


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


SIZES = {f"sh{at}/f.{at}.exr": SMALL for at in range(6)} | {"a.mov": 20 * PIECE + 5}
TOTAL = sum(SIZES.values())
UNDER_WAY = AT_ONCE * PIECE + 6 * SMALL


def moments_of(count: int, seed: int) -> list[int]:
    """Bytes after which runs are killed: a quarter, half, four fifths, and anywhere."""
    dice = random.Random(seed)
    marks = [TOTAL // 4, TOTAL // 2, TOTAL * 4 // 5]
    return [*marks, *(dice.randrange(1, TOTAL) for _ in range(count - len(marks)))]


@MOMENTS
def test_an_upload_killed_at_any_moment(
    moving: Forks, moto_bucket: MotoBucket, tmp_path: Path, moments: int
) -> None:
    here = made(tmp_path / "here", SIZES)
    killing, deaths, resumed = Killing(moto_bucket, ENV), 0, 0
    for turn, after in enumerate(moments_of(moments, 11)):
        target, ledgers = f"{moto_bucket.url}/{turn}", tmp_path / f"ledgers{turn}"
        began = moto_bucket.proxy.moved
        killed = killing.run(moving, here, target, ledgers, after=after)
        deaths += killed.code == -9
        moto_bucket.proxy.quiet()  # what had left before the kill has arrived
        whole = in_bucket(moto_bucket, turn)
        parts = parts_there(moto_bucket, f"{turn}/a.mov")
        again = told(moving(here, target, ledgers, env=ENV))
        assert in_bucket(moto_bucket, turn) == files(here)
        assert moto_bucket.uploads() == []
        sent = sum(one[1] for one in again.values())
        # What S3 holds is not sent again, but for parts whose answers nobody has heard.
        there = sum(map(len, whole.values())) + parts
        assert TOTAL <= there + sent <= TOTAL + AT_ONCE * PIECE
        # Whatever passed, whole requests or not; answers are small.
        assert moto_bucket.proxy.moved - began <= TOTAL + UNDER_WAY + SMALL
        resumed += bool(parts) and again["a.mov"][1] < SIZES["a.mov"]
        assert {one[0] for one in told(moving(here, target, ledgers, env=ENV)).values()} == {"same"}
        for key in SIZES:
            moto_bucket.client.delete_object(Bucket=moto_bucket.name, Key=f"{turn}/{key}")
    assert deaths > moments * 3 // 4
    assert resumed > moments // 2


def in_bucket(bucket: MotoBucket, turn: int) -> dict[str, bytes]:
    found = bucket.objects().items()
    return {key.partition("/")[2]: data for key, data in found if key.startswith(f"{turn}/")}


@MOMENTS
def test_a_download_killed_at_any_moment(
    moving: Forks, moto_bucket: MotoBucket, tmp_path: Path, moments: int
) -> None:
    here = made(tmp_path / "here", SIZES)
    for name, data in files(here).items():
        moto_bucket.put(f"demo/{name}", data)
    killing, deaths, resumed = Killing(moto_bucket, ENV), 0, 0
    for turn, after in enumerate(moments_of(moments, 13)):
        source, there, ledgers = (
            f"{moto_bucket.url}/demo",
            tmp_path / f"t{turn}",
            tmp_path / f"l{turn}",
        )
        before = moto_bucket.proxy.fetched()
        killed = killing.run(moving, source, there, ledgers, after=after)
        deaths += killed.code == -9
        whole = {name: data for name, data in files(there).items() if ".part" not in name}
        assert all(files(here)[name] == data for name, data in whole.items())
        again = told(moving(source, there, ledgers, env=ENV))
        assert files(there) == files(here)
        assert all(again[name][0] == "same" for name in whole)
        fetched = moto_bucket.proxy.fetched() - before
        assert fetched <= TOTAL + UNDER_WAY + PIECE
        resumed += "a.mov" not in whole and again["a.mov"][1] < SIZES["a.mov"]
    assert deaths > moments // 2
    assert resumed > moments // 4
