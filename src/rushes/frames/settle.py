"""Which number of a name is its frame: decided by what varies among the names of a folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rushes.frames.dates import undated
from rushes.frames.family import Cell, Families, Key, cell_of
from rushes.frames.parse import Shape, Slot


@dataclass(slots=True)
class Loose:
    """A name that no other name of its shape goes with, and the numbers it could have."""

    at: int
    name: str
    slots: Sequence[Slot]

    def key(self, rank: int) -> Key:
        """What the family is called that it is in by its number at `rank`."""
        slot, name = self.slots[rank], self.name
        return name[: slot.head], name[slot.end :], slot.subframe_digits

    def cell(self, rank: int) -> Cell:
        """The name as a cell of its own."""
        return cell_of(self.slots[rank], (self.name,), [self.at])


def settle(
    shape: Shape, names: Sequence[str], members: list[int] | None
) -> list[Cell] | list[Loose]:
    """Names of one shape by the rightmost number that groups any; all of them loose if none does.

    A name that is alone in its group becomes a cell too: what the frame is, is decided.
    """
    slots: Sequence[Slot] = shape.slots
    if len(names) > 1:
        low, high = min(names), max(names)
        if shape.dated:
            slots = undated(undated(slots, low), high)
        for rank, slot in enumerate(slots):
            if _may_be_frame(slots, rank):
                cells = _cells(slot, names, members, low=low, high=high)
                if cells and (not _is_guarded(slots, rank) or _are_dense(cells)):
                    return cells
    elif shape.dated:
        slots = undated(slots, names[0])
    every = range(len(names)) if members is None else members
    return [Loose(at, name, slots) for at, name in zip(every, names, strict=True)]


def pair(loose: Sequence[Loose], families: Families) -> Iterator[Cell | int]:
    """Cells for names that go with others of another width, and the positions of the rest.

    They join a family there is, or one another: f.9 and f.10. What goes with nothing is a cell
    all the same where it plainly is a frame: plate.1001.exr. The caller adds each cell to the
    families as it comes.
    """
    waiting, rank = loose, 0
    while waiting:
        buckets: defaultdict[Key, list[Loose]] = defaultdict(list)
        rest: list[Loose] = []
        for one in waiting:
            if rank >= len(one.slots):
                yield one.cell(0) if one.slots and one.slots[0].plain else one.at
            elif _may_be_frame(one.slots, rank):
                buckets[one.key(rank)].append(one)
            else:
                rest.append(one)
        for key, ones in buckets.items():
            if key in families or (len(ones) > 1 and _may_pair(ones, rank)):
                for one in ones:
                    yield one.cell(rank)
            else:
                rest += ones
        waiting, rank = rest, rank + 1


def _cells(
    slot: Slot, names: Sequence[str], members: list[int] | None, *, low: str, high: str
) -> list[Cell]:
    """The names parted by all text outside of `slot`; nothing when that parts every one.

    `low` and `high` are the least and the greatest name. As they begin alike up to the number,
    so does every name between them.
    """
    head, tail = low[: slot.start], low[slot.end :]
    if high.startswith(head) and (slot.last or all(name.endswith(tail) for name in names)):
        least, most = slot.number(low), slot.number(high)
        return [Cell(slot, names, members, min(least, most), max(least, most))]
    start, end = slot.start, slot.end
    parts: defaultdict[str | tuple[str, str], list[int]] = defaultdict(list)
    if slot.last:  # what comes after is the same by shape
        for at, name in enumerate(names):
            parts[name[:start]].append(at)
    else:
        for at, name in enumerate(names):
            parts[name[:start], name[end:]].append(at)
    if len(parts) == len(names):
        return []
    return [
        cell_of(slot, [names[at] for at in own], own if members is None else _pick(members, own))
        for own in parts.values()
    ]


def _pick(members: list[int], own: list[int]) -> list[int]:
    return [members[at] for at in own]


def _may_be_frame(slots: Sequence[Slot], rank: int) -> bool:
    """Beside a number that plainly is a frame (.1001.exr), only one that looks like it may be."""
    return rank == 0 or slots[rank].spaced or not slots[0].plain


def _is_guarded(slots: Sequence[Slot], rank: int) -> bool:
    """Whether numbers at `rank` must lie close together to count as frames.

    f.1001_2048.exr, f.1002_2048.exr is a sequence; 0010.1001.exr, 0020.1001.exr are the first
    frames of two shots.
    """
    return rank > 0 and slots[0].plain


def _may_pair(ones: Sequence[Loose], rank: int) -> bool:
    if not any(_is_guarded(one.slots, rank) for one in ones):
        return True
    return not _spread([one.cell(rank) for one in ones])


def _are_dense(cells: Sequence[Cell]) -> bool:
    return not any(_spread([cell]) for cell in cells)


def _spread(cells: Sequence[Cell]) -> bool:
    """Whether more frames are missing than there are."""
    low, high = min([cell.low for cell in cells]), max([cell.high for cell in cells])
    return high - low + 1 > 2 * sum([len(cell.names) for cell in cells])
