"""Pixel statistics as people read them: a line for each channel."""

from __future__ import annotations

from collections.abc import Iterator

from rushes.cli import show
from rushes.cli.show import printable
from rushes.model.pixels import ChannelStats, Number, PartStats, PixelStats

_HEADS = ("channel", "type", "min", "max", "mean", "stddev", "NaN", "+Inf", "−Inf", "< 0", "= 0")
_FIRST_NUMBER = 2


def show_stats(stats: PixelStats, *, percentiles: bool) -> None:
    """The statistics of one file, or of the frames of a sequence together."""
    files = f"  {show.counted(stats.files, 'frame')} together" if stats.files > 1 else ""
    show.text(f"{stats.subject}{files}", bold=True)
    for part in stats.parts:
        _show_part(part, alone=len(stats.parts) == 1, percentiles=percentiles)
    if stats.sample > 1:
        read = sum(part.bands_read for part in stats.parts)
        there = sum(part.bands_there for part in stats.parts)
        show.text(
            f"  Sampled: {read:,} of {there:,} bands of lines were read (--sample {stats.sample}).",
            colour="yellow",
        )
    show.findings(list(stats.findings))


def _show_part(part: PartStats, *, alone: bool, percentiles: bool) -> None:
    if not alone:
        view = f", view {part.view}" if part.view else ""
        title = f"  part {part.number} {part.name}{view}, {part.width} × {part.height}"
        show.text(printable(title), bold=True)
    if part.left_out:
        show.text(f"    not counted: {part.left_out}", colour="yellow")
        return
    if part.samples is not None:
        one = part.samples
        show.text(
            f"    samples per pixel: {one.min:,} to {one.max:,}, {one.mean:.3f} on average;"
            f" {one.empty:,} of {one.pixels:,} pixels have none"
        )
    columns = [share for share, _ in next((c.percentiles for c in part.channels), ())]
    extra = tuple(f"{share} %" for share in columns) if percentiles else ()
    rows = [("   ", *_HEADS, *extra)]
    rows += [("   ", *_cells(one, columns if percentiles else [])) for one in part.channels]
    show.table(rows, right=range(_FIRST_NUMBER + 1, len(rows[0])), gap=" ")


def _cells(one: ChannelStats, shares: list[int]) -> Iterator[str]:
    yield printable(one.name)
    yield one.type.value.lower()
    for value in (one.min, one.max, one.mean, one.stddev):
        yield _number(value)
    for count, colour in (
        (one.nan, "red"),
        (one.positive_infinity, "red"),
        (one.negative_infinity, "red"),
        (one.negative, "yellow"),
        (one.zero, ""),
    ):
        cell = f"{count:,}"
        yield show.styled(cell, colour) if count and colour else cell
    known = dict(one.percentiles)
    for share in shares:
        yield _number(known.get(share))


def _number(value: Number | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"
