"""Packing that is killed at any moment is gone on with: all arrives, nothing twice, no litter."""

from __future__ import annotations

import io
import json
import os
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rushes.testing.forked import Ended, Forks
from rushes.testing.killing import Killing
from rushes.testing.moving import KILL_AFTER, PART
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin

__all__ = ["moto_bucket", "moto_origin"]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked"),
    pytest.mark.timeout(300),
]

MB = 1024**2
PIECE, AT_ONCE = 5 * MB, 4  # S3 takes no smaller parts
ENV = {PART: str(PIECE)}
SIZES = {f"sh{at}/f.{at}.exr": 64 * 1024 for at in range(6)} | {"a.mov": 4 * PIECE + 5}
TOTAL = sum(SIZES.values())
UNDER_WAY = AT_ONCE * PIECE + 6 * 64 * 1024
MOMENTS = pytest.mark.parametrize("moments", [4, pytest.param(20, marks=pytest.mark.many)])


@pytest.fixture(scope="module")
def packing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    folder = tmp_path_factory.mktemp("learning")
    (folder / "here").mkdir()
    (folder / "here" / "a").write_bytes(b"a")
    with Forks("rushes.testing.packing:run") as made:
        args = (folder / "here", folder / "there.zip", "zip", folder / "ledgers")
        made.start(*args, learn=True).ended()
        yield made


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source") / "here"
    for name, size in SIZES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(os.urandom(size))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {one.filename: archive.read(one) for one in archive.infolist()}


def told(ended: Ended) -> dict[str, Any]:
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    assert found["members"].keys() == {*SIZES, "manifest.txt"}
    return found


@pytest.mark.parametrize("layout", ["zip", "folder"])
def test_packing_on_this_machine_killed_at_any_moment(
    packing: Forks, here: Path, tmp_path: Path, layout: str
) -> None:
    dice, deaths, steps = random.Random(17), 0, 40 if layout == "zip" else 70
    for turn in range(12):
        out = tmp_path / f"out{turn}"
        there = out / ("pkg.zip" if layout == "zip" else "pkg")
        args = (here, there, layout, tmp_path / f"ledgers{turn}")
        if turn % 2:
            killed = packing(*args, env={KILL_AFTER: str(dice.randrange(TOTAL))})
        else:
            killed = packing(*args, killed_at=(dice.randrange(3, steps), tmp_path))
        deaths += killed.code == -9
        if there.exists():
            _is_whole(there, here)
        again = told(packing(*args))
        assert os.listdir(out) == [there.name]
        _is_whole(there, here)
        assert told(packing(*args))["sent"] == 0
        assert again["sent"] <= again["size"]
    assert deaths > 7


def _is_whole(there: Path, here: Path) -> None:
    found = unzipped(there.read_bytes()) if there.is_file() else files(there)
    assert {name: data for name, data in found.items() if name != "manifest.txt"} == files(here)
    assert found["manifest.txt"].count(b"\n") == len(SIZES)


@pytest.mark.parametrize("layout", ["zip", "folder"])
@MOMENTS
def test_packing_to_s3_killed_at_any_moment(
    packing: Forks, here: Path, moto_bucket: MotoBucket, tmp_path: Path, moments: int, layout: str
) -> None:
    dice, killing, deaths = random.Random(19), Killing(moto_bucket, ENV), 0
    for turn in range(moments):
        name = f"{turn}/pkg.zip" if layout == "zip" else f"{turn}/pkg"
        args = (here, f"{moto_bucket.url}/{name}", layout, tmp_path / f"ledgers{turn}")
        killed = killing.run(packing, *args, after=dice.randrange(1, TOTAL))
        deaths += killed.code == -9
        arrived = moto_bucket.proxy.sent(f"/{turn}/")
        again = told(packing(*args, env=ENV))
        objects = moto_bucket.objects()
        before = moto_bucket.proxy.sent(f"/{turn}/")
        assert told(packing(*args, env=ENV))["sent"] == 0
        assert moto_bucket.proxy.sent(f"/{turn}/") == before
        found = (
            unzipped(objects.pop(name))
            if layout == "zip"
            else {key.removeprefix(f"{name}/"): objects.pop(key) for key in [*objects]}
        )
        assert objects == {}
        assert {one: data for one, data in found.items() if one != "manifest.txt"} == files(here)
        assert moto_bucket.uploads() == []
        assert arrived + again["sent"] <= again["size"] + UNDER_WAY
        for key in moto_bucket.objects():
            moto_bucket.client.delete_object(Bucket=moto_bucket.name, Key=key)
    assert deaths >= moments // 2
