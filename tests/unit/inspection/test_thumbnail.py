"""A thumbnail shows what is in the file, small, or says that it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.thumbnail import thumbnail
from rushes.testing.media import clip, raster

Make = Callable[..., Path]
Shown = Callable[[bytes], Any]
Grey = Callable[..., dict[str, Any]]
Flat = Callable[..., Any]


def near(value: Any, wanted: Any, *, by: int = 6) -> bool:
    return bool(np.abs(np.asarray(value) - np.asarray(wanted)).max() <= by)


def is_magenta(pixel: Any) -> bool:
    return bool(min(pixel[0], pixel[2]) > pixel[1] + 60)


def test_whole_numbers_are_shown_as_they_are(make_picture: Make, shown: Shown) -> None:
    pixels = np.full((20, 40, 3), (0.2, 0.5, 0.8))
    for name in ("a.png", "a.tif", "a.dpx"):
        seen = shown(thumbnail(make_picture(name, pixels)))
        assert near(seen, (51, 128, 204)), name


def test_scene_linear_values_go_through_the_view(make_exr: Make, grey: Grey, shown: Shown) -> None:
    middle = shown(thumbnail(make_exr(grey(0.18))))[10, 20]
    assert near(middle, middle[0])  # grey stays grey
    assert 80 < middle[0] < 130  # far from 0.18 × 255
    bright = shown(thumbnail(make_exr(grey(4.0))))[10, 20, 0]
    assert 200 < bright < 255  # rolled off, not clipped


def test_pixels_that_are_not_finite_are_magenta(make_exr: Make, grey: Grey, shown: Shown) -> None:
    channels = grey(0.18)
    channels["R"][5, 7], channels["G"][5, 30] = np.nan, np.inf
    seen = shown(thumbnail(make_exr(channels)))
    assert is_magenta(seen[5, 7])
    assert is_magenta(seen[5, 30])
    assert not is_magenta(seen[12, 20])


def test_one_bad_pixel_among_millions_still_shows(make_exr: Make, grey: Grey, shown: Shown) -> None:
    channels = grey(0.18, rows=1080, columns=1920)
    channels["B"][540, 960] = np.nan
    seen = shown(thumbnail(make_exr(channels)))
    assert seen.shape[1] == 240
    assert 9 <= sum(is_magenta(pixel) for pixel in seen.reshape(-1, 3)) <= 25


def test_the_beauty_is_taken_wherever_it_stands(make_exr: Make, grey: Grey, shown: Shown) -> None:
    depth = {"Z": np.full((20, 40), 9, np.float32)}
    path = make_exr(
        depth, grey(9.0), grey(0.18), names=("depth", "specular", "beauty")
    )  # fmt: skip
    assert 80 < shown(thumbnail(path))[10, 20, 0] < 130


def test_layers_of_one_part_do_not_hide_its_beauty(
    make_exr: Make, grey: Grey, shown: Shown
) -> None:
    layers = {f"albedo.{name}": one for name, one in grey(9.0).items()}
    assert 80 < shown(thumbnail(make_exr({**layers, **grey(0.18)})))[10, 20, 0] < 130


def test_without_colour_the_first_channel_is_grey(make_exr: Make, shown: Shown) -> None:
    ramp = np.tile(np.linspace(5, 50, 40, dtype=np.float32), (20, 1))
    seen = shown(thumbnail(make_exr({"motion.u": ramp})))
    assert near(seen[..., 0], seen[..., 1])
    assert seen[10, 0, 0] < 20
    assert seen[10, 39, 0] > 235


def test_a_picture_of_nothing_but_one_value_is_no_error(make_exr: Make, flat: Flat) -> None:
    assert thumbnail(make_exr({"mask": flat(0.0)}))


def test_a_data_window_inside_the_display_window_has_black_around_it(
    make_exr: Make, grey: Grey, shown: Shown
) -> None:
    path = make_exr(
        grey(0.18, rows=10, columns=20),
        dataWindow=((10, 5), (29, 14)),
        displayWindow=((0, 0), (39, 19)),
    )
    seen = shown(thumbnail(path))
    assert seen.shape == (20, 40, 3)
    assert near(seen[1, 1], 0, by=12)
    assert seen[10, 20, 0] > 80


def test_a_data_window_beyond_the_display_window_is_cut_to_it(
    make_exr: Make, grey: Grey, shown: Shown
) -> None:
    channels = grey(0.18)
    for one in channels.values():
        one[:5] = 9.0  # overscan above the display window
    path = make_exr(
        channels, dataWindow=((-10, -5), (29, 14)), displayWindow=((0, 0), (19, 9))
    )  # fmt: skip
    seen = shown(thumbnail(path))
    assert seen.shape == (10, 20, 3)
    assert seen.max() < 130


def test_a_data_window_outside_of_the_display_window_is_shown_by_itself(
    make_exr: Make, grey: Grey, shown: Shown
) -> None:
    path = make_exr(
        grey(0.18), dataWindow=((100, 0), (139, 19)), displayWindow=((0, 0), (9, 9))
    )  # fmt: skip
    assert shown(thumbnail(path)).shape == (20, 40, 3)


def test_pixels_that_are_not_square_are_shown_in_shape(
    make_exr: Make, grey: Grey, shown: Shown
) -> None:
    wide = make_exr(grey(0.18, rows=100, columns=100), pixelAspectRatio=2.0)
    assert shown(thumbnail(wide)).shape[:2] == (100, 200)


def test_tiles_are_read_as_well_as_lines(make_picture: Make, shown: Shown) -> None:
    pixels = np.full((70, 100, 3), (0.2, 0.5, 0.8))
    seen = shown(thumbnail(make_picture("tiled.tif", pixels, tile=32)))
    assert seen.shape == (70, 100, 3)
    assert near(seen, (51, 128, 204))


def test_a_movie_shows_its_first_frame(tmp_path: Path, shown: Shown) -> None:
    path = tmp_path / "clip.mov"
    frames = [np.full((54, 96, 3), value, np.float32) for value in (0.25, 1.0)]
    clip.write_movie(path, frames, size=(96, 54))
    assert near(shown(thumbnail(path)), 64, by=8)


@pytest.mark.parametrize(
    ("rows", "columns", "size"),
    [(1, 1, (1, 1)), (10, 5000, (1, 240)), (3000, 3, (480, 1)), (1080, 1920, (135, 240))],
)
def test_a_thumbnail_fits_its_box_and_is_never_larger_than_the_picture(
    make_picture: Make, shown: Shown, rows: int, columns: int, size: tuple[int, int]
) -> None:
    path = make_picture("any.png", np.full((rows, columns, 3), 0.5))
    seen = shown(thumbnail(path))
    assert seen.shape[:2] == size
    assert near(seen, 128)


def test_the_width_may_be_chosen(make_picture: Make, shown: Shown) -> None:
    path = make_picture("wide.png", np.full((100, 400, 3), 0.5))
    assert shown(thumbnail(path, width=80)).shape[:2] == (20, 80)


def test_the_same_file_gives_the_same_bytes(make_exr: Make, grey: Grey) -> None:
    path = make_exr(grey(0.3))
    assert thumbnail(path) == thumbnail(path)


@pytest.mark.skipif(sys.platform != "linux", reason="names may be any bytes on Linux only")
def test_a_name_of_any_bytes_is_opened(make_exr: Make, grey: Grey, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/pl\xff\xe4te.1001.exr"))
    make_exr(grey(0.18)).rename(odd)
    assert thumbnail(odd).startswith(b"\xff\xd8\xff")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are no files in memory")
def test_no_room_on_any_disk_is_needed(
    make_exr: Make, grey: Grey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert thumbnail(make_exr(grey(0.18))).startswith(b"\xff\xd8\xff")


def test_a_picture_that_came_out_short_is_an_error(
    make_exr: Make, grey: Grey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the JPEG writer leaves half a file, and need not say so."""
    path = make_exr(grey(0.18))
    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda place: whole(place)[:-2])
    with pytest.raises(RushesError) as raised:
        thumbnail(path)
    assert raised.value.code is Code.WRITE_FAILED


