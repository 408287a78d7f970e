"""What somebody asks to see of a file is what is shown, or the answer says what there is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO
import pytest
from numpy.typing import NDArray

from rushes.core.errors import Code, RushesError
from rushes.inspection.encode import begins
from rushes.inspection.look import BEAUTY, PLAIN, Form, Look, Selection, Viewing
from rushes.inspection.thumbnail import make
from rushes.inspection.thumbnails import making
from rushes.testing.media import clip

Make = Callable[..., Path]
Flat = Callable[..., Any]
RAW = Viewing(view="Raw")


def seen(path: Path, selection: Selection = BEAUTY, viewing: Viewing = PLAIN) -> NDArray[np.int64]:
    """The pixels (rows, columns, 3) of a thumbnail, 0 to 255."""
    made = make(path, Look(selection, viewing, Form.RAW))
    return np.frombuffer(made.data, np.uint8).reshape(made.rows, made.columns, 3).astype(int)


def middle(*asked: Any) -> tuple[int, ...]:
    """The pixel in the middle of what is seen."""
    pixels = seen(*asked)
    return tuple(pixels[pixels.shape[0] // 2, pixels.shape[1] // 2].tolist())


def refused(path: Path, selection: Selection = BEAUTY, **viewing: Any) -> RushesError:
    with pytest.raises(RushesError) as raised:
        make(path, Look(selection, Viewing(**viewing)))
    return raised.value


def coloured(flat: Flat, *values: float) -> dict[str, Any]:
    """Channels R, G and B of one colour."""
    return {name: flat(value) for name, value in zip("RGB", values, strict=True)}


@pytest.fixture
def layered(make_exr: Make, flat: Flat) -> Path:
    """A grey beauty with opacity, a red layer, and normals."""
    channels = {name: flat(0.2) for name in "RGB"} | {"A": flat(1.0)}
    channels |= {f"diffuse.{name}": one for name, one in coloured(flat, 0.8, 0.2, 0.0).items()}
    ramp = np.tile(np.linspace(-1, 1, 40, dtype=np.float16), (20, 1))
    channels |= {"N.X": ramp, "N.Y": -ramp, "N.Z": flat(0.0)}
    return make_exr(channels)


def test_a_layer_has_its_own_colours(layered: Path) -> None:
    assert middle(layered, BEAUTY, RAW) == (51, 51, 51)
    assert middle(layered, Selection(layer="diffuse"), RAW) == (204, 51, 0)
    assert middle(layered, Selection(layer=""), RAW) == (51, 51, 51)


def test_one_channel_is_grey(layered: Path) -> None:
    assert middle(layered, Selection(channel="diffuse.R"), RAW) == (204, 204, 204)
    assert middle(layered, Selection(layer="diffuse", channel="G"), RAW) == (51, 51, 51)


def test_opacity_is_shown_as_it_is(layered: Path) -> None:
    assert middle(layered, Selection(channel="A")) == (255, 255, 255)


def test_normals_are_three_colours_stretched_together(layered: Path) -> None:
    pixels = seen(layered, Selection(layer="N"))
    assert pixels[10, 1, 0] < 20 < 235 < pixels[10, 1, 1]
    assert pixels[10, 38, 1] < 20 < 235 < pixels[10, 38, 0]
    assert abs(pixels[10, 20, 2] - 128) < 4


def test_a_part_is_chosen_by_number_and_its_layer_by_its_name(make_exr: Make, flat: Flat) -> None:
    parts = [{name: flat(value) for name in "RGB"} for value in (0.2, 0.4, 0.8)]
    path = make_exr(*parts, names=("beauty", "diffuse", "specular"))
    assert middle(path, BEAUTY, RAW)[0] == 51
    assert middle(path, Selection(part=2), RAW)[0] == 204
    assert middle(path, Selection(layer="diffuse"), RAW)[0] == 102
    error = refused(path, Selection(part=3))
    assert (error.code, error.hint) == (Code.NOTHING_FOUND, "Its parts are 0 to 2.")


def test_what_is_not_there_is_answered_by_what_is(layered: Path) -> None:
    error = refused(layered, Selection(layer="albedo"))
    assert error.code is Code.NOTHING_FOUND
    assert "no layer albedo in" in error.message
    assert error.hint.startswith("Its layers: (no layer), N, diffuse")
    error = refused(layered, Selection(channel="Z"))
    assert "diffuse.R" in error.hint
    assert refused(layered, Selection(part=1)).hint == "It has only part 0."


def test_a_movie_has_three_channels_and_no_layers(tmp_path: Path) -> None:
    path = tmp_path / "clip.mov"
    clip.write_movie(path, [np.full((54, 96, 3), (0.9, 0.1, 0.1), np.float32)], size=(96, 54))
    red, green, blue = middle(path, Selection(channel="R"))
    assert red == green == blue > 180
    assert refused(path, Selection(layer="diffuse")).code is Code.NOTHING_FOUND


@pytest.mark.images
def test_subsampled_colour_is_shown_whole_and_channel_by_channel() -> None:
    path = Path(os.environ.get("RUSHES_TEST_IMAGES", "/nowhere"), "Chromaticities", "XYZ_YC.exr")
    if not path.exists():
        pytest.skip("set RUSHES_TEST_IMAGES to a copy of the openexr-images collection")
    whole = seen(path)
    assert (seen(path, Selection(layer="")) == whole).all()
    assert np.ptp(whole, axis=2).max() > 100
    for name in ("Y", "RY"):
        alone = seen(path, Selection(channel=name))
        assert not np.ptp(alone, axis=2).any()
        assert alone.std() > 10
    assert refused(path, Selection(channel="Z")).hint == "Its channels: BY, RY, Y."
    assert refused(path, Selection(part=1)).code is Code.MEDIA_UNREADABLE


def test_depth_before_a_far_background_keeps_its_steps(make_exr: Make) -> None:
    depth = np.full((20, 40), 10_000, np.float32)
    depth[:, 10:30] = np.linspace(3, 6, 20)
    pixels = seen(make_exr({"Z": depth}))
    assert pixels[10, 2, 0] == 255
    assert pixels[10, 11, 0] < 40 < 100 < pixels[10, 20, 0] < 180


def test_few_high_values_and_masks_are_no_far_background(make_exr: Make) -> None:
    few = np.tile(np.linspace(0.01, 0.05, 40, dtype=np.float32), (20, 1))
    few[:2] = np.linspace(0.6, 1.0, 40)
    assert seen(make_exr({"id.heat": few}))[10].max() < 30
    mask = np.zeros((20, 40), np.float32)
    mask[:, 20:], mask[:, 19] = 1, 0.05
    assert seen(make_exr({"id.matte": mask}))[10, 19, 0] < 30


def test_one_stop_more_doubles_light_before_the_view(make_exr: Make, flat: Flat) -> None:
    path = make_exr(coloured(flat, 0.1, 0.2, 0.4))
    assert middle(path, BEAUTY, RAW) == (25, 51, 102)
    assert middle(path, BEAUTY, Viewing(exposure=1, view="Raw")) == (51, 102, 204)
    assert middle(path, BEAUTY, Viewing(exposure=-1, view="Raw")) == (13, 25, 51)
    double = make_exr(coloured(flat, 0.2, 0.4, 0.8), name="double.exr")
    by_view = zip(middle(path, BEAUTY, Viewing(exposure=1)), middle(double), strict=True)
    assert max(abs(one - other) for one, other in by_view) <= 1


def test_exposure_is_of_light_though_values_are_logarithmic(make_exr: Make, flat: Flat) -> None:
    def log(value: float) -> float:  # ACEScct, S-2016-001
        return float((np.log2(value) + 9.72) / 17.52)

    dark, bright = (
        make_exr({name: flat(log(value)) for name in "RGB"}, name=f"{value}.exr")
        for value in (0.18, 0.36)
    )
    cct = Viewing(colour_space="ACEScct")
    lifted = middle(dark, BEAUTY, Viewing(exposure=1, colour_space="ACEScct"))
    wanted = middle(bright, BEAUTY, cct)
    assert max(abs(one - other) for one, other in zip(lifted, wanted, strict=True)) <= 1
    assert lifted[0] > middle(dark, BEAUTY, cct)[0] + 20


def test_gamma_brightens_what_is_shown(make_picture: Make) -> None:
    path = make_picture("a.png", np.full((20, 40, 3), 0.25))
    assert middle(path, BEAUTY, Viewing(gamma=2.0)) == (128, 128, 128)


def test_views_displays_and_configs_are_chosen_by_name(make_exr: Make, flat: Flat) -> None:
    path = make_exr({name: flat(0.18) for name in "RGB"})
    usual = middle(path)
    plain = middle(path, BEAUTY, Viewing(view="Un-tone-mapped"))
    assert abs(plain[0] - 118) <= 1  # sRGB of 0.18
    assert usual != plain
    hlg = Viewing(config="ocio://studio-config-latest", display="Rec.2100-HLG - Display")
    assert middle(path, BEAUTY, hlg) != usual
    space = Viewing(view="Un-tone-mapped", colour_space="lin_rec709")
    assert abs(middle(path, BEAUTY, space)[0] - 118) <= 1


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({"view": "Film"}, "Un-tone-mapped"),
        ({"display": "TV"}, "sRGB - Display"),
        ({"display": "sRGB - Display", "view": "Film"}, "Un-tone-mapped"),
        ({"colour_space": "LogC9"}, "ACEScg"),
        ({"config": "ocio://nothing"}, "ocio://studio-config-latest"),
        ({"config": "/nowhere/config.ocio"}, "ocio://default"),
    ],
)
def test_an_unknown_name_is_answered_by_those_there_are(
    make_exr: Make, flat: Flat, asked: dict[str, Any], there: str
) -> None:
    error = refused(make_exr({name: flat(0.18) for name in "RGB"}), **asked)
    assert error.code is Code.SETTINGS_INVALID
    assert there in error.hint


@pytest.mark.parametrize(
    "asked", [{"exposure": 1.0}, {"view": "Raw"}, {"display": "sRGB - Display"}]
)
def test_what_is_ready_for_a_screen_has_no_exposure_and_no_view(
    make_picture: Make, asked: dict[str, Any]
) -> None:
    path = make_picture("a.png", np.full((20, 40, 3), 0.5))
    error = refused(path, **asked)
    assert error.code is Code.USAGE
    assert "a.png is ready for a screen" in error.message
    known = Viewing(**asked, colour_space="srgb_rec709_scene")
    assert middle(path, BEAUTY, known) != (0, 0, 0)


@pytest.mark.parametrize("form", [Form.JPEG, Form.PNG, Form.WEBP])
def test_each_form_is_one_and_the_same_file_gives_the_same_bytes(
    layered: Path, tmp_path: Path, form: Form
) -> None:
    look = Look(Selection(layer="diffuse"), RAW, form)
    made = make(layered, look)
    ((_, again),) = making([(1, layered, look)])
    assert made == again
    assert begins(made.data, form)
    place = tmp_path / "any"
    place.write_bytes(made.data)
    source: Any = OpenImageIO.ImageInput.open(str(place))
    assert source.format_name() == form.value
    assert (source.spec().width, source.spec().height) == (made.columns, made.rows) == (40, 20)
    shown = source.read_image("uint8").astype(int)[10, 20]
    assert np.abs(shown - (204, 51, 0)).max() <= (0 if form is Form.PNG else 6)


def test_pictures_of_several_looks_are_made_in_one_go(layered: Path) -> None:
    looks = {name: Look(Selection(layer=name), RAW) for name in ("diffuse", "", "gone")}
    made = dict(making([(name, layered, look) for name, look in looks.items()]))
    assert made["diffuse"] == make(layered, looks["diffuse"])
    assert made[""] == make(layered, looks[""])
    lost = made["gone"]
    assert isinstance(lost, RushesError)
    assert lost.code is Code.NOTHING_FOUND


def test_a_file_that_cannot_be_opened_is_told_apart_from_a_broken_one(tmp_path: Path) -> None:
    loop = tmp_path / "loop.exr"
    loop.symlink_to(loop)
    assert refused(loop).code is Code.PATH_UNREADABLE


def test_depth_beside_nothing_at_all_keeps_its_steps_when_made_small(make_exr: Make) -> None:
    depth = np.full((40, 960), 1e30, np.float32)
    depth[:, 241:719] = np.linspace(94, 991, 478)  # not at the edge of what becomes one pixel
    pixels = seen(make_exr({"Z": depth}))
    assert (pixels[:, [2, 57, 182, 230]] == 255).all()
    steps = pixels[5, 60:180, 0]
    assert steps[0] < 20 < 235 < steps[-1]
    assert (np.diff(steps) >= 0).all()
    assert 110 < steps[60] < 145


def test_depth_of_nothing_at_all_is_white(make_exr: Make) -> None:
    assert (seen(make_exr({"Z": np.full((20, 40), 1e30, np.float32)})) == 255).all()


@pytest.mark.images
def test_depth_of_a_deep_picture_leaves_out_what_is_empty() -> None:
    place = Path(os.environ.get("RUSHES_TEST_IMAGES", "/nowhere"))
    path = place / "v2" / "LowResLeftView" / "Trunks.exr"
    if not path.exists():
        pytest.skip("set RUSHES_TEST_IMAGES to a copy of the openexr-images collection")
    pixels = seen(path, Selection(channel="Z"))[..., 0]
    shown = pixels[pixels < 255]
    assert 0.05 < shown.size / pixels.size < 0.3
    assert len(np.unique(shown)) > 30
