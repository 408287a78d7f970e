"""Made media are real: other programs' libraries read them, and find in them what was put in."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import OpenEXR
import OpenImageIO
import pytest

from rushes.testing.media import clip, exr, raster, scene
from rushes.testing.media.look import Look, dawn, night, noon


@pytest.mark.parametrize("look", [dawn(1), noon(11), night(21)], ids=["dawn", "noon", "night"])
def test_the_scene_is_finite_lit_and_moves(look: Look) -> None:
    first, last = scene.comp(look, 0), scene.comp(look, 1)
    assert first.shape == (108, 192, 3)
    assert np.isfinite(first).all()
    assert first.min() >= 0
    assert first.std() > 0.01
    assert np.abs(first - last).max() > 0.05


def test_the_scene_is_the_same_every_time() -> None:
    one, other = scene.passes(dawn(3), 0.4), scene.passes(dawn(3), 0.4)
    assert one.beauty.tobytes() == other.beauty.tobytes()


def test_passes_add_up_and_are_premultiplied() -> None:
    frame = scene.passes(noon(4), 0.5)
    assert np.array_equal(frame.beauty, frame.diffuse + frame.specular)
    assert not frame.beauty[frame.alpha == 0].any()
    assert np.isinf(frame.depth[frame.alpha == 0]).all()


def test_the_eyes_of_a_stereo_pair_see_different_pictures() -> None:
    left, right = (scene.passes(night(2), 0.5, eye=eye).beauty for eye in (-0.06, 0.06))
    assert np.abs(left - right).max() > 0.05


def test_one_part_holds_all_passes(tmp_path: Path) -> None:
    path = tmp_path / "render.exr"
    exr.write(path, exr.render(scene.passes(dawn(1), 0)))
    with OpenEXR.File(str(path), separate_channels=True) as file:
        names = set(file.channels())
        assert {"R", "G", "B", "A", "Z", "N.X", "diffuse.R", "specular.B"} <= names
        assert file.channels()["R"].pixels.dtype == np.float16


def test_a_multipart_file_has_a_part_for_each_pass(tmp_path: Path) -> None:
    path = tmp_path / "render.exr"
    exr.write(path, exr.render(scene.passes(dawn(1), 0), multipart=True))
    with OpenEXR.File(str(path), separate_channels=True) as file:
        names = [file.header(at)["name"] for at in range(len(file.parts))]
        assert names == ["beauty", "diffuse", "specular", "normal", "depth"]
        assert file.channels(4)["Z"].pixels.dtype == np.float32


@pytest.mark.parametrize(("name", "bits"), [("a.dpx", 10), ("a.tif", 16), ("a.png", 8)])
def test_pictures_have_the_depth_of_their_format(tmp_path: Path, name: str, bits: int) -> None:
    path = tmp_path / name
    raster.write(path, raster.for_screen(scene.plate(noon(1), 0)))
    spec = OpenImageIO.ImageInput.open(str(path)).spec()
    kept = int(spec.getattribute("oiio:BitsPerSample") or spec.format.size() * 8)
    assert (spec.width, spec.height, spec.nchannels, kept) == (192, 108, 3, bits)


def test_the_bytes_of_a_picture_do_not_depend_on_where_it_is_written(tmp_path: Path) -> None:
    values = raster.for_screen(scene.plate(noon(1), 0))
    for name in ("a.dpx", "a.tif", "a.png"):
        places = [tmp_path / folder / name for folder in ("here", "there")]
        for place in places:
            place.parent.mkdir(exist_ok=True)
            raster.write(place, values)
        assert places[0].read_bytes() == places[1].read_bytes(), name
        assert b"here" not in places[0].read_bytes()[:4096], name


def test_a_movie_has_as_many_frames_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "clip.mov"
    frames = [raster.for_screen(scene.plate(noon(1), at / 5)) for at in range(5)]
    clip.write_movie(path, frames, size=scene.SIZE)
    with av.open(str(path)) as movie:
        stream = movie.streams.video[0]
        assert stream.codec_context.name == "prores"
        assert stream.average_rate == clip.FPS
        assert sum(1 for _ in movie.decode(video=0)) == 5


def test_sound_is_as_long_as_it_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "guide.wav"
    clip.write_sound(path, seconds=0.5, pitch=220)
    with wave.open(str(path)) as sound:
        assert sound.getnframes() == 24_000
        samples = np.frombuffer(sound.readframes(24_000), "<i2")
    assert 4_000 < np.abs(samples).max() < 32_767


def test_a_picture_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    from rushes.core.errors import RushesError

    with pytest.raises(RushesError):
        raster.write(tmp_path / "gone" / "a.png", np.zeros((2, 2, 3), np.float32))
