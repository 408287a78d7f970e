"""`rushes exr thumb`: small pictures of image files, and contact sheets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from rushes.cli import exits, show
from rushes.cli.exr.looking import Number, looking
from rushes.cli.exr.thumb_pages import Page, Picks, Refused, pages
from rushes.cli.exr.thumb_places import form_of, places
from rushes.cli.exr.thumb_sheet import document, exit_codes, show_failures, show_pages
from rushes.cli.exr.thumbnailing import Making, Produced, produce
from rushes.cli.face import GivenPath, command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.inspection.contact_sheet import grid
from rushes.inspection.look import BEAUTY, Form, Look
from rushes.inspection.thumbnails import TIMEOUT_S, Bounds

_WIDTH, _SHEET_WIDTH = 480, 240
_FORMS = [form.value for form in Form if form is not Form.RAW]
_AT_LEAST_ONE = click.IntRange(min=1)


@dataclass(frozen=True, slots=True)
class _Options:
    """What was said besides the files and the look."""

    out: Path | None
    form: str | None
    force: bool
    width: int | None
    frames: str | None
    every: int | None
    sheet: bool
    layers: bool
    columns: int | None
    workers: int | None
    timeout: float

    @property
    def picks(self) -> Picks:
        """Which pictures are wanted."""
        return Picks(self.frames, self.every, sheet=self.sheet, layers=self.layers)

    def check(self, look: Look) -> None:
        """Refuse options that contradict each other."""
        if self.frames is not None and self.every is not None:
            raise click.UsageError("--frame and --every both choose frames: use one of them.")
        if self.layers and self.sheet:
            raise click.UsageError("--layers makes sheets already: leave --contact-sheet out.")
        if self.layers and look.selection != BEAUTY:
            raise click.UsageError("--layers shows all there is: leave --part, --layer, --channel.")
        if self.columns is not None and not (self.layers or self.sheet):
            raise click.UsageError("--columns is for --contact-sheet and --layers: add one.")


@command
@click.argument("paths", nargs=-1, required=True, type=GivenPath(), metavar="FILE…")
@click.option(
    "--out",
    type=GivenPath(),
    metavar="FILE|DIR",
    help="Write there (default: into the folder one is in, unless media lie in it).",
)
@click.option(
    "--format", "form", type=click.Choice(_FORMS), help="Default: by the name of --out, or jpeg."
)
@click.option("--force", is_flag=True, help="Replace a file there that is no picture, too.")
@click.option(
    "--width",
    type=click.IntRange(1, 8192),
    metavar="N",
    help=f"Pixels across, at most (default {_WIDTH}, and {_SHEET_WIDTH} on a contact sheet).",
)
@looking
@click.option(
    "--frame", "frames", metavar="FRAMES", help="Of a sequence, show these: 1010, or 1001-1100x10."
)
@click.option(
    "--every", type=_AT_LEAST_ONE, metavar="N", help="Of a sequence, show every Nth frame."
)
@click.option(
    "--contact-sheet", "sheet", is_flag=True, help="Show all of it in one picture, with names."
)
@click.option(
    "--layers", is_flag=True, help="Show all layers of each file in one picture, with names."
)
@click.option(
    "--columns", type=_AT_LEAST_ONE, metavar="N", help="Pictures in a row of a contact sheet."
)
@click.option(
    "--workers",
    type=_AT_LEAST_ONE,
    metavar="N",
    help="How many processes share the work (default: one per core).",
)
@click.option(
    "--timeout",
    type=Number(0, 3600, min_open=True),
    default=TIMEOUT_S,
    show_default=True,
    metavar="SECONDS",
    help="Give up a picture that takes longer.",
)
def thumb(session: Session, *, paths: tuple[Path, ...], look: Look, **given: Any) -> int:
    """Make small pictures of OpenEXR files, of other images and of movies (their first frame).

    FILE is a file, or a pattern such as plate.%04d.exr or plate.####.exr for a sequence, of which
    the middle frame is shown unless --frame, --every or --contact-sheet say otherwise. The beauty
    is shown unless --part, --layer or --channel say otherwise. Scene-linear values go through a
    view transform of OpenColorIO; depth and other data are stretched over their range; pixels that
    are no number are magenta.
    Exits 1 when a file cannot be decoded or a contact sheet has gaps, 2 when something is not there
    (a file, a frame, a layer, a view), 3 when a file cannot be opened, 4 when a picture could not
    be written. The others are still made.
    """
    options = _Options(**given)
    options.check(look)
    look = replace(look, form=form_of(options.out, options.form))
    asked = list(pages(paths, session.settings, options.picks))
    refused = [one for one in asked if isinstance(one, Refused)]
    done = _made([one for one in asked if isinstance(one, Page)], look, options)
    show_failures(refused, done)
    if session.as_json:
        show.json("rushes.exr-thumb/1", document(look.form, refused, done))
    else:
        show_pages(done)
    return exits.gravest(exit_codes(refused, done))


def _made(wanted: list[Page], look: Look, options: _Options) -> list[Produced]:
    width = options.width or (_SHEET_WIDTH if options.sheet or options.layers else _WIDTH)
    for page in wanted:
        if page.sheet:  # known before an hour of work
            grid(len(page.wishes), cell=(width, width // 4), columns=options.columns)
    found = places(wanted, options.out, look.form, force=options.force)
    bounds = Bounds(options.timeout, options.workers)
    with progress("thumbnails") as watched:
        return produce(wanted, found, Making(look, width, options.columns, bounds), watched)
