"""Which files a sync is about."""

from __future__ import annotations

import pytest

from rushes.transfer.sync.choosing import choosing


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*.exr", "sh010/plate.1001.exr", True),
        ("*.exr", "sh010/plate.exr.tmp", False),
        ("plate.*", "sh010/deep/plate.1001.exr", True),
        ("plate.*", "sh010/my_plate.1001.exr", False),
        ("sh010", "sh010/deep/plate.1001.exr", True),
        ("sh010", "sq/sh010/plate.exr", True),
        ("sh010", "sh0100/plate.exr", False),
        ("sh010/*", "sh010/deep/plate.exr", True),
        ("sh010/*", "sq/sh010/plate.exr", False),
        ("/sh010", "sq/sh010/plate.exr", False),
        ("/sh010", "sh010/plate.exr", True),
        ("sh010/", "sq/sh010/plate.exr", True),
        ("plate.[0-9]*.exr", "plate.1001.exr", True),
        ("plate.???.exr", "plate.1001.exr", False),
        ("*", "a\nb", True),
        ("Plate.exr", "plate.exr", False),
    ],
)
def test_a_pattern_fits_a_path_a_name_or_a_folder_above(
    pattern: str, path: str, fits: bool
) -> None:
    taken, left = choosing((pattern,), ()), choosing((), (pattern,))
    assert taken is not None
    assert left is not None
    assert (taken(path), left(path)) == (fits, not fits)


def test_without_patterns_nothing_is_asked() -> None:
    assert choosing((), ()) is None
    assert choosing(("/",), ("",)) is None


def test_what_is_excluded_stays_out_though_it_is_included() -> None:
    takes = choosing(("*.exr", "*.mov"), ("plate.*",))
    assert takes is not None
    names = ("plate.1001.exr", "cut.mov", "notes.txt", "comp.1001.exr")
    assert [one for one in names if takes(one)] == ["cut.mov", "comp.1001.exr"]