def refused(path: Path) -> str:
    with pytest.raises(RushesError) as raised:
        thumbnail(path)
    assert raised.value.code is Code.MEDIA_UNREADABLE
    assert path.name in raised.value.message
    return raised.value.message


@pytest.mark.parametrize("name", ["a.exr", "a.dpx", "a.tif", "a.png", "a.mov"])
@pytest.mark.parametrize("part", [0, 0.02, 0.3, 0.7])
def test_a_truncated_file_is_refused_and_never_half_a_picture(
    tmp_path: Path, make_exr: Make, name: str, part: float
) -> None:
    noise = np.random.default_rng(1).random((120, 160, 3), np.float32)
    path = tmp_path / name
    if name == "a.exr":
        make_exr({c: noise[..., at] for at, c in enumerate("RGB")}, name=name)
    elif name == "a.mov":
        clip.write_movie(path, [noise] * 3, size=(160, 120))
    else:
        raster.write(path, noise)
    os.truncate(path, int(path.stat().st_size * part))
    refused(path)


@pytest.mark.parametrize("name", ["a.exr", "a.png", "a.mov", "a.nk", "a.null", "a.term", "a"])
def test_what_is_no_picture_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"#! nuke -nx\nversion 15.1 v1\n")
    refused(path)


def test_a_playlist_that_calls_itself_a_movie_opens_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.mov"
    clip.write_movie(secret, [np.full((54, 96, 3), 0.5, np.float32)], size=(96, 54))
    path = tmp_path / "list.mov"
    path.write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
    refused(path)


