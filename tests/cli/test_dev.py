"""`rushes dev make-sequence`: exactly what was asked for, and nothing overwritten."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import OpenImageIO
import pytest

from rushes.cli import exits

Run = Callable[..., Any]
MAKE = ("dev", "make-sequence", "--json")


def content(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def test_the_earlier_example_gives_so_many_files_ranges_and_holes(home: Path, rushes: Run) -> None:
    asked = ["--start", "87460", "--frames", "117", "--pad", "6", "--holes", "23", "--ranges", "10"]
    told = rushes(*MAKE, "--out", home / "shot_A", "--ext", "tif", *asked).json
    assert (told["files"], told["ranges"], told["holes"]) == (117, 10, 23)
    names = sorted(content(home / "shot_A"))
    assert len(names) == 117
    assert (names[0], names[-1]) == ("shot_A.087460.tif", "shot_A.087599.tif")
    assert (told["first"], told["last"]) == (names[0], names[-1])
    numbers = [int(one.split(".")[1]) for one in names]
    assert numbers[-1] - numbers[0] + 1 - len(numbers) == 23
    assert sum(b - a > 1 for a, b in pairwise(numbers)) == 9


def test_without_options_there_are_a_hundred_empty_files(home: Path, rushes: Run) -> None:
    ended = rushes("dev", "make-sequence", "--out", home / "a")
    assert ended.out == f"{home}/a/a.%04d.tif  1-100\nMade 100 files (0 B) with 0 missing frames.\n"
    assert set(content(home / "a").values()) == {b""}


def test_holes_alone_are_between_two_ranges(home: Path, rushes: Run) -> None:
    told = rushes(*MAKE, "--out", home, "--base", "x", "--frames", "4", "--holes", "3").json
    assert told["frames"] == "1-2,6-7"


def test_the_same_seed_makes_the_same_bytes_and_another_others(home: Path, rushes: Run) -> None:
    made = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        asked = ["--base", "x", "--frames", "3", "--bytes", "1000", "--seed", seed]
        assert rushes(*MAKE, "--out", home / name, *asked).code == exits.OK
        made.append(content(home / name))
    assert made[0] == made[1] != made[2]
    assert {len(one) for one in made[0].values()} == {1000}
    assert len({*made[0].values()}) == 3


@pytest.mark.parametrize("ending", ["exr", "dpx", "tif", "png", "jpg"])
def test_real_pictures_open_and_are_the_same_each_time(
    home: Path, rushes: Run, ending: str
) -> None:
    for name in ("a", "b"):
        asked = ["--base", "x", "--frames", "2", "--ext", ending, "--real"]
        assert rushes(*MAKE, "--out", home / name, *asked).code == exits.OK
    assert content(home / "a") == content(home / "b")
    picture = OpenImageIO.ImageBuf(str(home / "a" / f"x.0001.{ending}"))
    assert (picture.spec().width, picture.spec().height) == (64, 36)


def test_nothing_is_overwritten_and_nothing_written_then(home: Path, rushes: Run) -> None:
    taken = home / "x.0003.tif"
    taken.write_bytes(b"mine")
    ended = rushes("dev", "make-sequence", "--out", home, "--base", "x", "--frames", "5")
    assert ended.code == exits.NOT_THERE
    assert "x.0003.tif is there already" in ended.err
    assert content(home) == {"x.0003.tif": b"mine"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--ranges", "3"], "at least 2 frames are missing"),
        (["--ranges", "1", "--holes", "2"], "within a single range"),
        (["--ranges", "9", "--frames", "3", "--holes", "9"], "cannot be in 9 ranges"),
        (["--real", "--bytes", "5"], "a size of their own"),
        (["--real", "--ext", "mov"], "No real picture can be written as mov"),
        (["--ext", "../x"], "is no ending"),
        (["--base", "a/b"], "no name of a file"),
        (["--bytes", "many"], "many"),
    ],
)
def test_what_makes_no_sense_is_refused(
    home: Path, rushes: Run, asked: list[str], said: str
) -> None:
    ended = rushes("dev", "make-sequence", "--out", home / "a", *asked)
    assert ended.code == exits.NOT_THERE
    assert said in ended.err
    assert not (home / "a").exists()


def test_out_that_is_a_file_is_no_folder(home: Path, rushes: Run) -> None:
    (home / "a").touch()
    assert rushes("dev", "make-sequence", "--out", home / "a").code == exits.NOT_WRITTEN
