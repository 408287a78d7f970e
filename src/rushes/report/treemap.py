"""Disk use as nested rectangles: the area of each is its share of the bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rushes.report.content import UsageNode

_GAP = 2.0
_HEADER = 20.0
_ROOM_FOR_HEADER = (64.0, 44.0)
_ROOM_FOR_CHILDREN = (14.0, 14.0)
_DUST = 36.0  # square pixels
REST = "files here"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; `x` and `y` are its left upper corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tile:
    """One node of the usage tree on the map. `path` goes from the top to the node itself."""

    node: UsageNode
    path: tuple[str, ...]
    box: Box
    depth: int
    header: bool = False  # drawn with its name above its children
    leaf: bool = True


def squarify(weights: Sequence[float], box: Box) -> list[Box]:
    """Rectangles that fill `box`, as square as can be, areas in proportion to `weights`.

    `weights` are positive and best descending; the result is in their order. The algorithm is
    that of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000).
    """
    total = sum(weights)
    if not weights or total <= 0 or box.width <= 0 or box.height <= 0:
        return [Box(box.x, box.y, 0.0, 0.0) for _ in weights]
    scale = box.width * box.height / total
    areas = [weight * scale for weight in weights]
    placed: list[Box] = []
    at = 0
    while at < len(areas):
        end = _row_end(areas, at, min(box.width, box.height))
        row = areas[at:end]
        placed.extend(_lay(row, box, last=end == len(areas)))
        box = _beside(row, box)
        at = end
    return placed


def tiles(root: UsageNode, box: Box, *, depth: int = 4) -> Iterator[Tile]:
    """The map of everything below `root`, outer tiles before the inner ones.

    Nodes of no size have no tile. Where a tile is too small for its children it stands for them.
    """
    yield from _tiles(root, (), box, level=0, depth=depth)


def _tiles(
    node: UsageNode, path: tuple[str, ...], box: Box, *, level: int, depth: int
) -> Iterator[Tile]:
    children = _large_enough(_parts(node), box)
    for child, area in zip(children, squarify([c.size for c in children], box), strict=True):
        inner = _inset(area)
        grand = level + 1 < depth and bool(_parts(child))
        wide = inner.width >= _ROOM_FOR_CHILDREN[0] and inner.height >= _ROOM_FOR_CHILDREN[1]
        inside = grand and wide
        header = (
            inside and inner.width >= _ROOM_FOR_HEADER[0] and inner.height >= _ROOM_FOR_HEADER[1]
        )
        here = (*path, child.name)
        yield Tile(child, here, inner, level, header=header, leaf=not inside)
        if inside:
            below = _below_header(inner) if header else inner
            yield from _tiles(child, here, below, level=level + 1, depth=depth)


def _parts(node: UsageNode) -> list[UsageNode]:
    """Children by size, with what lies in the node itself as one more."""
    children = [child for child in node.children if child.size > 0]
    rest = node.size - sum(child.size for child in children)
    if children and rest > 0:
        files = max(0, node.files - sum(child.files for child in node.children))
        children.append(UsageNode(REST, rest, files, kind="rest"))
    return sorted(children, key=lambda child: (-child.size, child.name))


def _large_enough(children: list[UsageNode], box: Box) -> list[UsageNode]:
    """Children that can be seen; the dust is swept into one tile, however much of it there is."""
    total = sum(child.size for child in children)
    least = total * _DUST / (box.width * box.height) if box.width * box.height > 0 else 0.0
    dust = [child for child in children if child.size < least]
    if len(dust) < 2:
        return children
    swept = UsageNode(
        f"{len(dust):,} smaller",
        sum(child.size for child in dust),
        sum(child.files for child in dust),
        kind="rest",
    )
    kept = [child for child in children if child.size >= least]
    return sorted([*kept, swept], key=lambda child: (-child.size, child.name))


def _row_end(areas: Sequence[float], start: int, side: float) -> int:
    """How many areas make a row along `side` before its worst rectangle gets less square."""
    total = areas[start]
    least = most = areas[start]
    worst = _worst(least, most, total=total, side=side)
    end = start + 1
    while end < len(areas):
        area = areas[end]
        wider = _worst(min(least, area), max(most, area), total=total + area, side=side)
        if wider > worst:
            break
        least, most, total, worst = min(least, area), max(most, area), total + area, wider
        end += 1
    return end


def _worst(least: float, most: float, *, total: float, side: float) -> float:
    square = total * total
    if least <= 0 or square <= 0:
        return float("inf")
    return max(side * side * most / square, square / (side * side * least))


def _lay(row: Sequence[float], box: Box, *, last: bool) -> Iterator[Box]:
    """The row's rectangles along the shorter side; the last row takes what is left exactly."""
    total = sum(row)
    upright = box.width >= box.height
    side = box.height if upright else box.width
    thick = (box.width if upright else box.height) if last else total / side
    at = 0.0
    for area in row:
        length = side * area / total if total else 0.0
        if upright:
            yield Box(box.x, box.y + at, thick, length)
        else:
            yield Box(box.x + at, box.y, length, thick)
        at += length


def _beside(row: Sequence[float], box: Box) -> Box:
    if box.width >= box.height:
        thick = min(box.width, sum(row) / box.height) if box.height else box.width
        return Box(box.x + thick, box.y, box.width - thick, box.height)
    thick = min(box.height, sum(row) / box.width) if box.width else box.height
    return Box(box.x, box.y + thick, box.width, box.height - thick)


def _inset(box: Box) -> Box:
    """The box without the gap to its neighbours, where it is large enough to afford one."""
    gap = min(_GAP, box.width * 0.2, box.height * 0.2)
    return Box(box.x + gap / 2, box.y + gap / 2, box.width - gap, box.height - gap)


def _below_header(box: Box) -> Box:
    pad = 3.0
    return Box(box.x + pad, box.y + _HEADER, box.width - 2 * pad, box.height - _HEADER - pad)
