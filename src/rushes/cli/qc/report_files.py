"""A report on quality checks, written in the forms that were asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
from rushes.qc.report.page import to_picture
from rushes.qc.report.pictures import Pictures, pictured
from rushes.qc.report.wording import headline

HTML = Form("--html", "qc.html", render.MARK)
PDF = Form("--pdf", "qc.pdf", pdf.MARK)
CSV = Form("--csv", "qc.csv", table.MARK)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where each form goes, None where it is not wanted, and whether with pictures."""

    html: Path | None
    pdf: Path | None
    csv: Path | None
    thumbnails: bool

    def files(self) -> Iterator[tuple[Form, Path]]:
        """The forms that are wanted."""
        for form, path in ((HTML, self.html), (PDF, self.pdf), (CSV, self.csv)):
            if path is not None:
                yield form, path


def told(session: Session, asked: Asked, wanted: Wanted) -> int:
    """Read the records, write the forms, show how it stands. Raises before anything is written."""
    settings = session.settings
    _refuse_nonsense(wanted, as_json=session.as_json)
    for form, path in wanted.files():
        outside(path, roots(asked.paths, settings), form=form)
    report = read(asked, session)
    pictures = Pictures()
    if wanted.thumbnails and settings.report.thumbnails and (wanted.html or wanted.pdf):
        pictures = _pictures(report, wanted)
    written: dict[str, str | None] = {}
    failed: list[RushesError] = []
    for form, path in wanted.files():
        name = form.option.removeprefix("--")
        try:
            atomic.write_bytes(path, _made(form, report, pictures))
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


def _pictures(report: QcReport, wanted: Wanted) -> Pictures:
    limits = LIMITS if wanted.html is not None else PRINTED
    with progress("thumbnails") as watched:
        made = pictured(to_picture(report, limits), progress=watched)
    if made.failed:
        show.note(f"{show.counted(len(made.failed), 'thumbnail')} could not be made.")
    return made


def _made(form: Form, report: QcReport, pictures: Pictures) -> bytes:
    if form is HTML:
        return render.render(report, pictures).encode("utf-8")
    return pdf.pdf(report, pictures) if form is PDF else table.table(report)


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
