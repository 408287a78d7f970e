"""Disk use adds up by place and by folder, and limits count when they are met."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from rushes.core.settings.schema import Disk
from rushes.model.files import FolderUse
from rushes.model.finding import Severity
from rushes.ports.storage import Room
from rushes.scan.layout import Layout, Place
from rushes.scan.thresholds import Fullness, Limit, fills, findings, worst
from rushes.scan.usage import Usage

LAYOUT = Layout(["{show}/{sequence}/{shot}/{task}"])


def use(size: int, *, oldest: int = 5, newest: int = 5) -> FolderUse:
    return FolderUse(2, size, size * 2, size - 1, f"big{size}.exr", oldest, newest)


def studio(*, below: str = ".", depth: int = 1) -> Usage:
    usage = Usage(LAYOUT, below=PurePosixPath(below), depth=depth)
    for path, one in {
        "demo": use(10),
        "demo/sq010/sh0010/comp/v001": use(100, oldest=1),
        "demo/sq010/sh0010/plates": use(200, newest=9),
        "demo/sq010/sh0020/comp": use(400),
        "other/sq010": use(1000),
    }.items():
        if PurePosixPath(path).is_relative_to(below):
            usage.take_use(PurePosixPath(path), one)
    return usage


def test_every_level_holds_all_that_lies_below_it() -> None:
    usage = studio()
    assert {place.names: one.size for place, one in usage.places("show").items()} == {
        ("demo",): 710,
        ("other",): 1000,
    }
    assert usage.places("shot")[Place("demo", "sq010", "sh0010")].size == 300
    assert usage.places("task")[Place("demo", "sq010", "sh0010", "comp")].files == 2
    assert usage.total.size == 1710
    assert usage.total.allocated == 3420


def test_the_largest_file_and_the_span_of_times_come_from_anywhere_below() -> None:
    shot = studio().places("shot")[Place("demo", "sq010", "sh0010")]
    assert (shot.largest, str(shot.largest_path)) == (199, "demo/sq010/sh0010/plates/big200.exr")
    assert (shot.oldest_ns, shot.newest_ns) == (1, 9)


@pytest.mark.parametrize(
    ("depth", "sizes"),
    [
        (1, {"demo": 710, "other": 1000}),
        (2, {"demo": 710, "demo/sq010": 700, "other": 1000, "other/sq010": 1000}),
    ],
)
def test_folders_are_told_apart_to_a_depth(depth: int, sizes: dict[str, int]) -> None:
    found = studio(depth=depth).folders()
    assert {str(path): one.size for path, one in found.items()} == sizes


def test_folders_begin_below_where_the_walk_began() -> None:
    found = studio(below="demo/sq010").folders()
    assert sorted(map(str, found)) == ["demo/sq010/sh0010", "demo/sq010/sh0020"]


@pytest.mark.parametrize(
    ("size", "fullness"),
    [(9, Fullness.OK), (10, Fullness.WARN), (19, Fullness.WARN), (20, Fullness.CRITICAL)],
)
def test_a_limit_counts_when_it_is_met(size: int, fullness: Fullness) -> None:
    assert Limit(10, 20).judge(size) is fullness


def test_shots_and_file_systems_that_are_too_full_are_findings() -> None:
    disk = Disk(shot_warn=300, shot_critical=400)
    found = fills(studio(), disk, Room(size=1000, free=50))
    told = {one.subject: one for one in findings(found)}
    assert told["demo/sq010/sh0010"].severity is Severity.WARNING
    assert told["demo/sq010/sh0020"].severity is Severity.ERROR
    assert told["."].rule == "disk.filesystem"
    assert "95 % full" in told["."].message
    assert worst(found) is Fullness.CRITICAL


def test_what_was_seen_only_in_part_is_not_judged() -> None:
    part = studio(below="demo/sq010/sh0010")
    found = fills(part, Disk(show_warn=1, shot_warn=1), None)
    assert [(one.kind, one.subject) for one in found] == [("shot", "demo/sq010/sh0010")]


def test_without_limits_nothing_is_too_full() -> None:
    assert fills(studio(), Disk(), None) == []
    assert worst([]) is Fullness.OK


def test_a_folder_within_a_place_is_not_all_of_it() -> None:
    layout = Layout(["{show}/shots/{shot}", "{show}/{sequence}/{shot}"])

    def whole(below: str, place: Place) -> bool:
        return Usage(layout, below=PurePosixPath(below)).whole(place)

    shot = Place("demo", "", "sh1")
    assert whole(".", Place("demo"))
    assert whole("demo", Place("demo"))
    assert not whole("demo/shots", Place("demo"))
    assert whole("demo/shots", shot)
    assert whole("demo/shots/sh1", shot)
    assert not whole("demo/shots/sh1/renders", shot)
