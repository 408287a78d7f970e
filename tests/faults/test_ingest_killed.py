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
from rushes.ports.records import every
from rushes.ports.studio import Op, Query, Studio
from rushes.testing.forked import Ended, Forks, Running
from rushes.testing.studios import ADMIN, ids, make
from rushes.transfer.mhl.history import load

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked")

KILLS = 20
STEPS = 130  # more than a run takes on files of its own
LONG_AGO = 1_700_000_000
NAMES = "{shot}_{task}_v{version:03d}[.{frame:04d}].{ext}"


@dataclass
class House:
    """A show with two shots, and a place for drops."""

    root: Path
    forks: Forks
    studio: Studio
    url: str

    def drop(self, version: int) -> dict[str, bytes]:
        """A drop of that version for both shots; its files by name."""
        files = {
            f"{shot}_comp_v{version:03d}.{frame}.dpx": f"{shot} {version} {frame}".encode() * 999
            for shot in ("sh010", "sh020")
            for frame in (1001, 1002, 1003)
        }
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
        found: dict[str, str] = {}
        publishes = every(
            lambda page: self.studio.find("publish", Query(), access=ADMIN, page=page)
        )
        for one in publishes:
            for part in one.fields["components"]:
                head, _, tail = part["name"].partition("%04d")
                first, _, last = part["frames"].partition("-")
                frames = range(int(first), int(last or first) + 1)
                for frame, digest in zip(frames, part["digests"]["blake3"], strict=True):
                    assert f"{head}{frame}{tail}" not in found
                    found[f"{head}{frame}{tail}"] = digest
        return found


@pytest.fixture
def house(forks: Forks, tmp_path: Path, database_url: str) -> Iterator[House]:
    (tmp_path / "work" / "shows").mkdir(parents=True)
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        project = make(studio, "project", code="FG", templates={"delivery": NAMES}).id
        sequence = make(studio, "sequence", project=project, code="sc02").id
        (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
        for code in ("sh010", "sh020"):
            shot = make(
                studio, "shot", sequence=sequence, code=code, frame_in=1001, frame_out=1003
            ).id
            make(studio, "task", shot=shot, type=comp)
        yield House(tmp_path, forks, studio, database_url)


def test_a_run_killed_anywhere_is_completed_by_the_same_command(house: House) -> None:
    dice = random.Random(6)
    everything: dict[str, bytes] = {}
    deaths = 0
    for version in range(1, KILLS + 1):
        everything |= house.drop(version)
        ended = house.ingest(killed_at=dice.randrange(1, STEPS))
        assert ended.code in (-9, exits.OK), ended.err
        deaths += ended.code == -9
        recorded = house.on_record()
        assert recorded.keys() <= house.on_disk().keys()  # no record without its bytes
        again = house.ingest(*(["--resume"] if version % 2 else []))
        assert again.code == exits.OK, again.err + again.out
        assert house.on_disk() == everything
        assert house.unfinished() == []
        assert house.on_record() == {
            name: blake3(data).hexdigest() for name, data in everything.items()
        }
        versions, publishes = (len(ids(house.studio, kind)) for kind in ("version", "publish"))
        assert versions == publishes == 2 * version
        places = [one.parent for one in (house.root / "work" / "shows").rglob("ascmhl")]
        assert len(places) == 2 * version
        assert {len(load(one).generations) for one in places} == {1}
        assert {len(list((one / ".qc").glob("*.qc.json"))) for one in places} == {1}
    assert deaths >= KILLS // 2
    before = house.on_disk(), house.on_record()
    listed = json.loads(house.ingest().out)
    assert set(listed["counts"]) == {"skipped"}, [one["why"] for one in listed["versions"]]
    assert (house.on_disk(), house.on_record()) == before


def test_a_full_disk_is_told_and_the_next_run_completes_it(house: House) -> None:
    files = house.drop(1)
    ended = house.ingest(largest_file=5000)
    assert ended.code == exits.NOT_WRITTEN or ended.code == exits.UNAVAILABLE, ended.err
    assert house.on_record() == {}
    assert house.ingest().code == exits.OK
    assert house.on_disk() == files
    assert len(house.on_record()) == len(files)


def test_of_two_at_once_one_works_and_nothing_is_doubled(house: House) -> None:
    files = house.drop(1)
    running = [house.start() for _ in range(3)]
    codes = sorted(one.ended().code for one in running)
    assert codes[0] == exits.OK
    assert set(codes) <= {exits.OK, exits.UNAVAILABLE}
    assert house.on_disk() == files
    assert [len(ids(house.studio, kind)) for kind in ("version", "publish")] == [2, 2]
