"""A publish killed between its number, its files and its record, on the studio's database.

What is killed after it had a number leaves that number held: nobody is given it, and a gap that
can be explained is all that is left.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from blake3 import blake3

from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.ports.studio import Entity, Query, Studio
from rushes.testing.drops import SHOTS, show_made
from rushes.testing.forked import Ended, Forks, Running
from rushes.testing.studios import ADMIN

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked"),
    pytest.mark.timeout(300),
]

FRAMES = (1001, 1002, 1003)
STRIDE = pytest.mark.parametrize("stride", [7, pytest.param(2, marks=pytest.mark.many)])
MOST_STEPS = 400


@pytest.fixture(scope="module")
def publishing(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, _migrated: str
) -> Iterator[Forks]:
    """The command line, loaded once with all that a publish needs."""
    root = tmp_path_factory.mktemp("learning")
    (root / "a.1001.exr").write_bytes(b"x")
    with Forks("rushes.testing.moving:command") as made:
        env = {"HOME": str(root), "RUSHES_DATA_DIR": str(root / "data")}
        env |= {"RUSHES_TRACKING_BACKEND": "json", "RUSHES_SCAN_WORKERS": "1"}
        env["RUSHES_TRACKING_JSON_PATH"] = str(root / "book.jsonl")
        order = ("publish", "--show", "FG", "--shot", "a", str(root), "--copy-to", str(root / "b"))
        made.start(*order, env=env, learn=True).ended()
        yield made


@dataclass
class Desk:
    """A shot with renders, and where copies of its publishes go."""

    root: Path
    forks: Forks
    studio: Studio
    url: str

    @property
    def copies(self) -> Path:
        return self.root / "pub"

    def render(self, name: str) -> Path:
        """A folder of frames that no other has."""
        folder = self.root / "renders" / name
        folder.mkdir(parents=True)
        for frame in FRAMES:
            (folder / f"beauty.{frame}.exr").write_bytes(f"{name} {frame}".encode() * 500)
        return folder

    def start(self, folder: Path, *more: str, killed_at: int = 0) -> Running:
        env = {
            "HOME": str(self.root),
            "RUSHES_DATA_DIR": str(self.root / "data"),
            "RUSHES_DATABASE_URL": self.url,
            "RUSHES_SCAN_WORKERS": "1",
        }
        order = ("--show", "FG", "--seq", "sc02", "--shot", SHOTS[0], "--task", "comp")
        args = ("publish", str(folder), *order, "--copy-to", str(self.copies), *more)
        at = (killed_at, self.root) if killed_at else None
        return self.forks.start(*args, env=env, killed_at=at)

    def __call__(self, folder: Path, *more: str, killed_at: int = 0) -> Ended:
        return self.start(folder, *more, killed_at=killed_at).ended()

    def publishes(self) -> list[Entity]:
        """Those on record, the first first."""
        return list(self.studio.find("publish", Query(limit=1000), access=ADMIN).rows)

    def held(self) -> list[int]:
        """The versions that are held."""
        with psycopg.connect(self.url) as connection:
            sql = "SELECT version FROM rushes_reservation ORDER BY version"
            return [version for (version,) in connection.execute(sql).fetchall()]

    def whole(self) -> set[str]:
        """The copies that lie under their names, each of which is a whole one."""
        found = sorted(self.copies.rglob("v*_i001"))
        for folder in found:
            frames = sorted(one.name for one in folder.glob("*.exr"))
            assert frames == [f"beauty.{frame}.exr" for frame in FRAMES]
        return {str(one) for one in found}


@pytest.fixture
def desk(publishing: Forks, tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        show_made(studio)
        yield Desk(tmp_path, publishing, studio, database_url)


def folder_of(one: Entity) -> str:
    return str(Path(one.fields["path"]).parent)


def verified(one: Entity) -> None:
    """The copy that a record names is there, with the bytes that the record says."""
    (part,) = one.fields["components"]
    for frame, digest in zip(FRAMES, part["digests"]["blake3"], strict=True):
        data = (Path(folder_of(one)) / f"beauty.{frame}.exr").read_bytes()
        assert blake3(data).hexdigest() == digest


@STRIDE
def test_a_publish_killed_anywhere_is_whole_on_record_or_not_at_all(
    desk: Desk, stride: int
) -> None:
    render = desk.render("beauty")
    before = {one: one.read_bytes() for one in sorted(render.iterdir())}
    fates: set[str] = set()
    for step in range(3, MOST_STEPS, stride):
        held, copies, records = desk.held(), desk.whole(), len(desk.publishes())
        ended = desk(render, killed_at=step)
        now = desk.publishes()
        if ended.code == exits.OK:
            break
        assert ended.code == -9, ended.err
        if len(now) > records:
            fates.add("recorded")
            verified(now[-1])
            assert desk.held() == held
        elif desk.whole() != copies:
            fates.add("copied")
            assert len(desk.held()) == len(held) + 1
        else:
            fates.add("reserved" if desk.held() != held else "nothing")
    else:
        pytest.fail("a run has more steps than these")
    assert fates == {"nothing", "reserved", "copied", "recorded"}
    assert desk(render).code == exits.OK
    rows = desk.publishes()
    versions = [one.fields["version"] for one in rows]
    assert versions == sorted(set(versions))
    assert not set(versions) & set(desk.held())
    for one in rows:
        verified(one)
    assert [one.fields["is_latest"] for one in rows] == [False] * (len(rows) - 1) + [True]
    # A copy that no record names is that of a number that is still held.
    strays = desk.whole() - {folder_of(one) for one in rows}
    assert {int(Path(one).name[1:4]) for one in strays} <= set(desk.held())
    media = {one: one.read_bytes() for one in sorted(render.iterdir()) if one.suffix == ".exr"}
    assert media == before


def test_the_number_of_a_run_that_was_killed_is_nobody_elses(desk: Desk) -> None:
    render, other = desk.render("beauty"), desk.render("crypto")
    for step in range(20, MOST_STEPS, 3):
        if desk(render, "--version", f"v{step:03d}", killed_at=step).code != -9:
            pytest.fail("no run was killed while it held its number")
        if desk.held():
            break
    (held,) = desk.held()
    ended = desk(other, "--version", f"v{held:03d}")
    assert ended.code == exits.NOT_THERE, ended.err
    assert "is reserved by" in ended.err
    assert (desk.held(), desk.publishes(), desk.whole()) == ([held], [], set())
    assert desk(other).code == exits.OK
    assert [one.fields["version"] for one in desk.publishes()] == [held + 1]


def test_of_several_runs_that_want_one_number_one_has_it_with_its_own_bytes(desk: Desk) -> None:
    renders = [desk.render(name) for name in ("a", "b", "c")]
    running = [desk.start(one, "--version", "v070") for one in renders]
    codes = [one.ended().code for one in running]
    assert sorted(codes) == sorted([exits.OK, exits.NOT_THERE, exits.NOT_THERE])
    (one,) = desk.publishes()
    assert one.fields["version"] == 70
    verified(one)
    (place,) = desk.whole()
    winner = renders[codes.index(exits.OK)]
    for frame in FRAMES:
        name = f"beauty.{frame}.exr"
        assert (Path(place) / name).read_bytes() == (winner / name).read_bytes()
    assert desk.held() == []
