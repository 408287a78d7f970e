"""What a second walk may skip, and that nobody can tell from its result."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from pathlib import Path
from random import Random
from typing import cast

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.executor.processes import ProcessExecutor
from rushes.frames.group import Rules
from rushes.model.files import FoundFolder
from rushes.ports.executor import Executor
from rushes.ports.progress import Silent
from rushes.scan import split, stamps
from rushes.scan import walk as walking
from rushes.scan.options import WalkOptions
from rushes.scan.walk import walk
from rushes.testing.faulty_storage import FaultyStorage
from rushes.testing.listings import list_by


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let folders made just now keep their stamps, as if they had been there for long."""
    monkeypatch.setattr(walking, "SETTLED_NS", -(10**15))


class Twice:
    """Walks of one tree that remember each other."""

    def __init__(self, home: Path, *, hanging: bool) -> None:
        self.hanging = hanging
        self.root = home / "root"
        self.cache = home / "cache"
        self.root.mkdir()
        self.listed: list[str] = []

    def again(
        self,
        *,
        rules: Rules = Rules(),  # noqa: B008 (frozen)
        executor: Executor | None = None,
        **options: object,
    ) -> list[FoundFolder]:
        storage = FaultyStorage(hanging=self.hanging)
        found = walk(
            storage,
            str(self.root),
            rules=rules,
            options=WalkOptions(**{"cache": self.cache, **options}),  # type: ignore[arg-type]
            executor=executor or InlineExecutor(),
            progress=Silent(),
        )
        result = list(found)
        self.listed = storage.listed
        self._tick()
        return result

    def _tick(self) -> None:
        """Wait until the file system's clock has moved on, so that what is done next shows."""
        mark = self.root.with_name("tick")
        mark.touch()
        now = mark.stat().st_mtime_ns
        while mark.stat().st_mtime_ns == now:
            mark.touch()

    def walked(self) -> Generator[FoundFolder]:
        found = walk(
            FaultyStorage(hanging=self.hanging),
            str(self.root),
            rules=Rules(),
            options=WalkOptions(cache=self.cache),
            executor=InlineExecutor(),
            progress=Silent(),
        )
        return cast("Generator[FoundFolder]", found)

    def afresh(self) -> list[FoundFolder]:
        return self.again(cache=None)

    def file(self) -> Path:
        (file,) = self.cache.iterdir()
        return file

    def write(self, path: str, data: bytes = b"1") -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


