"""A crawl killed at any point leaves whole records, and the next one finishes what it began."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from rushes.cli import exits
from rushes.qc.kept import kept
from rushes.qc.places import LOCK, is_part
from rushes.testing.forked import Ended, Forks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="these are forked")

LONG_AGO = 1_700_000_000_123_456_789
MODES = ("subdir", "dot", "inline")


@pytest.fixture
def tree() -> Iterator[Path]:
    """Some hundred assets in memory, where there is such a place: flushing takes no time there."""
    memory = Path("/dev/shm")
    root = Path(mkdtemp(prefix="rushes-", dir=memory if memory.is_dir() else None))
    for shot in range(11):
        folder = root / "demo" / f"sh{shot:03d}" / "plates"
        folder.mkdir(parents=True)
        for take in range(10):
            media(folder / f"take_{take}a.mov", f"{shot} {take}")
        for frame in range(1001, 1005):
            media(folder / f"plate.{frame}.exr", f"{shot} {frame}")
    yield root
    shutil.rmtree(root)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")


def media(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
    os.utime(path, ns=(LONG_AGO, LONG_AGO))


def looks(root: Path) -> dict[str, tuple[int, int, int]]:
    """Every file's size, time and inode."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            about = os.lstat(os.path.join(folder, name))
            path = os.path.relpath(os.path.join(folder, name), root)
            found[path] = (about.st_size, about.st_mtime_ns, about.st_ino)
    return found


def only_media(found: dict[str, tuple[int, int, int]]) -> dict[str, tuple[int, int, int]]:
    return {path: one for path, one in found.items() if path.endswith((".mov", ".exr"))}


def ends_well(forks: Forks, root: Path, *order: str) -> None:
    """What a kill left is whole, the next run finishes it, and the one after has nothing to do."""
    assert [one.problem for one in kept(root) if one.problem] == []
    again = forks("qc", "crawl", root, *order)
    assert (again.code, again.err) == (exits.OK, "")
    there = looks(root)
    left = [path for path in there if is_part(Path(path).name) or Path(path).name == LOCK]
    assert left == []
    third = forks("qc", "crawl", root, *order)
    assert third.code == exits.OK
    assert "Nothing was written" in third.out
    assert looks(root) == there


def is_well(forks: Forks, root: Path, records: int) -> None:
    """In the end each asset has one sidecar, with a chain that holds, of media as it is."""
    every = [one.subject for one in kept(root)]
    assert (len(every), len(set(every))) == (records, records)
    told = forks("qc", "verify", root)
    assert (told.code, told.err) == (exits.OK, ""), told.out


def killed(forks: Forks, root: Path, at: int, *order: str) -> Ended:
    return forks("qc", "crawl", root, *order, killed_at=(at, root))


def test_a_run_killed_at_any_step_is_finished_by_the_next(forks: Forks, tree: Path) -> None:
    assert forks("qc", "keys", "init", "alice").code == exits.OK
    before = only_media(looks(tree))
    dice = random.Random(20)
    deaths = 0
    for number in range(20):
        order = ("--policy-version", str(number), "--sidecar-mode", dice.choice(MODES))
        ended = killed(forks, tree, dice.randrange(1, 900), *order)
        assert ended.code in (-9, exits.OK)
        deaths += ended.code == -9
        ends_well(forks, tree, *order)
    assert deaths > 12
    assert only_media(looks(tree)) == before
    is_well(forks, tree, 121)


def test_a_run_killed_at_any_time_is_finished_by_the_next(forks: Forks, tree: Path) -> None:
    began = time.monotonic()
    assert forks("qc", "crawl", tree).code == exits.OK
    whole = time.monotonic() - began
    before = only_media(looks(tree))
    dice = random.Random(21)
    deaths = 0
    for number in range(30):
        order = ("--policy-version", str(number + 2))
        run = forks.start("qc", "crawl", tree, *order)
        time.sleep(dice.uniform(0, whole))
        if run.kill().code == -9:
            deaths += 1
        else:  # the machine was busier when the whole run was timed
            whole /= 2
        assert [one.problem for one in kept(tree) if one.problem] == []
        ends_well(forks, tree, *order)
    assert deaths > 8
    assert all(one.sidecar is not None for one in kept(tree))
    assert only_media(looks(tree)) == before


def test_runs_at_once_of_which_some_are_killed_lose_no_sign_off(forks: Forks, tree: Path) -> None:
    assert forks("qc", "keys", "init", "alice").code == exits.OK
    dice = random.Random(22)
    whole: list[str] = []
    for number in range(6):
        order = ("qc", "sign", tree, "--result", "pass", "--operator")
        doomed = [
            forks.start(*order, f"doomed {number}", killed_at=(dice.randrange(1, 700), tree))
            for _ in range(2)
        ]
        others = [forks.start(*order, f"{number} {at}") for at in range(2)]
        whole += [f"{number} {at}" for at in range(2)]
        for one in doomed:
            one.ended()
        for one in others:
            ended = one.ended()
            assert (ended.code, ended.err) == (exits.OK, "")
    ends_well(forks, tree)
    is_well(forks, tree, 121)
    for found in kept(tree):
        assert found.sidecar is not None
        past = (*found.sidecar.history, found.sidecar.record)
        assert set(whole) <= {one.operator for one in past}
