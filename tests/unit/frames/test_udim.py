"""Tiles are told from frames, and every doubt is decided for frames."""

import pytest

from rushes.frames.group import Rules, group
from rushes.frames.notation import parse_frames
from rushes.model.files import Kind


def kind(head: str, frames: str, *, tail: str = ".exr", folder: str = "") -> Kind:
    names = [f"{head}{frame}{tail}" for frame in parse_frames(frames)]
    (one,) = group(names, Rules(), folder=folder).groups
    return one.kind


MARI = "1001-1002,1011-1012"


def test_a_texture_channel_in_the_layout_of_tiles_is_tiles() -> None:
    for head in ("diffuse.", "hero_baseColor.", "hero_base_color_", "ROUGHNESS.", "body_nrm."):
        assert kind(head, MARI) is Kind.TILES


@pytest.mark.parametrize("folder", ["", "show/sh010/renders", "assets/hero/textures"])
def test_a_render_from_1001_on_is_never_tiles(folder: str) -> None:
    assert kind("beauty.", "1001-1100", folder=folder) is Kind.FRAMES
    assert kind("diffuse.", "1001-1100", folder=folder) is Kind.FRAMES


@pytest.mark.parametrize(
    "frames",
    [
        "1001-1004",  # a short test render
        "1001-1050,1052-1100",  # a lost frame
        "1001-1099x2",
        "1001-1091x10",
        "1001-1046x5",
        "1001-1010,1011-1013,1021-1030",  # a farm's chunk of ten that broke off
        "1001-1002,1021-1022",  # a whole row skipped
    ],
)
def test_a_diffuse_pass_with_lost_frames_or_steps_stays_frames(frames: str) -> None:
    assert kind("diffuse.", frames) is Kind.FRAMES


def test_lost_frames_of_a_name_that_is_no_texture_are_lost_frames() -> None:
    assert kind("beauty.", MARI) is Kind.FRAMES


def test_udim_in_the_name_is_enough() -> None:
    assert kind("hero_udim.", "1001-1020") is Kind.TILES
    assert kind("UDIM_", "1003,1055") is Kind.TILES
    assert kind("nudimension.", MARI) is Kind.FRAMES


def test_a_format_that_only_holds_textures_is_enough() -> None:
    assert kind("hero.", "1001-1020", tail=".tx") is Kind.TILES


def test_a_folder_for_textures_is_enough_for_up_to_a_row() -> None:
    assert kind("hero.", "1001-1003", folder="assets/hero/Textures/v001") is Kind.TILES
    assert kind("hero.", "1001,1005", folder="assets/hero/textures") is Kind.TILES
    assert kind("hero.", "1001-1003", folder="assets/hero/texture_review") is Kind.FRAMES


@pytest.mark.parametrize("frames", ["1000-1002", "1998-2001", "1001-1002,2011"])
def test_a_number_outside_1001_to_1999_is_a_frame(frames: str) -> None:
    assert kind("hero_udim.", frames) is Kind.FRAMES


def test_tiles_have_four_digits() -> None:
    assert kind("hero_udim.0", "1001-1002") is Kind.FRAMES
