"""Whether a file has the tiles of smaller levels, which nobody counts but textures live by."""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack

from rushes.inspection.header.offsets import OFFSET
from rushes.inspection.pixels.layout import Layout
from rushes.inspection.pixels.losses import finding
from rushes.inspection.pixels.source import Source
from rushes.model.finding import Finding

_AT_ONCE = 1 << 14  # entries of the offset table


def lost_levels(source: Source, layout: Layout, *, subject: str, title: str) -> Iterator[Finding]:
    """A finding where tiles of smaller levels are not, or not wholly, in the file.

    They are not decoded.
    """
    across, down = layout.grid
    first, there = across * down, source.entries(layout)
    if not layout.tiled or layout.entries <= first:
        return
    lost = layout.entries - max(first, there)
    try:
        for begin in range(first, there, _AT_ONCE):
            size = OFFSET * min(_AT_ONCE, there - begin)
            table = source.at(layout.table + OFFSET * begin, size)
            places = unpack(f"<{len(table) // OFFSET}Q", table)
            lost += sum([not _whole(source, layout, place) for place in places])
    except OSError as error:
        yield finding(subject, f"{subject} cannot be read: {error.strerror or error}.")
    if lost:
        what = f"{lost:,} of {layout.entries - first:,} tiles of smaller levels"
        yield finding(subject, f"{what} of {title} are not in the file, or not wholly.")


def _whole(source: Source, layout: Layout, place: int) -> bool:
    """Whether a tile of a smaller level of this part lies there, and all of it."""
    head = layout.head
    if not layout.table + OFFSET * layout.entries <= place <= source.size - head.size:
        return False
    said: tuple[int, ...] = head.unpack(source.at(place, head.size))
    before = len(layout.place(0))
    level, sizes = said[before - 2 : before], said[before:]
    if layout.multipart and said[0] != layout.number:
        return False
    end = place + head.size + sum(sizes[:2])
    return min(*level, *sizes) >= 0 and max(level) > 0 and end <= source.size