@pytest.fixture(params=["folder by folder", "many at once", "nothing built"])
def tree(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Twice:
    if request.param == "nothing built":
        list_by("python", monkeypatch)
    tree = Twice(tmp_path, hanging=request.param == "folder by folder")
    for shot in range(4):
        for frame in range(1001, 1011):
            tree.write(f"sq/sh{shot}/plate.{frame}.exr", b"x" * 10)
    tree.write("notes.txt")
    return tree


def test_an_unchanged_tree_is_not_listed_again(tree: Twice) -> None:
    first = tree.again()
    assert len(tree.listed) == 6
    before = tree.file().read_bytes()
    assert tree.again() == first
    assert tree.listed == []
    assert tree.file().read_bytes() == before


def test_only_what_changed_is_listed_again(tree: Twice) -> None:
    tree.again()
    tree.write("sq/sh2/plate.1011.exr")
    assert tree.again() == tree.afresh()
    tree.again()
    assert tree.listed == []
    (tree.root / "sq/sh1/plate.1004.exr").unlink()
    found = tree.again()
    assert tree.listed == ["sh1"]
    assert found == tree.afresh()


def test_one_change_among_many_folders_is_seen_wherever_it_is(tree: Twice) -> None:
    for shot in range(150):
        tree.write(f"sq{shot % 7}/sh{shot:03d}/work/plate.1001.exr")
    tree.again()
    tree.again()
    assert tree.listed == []
    for shot in (0, 1, 2, 77, 148, 149):
        tree.write(f"sq{shot % 7}/sh{shot:03d}/work/plate.1001.exr", b"12")
        found = tree.again()
        assert tree.listed == ["work"]
        assert found == tree.afresh()


def test_a_rewrite_in_place_of_the_whole_sequence_is_seen(tree: Twice) -> None:
    tree.again()
    for frame in range(1001, 1011):
        tree.write(f"sq/sh3/plate.{frame}.exr", b"y" * 11)
    assert tree.again() == tree.afresh()


def test_full_reads_everything_and_remembers_it(tree: Twice) -> None:
    tree.again(probes=0)
    tree.write("sq/sh0/plate.1005.exr", b"y" * 99)
    assert tree.again(probes=0) != tree.afresh()  # as documented: nobody looked
    assert tree.again(probes=0, full=True) == tree.afresh()
    assert tree.again(probes=0) == tree.afresh()


@pytest.mark.parametrize("probes", [1, 2, 3, 7, 50])
def test_any_number_of_probes_will_do(tree: Twice, probes: int) -> None:
    first = tree.again(probes=probes)
    assert tree.again(probes=probes) == first
    assert tree.listed == []


def test_changed_settings_read_everything_again(tree: Twice) -> None:
    tree.again()
    tree.again(rules=Rules(temporary=("*.exr",)))
    assert len(tree.listed) == 6
    tree.again(rules=Rules(temporary=("*.exr",)))
    assert tree.listed == []
    tree.again(ignore=("sh1",))
    assert len(tree.listed) == 5


def test_a_damaged_cache_is_passed_over_and_made_anew(tree: Twice) -> None:
    whole = tree.again()
    good = tree.file().read_bytes()
    random = Random(2)
    for _ in range(150):
        bad = bytearray(good)
        bad[random.randrange(len(bad))] ^= 1 << random.randrange(8)
        tree.file().write_bytes(bad)
        assert tree.again() == whole
        assert tree.listed
        # Not the same bytes: `marshal` writes a value that is shared in memory in another way.
        assert tree.again() == whole
        assert tree.listed == []
    for length in (0, 1, 20, 40, len(good) // 2, len(good) - 1):
        tree.file().write_bytes(good[:length])
        assert tree.again() == whole
    tree.file().write_bytes(os.urandom(4096))
    assert tree.again() == whole
    assert tree.again() == whole
    assert tree.listed == []


def test_a_cache_that_cannot_be_written_fails_no_walk(tree: Twice) -> None:
    whole = tree.afresh()
    tree.cache.write_text("a file where the folder should be")
    assert tree.again() == whole


@pytest.fixture
def _on_disk_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a tree so large that what is remembered of it does not wait in memory."""
    monkeypatch.setattr(stamps, "_HELD", 0)
    monkeypatch.setattr(split, "_LOOK_S", 0.0)
    monkeypatch.setattr(split, "_ALONE_S", 0.0)


@pytest.mark.usefixtures("_on_disk_at_once")
def test_a_large_cache_is_written_as_the_walk_goes_on(tree: Twice) -> None:
    whole = tree.again()
    tree.file()  # and nothing beside it
    assert tree.again() == whole
    assert tree.listed == []
    tree.write("sq/sh2/plate.1011.exr")
    assert tree.again() == tree.afresh()
    tree.again()
    assert tree.listed == []


@pytest.mark.usefixtures("_on_disk_at_once")
def test_a_large_cache_that_cannot_be_written_fails_no_walk(
    tree: Twice, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = tree.afresh()
    tree.cache.write_text("a file where the folder should be")
    assert tree.again() == whole
    assert capsys.readouterr().err.count("The next scan will be slower") == 1


@pytest.mark.usefixtures("_on_disk_at_once")
def test_what_a_walk_broken_off_has_written_is_taken_away(tree: Twice) -> None:
    found = tree.walked()
    next(found)
    next(found)
    assert [one.suffix for one in tree.cache.iterdir()] == [".part"]
    found.close()
    assert not list(tree.cache.iterdir())


@pytest.mark.usefixtures("_on_disk_at_once")
def test_two_walks_of_one_tree_at_once_do_not_get_into_each_others_way(
    tree: Twice, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = tree.afresh()
    one, other = tree.walked(), tree.walked()
    assert [next(one), next(other)] == [whole[0], whole[0]]
    assert [*one] == [*other] == whole[1:]
    assert capsys.readouterr().err == ""
    tree.file()  # and nothing beside it
    assert tree.again() == whole
    assert tree.listed == []


def test_what_a_killed_walk_has_written_is_taken_away_by_a_later_one(tree: Twice) -> None:
    tree.cache.mkdir()
    old, new = tree.cache / "a.1.part", tree.cache / "b.2.part"
    for part in (old, new):
        part.write_bytes(b"rows")
    os.utime(old, (0, 0))
    tree.again()
    assert not old.exists()
    assert new.exists()


def test_a_folder_changed_just_now_keeps_no_stamp(
    tree: Twice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "SETTLED_NS", 10**15)
    tree.again()
    tree.again()
    assert len(tree.listed) == 6


def test_a_link_that_is_mended_is_seen(tree: Twice) -> None:
    (tree.root / "sq/sh0/plate.1011.exr").symlink_to("../../later.exr")
    tree.again()
    tree.write("later.exr", b"12345")
    assert tree.again() == tree.afresh()


def test_a_folder_made_unreadable_or_replaced_by_a_file_is_seen(tree: Twice) -> None:
    tree.again()
    shutil.rmtree(tree.root / "sq/sh1")
    tree.write("sq/sh1", b"a file now")
    assert tree.again() == tree.afresh()


def test_a_walk_broken_off_remembers_nothing(tree: Twice) -> None:
    found = tree.walked()
    next(found)
    found.close()
    assert not tree.cache.exists()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_a_second_walk_finds_what_a_first_would(
    tree: Twice, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_LOOK_S", "_OWN_S"):
        monkeypatch.setattr(split, name, 0.0)
    random = Random(seed)
    tree.again()
    monkeypatch.setattr(ProcessExecutor, "worth_s", 0.0)
    pool = ProcessExecutor(2)
    for round_ in range(12):
        for _ in range(random.randint(0, 4)):
            mutate(tree, random, round_)
        executor = pool if round_ % 2 else None
        assert repr(tree.again(executor=executor)) == repr(tree.afresh())
    pool.close()


def mutate(tree: Twice, random: Random, round_: int) -> None:
    folders = [path for path in tree.root.rglob("*") if path.is_dir()] + [tree.root]
    here = random.choice(sorted(folders))
    match random.randrange(5):
        case 0:
            tree.write(
                str((here / f"new{round_}.{random.randint(1, 9)}.exr").relative_to(tree.root))
            )
        case 1:
            (here / f"more{round_}").mkdir(exist_ok=True)
        case 2 if here != tree.root:
            shutil.rmtree(here)
        case 3 if here != tree.root:
            here.rename(here.with_name(f"renamed{random.randint(1, 99)}x{round_}"))
        case _:
            files = sorted(path for path in here.iterdir() if path.is_file())
            if files:
                files[0].unlink()
