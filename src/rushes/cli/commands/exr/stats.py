"""`rushes exr stats`: what the pixels of files are like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from rushes.cli import exits, show
from rushes.cli.exr.counting import Count, counted
from rushes.cli.exr.images import WantedSequence, wanted
from rushes.cli.exr.looking import Number
from rushes.cli.exr.stats_sheet import show_stats
from rushes.cli.face import GivenPath, command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.inspection.pixels.many import TIMEOUT_S
from rushes.inspection.pixels.merge import merged
from rushes.inspection.pixels.rows import as_row
from rushes.model.pixels import PixelStats


@command
@click.argument("paths", nargs=-1, required=True, type=GivenPath(), metavar="FILE…")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Read every Nth band of lines only; the result says so.",
)
@click.option(
    "--part", "parts", type=click.IntRange(min=0), multiple=True, help="Only this part, from 0."
)
@click.option("--each", is_flag=True, help="Tell every frame of a sequence by itself.")
@click.option("--percentiles", is_flag=True, help="Show percentiles, too (of half channels).")
@click.option(
    "--timeout",
    type=Number(0, 86_400, min_open=True),
    default=TIMEOUT_S,
    show_default=True,
    metavar="SECONDS",
    help="Give a file up after so long.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes share the work (default: one per core).",
)
def stats(
    session: Session,
    *,
    paths: tuple[Path, ...],
    sample: int,
    parts: tuple[int, ...],
    each: bool,
    percentiles: bool,
    timeout: float,
    workers: int | None,
) -> int:
    """Count the pixels of OpenEXR files: range, mean, deviation, NaN, infinities, per channel.

    FILE is a file, or a pattern such as plate.%04d.exr whose frames are counted together. All
    parts are read, in constant memory; of tiled parts the full size, of deep ones every sample.
    Minimum, maximum, mean, deviation and percentiles are of finite values. Exits 1 when something
    could not be decoded (the rest is still counted), 2 when there is no such file or part, 3 when
    one could not be read.
    """
    how = Count(sample, parts, timeout, workers)
    codes = [exits.OK]
    for asked in wanted(paths, session.settings):
        if asked.refused is not None:
            codes.append(_refuse(asked.refused))
        found = _together(asked, how, codes, each=each)
        for one, whole in found:
            codes.append(_tell(session, one, parts, whole=whole, percentiles=percentiles))
    return exits.gravest(codes)


def _together(
    asked: WantedSequence, how: Count, codes: list[int], *, each: bool
) -> Iterator[tuple[PixelStats, bool]]:
    """What is told of one argument, and whether it is all of that.

    It is every file, or all frames of a sequence as one.
    """
    if each or not asked.sequence:
        for one in _each(asked, how, codes, histograms=False):
            yield one, one.complete
        return
    refused = len(codes)
    together = merged(_each(asked, how, codes, histograms=True), subject=asked.asked)
    whole = together.complete and asked.refused is None and len(codes) == refused
    if together.files or together.findings:
        yield together, whole


def _each(
    asked: WantedSequence, how: Count, codes: list[int], *, histograms: bool
) -> Iterator[PixelStats]:
    """The statistics of every file; what could not be read is told by the way."""
    with progress("counting pixels") as watched:
        for one in counted(asked.files, how, histograms=histograms, progress=watched):
            if isinstance(one, RushesError):
                codes.append(_refuse(one))
            else:
                yield one


def _refuse(error: RushesError) -> int:
    show.error(error, as_json=False)
    return exits.EXIT_CODES[error.code]


def _tell(
    session: Session,
    found: PixelStats,
    parts: tuple[int, ...],
    *,
    whole: bool,
    percentiles: bool,
) -> int:
    if session.as_json:
        row = as_row(found, histograms=False)
        del row["schema"]
        show.document({"schema": "rushes.exr-stats/1", "complete": whole, **row})
    else:
        show_stats(found, percentiles=percentiles)
    lacking = sorted(set(parts) - {part.number for part in found.parts})
    if lacking and not found.findings:
        numbers = ", ".join(map(str, lacking))
        show.error(
            RushesError(
                Code.NOTHING_FOUND,
                f"{found.subject} has no part {numbers}.",
                hint="`rushes exr info` lists the parts of a file.",
            ),
            as_json=False,
        )
        return exits.NOT_THERE
    return exits.FOUND if found.findings else exits.OK
