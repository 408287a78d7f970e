"""A delivery killed anywhere is completed by the same command, under the same name, once."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.ports.studio import Change, Studio
from rushes.testing.drops import LONG_AGO, SHOTS, frames_of, show_made
from rushes.testing.forked import Ended, Forks
from rushes.testing.moving import PART
from rushes.testing.postgres import _migrated, database_url, postgres_server
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin_of_small_parts
from rushes.testing.studios import ADA, ADMIN, ids

__all__ = [
    "_migrated",
    "database_url",
    "moto_bucket",
    "moto_origin_of_small_parts",
    "postgres_server",
]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked"),
    pytest.mark.timeout(300),
]

MB = 1024**2
STEPS = 130  # on files and statements: somewhat more than a run takes
KILLS = pytest.mark.parametrize("kills", [19, pytest.param(60, marks=pytest.mark.many)])
KILLS_TO_S3 = pytest.mark.parametrize("kills", [12, pytest.param(30, marks=pytest.mark.many)])


@pytest.fixture(scope="module")
def delivering(postgres_server: str, _migrated: str) -> Iterator[Forks]:
    """The command line, loaded once."""
    with Forks("rushes.testing.moving:command") as made:
        yield made


@dataclass
class House:
    """A show with an approved comp of two shots."""

    root: Path
    forks: Forks
    studio: Studio
    url: str

    def run(self, *args: str | Path, killed_at: int = 0) -> Ended:
        env = {
            "HOME": str(self.root),
            "RUSHES_DATA_DIR": str(self.root / "work" / "data"),
            "RUSHES_DATABASE_URL": self.url,
            "RUSHES_SCAN_WORKERS": "1",
            "RUSHES_SHOWS_ROOT": str(self.root / "work" / "shows"),
            PART: str(MB),
        }
        at = (killed_at, self.root / "work") if killed_at else None
        return self.forks.start(*args, env=env, killed_at=at).ended()

    def deliver(self, output: str | Path, layout: str, *more: str, killed_at: int = 0) -> Ended:
        given = ("--project", "FG", "--context", "client_out", "--sign-off", "none", "--full")
        form = ("--no-pictures", "--json", "--layout", layout)
        return self.run("deliver", *given, *form, "--output", output, *more, killed_at=killed_at)

    def deliveries(self) -> list[Any]:
        return list(json.loads(self.run("deliver", "list", "--json").out)["deliveries"])


@pytest.fixture
def house(delivering: Forks, tmp_path: Path, database_url: str) -> Iterator[House]:
    (tmp_path / "work" / "shows").mkdir(parents=True)
    (tmp_path / "drop").mkdir()
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        show_made(studio)
        made = House(tmp_path, delivering, studio, database_url)
        for shot in SHOTS:
            for name, data in frames_of(shot, 1, size=60_000).items():
                (tmp_path / "drop" / name).write_bytes(data)
                os.utime(tmp_path / "drop" / name, (LONG_AGO, LONG_AGO))
        ended = made.run("ingest", tmp_path / "drop", "--project", "FG")
        assert ended.code == exits.OK, ended.out + ended.err
        changes = [Change(one, {"status": "approved"}) for one in ids(studio, "version")]
        studio.update("version", changes, access=ADMIN, actor=ADA)
        yield made


@KILLS
@pytest.mark.parametrize("layout", ["zip", "folder"])
def test_a_run_killed_anywhere_is_completed_by_the_same_command(
    house: House, layout: str, kills: int
) -> None:
    dice = random.Random(7)
    deaths, whole, places = 0, 0, []
    for at in range(kills):
        out = house.root / "work" / f"out{at}"
        out.mkdir()
        deaths += house.deliver(out, layout, killed_at=dice.randrange(1, STEPS)).code == -9
        whole += any(not one.name.startswith(".") for one in out.iterdir())
        ended = house.deliver(out, layout)
        assert ended.code == exits.OK, ended.out + ended.err
        places += json.loads(ended.out)["places"]
        assert not [one.name for one in out.iterdir() if one.name.startswith(".")]
    found = house.deliveries()
    assert {one["state"] for one in found} == {"done"}
    assert deaths >= kills // 2
    # A run that had come to its end is one delivery, and the next another.
    assert len(found) <= kills + whole
    assert whole < kills
    for place in places:
        ended = house.run("deliver", "verify", place)
        assert ended.code == exits.OK, ended.out + ended.err


@KILLS_TO_S3
def test_nothing_is_sent_twice_to_a_bucket(
    house: House, moto_bucket: MotoBucket, kills: int
) -> None:
    dice = random.Random(8)
    deaths = 0
    for at in range(kills):
        output = f"{moto_bucket.url}/to/{at}.zip"
        deaths += house.deliver(output, "zip", killed_at=dice.randrange(20, STEPS)).code == -9
        ended = house.deliver(output, "zip")
        if ended.code == exits.NOT_WRITTEN:  # it was whole, and this is another delivery
            continue
        assert ended.code == exits.OK, ended.out + ended.err
    assert deaths >= kills // 2
    assert moto_bucket.uploads() == []
    assert {one["state"] for one in house.deliveries()} <= {"done", "failed"}
    for key in moto_bucket.objects():
        ended = house.run("deliver", "verify", f"{moto_bucket.url}/{key}")
        assert ended.code == exits.OK, ended.out + ended.err


@KILLS_TO_S3
def test_what_goes_to_a_file_and_a_bucket_at_once_is_whole_at_both(
    house: House, moto_bucket: MotoBucket, kills: int
) -> None:
    dice, deaths, out = random.Random(9), 0, house.root / "work" / "out"
    out.mkdir()
    bucket = ("--bucket", moto_bucket.name)
    for _ in range(kills):
        killed = house.deliver(out, "zip", *bucket, killed_at=dice.randrange(20, STEPS))
        deaths += killed.code == -9
        ended = house.deliver(out, "zip", *bucket)
        assert ended.code == exits.OK, ended.out + ended.err
    assert deaths >= kills // 2
    assert moto_bucket.uploads() == []
    assert {one["state"] for one in house.deliveries()} == {"done"}
    files = {one.name: one.read_bytes() for one in out.iterdir()}
    objects = {key.rpartition("/")[2]: data for key, data in moto_bucket.objects().items()}
    assert objects == files
    for name in files:
        assert house.run("deliver", "verify", out / name).code == exits.OK
