"""`rushes exr diff`: what files or sequences differ in, and an exit code that can be trusted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import OpenImageIO
import pytest

from rushes.cli import exits

pytestmark = pytest.mark.usefixtures("home")

Write = Callable[..., Path]


def picture(*, seed: int = 0, rows: int = 48, columns: int = 64) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {name: rng.random((rows, columns)).astype(np.float16) for name in "RGB"}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, channels: dict[str, Any] | None = None, **header: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        header = {"compression": OpenEXR.ZIP_COMPRESSION, **header}
        header.setdefault("type", OpenEXR.scanlineimage)
        OpenEXR.File(header, channels or picture()).write(str(path))
        return path

    return written


@pytest.fixture
def sequences(write: Write, tmp_path: Path) -> Path:
    """Frames 1001 to 1005 in `a` and `b`: 1002 differs by 0.5, 1004 is NaN somewhere in b; `a`
    lacks 1005 and `b` lacks 1003.
    """
    for frame in range(1001, 1006):
        ours, other = picture(seed=frame), picture(seed=frame)
        if frame == 1002:
            ours["G"][20, 30], other["G"][20, 30] = 0.25, 0.75
        if frame == 1004:
            other["R"][1, 2] = np.nan
        if frame != 1005:
            write(f"a/plate.{frame}.exr", ours)
        if frame != 1003:
            write(f"b/plate.{frame}.exr", other)
    return tmp_path


def patterns(folder: Path) -> tuple[str, str]:
    return f"{folder}/a/plate.%04d.exr", f"{folder}/b/plate.####.exr"


def size(path: Path) -> tuple[int, int]:
    spec = OpenImageIO.ImageBuf(str(path)).spec()
    return spec.width, spec.height


def test_a_file_is_the_same_as_itself_and_its_copy(rushes: Any, write: Write) -> None:
    ended = rushes("exr", "diff", write("a.exr"), write("b.exr"))
    assert ended.code == exits.OK
    assert "3,072 pixels compared" in ended.out
    assert "They are the same.\n" in ended.out


def test_another_compression_is_a_difference_that_can_be_ignored(rushes: Any, write: Write) -> None:
    pair = write("a.exr"), write("b.exr", compression=OpenEXR.PIZ_COMPRESSION)
    ended = rushes("exr", "diff", *pair)
    assert ended.code == exits.FOUND
    assert "zip, multi-scanline blocks → piz" in ended.out
    ended = rushes("exr", "diff", *pair, "--ignore", "comp*")
    assert ended.code == exits.OK
    assert "They are the same but for what does not count." in ended.out


def test_pixels_that_differ_are_told_with_place_and_values(rushes: Any, write: Write) -> None:
    other = picture()
    other["G"][20, 30] = 4
    pair = write("a.exr"), write("b.exr", other)
    ended = rushes("exr", "diff", "--json", *pair)
    assert ended.code == exits.FOUND
    (one,) = ended.json["files"]
    found = {each["name"]: each for each in one["parts"][0]["pixels"]["channels"]}
    assert found["G"]["at"] == [30, 20]
    assert found["G"]["values"] == [float(picture()["G"][20, 30]), 4.0]
    assert [found[name]["over"] for name in "RGB"] == [0, 1, 0]
    assert "30, 20" in rushes("exr", "diff", *pair).out


def test_the_tolerance_decides(rushes: Any, write: Write) -> None:
    values = np.ones((4, 5), np.float32)
    other = values.copy()
    other[2, 3] = 1.25
    pair = write("a.exr", {"Y": values}), write("b.exr", {"Y": other})
    for flags, code in (
        ([], exits.FOUND),
        (["--tolerance", "0.2499"], exits.FOUND),
        (["--tolerance", "0.25"], exits.OK),
        (["--relative", "0.2"], exits.OK),
        (["--relative", "0.19"], exits.FOUND),
    ):
        assert rushes("exr", "diff", *pair, *flags).code == code
    ended = rushes("exr", "diff", *pair, "--tolerance", "1")
    assert "They are the same within the tolerance." in ended.out


@pytest.mark.parametrize("amount", ["nan", "inf", "-1", "much"])
def test_a_tolerance_under_which_all_is_the_same_is_refused(
    amount: str, rushes: Any, write: Write
) -> None:
    pair = write("a.exr"), write("b.exr", picture(seed=1))
    for flag in ("--tolerance", "--relative"):
        assert rushes("exr", "diff", *pair, f"{flag}={amount}").code == exits.NOT_THERE


def test_without_pixels_only_headers_are_compared_and_that_is_said(
    rushes: Any, write: Write
) -> None:
    pair = write("a.exr", owner="one"), write("b.exr", picture(seed=1), owner="one")
    ended = rushes("exr", "diff", "--no-pixels", *pair)
    assert ended.code == exits.OK
    assert "Their headers are the same; pixels were not compared." in ended.out
    assert rushes("exr", "diff", "--no-pixels", "--json", *pair).json["pixels"] is False
    third = write("c.exr", owner="other")
    assert rushes("exr", "diff", "--no-pixels", pair[0], third).code == exits.FOUND


def test_what_changes_in_every_frame_counts_when_asked(rushes: Any, write: Write) -> None:
    pair = write("a.exr", capDate="one"), write("b.exr", capDate="other")
    ended = rushes("exr", "diff", *pair)
    assert ended.code == exits.OK
    assert '"one" → "other"' in ended.out
    assert rushes("exr", "diff", "--strict", *pair).code == exits.FOUND


def test_data_windows_that_differ_count_unless_the_rest_is_zero(rushes: Any, write: Write) -> None:
    shown = (np.array([0, 0], np.int32), np.array([63, 47], np.int32))
    whole = {"Y": np.zeros((48, 64), np.float16)}
    whole["Y"][10:20, 5:45] = 1
    cropped = {"Y": np.ones((10, 40), np.float16)}
    window = (np.array([5, 10], np.int32), np.array([44, 19], np.int32))
    pair = (
        write("a.exr", whole, displayWindow=shown),
        write("b.exr", cropped, displayWindow=shown, dataWindow=window),
    )
    ended = rushes("exr", "diff", *pair)
    assert ended.code == exits.FOUND
    assert "400 pixels compared; not compared: 2,672 only in A's data window" in ended.out
    ended = rushes("exr", "diff", "--outside-is-zero", *pair)
    assert ended.code == exits.OK
    assert "3,072 pixels compared" in ended.out
    assert rushes("exr", "diff", "--ignore", "dataWindow", *pair).code == exits.OK


def test_a_missing_file_ends_with_two(rushes: Any, write: Write, tmp_path: Path) -> None:
    there = write("a.exr")
    for pair in ((there, tmp_path / "none.exr"), (tmp_path / "none.exr", there)):
        ended = rushes("exr", "diff", *pair)
        assert ended.code == exits.NOT_THERE
        assert "none.exr" in ended.err
        assert "same" not in ended.out
    assert rushes("exr", "diff", there, tmp_path / "none.%04d.exr").code == exits.NOT_THERE


def test_what_cannot_be_read_ends_with_three(rushes: Any, write: Write, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.exr")
    ended = rushes("exr", "diff", "--json", write("a.exr"), tmp_path / "pipe.exr")
    assert ended.code == exits.UNAVAILABLE
    assert ended.json["same"] is False
    assert ended.json["files"][0]["error"]["code"] == "path.unreadable"


def test_a_damaged_file_is_a_finding_even_where_all_else_is_the_same(
    rushes: Any, write: Write
) -> None:
    a, b = write("a.exr"), write("b.exr")
    b.write_bytes(b.read_bytes()[:-300])
    ended = rushes("exr", "diff", "--json", a, b)
    assert ended.code == exits.FOUND
    (one,) = ended.json["files"]
    assert one["same"] is False
    assert {found["rule"] for found in one["findings"]} == {"exr.pixels"}
    assert one["parts"][0]["pixels"]["lost"] == 16 * 64
    b.write_bytes(b"no picture")
    ended = rushes("exr", "diff", a, b)
    assert ended.code == exits.FOUND
    assert "exr.header" in ended.out
    assert "They cannot be called the same" in ended.out


def test_two_copies_of_the_same_damage_are_not_called_the_same(rushes: Any, write: Write) -> None:
    a, b = write("a.exr"), write("b.exr")
    for path in (a, b):
        path.write_bytes(path.read_bytes()[:-300])
    ended = rushes("exr", "diff", a, b)
    assert ended.code == exits.FOUND
    assert "They cannot be called the same" in ended.out


def test_sequences_are_compared_frame_by_frame(rushes: Any, sequences: Path) -> None:
    ended = rushes("exr", "diff", *patterns(sequences))
    assert ended.code == exits.FOUND
    lines = ended.out.splitlines()
    assert lines[0].split()[:4] == ["1002", "1", "value", "over,"]
    assert "G by 0.5" in lines[0]
    assert "at 30, 20" in lines[0]
    assert "NaN or infinite at 2, 1" in lines[1]
    assert "3 frames compared: 1 the same, 2 differ" in ended.out
    assert "Only A has 1003" in ended.out
    assert "Only B has 1005" in ended.out


def test_a_frame_that_one_side_lacks_is_a_difference(rushes: Any, sequences: Path) -> None:
    first, second = patterns(sequences)
    ended = rushes("exr", "diff", "--json", f"{first} 1001", f"{second} 1001,1005")
    assert ended.code == exits.FOUND
    assert ended.json["same"] is False
    assert (ended.json["only_a"], ended.json["only_b"]) == ("", "1005")
    assert [one["same"] for one in ended.json["files"]] == [True]
    assert rushes("exr", "diff", f"{first} 1001", f"{second} 1001").code == exits.OK


def test_sequences_without_a_common_frame_are_not_the_same(rushes: Any, sequences: Path) -> None:
    first, second = patterns(sequences)
    ended = rushes("exr", "diff", f"{first} 1001", f"{second} 1005")
    assert ended.code == exits.FOUND
    assert "nothing was compared" in ended.out


def test_a_pattern_and_a_file_cannot_be_compared(rushes: Any, sequences: Path) -> None:
    first, _ = patterns(sequences)
    ended = rushes("exr", "diff", first, sequences / "b" / "plate.1001.exr")
    assert ended.code == exits.NOT_THERE
    assert "is a pattern" in ended.err


def test_two_views_at_once_cannot_be_compared(rushes: Any, write: Write, tmp_path: Path) -> None:
    for view in ("left", "right"):
        write(f"a/plate.{view}.1001.exr")
    both = tmp_path / "a" / "plate.%V.%04d.exr"
    ended = rushes("exr", "diff", both, both)
    assert ended.code == exits.NOT_THERE
    assert "one view at a time" in ended.err


def test_a_name_of_any_bytes_is_compared(rushes: Any, write: Write) -> None:
    odd = os.fsdecode(b"plate\xff.exr")
    there = write("a.exr")
    os.link(there, there.with_name(odd))
    ended = rushes("exr", "diff", "--json", there, there.with_name(odd))
    assert ended.code == exits.OK
    assert ended.json["b"].endswith("plate\\xff.exr")


def test_frames_are_told_in_order_with_damaged_ones_among_them(
    rushes: Any, sequences: Path
) -> None:
    (sequences / "b" / "plate.1001.exr").write_bytes(b"")
    ended = rushes("exr", "diff", "--json", *patterns(sequences))
    assert [one["frame"] for one in ended.json["files"]] == [1001, 1002, 1004]
    assert ended.json["files"][0]["findings"][0]["rule"] == "exr.header"


def test_the_picture_is_as_large_as_the_display_window(
    rushes: Any, write: Write, tmp_path: Path
) -> None:
    pair = write("a.exr"), write("b.exr", picture(seed=1))
    place = tmp_path / "difference.png"
    ended = rushes("exr", "diff", *pair, "--image", place)
    assert ended.code == exits.FOUND
    assert f"Picture: {place}, white is" in ended.out
    assert size(place) == (64, 48)
    assert rushes("exr", "diff", *pair, "--image", place).code == exits.FOUND
    assert sorted(path.name for path in tmp_path.glob("*.p*")) == ["difference.png"]


@pytest.mark.parametrize("name", ["notes.png", "a.exr", "folder/difference.png", "none.jpg"])
def test_nothing_but_a_picture_is_overwritten(
    name: str, rushes: Any, write: Write, tmp_path: Path
) -> None:
    pair = write("a.exr"), write("b.exr", picture(seed=1))
    (tmp_path / "notes.png").write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    ended = rushes("exr", "diff", *pair, "--image", tmp_path / name)
    assert ended.code in (exits.NOT_THERE, exits.NOT_WRITTEN)
    assert ended.out == ""
    assert {path: path.read_bytes() for path in before} == before


def test_every_frame_has_its_picture_where_the_place_is_a_pattern(
    rushes: Any, sequences: Path
) -> None:
    place = sequences / "difference.####.png"
    ended = rushes("exr", "diff", "--json", *patterns(sequences), "--image", place)
    told = ended.json["pictures"]
    assert [one["frame"] for one in told] == [1001, 1002, 1004]
    assert [one["white"] for one in told] == [0.0, 0.5, 0.0]
    names = sorted(path.name for path in sequences.glob("*.png"))
    assert names == [f"difference.{frame}.png" for frame in (1001, 1002, 1004)]


def test_one_picture_of_a_sequence_is_that_of_the_worst_frame(rushes: Any, sequences: Path) -> None:
    place = sequences / "worst.png"
    first, second = patterns(sequences)
    ended = rushes("exr", "diff", first, second, "--image", place)
    assert f"Picture of frame 1004: {place}" in ended.out
    ended = rushes("exr", "diff", f"{first} 1001-1002", second, "--image", place, "--json")
    assert [(one["frame"], one["white"]) for one in ended.json["pictures"]] == [(1002, 0.5)]


def test_a_picture_that_cannot_be_written_is_told(
    rushes: Any, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rushes.core.atomic.os.fsync", full)
    pair = write("a.exr"), write("b.exr")
    ended = rushes("exr", "diff", *pair, "--image", tmp_path / "difference.png")
    assert ended.code == exits.NOT_WRITTEN
    assert "No space left" in ended.err
    assert "Picture" not in ended.out


def test_control_characters_of_a_file_do_not_reach_the_terminal(rushes: Any, write: Write) -> None:
    a = write("a.exr", {"evil\x1b[2J": picture()["R"]}, owner="\x1b]0;x")
    b = write("b.exr", {"evil\x1b[2J": picture(seed=1)["R"]}, owner="other")
    assert "\x1b" not in rushes("exr", "diff", a, b).out


def test_neighbouring_frames_that_differ_alike_share_a_line(
    rushes: Any, write: Write, tmp_path: Path
) -> None:
    for frame in range(1001, 1005):
        write(f"a/plate.{frame}.exr", owner="one")
        write(f"b/plate.{frame}.exr", owner="one" if frame == 1003 else "other")
    ended = rushes("exr", "diff", *patterns(tmp_path))
    assert ended.out.splitlines()[:2] == [
        "1001-1002  attribute owner",
        "1004       attribute owner",
    ]
