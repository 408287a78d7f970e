"""A frame of a reel has the reel's size, whatever its source, and says what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.inspection.look import Viewing
from rushes.inspection.reel.drawing import Corner, burnt_in
from rushes.inspection.reel.fitting import fitted
from rushes.inspection.reel.order import Order, Source, framed, packed, stand_in, unpacked
from rushes.inspection.shrink import Box, Window
from rushes.testing.media.clip import write_movie

BOX = (160, 90)
TEXTS = {Corner.TOP_LEFT: "sh0010", Corner.BOTTOM_RIGHT: "1001"}
Make = Callable[..., Path]


def drawn(order: Order) -> tuple[Any, str]:
    """The frame that the order comes to, as pixels, and what was wrong."""
    answer = framed(packed(order))
    assert answer == framed(packed(order))
    done = unpacked(answer)
    across, down = order.box
    return np.frombuffer(done.pixels, np.uint8).reshape(down, across, 3).astype(int), done.problem


def of_image(path: Path, **given: Any) -> Order:
    """An order of an image file."""
    return Order(BOX, Source.IMAGE, str(path), 0, path.name, **given)


def plain(*, size: tuple[int, int] = (90, 160), value: float = 0.5) -> Any:
    """A picture of one colour: rows and columns."""
    return np.full((*size, 3), value, np.float32)


def test_a_picture_of_the_size_is_left_as_it_is(make_picture: Make) -> None:
    pixels, problem = drawn(of_image(make_picture("a.png", plain())))
    assert problem == ""
    assert abs(pixels - 128).max() <= 1


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (91, 161), (400, 400), (20, 900)])
def test_any_shape_is_fitted_between_bars(make_picture: Make, size: tuple[int, int]) -> None:
    pixels, problem = drawn(of_image(make_picture("a.png", plain(size=size, value=1.0))))
    assert problem == ""
    rows, columns = size
    across, down = Box(*BOX).fitted(columns, rows)
    lit = pixels.max(axis=2) > 128
    assert lit.any(axis=0).sum() == across
    assert lit.any(axis=1).sum() == down
    assert lit[45, 80]  # in the middle


def test_pixels_that_are_wide_are_shown_wide(make_exr: Make) -> None:
    grey = np.full((60, 60), 0.5, np.float32)
    square = make_exr({"R": grey, "G": grey, "B": grey}, name="a.exr")
    wide = make_exr({"R": grey, "G": grey, "B": grey}, name="b.exr", pixelAspectRatio=2.0)
    lit = [drawn(of_image(one))[0].max(axis=2)[45].nonzero()[0].size for one in (square, wide)]
    assert lit == [90, 160]


def test_the_display_window_decides_what_is_seen(make_exr: Make) -> None:
    grey = np.full((45, 80), 0.5, np.float32)
    window = (np.zeros(2, np.int32), np.array([159, 89], np.int32))
    path = make_exr({"R": grey, "G": grey, "B": grey}, displayWindow=window)
    lit = drawn(of_image(path))[0].max(axis=2) > 20
    assert lit[:40, :75].all()
    assert not lit[50:].any()
    assert not lit[:, 85:].any()


def test_a_view_that_is_not_there_is_told_and_others_differ(make_exr: Make) -> None:
    grey = np.full((90, 160), 0.18, np.float32)
    path = make_exr({"R": grey, "G": grey, "B": grey})
    usual, _ = drawn(of_image(path))
    raw, _ = drawn(of_image(path, viewing=Viewing(view="Raw")))
    assert abs(raw - 46).max() <= 1
    assert usual[45, 80, 0] > raw[45, 80, 0] + 20
    with pytest.raises(RushesError) as caught:
        drawn(of_image(path, viewing=Viewing(view="nope")))
    assert caught.value.code is Code.SETTINGS_INVALID


def test_what_is_ready_for_a_screen_goes_through_no_view(make_picture: Make) -> None:
    path = make_picture("a.png", plain())
    pixels, problem = drawn(of_image(path, viewing=Viewing(view="Raw")))
    assert problem == ""
    assert abs(pixels - 128).max() <= 1


def test_burn_ins_stand_in_their_corners_and_nowhere_else(make_picture: Make) -> None:
    path = make_picture("a.png", plain())
    bare, _ = drawn(of_image(path))
    burnt, _ = drawn(of_image(path, texts=TEXTS))
    differs = (bare != burnt).any(axis=2)
    band = 12
    assert differs[:band].all()
    assert differs[-band:].all()
    assert not differs[band:-band].any()
    bright = burnt.min(axis=2) > 120
    assert bright[:band, :80].any()
    assert not bright[:band, 80:].any()
    assert bright[-band:, 80:].any()
    assert not bright[-band:, :80].any()


def test_a_long_name_stays_in_its_corner() -> None:
    page = np.full((90, 160, 3), 128, np.uint8)
    texts = {Corner.TOP_LEFT: "a_very_long_name_of_a_shot" * 4, Corner.TOP_RIGHT: " "}
    bright = burnt_in(page, texts)[:12].min(axis=2) > 120
    assert bright[:, :80].any()
    assert not bright[:, 82:].any()


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x76\x2f\x31\x01" + b"\xff" * 90],
                         ids=["empty", "text", "broken header"])  # fmt: skip
def test_what_cannot_be_read_is_a_card_that_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.exr"
    path.write_bytes(content)
    pixels, problem = drawn(of_image(path, texts=TEXTS))
    assert problem
    red, _, blue = np.moveaxis(pixels[20:70], 2, 0)
    assert (red - blue > 100).any()  # the word
    assert drawn(of_image(tmp_path / "gone.exr"))[1]


def test_a_missing_frame_is_a_card_and_no_problem() -> None:
    pixels, problem = drawn(Order(BOX, word="missing frame", told=("sh0010 1003",)))
    assert problem == ""
    assert (pixels[:, :, 0] - pixels[:, :, 2] > 100).any()


def test_a_slate_tells_its_lines_and_shows_a_picture(make_picture: Make) -> None:
    path = make_picture("a.png", plain(value=1.0))
    rows = (("Show", "Nightjar"), ("Artist", "Łukasz Ząb"))
    with_picture, _ = drawn(of_image(path, title="sq010 / sh0010", rows=rows))
    without, _ = drawn(replace(of_image(path), source=Source.NONE, title="sh", rows=rows))
    assert (with_picture[30:60, 100:140] == 255).all()
    assert not (without[30:60, 100:140] == 255).any()
    assert (without[:, :80].max(axis=2) > 120).any()


def test_an_order_that_came_to_nothing_has_a_card_in_its_place(make_picture: Make) -> None:
    order = of_image(make_picture("a.png", plain()), texts=TEXTS)
    pixels, _ = drawn(stand_in(order, "it took too long"))
    assert (pixels[:, :, 0] - pixels[:, :, 2] > 100).any()


def test_frames_of_a_movie_are_found_by_their_place_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    frames = (np.full((90, 160, 3), at / 10, np.float32) for at in range(8))
    write_movie(path, frames, size=(160, 90))
    order = Order(BOX, Source.MOVIE, str(path), 0, str(path))
    means = [drawn(replace(order, index=at))[0].mean() for at in (0, 1, 5, 7, 2, 6)]
    assert means[0] < means[1] < means[4] < means[2] < means[5] < means[3]
    _, problem = drawn(replace(order, index=8))
    assert "it ends after 8 frames" in problem


def test_a_movie_that_took_anothers_place_is_the_one_that_is_shown(tmp_path: Path) -> None:
    path, other = tmp_path / "a.mov", tmp_path / "b.mov"
    order = Order(BOX, Source.MOVIE, str(path), 1, str(path))
    for file, value in ((path, 0.0), (other, 1.0)):
        frames = (np.full((90, 160, 3), value, np.float32) for _ in range(4))
        write_movie(file, frames, size=(160, 90))
    assert drawn(order)[0].mean() < 50
    other.replace(path)
    # A later frame: the movie that is open would not be begun anew for it.
    assert drawn(replace(order, index=3))[0].mean() > 200


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_every_size_can_be_fitted_into_every_other(a: int, b: int, c: int, d: int) -> None:
    page = fitted(np.full((a, b, 3), 200, np.uint8), Box(c, d))
    assert page.shape == (d, c, 3)
    assert (page.max(axis=2) > 100).sum() == np.prod(Box(c, d).fitted(b, a))


@given(st.integers(1, 20_000), st.integers(1, 20_000), st.integers(1, 4000), st.integers(1, 4000))
def test_what_is_read_is_never_smaller_than_what_is_shown(a: int, b: int, c: int, d: int) -> None:
    box = Box(c, d)
    columns, rows = box.whole_size(Window(0, 0, a, b))
    across, down = box.fitted(a, b)
    assert columns >= min(a, across) - 1
    assert rows >= min(b, down) - 1
    assert columns <= a
    assert rows <= b
