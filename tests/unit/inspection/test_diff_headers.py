"""Differences of two headers: attributes, windows, channels and parts, and which of them count."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

from rushes.adapters.storage.local import connect
from rushes.inspection.diff.differences import Limits, PartChanges
from rushes.inspection.diff.files import compared
from rushes.inspection.diff.headers import Excuses, header_changes
from rushes.inspection.header import wire
from rushes.inspection.header.reading import read_header
from rushes.model.image import Image
from rushes.testing.image_pairs import Write, _striped, noise, pixels, write

__all__ = ["_striped", "write"]


def image(path: Path) -> Image:
    found = read_header(connect(), str(path)).image
    assert found is not None
    return found


def changes(a: Path, b: Path, *ignore: str, **more: bool) -> PartChanges:
    (one,) = header_changes(image(a), image(b), Excuses(ignore, **more))
    return one


def test_attributes_are_added_removed_and_changed(write: Write) -> None:
    a = write("a.exr", {"Y": noise()}, owner="one", gone=1)
    b = write("b.exr", {"Y": noise()}, owner="other", new=2.0)
    told = {one.name: one for one in changes(a, b).attributes}
    assert set(told) == {"owner", "gone", "new"}
    assert told["owner"].a is not None
    assert told["owner"].b is not None
    assert (told["owner"].a.value, told["owner"].b.value) == ("one", "other")
    assert told["gone"].b is None
    assert told["new"].a is None


def test_what_changes_in_every_frame_is_told_and_does_not_count(write: Write) -> None:
    a = write("a.exr", {"Y": noise()}, capDate="yesterday")
    b = write("b.exr", {"Y": noise()}, capDate="today")
    assert [one.excuse for one in changes(a, b).attributes] == ["volatile"]
    assert not changes(a, b).differs
    assert changes(a, b, strict=True).differs
    assert not changes(a, b, "cap*", strict=True).differs


def test_ignored_names_are_patterns_and_know_case(write: Write) -> None:
    a = write("a.exr", {"Y": noise()}, compression="PIZ")
    b = write("b.exr", {"Y": noise()}, corner=(5, 5))
    assert changes(a, b).differs
    assert changes(a, b, "comp*", "datawindow", "displayWindow").differs
    assert not changes(a, b, "comp*", "*Window").differs
    assert {one.name for one in changes(a, b).windows} == {"dataWindow"}


def test_a_data_window_does_not_count_where_the_rest_is_zero(write: Write) -> None:
    shown = (np.array([0, 0], np.int32), np.array([99, 99], np.int32))
    a = write("a.exr", {"Y": noise()}, displayWindow=shown)
    b = write("b.exr", {"Y": noise()}, displayWindow=shown, corner=(5, 5))
    assert changes(a, b).differs
    assert not changes(a, b, outside_is_zero=True).differs
    assert changes(a, b, outside_is_zero=True, strict=True).differs


def test_channels_are_added_removed_and_of_another_type(write: Write) -> None:
    a = write("a.exr", {"R": noise(), "Z": noise(), "gone": noise()})
    b = write("b.exr", {"R": noise(), "Z": noise(kind=np.float32), "new": noise()})
    told = changes(a, b, "*")
    assert {one.name: (one.a and one.a.type, one.b and one.b.type) for one in told.channels} == {
        "Z": ("HALF", "FLOAT"),
        "gone": ("HALF", None),
        "new": (None, "HALF"),
    }
    assert told.differs


def test_parts_are_matched_by_name_and_then_by_place(make_exr: Any, grey: Any) -> None:
    a = make_exr(*[grey(0.1)] * 4, names=("beauty", "depth", "old", "last"), name="a.exr")
    b = make_exr(*[grey(0.1)] * 3, names=("depth", "beauty", "new"), name="b.exr")
    found = header_changes(image(a), image(b), Excuses())
    names = [(one.a and one.a.name, one.b and one.b.name) for one in found]
    assert names == [("beauty", "beauty"), ("depth", "depth"), ("old", "new"), ("last", None)]
    assert [one.differs for one in found] == [False, False, True, True]


def test_pixels_of_parts_are_compared_by_their_numbers(make_exr: Any, grey: Any) -> None:
    a = make_exr(grey(0.1), grey(0.5), names=("one", "two"), name="a.exr")
    b = make_exr(grey(0.5), grey(0.1), names=("two", "one"), name="b.exr")
    found = compared(a, b, [(0, 1), (1, 0)], Limits())
    assert [(one.a, one.b, one.differs) for one in found.parts] == [(0, 1, False), (1, 0, False)]
    assert pixels(a, b).differs


def test_an_attribute_that_comes_twice_is_compared_twice(write: Write, tmp_path: Path) -> None:
    source = write("a.exr", {"Y": noise()}).read_bytes()
    header = wire.parse(source)
    made = []
    for number in (1, 2):
        twice = [wire.Attribute(b"note", b"int", struct.pack("<i", one)) for one in (7, number)]
        part = wire.Part((*header.parts[0].attributes, *twice))
        path = tmp_path / f"twice{number}.exr"
        path.write_bytes(wire.Header(header.version, header.flags, (part,), 0).data())
        made.append(image(path))
    (found,) = header_changes(*made, Excuses())
    ((one, other),) = [(change.a, change.b) for change in found.attributes]
    assert one is not None
    assert other is not None
    assert (one.value, other.value) == (1, 2)
