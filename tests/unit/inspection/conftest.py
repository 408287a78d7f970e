"""Pictures made for one test each, and a look at what a thumbnail shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import OpenImageIO
import pytest

Shown = Callable[[bytes], Any]
MakeExr = Callable[..., Path]
MakePicture = Callable[..., Path]


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    """The pixels of a JPEG (rows, columns, 3), 0 to 255."""

    def decoded(jpeg: bytes) -> Any:
        assert jpeg.startswith(b"\xff\xd8\xff")
        place = tmp_path / "shown.jpg"
        place.write_bytes(jpeg)
        return OpenImageIO.ImageBuf(str(place)).get_pixels(OpenImageIO.UINT8).astype(int)

    return decoded


@pytest.fixture
def make_exr(tmp_path: Path) -> MakeExr:
    """An EXR of the given parts, each a dict of channels; `header` goes into every part."""

    def made(
        *parts: Mapping[str, Any],
        name: str = "picture.exr",
        names: tuple[str, ...] = (),
        **header: Any,
    ) -> Path:
        path = tmp_path / name
        kinds = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
        whole = [
            OpenEXR.Part({**kinds, **header}, dict(one), names[at] if names else f"part{at}")
            for at, one in enumerate(parts)
        ]
        OpenEXR.File(whole).write(str(path))
        return path

    return made


@pytest.fixture
def make_picture(tmp_path: Path) -> MakePicture:
    """A picture of `pixels` (rows, columns, channels), 0 to 1, in the format of its name."""

    def made(name: str, pixels: Any, *, kind: str = "uint8", tile: int = 0) -> Path:
        path = tmp_path / name
        rows, columns, channels = pixels.shape
        spec = OpenImageIO.ImageSpec(columns, rows, channels, kind)
        if tile:
            spec.tile_width = spec.tile_height = tile
        out = OpenImageIO.ImageOutput.create(str(path))
        assert out.open(str(path), spec), out.geterror()
        values = np.ascontiguousarray(pixels, np.float32)
        done = out.write_tiles if tile else None
        if done is not None:
            assert done(0, columns, 0, rows, 0, 1, values), out.geterror()
        else:
            assert out.write_image(values), out.geterror()
        out.close()
        return path

    return made


def flat(value: float, *, rows: int = 20, columns: int = 40) -> Any:
    """One channel of one value."""
    return np.full((rows, columns), value, np.float16)


def grey(value: float, **size: int) -> dict[str, Any]:
    """Channels R, G, B of one value."""
    return {name: flat(value, **size) for name in "RGB"}


@pytest.fixture(name="grey")
def _grey() -> Callable[..., dict[str, Any]]:
    return grey


@pytest.fixture(name="flat")
def _flat() -> Callable[..., Any]:
    return flat
