"""What gets one record: every single file, and every file sequence, each with its own name."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.signoff import SequencePrint
from rushes.qc.asset import Asset, assets, cheap_print, frame_text, name_of, sequence_print, shown
from rushes.scan.roots import Root
from rushes.testing.crawls import LONG_AGO, folders, frames, media
from rushes.testing.found import found


def file(name: str) -> FileSequence:
    return FileSequence(PurePosixPath("."), name, "", 0, FrameSet(), Kind.FILE)


def sequence(head: str, tail: str) -> FileSequence:
    return FileSequence(PurePosixPath("."), head, tail, 4, FrameSet.of([1]))


bits = st.text("%04d.", max_size=7).filter(lambda text: "%%0" not in text)
odd = st.builds(file, bits.filter(bool)) | st.builds(sequence, bits, bits)
sets = st.sets(st.integers(1, 60), min_size=1).map(FrameSet.of)


def met(folder: Path, **given: Any) -> dict[str, Asset]:
    (here,) = folders(Root(str(folder)), **given)
    return {one.name: one for one in assets(here, {})}


def told(one: Asset) -> SequencePrint:
    made = sequence_print(one.found)
    assert made is not None
    return made


def test_a_sequence_with_holes_is_told_in_full(tmp_path: Path) -> None:
    frames(tmp_path, [87460, 87461, 87465, 87466, 87470], head="shot.", tail=".tif")
    media(tmp_path / "shot.87466.tif", b"longer than others", at_ns=LONG_AGO + 5 * 10**9)
    (one,) = met(tmp_path).values()
    made = told(one)
    assert one.name == "shot.%05d.tif"
    assert (made.base, made.ext) == ("shot", "tif")
    assert (made.first, made.last) == ("shot.87460.tif", "shot.87470.tif")
    assert (made.frame_count, made.frame_min, made.frame_max, made.pad) == (5, 87460, 87470, 5)
    assert (made.range_count, made.holes) == (3, 6)
    assert made.frames == "87460-87461,87465-87466,87470"
    assert (made.kind, made.subframe_digits) == ("frames", 0)
    assert made.cheap_fp == (5, 4 * len("frame 87460") + 18, 1_700_000_005)
    assert made.cheap_fp == cheap_print(one.found)


@pytest.mark.parametrize("name", ["A001C003.mxf", "clip.mov", "mix.wav", "notes.txt", "README"])
def test_a_single_file_is_an_asset_and_no_sequence(name: str, tmp_path: Path) -> None:
    media(tmp_path / name)
    (one,) = met(tmp_path).values()
    assert (one.name, one.is_sequence, one.files()) == (name, False, [name])
    assert sequence_print(one.found) is None


def test_several_sequences_of_a_folder_are_assets_of_their_own(tmp_path: Path) -> None:
    for head, tail in (("fg.", ".exr"), ("bg.", ".exr"), ("fg.", ".jpg"), ("fg_", ".exr")):
        frames(tmp_path, [1, 2], head=head, tail=tail)
    found_here = met(tmp_path)
    assert set(found_here) == {"fg.%04d.exr", "bg.%04d.exr", "fg.%04d.jpg", "fg_%04d.exr"}
    assert found_here["bg.%04d.exr"].files() == ["bg.0001.exr", "bg.0002.exr"]


def test_a_lone_frame_is_a_sequence_of_one(tmp_path: Path) -> None:
    frames(tmp_path, [7], tail=".dpx")
    made = told(met(tmp_path)["plate.%04d.dpx"])
    assert (made.frame_count, made.range_count, made.holes, made.frames) == (1, 1, 0, "7")
    assert made.first == made.last == "plate.0007.dpx"


def test_frames_that_are_called_by_their_numbers_alone_have_no_base(tmp_path: Path) -> None:
    frames(tmp_path, [1, 2], head="")
    made = told(met(tmp_path)["%04d.exr"])
    assert (made.base, made.ext) == ("", "exr")


def test_tiles_are_told_as_such(tmp_path: Path) -> None:
    frames(tmp_path, [1001, 1002, 1011], head="skin_albedo.", tail=".tx")
    made = told(met(tmp_path)["skin_albedo.%UDIM.tx"])
    assert (made.kind, made.frames, made.frame_count) == ("tiles", "1001-1002,1011", 3)


def test_subframes_are_counted_in_parts_of_a_frame(tmp_path: Path) -> None:
    for number in ("1001.00", "1001.50", "1002.00"):
        media(tmp_path / f"fx.{number}.bgeo")
    (one,) = met(tmp_path, subframes=True).values()
    made = told(one)
    assert (made.subframe_digits, made.frame_min, made.frame_max) == (2, 100100, 100200)
    assert made.frames == "1001.00-1002.00x0.50"
    assert (made.first, made.last) == ("fx.1001.00.bgeo", "fx.1002.00.bgeo")
    assert (made.frame_count, made.holes) == (3, 0)


def test_frames_are_written_as_notation_writes_them() -> None:
    whole = found("s", "a.").sequence
    parts = found("s", "a.", subframe_digits=2, frames=FrameSet.of([100125])).sequence
    assert [frame_text(whole, one) for one in (-3, 0, 1001)] == ["-3", "0", "1001"]
    assert [frame_text(parts, one) for one in (-125, 5, 100125)] == ["-1.25", "0.05", "1001.25"]


def test_renders_on_twos_have_no_holes() -> None:
    made = sequence_print(found("s", "a.", frames=FrameSet((FrameRange(1001, 1009, 2),))))
    assert made is not None
    assert (made.frame_count, made.range_count, made.holes) == (5, 1, 0)


def test_renders_on_twos_with_one_lost_have_holes() -> None:
    made = sequence_print(found("s", "a.", frames=FrameSet.of([1001, 1003, 1007, 1009])))
    assert made is not None
    assert made.holes > 0


@given(sets)
def test_holes_and_ranges_are_those_that_one_counts(numbers: FrameSet) -> None:
    made = sequence_print(found("s", "a.", frames=numbers))
    assert made is not None
    listed = list(numbers)
    steps = {later - one for one, later in pairwise(listed)}
    unit = steps.pop() if len(steps) == 1 and len(listed) > 2 else 1
    ranges = 1 + sum(later - one != unit for one, later in pairwise(listed))
    wanted = len(range(listed[0], listed[-1] + 1, unit))
    assert (made.range_count, made.holes) == (ranges, wanted - len(listed))


def test_a_file_called_like_a_pattern_is_not_the_sequence(tmp_path: Path) -> None:
    frames(tmp_path, [1001, 1002])
    media(tmp_path / "plate.%04d.exr")
    found_here = met(tmp_path)
    assert set(found_here) == {"plate.%04d.exr", "plate.%%04d.exr"}
    assert found_here["plate.%%04d.exr"].files() == ["plate.%04d.exr"]


@given(odd, odd)
@example(file("a%04d.exr"), sequence("a%", ".exr"))
@example(sequence("x.", ".%04d.exr"), sequence("x.%04d.", ".exr"))
def test_no_two_assets_go_by_one_name(one: FileSequence, other: FileSequence) -> None:
    assert (name_of(one) == name_of(other)) == (one == other)


def test_not_even_where_a_file_is_called_like_what_is_doubled() -> None:
    assert name_of(file("a%%04d.exr")) != name_of(sequence("a%", ".exr"))


def test_a_sequence_with_a_percent_sign_is_not_a_file_called_like_it(tmp_path: Path) -> None:
    frames(tmp_path, [1001, 1002], head="a%")
    media(tmp_path / "a%04d.exr")
    assert len(met(tmp_path)) == 2


def test_what_quality_checks_wrote_is_no_asset(tmp_path: Path) -> None:
    frames(tmp_path, [1001, 1002])
    for name in ("plate.%04d.exr.qc.json", "sequence.qc.json", "a.0001.mov.qc.json",
                 "a.0002.mov.qc.json", "qc.sequence.json"):  # fmt: skip
        media(tmp_path / name)
    assert set(met(tmp_path)) == {"plate.%04d.exr"}


def test_names_of_any_bytes_are_told_escaped(tmp_path: Path) -> None:
    frames(tmp_path, [1, 2], head="pl\udcffte.")
    made = told(met(tmp_path)["pl\udcffte.%04d.exr"])
    assert made.base == r"pl\xffte"
    assert made.first == r"pl\xffte.0001.exr"


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("a/b/skin.%UDIM.tx", "a/b/skin.<UDIM>.tx"),
        ("100%%.%UDIM.tx", "100%%.<UDIM>.tx"),
        ("100%%%UDIM.tx", "100%%<UDIM>.tx"),
        ("100%%UDIM.tx", "100%%UDIM.tx"),
        ("of%UDIM/plate.%04d.exr", "of%UDIM/plate.%04d.exr"),
    ],
)
def test_people_are_told_tiles_as_everywhere(subject: str, told: str) -> None:
    assert shown(subject) == told
