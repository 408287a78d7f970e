"""A report on quality checks, written in the forms that were asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rushes.cli import exits, show
from rushes.cli.progress import progress
from rushes.cli.qc.report_records import Asked, read
from rushes.cli.report_place import Form, outside
from rushes.cli.session import Session
from rushes.cli.surveying import roots
from rushes.core import atomic
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.report import pdf, render, table
from rushes.qc.report.content import QcReport
from rushes.qc.report.document import document
from rushes.qc.report.limits import LIMITS, PRINTED
from rushes.qc.report.page import to_picture, to_sheet
from rushes.qc.report.pictures import Pictures, pictured
from rushes.qc.report.sheets import NO_SHEETS, ContactSheets, contact_sheets
from rushes.qc.report.wording import headline

HTML = Form("--html", "qc.html", render.MARK)
PDF = Form("--pdf", "qc.pdf", pdf.MARK)
CSV = Form("--csv", "qc.csv", table.MARK)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where each form goes, None where it is not wanted, and whether with pictures.

    `contact_sheets` are there with the thumbnails where nobody said whether.
    """

    html: Path | None
    pdf: Path | None
    csv: Path | None
    thumbnails: bool
    contact_sheets: bool | None

    def files(self) -> Iterator[tuple[Form, Path]]:
        """The forms that are wanted."""
        for form, path in ((HTML, self.html), (PDF, self.pdf), (CSV, self.csv)):
            if path is not None:
                yield form, path


class _Shown(NamedTuple):
    """The pictures of page and print."""

    pictures: Pictures
    sheets: ContactSheets


def told(session: Session, asked: Asked, wanted: Wanted) -> int:
    """Read the records, write the forms, show how it stands. Raises before anything is written."""
    settings = session.settings
    _refuse_nonsense(wanted, as_json=session.as_json)
    for form, path in wanted.files():
        outside(path, roots(asked.paths, settings), form=form)
    report = read(asked, session)
    shown = _shown(report, wanted, thumbnails=settings.report.thumbnails)
    written: dict[str, str | None] = {}
    failed: list[RushesError] = []
    for form, path in wanted.files():
        name = form.option.removeprefix("--")
        try:
            atomic.write_bytes(path, _made(form, report, shown))
            written[name] = escape(str(path))
        except RushesError as error:
            written[name] = None
            failed.append(error)
    _show(session, report, written)
    for problem in failed:
        show.error(problem, as_json=False)
    codes = [problem.code for problem in failed] + [one.error.code for one in report.unreadable]
    return exits.gravest(exits.EXIT_CODES[code] for code in codes)


def _refuse_nonsense(wanted: Wanted, *, as_json: bool) -> None:
    paths = [os.path.realpath(path) for _, path in wanted.files()]
    if not paths and not as_json:
        raise RushesError(
            Code.USAGE,
            "It was not said what to write.",
            hint="Name at least one of --html FILE, --pdf FILE and --csv FILE, or give --json.",
        )
    if len(set(paths)) < len(paths):
        raise RushesError(
            Code.USAGE,
            "Two forms of the report would be written to the same file.",
            hint="Give each a name of its own, as in --html qc.html --pdf qc.pdf.",
        )


def _shown(report: QcReport, wanted: Wanted, *, thumbnails: bool) -> _Shown:
    """All pictures, where a form shows any; `thumbnails` is what the settings say."""
    with_thumbnails = thumbnails and wanted.thumbnails
    with_sheets = with_thumbnails if wanted.contact_sheets is None else wanted.contact_sheets
    limits = LIMITS if wanted.html is not None else PRINTED
    pictures, sheets = Pictures(), NO_SHEETS
    if wanted.html is None and wanted.pdf is None:
        return _Shown(pictures, sheets)
    if with_thumbnails:
        with progress("thumbnails") as watched:
            pictures = pictured(to_picture(report, limits), progress=watched)
        if pictures.failed:
            _tell_failed(pictures)
    if with_sheets:
        with progress("contact sheets") as watched:
            sheets = contact_sheets(to_sheet(report, limits), progress=watched)
        if without := sum(not one.data for one in sheets.values()):
            show.note(f"{show.counted(without, 'contact sheet')} could not be made.")
    return _Shown(pictures, sheets)


def _tell_failed(pictures: Pictures) -> None:
    """One of those without a thumbnail, and why; the report tells it of each."""
    (path, why), *others = pictures.failed.items()
    more = f" {show.counted(len(others), 'other')} could not, either." if others else ""
    where = escape(str(path))
    show.note(f"No thumbnail could be made of {where}: {show.printable(why.message)}{more}")


def _made(form: Form, report: QcReport, shown: _Shown) -> bytes:
    if form is HTML:
        return render.render(report, shown.pictures, sheets=shown.sheets).encode("utf-8")
    if form is PDF:
        return pdf.pdf(report, shown.pictures, sheets=shown.sheets)
    return table.table(report)


def _show(session: Session, report: QcReport, written: dict[str, str | None]) -> None:
    if session.as_json:
        show.json("rushes.qc-report/1", {"written": written, **document(report)})
        return
    show.text("".join(text for text, _ in headline(report.tally)) + ".")
    for one in report.unreadable[:20]:
        show.error(one.error, as_json=False)
    if len(report.unreadable) > 20:
        show.note(f"… and {show.counted(len(report.unreadable) - 20, 'record')} more.")
    for path in filter(None, written.values()):
        show.text(f"Wrote {show.printable(path)}.")
