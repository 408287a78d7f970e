"""Which names are those of images and movies."""

from __future__ import annotations

import pytest

from rushes.inspection.endings import is_picture


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("a.1001.exr", True),
        ("A.EXR", True),
        ("a.exr.1001", True),
        ("albedo.1001.tx", True),
        ("cut.mov", True),
        ("cut.mov.1", True),
        ("smoke.1001.vdb", False),
        ("notes.1001.json", False),
        ("sim.1001.bgeo.sc", False),
        ("exr", False),
        ("a.1001", False),
        ("production.env", False),
        ("odd.\udcff", False),
        ("", False),
    ],
)
def test_a_picture_is_told_by_its_ending(name: str, meant: bool) -> None:
    assert is_picture(name) is meant
