"""The treemap as it is drawn: which tile gets which colour, label and words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.report.content import UsageNode
from rushes.report.treemap import Box, Tile, tiles
from rushes.report.wording import count

WIDTH, HEIGHT = 1240.0, 560.0
_COLOURS = 7
_CHARACTER = 6.7  # width of an average letter at the labels' size, in pixels
_NARROWEST = 0.62  # the map is drawn for WIDTH and still read at this share of it


@dataclass(frozen=True, slots=True)
class Drawn:
    """A tile in percent across and pixels down, so that text keeps its size on any screen."""

    x: float
    y: float
    width: float
    height: float
    colour: int  # 0 is neutral
    depth: int
    leaf: bool
    label: str
    size: str  # empty where there is no room for it
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the legend."""

    colour: int
    name: str
    size: str
    share: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table that says what the map shows."""

    place: str
    kind: str
    size: str
    files: str
    share: float


@dataclass(frozen=True, slots=True)
class DiskMap:
    """Tiles, outer before inner, the legend, and the same in words."""

    tiles: tuple[Drawn, ...]
    legend: tuple[Key, ...]
    lines: tuple[Line, ...]
    summary: str
    height: float = HEIGHT


def disk_map(usage: UsageNode | None) -> DiskMap | None:
    """The map of a usage tree; None where it holds no bytes in anything below it."""
    if usage is None or usage.size <= 0 or not any(c.size > 0 for c in usage.children):
        return None
    purposes = _purposes(usage)
    colours = {name: at + 1 for at, (name, _) in enumerate(purposes.most_common(_COLOURS))}
    drawn = tuple(
        _drawn(tile, colours, usage.size) for tile in tiles(usage, Box(0, 0, WIDTH, HEIGHT))
    )
    legend = [
        Key(colours[name], escape(name), human_bytes(size), size / usage.size)
        for name, size in purposes.most_common(_COLOURS)
    ]
    others = usage.size - sum(purposes[name] for name in colours)
    if others > 0:
        legend.append(Key(0, "everything else", human_bytes(others), others / usage.size))
    biggest = max(usage.children, key=lambda child: child.size)
    summary = (
        f"Treemap of {human_bytes(usage.size)} in {count(usage.files, 'file')}; the largest part"
        f" is {escape(biggest.name)} with {human_bytes(biggest.size)}. The table below says the"
        " same in numbers."
    )
    return DiskMap(drawn, tuple(legend), tuple(_lines(usage)), summary)


def _drawn(tile: Tile, colours: dict[str, int], total: int) -> Drawn:
    box, node = tile.box, tile.node
    room = int((box.width * _NARROWEST - 10) / _CHARACTER)
    name = escape(node.name)
    label = size = ""
    if tile.header or (tile.leaf and box.height >= 20 and room >= 3):
        label = _cut(name, room)
    beside = tile.header and room >= len(name) + 10
    below = tile.leaf and label and box.height >= 38 and room >= 8
    if beside or below:
        size = human_bytes(node.size)
    where = " / ".join(escape(part) for part in tile.path)
    return Drawn(
        x=100 * box.x / WIDTH,
        y=box.y,
        width=100 * box.width / WIDTH,
        height=box.height,
        colour=_colour(tile.path, colours),
        depth=tile.depth,
        leaf=tile.leaf,
        label=label,
        size=size,
        title=f"{where}: {human_bytes(node.size)} in {count(node.files, 'file')},"
        f" {100 * node.size / total:.1f} %",
        place=where,
    )


def _colour(path: tuple[str, ...], colours: dict[str, int]) -> int:
    """The colour of the innermost name on the path that has one."""
    return next((colours[name] for name in reversed(path) if name in colours), 0)


def _purposes(usage: UsageNode) -> Counter[str]:
    """Bytes by task over all shots, where there are tasks; else by what is at the top."""
    sizes: Counter[str] = Counter()
    waiting = [usage]
    while waiting:
        node = waiting.pop()
        if node.kind == "task":
            sizes[node.name] += node.size
        else:
            waiting.extend(node.children)
    if not sizes:
        sizes.update({child.name: child.size for child in usage.children if child.size > 0})
    return sizes


def _lines(usage: UsageNode, most: int = 24) -> list[Line]:
    """The largest places two levels down from the top and above, in reading order."""
    found: list[tuple[tuple[str, ...], UsageNode]] = []

    def gather(node: UsageNode, path: tuple[str, ...]) -> None:
        for child in sorted(node.children, key=lambda c: (-c.size, c.name)):
            here = (*path, child.name)
            found.append((here, child))
            if len(here) < 3:
                gather(child, here)

    gather(usage, ())
    keep = {id(node) for _, node in sorted(found, key=lambda f: -f[1].size)[:most]}
    return [
        Line(
            place=" / ".join(escape(part) for part in path),
            kind=node.kind,
            size=human_bytes(node.size),
            files=f"{node.files:,}",
            share=node.size / usage.size,
        )
        for path, node in found
        if id(node) in keep
    ]


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(1, room - 1)]}…"