def test_a_header_that_claims_a_huge_picture_is_refused_before_anything_is_read(
    tmp_path: Path,
) -> None:
    path = tmp_path / "huge.ppm"
    path.write_bytes(b"P6\n900000 900000\n255\n" + b"\0" * 64)
    refused(path)


def test_a_header_that_is_no_text_is_refused(make_exr: Make, grey: Grey) -> None:
    path = make_exr(grey(0.18))
    damaged = path.read_bytes().replace(
        b"compression\0compression", b"compression\0compre\xff\xfeion"
    )
    path.write_bytes(damaged)
    refused(path)


def test_a_channel_of_any_bytes_is_shown(make_exr: Make, grey: Grey) -> None:
    path = make_exr({"motion.uuuu": grey(0.1)["R"]})
    path.write_bytes(path.read_bytes().replace(b"motion.uuuu", b"motion.u\xff\xfeu"))
    assert thumbnail(path)


def test_a_folder_and_a_pipe_are_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "folder.exr").mkdir()
    refused(tmp_path / "folder.exr")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.exr")
        refused(tmp_path / "pipe.exr")


def test_a_file_that_is_not_there_is_said_to_be_not_there(tmp_path: Path) -> None:
    with pytest.raises(RushesError) as raised:
        thumbnail(tmp_path / "gone.exr")
    assert raised.value.code is Code.PATH_NOT_FOUND


def with_ocio(config: str, path: Path) -> subprocess.CompletedProcess[bytes]:
    script = (
        "import sys; from pathlib import Path; from rushes.core.errors import RushesError\n"
        "from rushes.inspection.thumbnail import thumbnail\n"
        "try: sys.stdout.buffer.write(thumbnail(Path(sys.argv[1])))\n"
        "except RushesError as error: sys.exit(error.code.value)\n"
    )
    env = {**os.environ, "OCIO": config, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = [sys.executable, "-c", script, str(path)]
    return subprocess.run(run, env=env, capture_output=True)


def test_a_colour_config_that_cannot_be_read_is_told(make_exr: Make, grey: Grey) -> None:
    ended = with_ocio("/nowhere/config.ocio", make_exr(grey(0.18)))
    assert b"settings.invalid" in ended.stderr
    assert ended.stdout == b""


def test_the_colour_config_of_the_studio_decides(
    make_exr: Make, grey: Grey, shown: Shown, tmp_path: Path
) -> None:
    config = tmp_path / "config.ocio"
    config.write_text(
        "ocio_profile_version: 1\n"
        "roles: {default: lin, scene_linear: lin}\n"
        "displays:\n  d:\n    - !<View> {name: v, colorspace: inverse}\n"
        "colorspaces:\n  - !<ColorSpace>\n    name: lin\n"
        "  - !<ColorSpace>\n    name: inverse\n"
        "    from_reference: !<MatrixTransform> {matrix: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0,"
        " 0, 0, 0, 1], offset: [1, 1, 1, 0]}\n"
    )
    ended = with_ocio(str(config), make_exr(grey(0.25)))
    assert near(shown(ended.stdout), 191)
