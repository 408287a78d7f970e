"""Folders belong to shows, sequences, shots and tasks as the studio's structure says."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from rushes.core.errors import Code, RushesError
from rushes.core.settings.schema import Settings
from rushes.scan.layout import Layout, Place

DEFAULT = Layout(Settings().layout.templates)


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        (".", Place()),
        ("demo", Place("demo")),
        ("demo/sq010", Place("demo", "sq010")),
        ("demo/sq010/sh0010", Place("demo", "sq010", "sh0010")),
        ("demo/sq010/sh0010/comp", Place("demo", "sq010", "sh0010", "comp")),
        ("demo/sq010/sh0010/comp/v003/exr", Place("demo", "sq010", "sh0010", "comp")),
        ("demo/shots", Place("demo")),
        ("demo/shots/sh0010/renders", Place("demo", "", "sh0010", "renders")),
    ],
)
def test_a_folder_belongs_to_the_levels_that_it_reaches(folder: str, place: Place) -> None:
    assert DEFAULT.place(PurePosixPath(folder)) == place


def test_literal_folders_tell_structures_apart() -> None:
    layout = Layout(["{show}/assets/{shot}", "{show}/seq/{sequence}/{shot}/{task}"])
    assert layout.place(PurePosixPath("demo/assets/car/model")).names == ("demo", "car")
    assert layout.place(PurePosixPath("demo/seq/sq1/sh1/fx")).names == ("demo", "sq1", "sh1", "fx")


def test_what_leaves_the_structure_still_belongs_to_its_show() -> None:
    layout = Layout(["{show}/assets/{shot}", "prod/{show}/seq/{sequence}/{shot}"])
    assert layout.place(PurePosixPath("demo/editorial/cuts")) == Place("demo")
    assert layout.place(PurePosixPath("prod/demo/editorial")) == Place("demo")
    assert Layout(["prod/{show}/{shot}"]).place(PurePosixPath("other/demo")) == Place()


def test_a_place_begins_at_its_topmost_folder() -> None:
    begins = [
        folder
        for folder in (".", "demo", "demo/shots", "demo/shots/sh1", "demo/shots/sh1/fx/v001")
        if DEFAULT.begins(PurePosixPath(folder))
    ]
    assert begins == [".", "demo", "demo/shots/sh1"]


def test_what_lies_below_a_shot_is_told_apart_from_what_lies_around_it() -> None:
    assert DEFAULT.below_shot(PurePosixPath("demo/shots/sh1/renders/v001")) == ("renders", "v001")
    assert DEFAULT.below_shot(PurePosixPath("demo/sq1/sh1")) == ()
    assert DEFAULT.below_shot(PurePosixPath("demo/shots")) is None
    assert DEFAULT.below_shot(PurePosixPath("demo/sq1")) is None


@pytest.mark.parametrize(
    "template", ["", "shots/comp", "{show}/{reel}", "{show}/{show}", "{show}/s_{shot}", "{shot}"]
)
def test_a_structure_that_makes_no_sense_is_refused_by_name(template: str) -> None:
    with pytest.raises(RushesError) as caught:
        Layout([template])
    assert caught.value.code is Code.SETTINGS_INVALID
    assert repr(template) in caught.value.message
