"""Which pictures a file holds, by the names of its channels."""

from __future__ import annotations

import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.look import Selection
from rushes.inspection.picking import picked, views


def test_every_layer_is_a_picture_and_so_is_what_no_layer_shows() -> None:
    channels = ["A", "B", "G", "R", "Z", "N.X", "N.Y", "N.Z", "diffuse.R", "diffuse.G", "diffuse.B"]
    channels += ["diffuse.A", "motion.u", "motion.v", "id.ID"]
    labels = [view.label for view in views([("", channels)])]
    assert labels == ["(no layer)", "A", "Z", "N", "diffuse", "motion", "id.ID"]


def test_every_picture_that_is_listed_can_be_had() -> None:
    parts = [
        ("left", ["R", "G", "B", "Z", "spec.R", "spec.G", "spec.B"]),
        ("right", ["R", "G", "B"]),
        ("", ["Y", "RY", "BY"]),
        ("ID", ["objectId"]),
    ]
    told = list(views(parts))
    assert [one.label for one in told] == [
        *("left", "left Z", "left spec", "right", "part 2", "ID objectId"),
    ]
    assert [picked(parts, one.selection, "f").part for one in told] == [0, 0, 0, 1, 2, 3]


def test_a_part_that_is_called_by_its_layer_is_not_told_twice() -> None:
    parts = [("disparityL", ["disparityL.x", "disparityL.y"]), ("mask_left", ["mask.mask"])]
    assert [view.label for view in views(parts)] == ["disparityL", "mask_left.mask"]


def test_y_is_luminance_alone_and_data_beside_x() -> None:
    assert picked([("", ["Y"])], Selection(channel="Y"), "f").colour
    assert not picked([("", ["N.X", "N.Y", "N.Z"])], Selection(channel="N.Y"), "f").colour


def test_channels_that_differ_in_case_are_told_apart() -> None:
    parts = [("", ["r", "R", "G", "B"])]
    assert picked(parts, Selection(channel="r"), "f").channels == (0,)
    assert picked(parts, Selection(channel="R"), "f").channels == (1,)


def test_long_lists_of_what_there_is_are_cut() -> None:
    channels = [f"pass{at:03}.R" for at in range(200)]
    with pytest.raises(RushesError) as raised:
        picked([("", channels)], Selection(channel="Z"), "f")
    assert raised.value.hint.endswith("pass039.R and 160 more.")


def test_a_file_without_channels_shows_nothing() -> None:
    for selection in (Selection(), Selection(layer="a"), Selection(channel="a")):
        with pytest.raises(RushesError) as raised:
            picked([("", [])], selection, "f")
        assert raised.value.code is Code.MEDIA_UNREADABLE
