"""Families of names: the same text around a number, whatever the number's width."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter

from rushes.frames.grouped import Rules
from rushes.frames.parse import Slot
from rushes.model.frames import FrameRange, FrameSet

Key = tuple[str, str, int]  # head, tail, subframe digits


@dataclass(slots=True)
class Cell:
    """Names of one shape that differ in nothing but the number at `slot`.

    `low` and `high` are the lowest and highest frame. `members` are the positions of the names
    among those of the folder; None stands for all of them.
    """

    slot: Slot
    names: Sequence[str]
    members: Sequence[int] | None
    low: int
    high: int

    @property
    def key(self) -> Key:
        """What its family has in common."""
        slot, name = self.slot, self.names[0]
        return name[: slot.head], name[slot.end :], slot.subframe_digits

    @property
    def padded(self) -> bool:
        """Whether zeros stand before one of its numbers, which proves the padding."""
        slot = self.slot
        least = -self.high if slot.signed else self.low
        return slot.padding > 1 and least < int(10 ** (slot.padding - 1 + slot.subframe_digits))

    def numbers(self) -> list[int]:
        """The frame of each name."""
        slot = self.slot
        if slot.subframe_digits:
            return [slot.number(name) for name in self.names]
        return list(map(int, map(itemgetter(slice(slot.head, slot.end)), self.names)))

    def frames(self) -> FrameSet:
        """Its frames; names are read one by one only where there are holes."""
        if self.high - self.low + 1 == len(self.names):
            return FrameSet((FrameRange(self.low, self.high),))
        return FrameSet.of(self.numbers())


def cell_of(slot: Slot, names: Sequence[str], members: Sequence[int] | None) -> Cell:
    """The cell of `names`, which share one shape, and all text outside of `slot`."""
    least, most = slot.number(min(names)), slot.number(max(names))
    return Cell(slot, names, members, min(least, most), max(least, most))


class Families:
    """The families of one folder, as they are found."""

    __slots__ = ("cells",)

    def __init__(self) -> None:
        self.cells: defaultdict[Key, list[Cell]] = defaultdict(list)

    def __contains__(self, key: Key) -> bool:
        return key in self.cells

    def add(self, cell: Cell) -> int | None:
        """Take a cell in. Gives the position of a name in it that is no frame after all.

        A minus before nothing but zeros is no sign: f.-0000 is not f.0000, nor any frame.
        """
        if not (cell.slot.signed and cell.high == 0):
            self.cells[cell.key].append(cell)
            return None
        zero = cell.numbers().index(0)
        every = range(len(cell.names)) if cell.members is None else cell.members
        if len(cell.names) > 1:
            names = [*cell.names[:zero], *cell.names[zero + 1 :]]
            rest = [*every[:zero], *every[zero + 1 :]]
            self.cells[cell.key].append(cell_of(cell.slot, names, rest))
        return every[zero]


@dataclass(slots=True)
class Track:
    """Cells of one family that one padding writes: 9998, 9999, 10000."""

    padding: int
    cells: list[Cell]

    @property
    def padded(self) -> bool:
        """Whether zeros prove its padding; else its numbers are as wide as they have to be."""
        return any(cell.padded for cell in self.cells)

    @property
    def count(self) -> int:
        """How many files there are."""
        return sum([len(cell.names) for cell in self.cells])

    def frames(self) -> FrameSet:
        """The frames of all cells."""
        if len(self.cells) == 1:
            return self.cells[0].frames()
        return FrameSet.joined(run for cell in self.cells for run in cell.frames().runs)

    def members(self) -> list[int] | None:
        """The positions of all names, ascending; None for every name of the folder."""
        if len(self.cells) == 1:
            own = self.cells[0].members
            return own if own is None or isinstance(own, list) else list(own)
        return sorted([at for cell in self.cells for at in cell.members or ()])

    def is_sparse(self, rules: Rules) -> bool:
        """Whether its numbers lie too far apart for frames."""
        return self.count > 1 and _are_sparse(self.cells, rules)


def tracks(cells: list[Cell], rules: Rules) -> list[Track]:
    """The sequences of a family, the narrowest padding first.

    A wider number joins the next narrower padding when it has no leading zero, as %04d writes
    10000 after 9999. Leading zeros prove a padding of its own: 0099 never joins 99.
    """
    if len(cells) == 1:
        return [Track(cells[0].slot.padding, cells)]
    widths: dict[int, list[Cell]] = {}
    for cell in sorted(cells, key=attrgetter("slot.padding")):
        widths.setdefault(cell.slot.padding, []).append(cell)
    found: list[Track] = []
    for padding, same in widths.items():
        if (
            found
            and not any(cell.padded for cell in same)
            and not _are_sparse(found[-1].cells + same, rules)
        ):
            found[-1].cells += same
        else:
            found.append(Track(padding, same))
    return found


def _are_sparse(cells: Sequence[Cell], rules: Rules) -> bool:
    low, high = min([cell.low for cell in cells]), max([cell.high for cell in cells])
    span = (high - low) // int(10 ** cells[0].slot.subframe_digits) + 1
    return rules.too_sparse(span=span, count=sum([len(cell.names) for cell in cells]))
