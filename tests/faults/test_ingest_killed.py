"""An ingest killed anywhere is completed by the same command: nothing doubled, nothing missing."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from blake3 import blake3

from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.exchange import book
from rushes.ports.studio import Studio
from rushes.testing.drops import LONG_AGO, SHOTS, contents, frames_of, recorded, show_made
from rushes.testing.forked import Ended, Forks, Running
from rushes.testing.moving import PART
from rushes.testing.postgres import _migrated, database_url, postgres_server
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin_of_small_parts
from rushes.testing.studios import ids
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.mhl.generation import CHAIN
from rushes.transfer.mhl.history import load

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
# Steps on files and statements: somewhat more than a run of a small drop takes.
STEPS, STEPS_TO_S3 = 290, 170
KILLS = pytest.mark.parametrize("kills", [40, pytest.param(80, marks=pytest.mark.many)])
KILLS_TO_S3 = pytest.mark.parametrize("kills", [10, pytest.param(30, marks=pytest.mark.many)])


@pytest.fixture(scope="module")
def ingesting(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, _migrated: str
) -> Iterator[Forks]:
    """The command line, loaded once with all that an ingest needs."""
    root = tmp_path_factory.mktemp("learning")
    (root / "a.dpx").write_bytes(b"x")
    with Forks("rushes.testing.moving:command") as made:
        env = {"HOME": str(root), "RUSHES_DATA_DIR": str(root / "data")}
        more = ("--dry-run", "--no-db", "--to", str(root / "b"), "--settle", "0")
        made.start("ingest", str(root), "--project", "FG", *more, env=env, learn=True).ended()
        made.start("qc", "crawl", str(root), env=env, learn=True).ended()
        yield made


@dataclass
class House:
    """A show with two shots, and a place for drops."""

    root: Path
    forks: Forks
    studio: Studio
    url: str

    def drop(self, version: int, *, size: int = 200) -> dict[str, bytes]:
        """A drop of that version for both shots; its files by name."""
        files: dict[str, bytes] = {}
        for shot in SHOTS:
            files |= frames_of(shot, version, size=size)
        (self.root / "drop").mkdir(exist_ok=True)
        for old in (self.root / "drop").iterdir():
            old.unlink()
        for name, data in files.items():
            path = self.root / "drop" / name
            path.write_bytes(data)
            os.utime(path, (LONG_AGO, LONG_AGO))
        return files

    def ingest(self, *more: str, killed_at: int = 0, largest_file: int | None = None) -> Ended:
        return self.start(*more, killed_at=killed_at, largest_file=largest_file).ended()

    def start(self, *more: str, killed_at: int = 0, largest_file: int | None = None) -> Running:
        env = {
            "HOME": str(self.root),
            "RUSHES_DATA_DIR": str(self.root / "work" / "data"),
            "RUSHES_DATABASE_URL": self.url,
            "RUSHES_SCAN_WORKERS": "1",
            "RUSHES_SHOWS_ROOT": str(self.root / "work" / "shows"),
            PART: str(MB),
        }
        at = (killed_at, self.root / "work") if killed_at else None
        args = ("ingest", str(self.root / "drop"), "--project", "FG", "--json", *more)
        return self.forks.start(*args, env=env, killed_at=at, largest_file=largest_file)

    def on_disk(self) -> dict[str, bytes]:
        """All media below the shows, by name."""
        found = [one for one in (self.root / "work" / "shows").rglob("*.dpx") if one.is_file()]
        assert len({one.name for one in found}) == len(found)
        return {one.name: one.read_bytes() for one in found}

    def unfinished(self) -> list[Path]:
        """What a copy that was killed left behind."""
        return list((self.root / "work" / "shows").rglob("*.part"))

    def on_record(self) -> dict[str, str]:
        """The BLAKE3 of every file of every publish, by name."""
        return recorded(self.studio)

    def counts(self) -> tuple[int, int]:
        """How many Versions and publishes there are."""
        versions, publishes = (len(ids(self.studio, kind)) for kind in ("version", "publish"))
        return versions, publishes


@pytest.fixture
def house(ingesting: Forks, tmp_path: Path, database_url: str) -> Iterator[House]:
    (tmp_path / "work" / "shows").mkdir(parents=True)
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        show_made(studio)
        yield House(tmp_path, ingesting, studio, database_url)


def digests(files: dict[str, bytes]) -> dict[str, str]:
    return {name: blake3(data).hexdigest() for name, data in files.items()}


@KILLS
def test_a_run_killed_anywhere_is_completed_by_the_same_command(house: House, kills: int) -> None:
    dice = random.Random(6)
    everything: dict[str, bytes] = {}
    deaths = 0
    for version in range(1, kills + 1):
        everything |= house.drop(version)
        sent = contents(house.root / "drop")
        ended = house.ingest(killed_at=dice.randrange(1, STEPS))
        assert ended.code in (-9, exits.OK), ended.err
        deaths += ended.code == -9
        # No record without its bytes.
        assert house.on_record().items() <= digests(house.on_disk()).items()
        again = house.ingest(*(["--resume"] if version % 2 else []))
        assert again.code == exits.OK, again.err + again.out
        assert house.on_disk() == everything
        assert house.unfinished() == []
        assert house.on_record() == digests(everything)  # and no bytes without their record
        assert house.counts() == (2 * version, 2 * version)
        places = [one.parent for one in (house.root / "work" / "shows").rglob("ascmhl")]
        assert len(places) == 2 * version
        assert {len(load(one).generations) for one in places} == {1}
        assert {len(list((one / ".qc").glob("*.qc.json"))) for one in places} == {1}
        assert contents(house.root / "drop") == sent
    assert deaths > kills * 3 // 4
    before = house.on_disk(), house.on_record()
    listed = json.loads(house.ingest().out)
    assert set(listed["counts"]) == {"skipped"}, [one["why"] for one in listed["versions"]]
    assert (house.on_disk(), house.on_record()) == before


@KILLS_TO_S3
def test_a_run_to_s3_killed_anywhere_is_completed_and_leaves_no_upload(
    house: House, moto_bucket: MotoBucket, kills: int
) -> None:
    dice = random.Random(8)
    everything: dict[str, bytes] = {}
    deaths = 0
    bucket = ("--vendor-bucket", moto_bucket.name)
    for version in range(1, kills + 1):
        files = house.drop(version, size=MB // 12)  # two parts to a file
        everything |= files
        ended = house.ingest(*bucket, killed_at=dice.randrange(1, STEPS_TO_S3))
        assert ended.code in (-9, exits.OK), ended.err
        deaths += ended.code == -9
        moto_bucket.proxy.quiet()  # what had left before the kill has arrived
        whole, papers = in_bucket(moto_bucket), papers_in(moto_bucket)
        assert house.on_record().items() <= digests(whole).items()
        missing = sum(len(data) for name, data in files.items() if name not in whole)
        before = moto_bucket.proxy.sent()
        again = house.ingest(*bucket)
        assert again.code == exits.OK, again.err + again.out
        assert in_bucket(moto_bucket) == everything
        assert moto_bucket.uploads() == []
        assert house.on_record() == digests(everything)
        assert house.counts() == (2 * version, 2 * version)
        now = papers_in(moto_bucket)
        check_papers(now, 2 * version)
        assert all(now[one] == data for one, data in papers.items())
        missing += sum(len(data) for one, data in now.items() if one not in papers)
        # Nothing that is there goes again; what begins and ends uploads has bodies, too.
        assert moto_bucket.proxy.sent() - before <= missing + 8192
    assert deaths > kills // 2
    check_verified(moto_bucket, house.root / "copy", everything)


def in_bucket(bucket: MotoBucket) -> dict[str, bytes]:
    """Media by name, without what was written beside it."""
    found = bucket.objects().items()
    return {key.rpartition("/")[2]: data for key, data in found if key.endswith(".dpx")}


def papers_in(bucket: MotoBucket) -> dict[str, bytes]:
    """What was written beside it."""
    return {key: data for key, data in bucket.objects().items() if not key.endswith(".dpx")}


def check_papers(papers: dict[str, bytes], versions: int) -> None:
    """That each Version has its papers, and once."""
    ends = [next(end for end in (CHAIN, ".mhl", ".qc.json") if one.endswith(end)) for one in papers]
    assert sorted(ends) == sorted([CHAIN, ".mhl", ".qc.json"] * versions)


def check_verified(bucket: MotoBucket, copy: Path, media: dict[str, bytes]) -> None:
    """That in a copy of the bucket every hash list is whole, and vouches for every file."""
    for key, data in bucket.objects().items():
        (copy / key).parent.mkdir(parents=True, exist_ok=True)
        (copy / key).write_bytes(data)
    listed: dict[str, str] = {}
    for one in copy.rglob("ascmhl"):
        history = load(one.parent)
        assert history.problems == []
        assert [made.number for made in history.generations] == [1]
        listed |= {name: found.digests["xxh128"] for name, found in history.recorded.items()
                   if not found.folder}  # fmt: skip
    assert listed == {name: digest_of(data, "xxh128") for name, data in media.items()}


def test_a_full_disk_is_told_and_the_next_run_completes_it(house: House) -> None:
    files = house.drop(1)
    ended = house.ingest(largest_file=2000)
    assert ended.code == exits.NOT_WRITTEN or ended.code == exits.UNAVAILABLE, ended.err
    assert house.on_record() == {}
    assert house.ingest().code == exits.OK
    assert house.on_disk() == files
    assert len(house.on_record()) == len(files)


def test_of_two_at_once_one_works_and_nothing_is_doubled(house: House) -> None:
    files = house.drop(1)
    running = [house.start() for _ in range(3)]
    ends = [one.ended() for one in running]
    codes = sorted(one.code for one in ends)
    assert codes[0] == exits.OK
    assert set(codes) <= {exits.OK, exits.UNAVAILABLE}
    assert all("Another run" in one.out for one in ends if one.code == exits.UNAVAILABLE)
    assert house.on_disk() == files
    assert house.on_record() == digests(files)
    assert house.counts() == (2, 2)
    assert house.ingest().code == exits.OK
    assert house.counts() == (2, 2)


def test_the_page_of_a_killed_run_goes_on_and_that_of_a_whole_run_does_not(tmp_path: Path) -> None:
    order = {"drop": "/drops/a", "show": "FG", "target": "/shows"}
    with book.opened(tmp_path, order) as page:
        first = page.key  # and no end is written, as by a run that is killed
        assert not page.resumed
    with book.opened(tmp_path, order) as page:
        assert (page.resumed, page.key) == (True, first)
        page.end(book.DONE, {})
    with book.opened(tmp_path, order) as page:
        assert not page.resumed
        assert page.key != first
