"""A picture file read at a small size, band by band, through OpenImageIO."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rushes.inspection import luminance_chroma
from rushes.inspection.display import Light, Raster
from rushes.inspection.look import BEAUTY, Selection
from rushes.inspection.picking import picked
from rushes.inspection.refusal import unreadable
from rushes.inspection.shrink import Box, Canvas, Window, small_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rushes.inspection.shrink import Pixels

_MOST_PIXELS = 1 << 31  # a header may claim anything
_MOST_DEEP_PIXELS = 1 << 26  # deep files are read whole
_BAND_VALUES = 1 << 22  # 16 MB of floats
_CHUNK = 256  # the most lines that one chunk of an EXR holds
_NO_FILE = ("null", "term")  # formats of OpenImageIO that make a picture of nothing


def read_small(path: Path, name: str, *, width: int | Box, selection: Selection = BEAUTY) -> Raster:
    """What is selected of the file at `path`, at most `width` wide; errors call it `name`.

    For a box it is as `Box.whole_size` says.
    The display window decides what is seen; only where the data window lies all outside of it,
    the data window does. Raises `media.unreadable`, and `nothing.found` where there is nothing of
    what is selected.
    """
    import OpenImageIO

    OpenImageIO.geterror()  # what earlier files left behind
    source = OpenImageIO.ImageInput.open(str(path))
    if source is None:
        problem = str(OpenImageIO.geterror())
        if "ubsampled" in problem:
            return luminance_chroma.read_small(path, name, width=width, selection=selection)
        raise unreadable(name, problem or "no format of pictures that OpenImageIO knows")
    try:
        if source.format_name() in _NO_FILE:
            raise unreadable(name, "no format of pictures")
        return _Reading(source, name, width, selection).raster(path)
    finally:
        source.close()


class _Reading:
    """One open file and the part of it that is to be seen."""

    def __init__(self, source: Any, name: str, width: int | Box, selection: Selection) -> None:
        self._source, self._name, self._width = source, name, width
        specs = list(self._specs())
        parts = [(_part_name(one), one.channelnames) for one in specs]
        self._choice = picked(parts, selection, name)
        self._spec = specs[self._choice.part]
        self._level = 0
        self._bound()

    def raster(self, path: Path) -> Raster:
        """The chosen channels, made small."""
        spec, choice = self._spec, self._choice
        data, shown = _data_window(spec), _display_window(spec)
        if not shown.meets(data):
            shown = data
        aspect = float(spec.getattribute("PixelAspectRatio") or 1.0)
        columns, rows = small_size(shown, width=self._width, pixel_aspect=aspect)
        if shown == data and not spec.deep:
            data = shown = self._smaller_level(columns, rows)
        light = self._light()
        canvas = Canvas(
            shown,
            columns=columns,
            rows=rows,
            channels=len(choice.channels),
            distances=light is Light.DATA,
        )
        bands = self._flattened(path) if spec.deep else self._bands(data, shown)
        for y, band in bands:
            canvas.add(band, x=data.x, y=y)
        pixels, marks = canvas.picture()
        return Raster(pixels, marks, light, str(spec.getattribute("oiio:ColorSpace") or ""))

    def _specs(self) -> Iterator[Any]:
        part = 0
        while self._source.seek_subimage(part, 0):
            yield self._source.spec()
            part += 1
        self._source.geterror()  # past the last part is no error of the file

    def _bound(self) -> None:
        spec = self._spec
        most = _MOST_DEEP_PIXELS if spec.deep else _MOST_PIXELS
        if spec.width <= 0 or spec.height <= 0 or spec.depth > 1:
            raise unreadable(self._name, "it is no flat picture")
        if spec.width * spec.height > most:
            raise unreadable(self._name, f"it says it is {spec.width} × {spec.height} pixels large")

    def _light(self) -> Light:
        floating = str(self._spec.format) in ("half", "float", "double")
        if not floating and self._source.format_name() == "openexr":
            return Light.DATA  # whole numbers in an EXR are names of things
        if self._choice.opacity:
            return Light.OPACITY
        if not self._choice.colour:
            return Light.DATA
        return Light.SCENE if floating else Light.DISPLAY

    def _smaller_level(self, columns: int, rows: int) -> Window:
        """The smallest mip level that is still large enough becomes what is read."""
        level = 0
        while self._source.seek_subimage(self._choice.part, level + 1):
            spec = self._source.spec()
            if spec.width < columns or spec.height < rows:
                break
            self._level, self._spec = level + 1, spec
            level += 1
        self._source.geterror()
        return _data_window(self._spec)

    def _bands(self, data: Window, shown: Window) -> Iterator[tuple[int, Pixels]]:
        """Rows of the data window that are seen, from the top."""
        import OpenImageIO

        spec, wanted = self._spec, self._choice.channels
        low, high = min(wanted), max(wanted) + 1
        rows = max(1, _BAND_VALUES // (spec.width * (high - low)))
        unit = spec.tile_height or _CHUNK
        rows = max(unit, rows // unit * unit)
        first = max(data.y, shown.y) - data.y
        start = data.y + (first // unit * unit)
        end = min(data.y + data.height, shown.y + shown.height)
        for y in range(start, end, rows):
            # Whole rows of tiles are read, up to where the data window ends.
            below = min(y + rows, data.y + data.height)
            where: list[int] = [self._choice.part, self._level]
            if spec.tile_width:
                where += (spec.x, spec.x + spec.width, y, below, spec.z, spec.z + 1, low, high)
                band = self._source.read_tiles(*where, OpenImageIO.FLOAT)
            else:
                where += (y, below, spec.z, low, high)
                band = self._source.read_scanlines(*where, OpenImageIO.FLOAT)
            if band is None:
                raise unreadable(self._name, self._source.geterror() or "its pixels end too soon")
            band = band.reshape(below - y, spec.width, high - low)
            yield y, band[..., [at - low for at in wanted]]

    def _flattened(self, path: Path) -> Iterator[tuple[int, Pixels]]:
        """A deep picture, its samples merged."""
        import OpenImageIO

        deep = OpenImageIO.ImageBuf(str(path), self._choice.part, 0)
        # Read at once: read by the way, a corrupt file is tried anew for every pixel.
        if not deep.read(self._choice.part, 0, True):
            raise unreadable(self._name, deep.geterror() or "its samples cannot be read")
        flat = OpenImageIO.ImageBufAlgo.flatten(deep)
        if flat.has_error or deep.has_error:
            raise unreadable(self._name, flat.geterror() or deep.geterror())
        pixels = flat.get_pixels(OpenImageIO.FLOAT)
        if pixels is None:
            raise unreadable(self._name, flat.geterror() or "its samples cannot be merged")
        yield self._spec.y, pixels[..., list(self._choice.channels)]


def _part_name(spec: Any) -> str:
    return str(spec.getattribute("oiio:subimagename") or "")


def _data_window(spec: Any) -> Window:
    return Window(spec.x, spec.y, spec.width, spec.height)


def _display_window(spec: Any) -> Window:
    return Window(spec.full_x, spec.full_y, spec.full_width, spec.full_height)
