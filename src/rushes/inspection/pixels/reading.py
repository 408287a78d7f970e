"""Reads bands of an open file: chunks that can be decoded, and what became of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rushes.inspection.pixels.bands import Band
from rushes.inspection.pixels.deep import samples
from rushes.inspection.pixels.excerpt import UndecodableError, decoded
from rushes.inspection.pixels.layout import Layout
from rushes.inspection.pixels.plain import plain
from rushes.inspection.pixels.source import Chunk, Loss, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_GARBLED = "their data are damaged"
_NO_ENTRY = "the file ends within the offset table"
_SHORT_TABLE = "the offset table is too short for them"


class Piece(NamedTuple):
    """The values of each channel of a run of chunks, as `plain`, `decoded` or `samples` give them.

    `counts` are samples per pixel, where the part is deep; then it is one chunk.
    """

    chunks: Sequence[Chunk]
    values: list[NDArray[Any]]
    counts: NDArray[np.int64] | None = None


class Reach(NamedTuple):
    """How many chunks of level 0 may be asked for, of those `wanted`, and why not all of them."""

    there: int
    wanted: int
    reason: str


def reach(source: Source, layout: Layout) -> Reach:
    """Which chunks have entries in the offset table; whole units of them."""
    across, down = layout.grid
    wanted = across * down
    there = min(wanted, source.entries(layout))
    if there < wanted:
        there -= there % layout.unit
    return Reach(there, wanted, _SHORT_TABLE if layout.entries < wanted else _NO_ENTRY)


def pieces(source: Source, layout: Layout, band: Band) -> tuple[Iterator[Piece | Loss], list[Loss]]:
    """The band's chunks in order, as many at a time as can be, and what could not be read at all.

    What cannot be decoded comes among the pieces.
    """
    chunks, lost = source.chunks(layout, band.chunks)
    if lost and layout.unit > 1:
        chunks, lost = _whole_units(layout, band, chunks, lost)
    return _pieces(layout, chunks), lost


def _pieces(layout: Layout, chunks: Sequence[Chunk]) -> Iterator[Piece | Loss]:
    for run in _runs(layout, chunks):
        yield from _decoded(layout, run)


def _decoded(layout: Layout, chunks: Sequence[Chunk]) -> Iterator[Piece | Loss]:
    """Where a run cannot be decoded its halves are tried, and theirs."""
    try:
        if layout.deep:
            counts, values = samples(layout, chunks[0])
            piece = Piece(chunks, values, counts)
        else:
            read = plain if layout.compression == "NONE" else decoded
            piece = Piece(chunks, read(layout, chunks))
    except UndecodableError:
        half = len(chunks) // layout.unit // 2 * layout.unit
        if half:
            yield from _decoded(layout, chunks[:half])
            yield from _decoded(layout, chunks[half:])
        else:
            yield from (Loss(one.index, _GARBLED) for one in chunks)
    else:
        yield piece


def _runs(layout: Layout, chunks: Sequence[Chunk]) -> Iterator[Sequence[Chunk]]:
    """Chunks that are decoded together: deep ones alone, others all at once."""
    if layout.deep:
        yield from ([one] for one in chunks)
    elif chunks:
        yield chunks


def _whole_units(
    layout: Layout, band: Band, chunks: Sequence[Chunk], lost: Sequence[Loss]
) -> tuple[list[Chunk], list[Loss]]:
    """Lose those too that cannot be decoded without a lost one."""
    reasons = {one.index // layout.unit: one.reason for one in reversed(lost)}
    kept = [one for one in chunks if one.index // layout.unit not in reasons]
    gone = [one for one in band.chunks if one // layout.unit in reasons]
    return kept, [Loss(one, reasons[one // layout.unit]) for one in gone]
