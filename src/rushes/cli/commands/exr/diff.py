"""`rushes exr diff`: what two files, or two sequences, differ in."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.exr.diff_frames import FrameLines, Sums, show_sums
from rushes.cli.exr.diff_pairs import Paired, paired
from rushes.cli.exr.diff_pictures import Pictures
from rushes.cli.exr.diff_rows import file_row
from rushes.cli.exr.diff_sheet import show_pair
from rushes.cli.exr.diffing import Compared, Terms, differences
from rushes.cli.face import GivenPath, command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core.errors import RushesError
from rushes.frames.notation import format_frames
from rushes.inspection.diff.differences import Limits
from rushes.inspection.diff.headers import Excuses


class _Amount(click.FloatRange):
    """A number that something can be larger than: not NaN, and no infinity."""

    name = "number"

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse what would make all images the same."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no amount.", param, ctx)
        return number


@command
@click.argument("a", type=GivenPath(), metavar="A")
@click.argument("b", type=GivenPath(), metavar="B")
@click.option(
    "--tolerance",
    type=_Amount(),
    default=0.0,
    show_default=True,
    metavar="X",
    help="Values may be as far apart as X.",
)
@click.option(
    "--relative",
    type=_Amount(),
    default=0.0,
    show_default=True,
    metavar="R",
    help="Values may be as far apart as R times the larger of both, whatever --tolerance says.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="NAME",
    help="Attributes and windows called like this do not count; * and ? stand for any text and"
    " character. May be given several times.",
)
@click.option(
    "--strict", is_flag=True, help="Attributes that are others in every frame count, too."
)
@click.option("--no-pixels", is_flag=True, help="Compare headers only.")
@click.option(
    "--outside-is-zero",
    is_flag=True,
    help="What is outside of one data window and inside of the other is compared as 0.",
)
@click.option(
    "--image",
    "picture",
    type=GivenPath(),
    metavar="PNG",
    help="Paint where they differ; of a sequence each frame (difference.####.png) or the worst.",
)
def diff(
    session: Session,
    *,
    a: Path,
    b: Path,
    tolerance: float,
    relative: float,
    ignore: tuple[str, ...],
    strict: bool,
    no_pixels: bool,
    outside_is_zero: bool,
    picture: Path | None,
) -> int:
    """Compare two OpenEXR files: headers attribute by attribute, and pixels channel by channel.

    A and B are files, or patterns such as plate.%04d.exr or plate.####.exr, whose frames are
    compared by their numbers. Compression and tiling may be others: what is compared are values,
    at full resolution. Differences in attributes that are others in every frame (time code, dates,
    cameras, what a render tells of itself) are told and do not count.
    Exits 0 when they are the same within the tolerance, 1 when they differ or one is damaged, 2
    when there is no such file, 3 when one could not be read, 4 when the picture could not be
    written.
    """
    if picture is not None and no_pixels:
        raise click.UsageError("--image paints pixels, and --no-pixels leaves them out.")
    both = paired(a, b, session.settings)
    pictures = Pictures(picture, both) if picture is not None else None
    terms = Terms(
        Excuses(ignore, strict=strict, outside_is_zero=outside_is_zero and not no_pixels),
        Limits(tolerance, relative, outside_is_zero),
        pixels=not no_pixels,
        picture=pictures is not None,
    )
    run = _Run(session, both, terms, pictures)
    run.go()
    return exits.gravest(run.codes)


class _Run:
    """What is gathered while pairs are compared."""

    def __init__(
        self, session: Session, both: Paired, terms: Terms, pictures: Pictures | None
    ) -> None:
        self._session, self._both, self._terms = session, both, terms
        self._pictures, self._lines = pictures, FrameLines()
        self._rows: list[dict[str, Any]] = []
        self._sums = Sums()
        self.codes = [exits.OK if both.whole else exits.FOUND]

    def go(self) -> None:
        """Compare, tell, and write pictures."""
        with progress("comparing") as watched:
            for one in differences(self._both.pairs, self._terms, bootstrap.storage(), watched):
                self._tell(one)
                self._paint(one)
        self._paint(None)
        self._lines.end()
        if self._session.as_json:
            show.json("rushes.exr-diff/1", self._document())
            return
        if self._both.sequence:
            show_sums(self._both, self._sums)
        for told in self._pictures.written if self._pictures else ():
            of = f" of frame {told['frame']}" if self._both.sequence else ""
            white = f", white is {told['white']:.6g}" if told["white"] else ""
            show.text(f"Picture{of}: {told['path']}{white}")

    def _tell(self, one: Compared) -> None:
        self._sums.take(one)
        if one.error is not None:
            self.codes.append(exits.EXIT_CODES[one.error.code])
            show.error(one.error, as_json=False)
        else:
            self.codes.append(exits.OK if one.same else exits.FOUND)
        if self._session.as_json:
            self._rows.append(file_row(one))
        elif self._both.sequence:
            self._lines.add(one)
        else:
            show_pair(one, self._terms)

    def _paint(self, one: Compared | None) -> None:
        """Have a picture written; with None, the one that waits for all to be compared."""
        if self._pictures is None:
            return
        try:
            if one is None:
                self._pictures.finish()
            else:
                self._pictures.take(one)
        except RushesError as error:
            show.error(error, as_json=False)
            self.codes.append(exits.EXIT_CODES[error.code])

    def _document(self) -> dict[str, Any]:
        both, terms = self._both, self._terms
        return {
            "a": both.a,
            "b": both.b,
            "sequence": both.sequence,
            "same": both.whole and self._sums.same == len(both.pairs),
            "tolerance": terms.limits.tolerance,
            "relative": terms.limits.relative,
            "outside_is_zero": terms.limits.outside_is_zero,
            "strict": terms.excuses.strict,
            "ignore": list(terms.excuses.ignore),
            "pixels": terms.pixels,
            "only_a": format_frames(both.only_a),
            "only_b": format_frames(both.only_b),
            "pictures": self._pictures.written if self._pictures else [],
            "files": self._rows,
        }
