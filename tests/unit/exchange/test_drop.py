"""A drop is read once nothing in it grows; what is no plain file of a plain name is not taken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rushes.adapters.storage.local import LocalStorage
from rushes.core.errors import Code
from rushes.exchange.drop import Patience, read_drop
from rushes.exchange.grouping import grouped, paths_of, unnumbered
from rushes.frames.group import Rules
from rushes.model.files import Kind
from rushes.testing.studios import refusal
from rushes.transfer.learning import Place

NOW = 1_800_000_000.0


class Clock:
    """A clock that goes on by sleeping alone; somebody writes meanwhile."""

    def __init__(self, *, writes: list[Path]) -> None:
        self.now, self.slept, self._writes = NOW, 0, writes

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        if self._writes:
            write(self._writes.pop(), at=self.now, data=b"more" * self.slept)


def write(path: Path, *, at: float = NOW - 1000, data: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (at, at))
    return path


def place(folder: Path) -> Place:
    return Place(LocalStorage(), str(folder))


def test_a_drop_that_nobody_writes_to_is_read_at_once(tmp_path: Path) -> None:
    write(tmp_path / "a.exr")
    clock = Clock(writes=[])
    drop = read_drop(place(tmp_path), "drop", clock=clock.time, sleep=clock.sleep)
    assert (list(drop.files), clock.slept) == (["a.exr"], 0)


def test_a_file_that_grows_is_waited_for(tmp_path: Path) -> None:
    growing = write(tmp_path / "a.exr", at=NOW)
    clock = Clock(writes=[growing, growing])
    drop = read_drop(place(tmp_path), "drop", clock=clock.time, sleep=clock.sleep)
    assert drop.files["a.exr"].size == 8
    assert clock.slept == 3


def test_a_file_that_never_stops_growing_is_put_aside_alone(tmp_path: Path) -> None:
    growing = write(tmp_path / "a.exr", at=NOW)
    write(tmp_path / "b.exr")
    clock = Clock(writes=[growing] * 50)
    patience = Patience(quiet=5, wait=20)
    drop = read_drop(
        place(tmp_path), "drop", patience=patience, clock=clock.time, sleep=clock.sleep
    )
    assert (list(drop.files), drop.aside) == (["b.exr"], {"a.exr": "it is still being written"})
    assert clock.now == NOW + 20


def test_a_time_in_the_future_does_not_hold_a_drop_up(tmp_path: Path) -> None:
    write(tmp_path / "a.exr", at=NOW + 1_000_000)
    clock = Clock(writes=[])
    drop = read_drop(place(tmp_path), "drop", clock=clock.time, sleep=clock.sleep)
    assert (list(drop.files), clock.slept) == (["a.exr"], 1)


def test_an_empty_drop_is_nothing(tmp_path: Path) -> None:
    with refusal(Code.NOTHING_FOUND, "drop"):
        read_drop(place(tmp_path), "drop")


@pytest.mark.parametrize("name", ["con.exr", "a?.exr", "a.exr ", "a\x1b.exr", "aux.1001.exr"])
def test_a_name_that_does_harm_is_put_aside_alone(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    write(tmp_path / "a.exr")
    drop = read_drop(place(tmp_path), "drop", clock=lambda: NOW)
    assert list(drop.files) == ["a.exr"]
    assert list(drop.aside) == [name]
    (found,) = drop.findings()
    assert found.rule == "drop.aside"


def test_files_are_grouped_by_folder_and_papers_are_passed_over(tmp_path: Path) -> None:
    for name in ("a/x.1001.exr", "a/x.1002.exr", "b/x.1001.exr", "b/y.mov", "notes.pdf", ".hidden",
                 "a/x.1003.exr.part", "ascmhl/0001_a.mhl"):  # fmt: skip
        write(tmp_path / name)
    drop = read_drop(place(tmp_path), "drop", clock=lambda: NOW)
    found = grouped(drop, rules=Rules())
    assert [(str(one.path), one.asset.found.sequence.kind) for one in found.items] == [
        ("a/x.%04d.exr", Kind.FRAMES),
        ("b/x.%04d.exr", Kind.FRAMES),
        ("b/y.mov", Kind.FILE),
    ]
    assert paths_of(found.items[0]) == ["a/x.1001.exr", "a/x.1002.exr"]
    assert unnumbered(found.items[0]) == "a/x.exr"
    assert found.items[0].asset.found.facts.size == 2
    assert sorted(found.skipped) == [
        *(".hidden", "a/x.1003.exr.part", "ascmhl/0001_a.mhl", "notes.pdf")
    ]


def test_files_in_hidden_folders_are_skipped_and_told(tmp_path: Path) -> None:
    write(tmp_path / "plates" / "a.1001.exr")
    write(tmp_path / "plates" / ".cache" / "deep" / "a.1001.exr")
    found = grouped(read_drop(place(tmp_path), "drop", clock=lambda: NOW), rules=Rules())
    assert [str(one.path) for one in found.items] == ["plates/a.%04d.exr"]
    assert found.skipped == {"plates/.cache/deep/a.1001.exr": "it lies in a hidden folder"}
