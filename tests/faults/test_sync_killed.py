"""`rushes sync` killed at any moment and run again: all arrives, and nothing whole goes twice."""

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
from rushes.testing.moving import KEEP_EVERY, PART
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin_of_small_parts

__all__ = ["moto_bucket", "moto_origin_of_small_parts"]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked"),
    pytest.mark.timeout(300),
]

MB = 1024**2
PIECE, AT_ONCE = MB, 4  # of a part, and how many of a file are under way
SMALL = 64 * 1024
SIZES = {f"sh010/plate.{frame}.exr": SMALL for frame in range(1001, 1013)}
SIZES |= {"cut.mov": 12 * PIECE + 5}
TOTAL = sum(SIZES.values())
UNDER_WAY = AT_ONCE * PIECE + 12 * SMALL
ENV = {PART: str(PIECE), KEEP_EVERY: str(PIECE)}
STEPS = 60  # on files and folders: somewhat more than a run takes
MOMENTS = pytest.mark.parametrize("moments", [25, pytest.param(50, marks=pytest.mark.many)])


@pytest.fixture(scope="module")
def syncing(tmp_path_factory: pytest.TempPathFactory, moto_origin: str) -> Iterator[Forks]:
    """The command line, loaded once with all that a sync needs."""
    folder = tmp_path_factory.mktemp("learning")
    with Forks("rushes.testing.moving:command") as made:
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


def ended_somewhere(
    syncing: Forks, bucket: MotoBucket, words: list[str], *, turn: int, dice: random.Random
) -> bool:
    """A run killed by bytes or, every other time, by steps on files; whether it was in time."""
    if turn % 2:
        after = dice.randrange(1, TOTAL)
        return Killing(bucket, ENV).run(syncing, *words, after=after).code == -9
    data = Path(os.environ["RUSHES_DATA_DIR"])
    at = dice.randrange(1, STEPS), data.parent
    return bool(syncing(*words, env=ENV, killed_at=at).code == -9)


def told(ended: Ended) -> dict[str, Any]:
    assert ended.code == 0, ended.out + ended.err
    document: dict[str, Any] = json.loads(ended.out)
    return document


@MOMENTS
def test_an_upload_goes_on(
    syncing: Forks, moto_bucket: MotoBucket, here: Path, moments: int
) -> None:
    dice, deaths, resumed = random.Random(3), 0, 0
    for turn in range(moments):
        words = ["sync", "to", "--bucket", moto_bucket.name, "--show-code", f"t{turn}"]
        words += ["--local-path", str(here), "--json"]
        about = f"/t{turn}/"
        deaths += ended_somewhere(syncing, moto_bucket, words, turn=turn, dice=dice)
        moto_bucket.proxy.quiet()  # what had left before the kill has arrived
        whole = objects(moto_bucket, f"t{turn}")
        assert all(files(here)[name] == data for name, data in whole.items())
        there = sum(map(len, whole.values())) + parts_there(moto_bucket, f"t{turn}/cut.mov")
        before = moto_bucket.proxy.sent(about)
        again = told(syncing(*words, env=ENV))
        assert again["done"]["skipped"] == len(whole)
        assert objects(moto_bucket, f"t{turn}") == files(here)
        assert moto_bucket.uploads() == []
        sent = again["sent_bytes"]
        # Nothing that is there is sent again, but parts whose answers nobody has heard.
        assert TOTAL <= there + sent <= TOTAL + AT_ONCE * PIECE
        told_to_s3 = moto_bucket.proxy.sent(about)
        # What ends an upload has a body, too; and each run puts one small object twice, to learn
        # whether the server keeps to conditions.
        assert told_to_s3 - before <= sent + SMALL + 4096
        assert told_to_s3 <= TOTAL + UNDER_WAY + 2 * SMALL + 8192
        resumed += there > 0
        assert told(syncing(*words, env=ENV))["done"]["moved"] == 0
        for name in SIZES:
            moto_bucket.client.delete_object(Bucket=moto_bucket.name, Key=f"t{turn}/{name}")
    assert deaths > moments // 2
    assert resumed > moments // 3


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
        before = moto_bucket.proxy.fetched()
        deaths += ended_somewhere(syncing, moto_bucket, words, turn=turn, dice=dice)
        whole = files(there)
        assert all(files(here)[name] == data for name, data in whole.items())
        again = told(syncing(*words, env=ENV))
        assert again["done"]["skipped"] == len(whole)
        assert files(there) == files(here)
        assert not list(there.rglob("*.part"))
        assert moto_bucket.proxy.fetched() - before <= TOTAL + UNDER_WAY + PIECE
        assert told(syncing(*words, env=ENV))["done"]["moved"] == 0
    assert deaths > moments // 2
