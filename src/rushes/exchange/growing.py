"""Sequences of which a file is still being written: they are not judged before they are whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rushes.core.escape import escape
from rushes.exchange.drop import GROWING, aside_fix
from rushes.exchange.lot import Lot
from rushes.exchange.lots import lots_by_ends, owner_of


def refuse_growing(lots: Sequence[Lot], aside: Mapping[str, str]) -> None:
    """Refuse the lots of which files were put `aside` because somebody still writes them."""
    growing = [path for path, why in aside.items() if why == GROWING]
    by_ends = lots_by_ends(lots) if growing else {}
    found: dict[int, list[str]] = {}
    for path in sorted(growing):
        owner = owner_of(path, by_ends)
        if owner is not None:
            found.setdefault(id(owner), []).append(path)
    for lot in lots:
        if mine := found.get(id(lot)):
            more = f" and {len(mine) - 1:,} more of its files are" if mine[1:] else " is"
            said = f"{escape(mine[0])}{more} still being written"
            lot.refuse("growing", said, fix=aside_fix(GROWING))
