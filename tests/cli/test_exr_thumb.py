"""`rushes exr thumb`: small pictures and contact sheets, put where they were asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import OpenImageIO
import pytest

from rushes.cli import exits
from rushes.testing.media import raster

Command = Callable[..., Any]
PATTERN = "renders/beauty.%04d.exr"


def picture(folder: Path, frames: Iterable[int], *, head: str = "beauty.") -> None:
    """Frames with a grey beauty, the brighter the later, and a red layer."""
    folder.mkdir(exist_ok=True)
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    for frame in frames:
        channels = {one: np.full((54, 96), (frame % 10) / 10, np.float16) for one in "RGB"}
        channels["red.R"] = np.full((54, 96), 0.8, np.float16)
        channels |= {f"red.{one}": np.zeros((54, 96), np.float16) for one in "GB"}
        OpenEXR.File(header, channels).write(str(folder / f"{head}{frame}.exr"))


@pytest.fixture
def renders(home: Path) -> Path:
    """Frames 1001 to 1005."""
    folder = home / "renders"
    picture(folder, range(1001, 1006))
    return folder


def seen(path: Path) -> Any:
    """Pixels, 0 to 255."""
    pixels: Any = OpenImageIO.ImageBuf(str(path)).get_pixels(OpenImageIO.UINT8)
    return pixels.astype(int)


def kind(path: Path) -> str:
    source: Any = OpenImageIO.ImageInput.open(str(path))
    return str(source.format_name())


def left_alone(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_sequence_is_shown_by_its_middle_frame(
    rushes: Command, home: Path, renders: Path
) -> None:
    ended = rushes("exr", "thumb", PATTERN)
    assert ended.code == exits.OK
    assert ended.out.startswith("beauty.1003.jpg  96 × 54  ")
    assert ended.out.endswith("of renders/beauty.1003.exr\n")
    assert kind(home / "beauty.1003.jpg") == "jpeg"
    assert left_alone(home) == ["beauty.1003.jpg", "renders"]
    assert len(left_alone(renders)) == 5


@pytest.mark.parametrize(
    ("given", "frames"),
    [
        (["--frame", "1002"], ["1002"]),
        (["--frame", "1001-1005x2"], ["1001", "1003", "1005"]),
        (["--every", "3"], ["1001", "1004"]),
    ],
)
def test_frames_are_chosen(
    rushes: Command, renders: Path, given: list[str], frames: list[str]
) -> None:
    ended = rushes("exr", "thumb", PATTERN, *given, "--json")
    assert ended.code == exits.OK
    assert [one["frame"] for one in ended.json["pictures"]] == frames
    assert [one["path"] for one in ended.json["written"]] == [f"beauty.{at}.jpg" for at in frames]


@pytest.mark.parametrize(
    ("name", "form"), [("a.png", "png"), ("a.webp", "webp"), ("a.jpeg", "jpeg"), ("A.JPG", "jpeg")]
)
def test_the_name_decides_the_format(
    rushes: Command, home: Path, renders: Path, name: str, form: str
) -> None:
    ended = rushes("exr", "thumb", PATTERN, "--out", name, "--json")
    (told,) = ended.json["written"]
    assert (ended.json["format"], kind(home / name)) == (form, form)
    assert told["bytes"] == (home / name).stat().st_size
    assert (told["width"], told["height"]) == (96, 54)


def test_many_files_go_into_a_folder(rushes: Command, home: Path, renders: Path) -> None:
    (home / "small").mkdir()
    names = [f"renders/beauty.{frame}.exr" for frame in (1001, 1002)]
    ended = rushes("exr", "thumb", *names, "--out", "small", "--format", "png", "--width", "48")
    assert ended.code == exits.OK
    assert left_alone(home / "small") == ["beauty.1001.png", "beauty.1002.png"]
    assert seen(home / "small" / "beauty.1001.png").shape == (27, 48, 3)


def test_a_layer_has_its_colours_and_exposure_doubles_light(
    rushes: Command, home: Path, renders: Path
) -> None:
    for name, given in {"layer": ["--layer", "red"], "plus": ["--exposure", "1"]}.items():
        out = ["--out", f"{name}.png", "--view", "Raw", "--frame", "1004"]
        assert rushes("exr", "thumb", PATTERN, *given, *out).code == exits.OK
    assert seen(home / "layer.png")[20, 40].tolist() == [204, 0, 0]
    assert seen(home / "plus.png")[20, 40].tolist() == [204, 204, 204]  # twice 0.4


def test_a_contact_sheet_has_a_cell_for_each_frame(
    rushes: Command, home: Path, renders: Path
) -> None:
    out = ["--out", "sheet.png", "--view", "Raw", "--columns", "3", "--width", "96"]
    ended = rushes("exr", "thumb", PATTERN, "--contact-sheet", *out, "--json")
    assert ended.code == exits.OK
    (told,) = ended.json["written"]
    assert (told["contact_sheet"], told["pictures"]) == (True, 5)
    assert {one["path"] for one in ended.json["pictures"]} == {"sheet.png"}
    page = seen(home / "sheet.png")
    for frame in range(1, 6):
        value = int(float(np.float16(frame / 10)) * 255 + 0.5)
        same = (page == value).all(axis=2)
        assert same.sum() >= 54 * 96, frame


def test_missing_and_broken_frames_are_empty_cells_and_told(
    rushes: Command, home: Path, renders: Path
) -> None:
    (renders / "beauty.1002.exr").unlink()
    (renders / "beauty.1004.exr").write_bytes(b"no picture")
    ended = rushes("exr", "thumb", PATTERN, "--contact-sheet", "--json")
    assert ended.code == exits.FOUND
    (told,) = ended.json["written"]
    assert (told["path"], told["pictures"]) == ("beauty.contact-sheet.jpg", 3)
    codes = [one["error"] and one["error"]["code"] for one in ended.json["pictures"]]
    assert codes == [None, "nothing.found", None, "media.unreadable", None]
    assert [one["path"] for one in ended.json["pictures"]].count(None) == 2
    assert "beauty.1002.exr is missing" in ended.err
    assert "beauty.1004.exr" in ended.err


def test_a_frame_asked_for_by_its_number_has_to_be_there(rushes: Command, renders: Path) -> None:
    ended = rushes("exr", "thumb", PATTERN, "--frame", "1005-1006")
    assert ended.code == exits.NOT_THERE
    assert "beauty.1005.jpg" in ended.out
    assert "beauty.1006.exr is missing" in ended.err


def test_a_long_sequence_is_spread_over_one_page(rushes: Command, home: Path) -> None:
    folder = home / "long"
    picture(folder, [1001], head="a.")
    one = (folder / "a.1001.exr").read_bytes()
    for frame in range(1002, 1101):
        (folder / f"a.{frame}.exr").write_bytes(one)
    ended = rushes("exr", "thumb", "long/a.####.exr", "--contact-sheet", "--width", "48", "--json")
    frames = [one["frame"] for one in ended.json["pictures"]]
    assert (len(frames), frames[0], frames[-1]) == (60, "1001", "1100")


def test_all_layers_of_a_file_are_one_sheet(rushes: Command, home: Path, renders: Path) -> None:
    ended = rushes("exr", "thumb", "renders/beauty.1004.exr", "--layers", "--json")
    assert ended.code == exits.OK
    assert [one["layer"] for one in ended.json["pictures"]] == ["(no layer)", "red"]
    assert left_alone(home) == ["beauty.1004.layers.jpg", "renders"]
    page = seen(home / "beauty.1004.layers.jpg")
    assert ((page[..., 0] > 150) & (page[..., 1] < 60)).sum() > 4000


def test_a_broken_file_is_told_and_the_others_are_made(
    rushes: Command, home: Path, renders: Path
) -> None:
    (renders / "beauty.1002.exr").write_bytes(b"no picture")
    ended = rushes("exr", "thumb", PATTERN, "--every", "1")
    assert ended.code == exits.FOUND
    assert len(ended.out.splitlines()) == 4
    assert "renders/beauty.1002.exr" in ended.err


def test_what_is_not_there_is_told(rushes: Command, home: Path, renders: Path) -> None:
    asked = ["renders/gone.exr", "renders/gone.%04d.exr", "renders/beauty.1001.exr"]
    ended = rushes("exr", "thumb", *asked, "--json")
    assert ended.code == exits.NOT_THERE
    codes = [one["error"]["code"] for one in ended.json["pictures"] if one["error"]]
    assert sorted(codes) == ["nothing.found", "path.not_found"]
    assert [one["path"] for one in ended.json["written"]] == ["beauty.1001.jpg"]


def test_nothing_is_written_where_no_picture_could_be_made(
    rushes: Command, home: Path, renders: Path
) -> None:
    for path in renders.iterdir():
        path.write_bytes(b"no picture")
    ended = rushes("exr", "thumb", PATTERN, "--contact-sheet")
    assert (ended.code, ended.out) == (exits.FOUND, "")
    assert left_alone(home) == ["renders"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--layer", "albedo"], "Its layers: (no layer), red"),
        (["--channel", "Z"], "red.R"),
        (["--view", "Film"], "Un-tone-mapped"),
        (["--ocio", "ocio://none"], "ocio://studio-config-latest"),
    ],
)
def test_an_unknown_name_is_told_once_with_those_there_are(
    rushes: Command, home: Path, renders: Path, given: list[str], told: str
) -> None:
    ended = rushes("exr", "thumb", PATTERN, *given)
    assert (ended.code, ended.out) == (exits.NOT_THERE, "")
    assert ended.err.count(told) == 1
    assert left_alone(home) == ["renders"]


def test_a_wrong_view_ends_the_work_at_once_and_is_told_once(
    rushes: Command, renders: Path
) -> None:
    ended = rushes("exr", "thumb", PATTERN, "--every", "1", "--view", "Film", "--json")
    assert ended.code == exits.NOT_THERE
    assert ended.err.count("Film") == 1
    assert {one["error"]["code"] for one in ended.json["pictures"]} == {"settings.invalid"}


def test_media_folders_get_pictures_only_when_they_are_named(
    rushes: Command, renders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(renders)
    ended = rushes("exr", "thumb", "beauty.%04d.exr")
    assert ended.code == exits.NOT_THERE
    assert "among the media" in ended.err
    assert len(left_alone(renders)) == 5
    assert rushes("exr", "thumb", "beauty.%04d.exr", "--out", ".").code == exits.OK
    assert "beauty.1003.jpg" in left_alone(renders)


def test_a_misspelt_file_in_a_media_folder_is_not_there(
    rushes: Command, renders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(renders)
    ended = rushes("exr", "thumb", "beuaty.1001.exr")
    assert ended.code == exits.NOT_THERE
    assert "There is no file beuaty.1001.exr" in ended.err
    assert "among the media" not in ended.err


def test_only_a_picture_of_that_format_is_replaced(
    rushes: Command, home: Path, renders: Path
) -> None:
    place = home / "beauty.1003.jpg"
    place.write_text("notes")
    ended = rushes("exr", "thumb", PATTERN)
    assert (ended.code, place.read_text()) == (exits.NOT_THERE, "notes")
    assert "is no jpeg; it was left alone" in ended.err
    assert rushes("exr", "thumb", PATTERN, "--force").code == exits.OK
    first = place.read_bytes()
    assert rushes("exr", "thumb", PATTERN).code == exits.OK
    assert place.read_bytes() == first
    assert rushes("exr", "thumb", PATTERN, "--exposure", "2").code == exits.OK
    assert place.read_bytes() != first


def test_a_file_that_is_read_is_never_replaced(rushes: Command, home: Path) -> None:
    place = home / "ref.png"
    raster.write(place, np.full((54, 96, 3), 0.5, np.float32))
    before = place.read_bytes()
    (home / "link.png").symlink_to(place)
    for out in ("ref.png", "link.png"):
        ended = rushes("exr", "thumb", "ref.png", "--out", out, "--force", "--width", "10")
        assert ended.code == exits.NOT_THERE
        assert "one of the files to be read" in ended.err
    assert place.read_bytes() == before


@pytest.mark.parametrize(
    "given",
    [
        ["--out", "one.jpg", "--every", "1"],
        ["--out", "one.dat"],
        ["--out", "one.jpg", "--format", "png"],
        ["--frame", "1001", "--every", "2"],
        ["--frame", "soon"],
        ["--columns", "2"],
        ["--layers", "--layer", "red"],
        ["--layers", "--contact-sheet"],
        ["--layer", ""],
        ["--exposure", "nan"],
        ["--gamma", "0"],
        ["--width", "0"],
        ["--timeout", "inf"],
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_made(
    rushes: Command, home: Path, renders: Path, given: list[str]
) -> None:
    assert rushes("exr", "thumb", PATTERN, *given).code == exits.NOT_THERE
    assert left_alone(home) == ["renders"]


def test_frames_are_chosen_of_sequences_only(rushes: Command, renders: Path) -> None:
    ended = rushes("exr", "thumb", "renders/beauty.1001.exr", "--frame", "1001")
    assert ended.code == exits.NOT_THERE
    assert "no sequence was named" in ended.err


def test_two_pictures_never_go_to_one_place(rushes: Command, home: Path, renders: Path) -> None:
    picture(home / "other", [1001])
    asked = ["renders/beauty.1001.exr", "other/beauty.1001.exr"]
    ended = rushes("exr", "thumb", *asked)
    assert ended.code == exits.NOT_THERE
    assert "both be written to beauty.1001.jpg" in ended.err
    assert rushes("exr", "thumb", *asked, "--contact-sheet", "--out", "all.jpg").code == exits.OK


def test_a_folder_that_is_not_there_is_a_failed_write(
    rushes: Command, home: Path, renders: Path
) -> None:
    ended = rushes("exr", "thumb", PATTERN, "--out", "nowhere/a.jpg")
    assert ended.code == exits.NOT_WRITTEN
    assert left_alone(home) == ["renders"]


def test_a_view_that_fails_some_of_a_sheet_leaves_nothing_untold(
    rushes: Command, home: Path, renders: Path
) -> None:
    raster.write(home / "ref.png", np.full((54, 96, 3), 0.5, np.float32))
    asked = ["ref.png", "renders/beauty.1001.exr", "--ocio", "/nowhere/config.ocio"]
    ended = rushes("exr", "thumb", *asked, "--contact-sheet", "--out", "a.jpg", "--json")
    assert ended.code == exits.NOT_THERE
    assert ended.json["written"] == []
    assert all(one["error"] for one in ended.json["pictures"])
    assert not (home / "a.jpg").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="names may be any bytes on Linux only")
def test_a_name_of_any_bytes_is_shown(rushes: Command, home: Path, renders: Path) -> None:
    odd = os.fsdecode(b"pl\xff\xe4te.1001.exr")
    (renders / "beauty.1001.exr").rename(renders / odd)
    for given in ([], ["--contact-sheet"], ["--layers"]):
        ended = rushes("exr", "thumb", f"renders/{odd}", *given, "--json")
        assert ended.code == exits.OK
        assert ended.json["pictures"][0]["source"] == r"renders/pl\xff\xe4te.1001.exr"


def test_both_eyes_of_a_pattern_are_shown(rushes: Command, home: Path) -> None:
    for eye in ("left", "right"):
        picture(home / "stereo", [1001, 1002], head=f"{eye}.")
    ended = rushes("exr", "thumb", "stereo/%V.%04d.exr", "--json")
    assert [one["path"] for one in ended.json["written"]] == ["left.1001.jpg", "right.1001.jpg"]


def test_nothing_is_said_that_nobody_asked_for(renders: Path) -> None:
    """Libraries of pictures have much to tell when a process ends."""
    run = [sys.executable, "-m", "rushes", "exr", "thumb", PATTERN, "--contact-sheet"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(run, env=env, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
