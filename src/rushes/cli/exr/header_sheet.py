"""What a header holds, for people."""

from __future__ import annotations

from collections.abc import Iterator

from rushes.cli import show
from rushes.cli.show import printable
from rushes.core import clock
from rushes.core.units import human_bytes
from rushes.inspection.header.reading import ReadHeader
from rushes.inspection.header.text import header_lines, told
from rushes.model.image import Attribute, Channel, Image, Part

_SHOWN_ABOVE = frozenset(
    [
        *("channels", "chunkCount", "compression", "dataWindow", "displayWindow", "lineOrder"),
        *("name", "pixelAspectRatio", "tiles", "type", "view"),
    ]
)
_USUAL = {"screenWindowCenter": [0.0, 0.0], "screenWindowWidth": 1.0}
_LONGEST = 160  # characters of one value
_ORDER = {name: at for at, name in enumerate("RGBAXYZ")}


def show_header_text(found: ReadHeader) -> None:
    """The header as `exrheader` prints it, then what is wrong with it."""
    show.text(f"file {found.path}:")
    show.text()
    if found.image is not None:
        for line in header_lines(found.image):
            show.text(printable(line.replace("\t", "    ")))
    show.findings(list(found.findings))


def show_header(found: ReadHeader) -> None:
    """One file: its parts with their channels by layer, and the attributes that are left."""
    modified = clock.iso_ns(found.mtime_ns)[:16].replace("T", " ")
    show.text(f"{found.path}  {human_bytes(found.size)}, {modified} UTC", bold=True)
    if found.image is not None:
        for part in found.image.parts:
            _show_part(found.image, part)
    show.findings(list(found.findings))


def _show_part(image: Image, part: Part) -> None:
    if len(image.parts) > 1:
        view = f", view {part.view}" if part.view else ""
        show.text(printable(f"  part {part.index} {part.name}{view}"), bold=True)
    show.table([("   ", name, value) for name, value in _facts(part)], gap=" ")
    for layer, channels in _layers(part).items():
        show.text(printable(f"    {layer or '(no layer)':<24} {_channels(channels)}"))
    rows = [
        ("   ", printable(one.name), printable(_brief(one)))
        for one in part.attributes
        if one.name not in _SHOWN_ABOVE and one.value != _USUAL.get(one.name, ())
    ]
    show.table(rows, gap=" ")


def _facts(part: Part) -> Iterator[tuple[str, str]]:
    data, shown = part.data_window, part.display_window
    if data is not None:
        same = data == shown
        yield "size", f"{data.width} × {data.height}" + ("" if same else f" ({data})")
        if shown is not None and not same:
            yield "display window", str(shown)
    kind = {"scanlineimage": "scan lines", "tiledimage": "tiles"}.get(part.kind, part.kind)
    if part.tiles is not None and part.tiled:
        kind += f" of {part.tiles.width} × {part.tiles.height}, {part.tiles.level_mode}"
    yield "pixels", f"{kind}, {part.compression or 'unknown compression'}"
    if part.line_order not in (None, "INCREASING_Y"):
        yield "line order", str(part.line_order)
    if part.pixel_aspect_ratio not in (None, 1.0):
        yield "pixel aspect", f"{part.pixel_aspect_ratio:g}"


def _layers(part: Part) -> dict[str, list[Channel]]:
    layers: dict[str, list[Channel]] = {}
    for one in part.channels:
        layers.setdefault(one.layer, []).append(one)
    for channels in layers.values():
        channels.sort(key=lambda one: _ORDER.get(one.component, len(_ORDER)))
    return layers


def _channels(channels: list[Channel]) -> str:
    types = {one.type for one in channels}
    samplings = {(one.x_sampling, one.y_sampling) for one in channels}
    plain = len(types) == 1 and samplings == {(1, 1)}
    names = [one.component if plain else f"{one.component}:{_kind(one)}" for one in channels]
    return f"{' '.join(names)}{f'  {next(iter(types)).lower()}' if plain else ''}"


def _kind(channel: Channel) -> str:
    sampling = (channel.x_sampling, channel.y_sampling)
    return channel.type.lower() + ("" if sampling == (1, 1) else "/{}x{}".format(*sampling))


def _brief(one: Attribute) -> str:
    text = " ".join(told(one).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"
