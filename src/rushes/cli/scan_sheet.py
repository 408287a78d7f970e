"""A scan as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rushes.cli import show
from rushes.cli.json_rows import JsonRows
from rushes.cli.rows import file_row, is_single, record_row, sequence_row, totals_row
from rushes.core import clock
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.model.files import FoundFolder
from rushes.model.scan import ScanState, ScanTotals
from rushes.scan.gaps import Judged
from rushes.scan.survey import Survey

if TYPE_CHECKING:
    from rushes.scan.layout import Layout
    from rushes.scan.thresholds import Fill
    from rushes.scan.usage import Usage


@dataclass(slots=True)
class Notes:
    """What is kept of a scan while it goes on: JSON rows, as bytes because there may be many,
    disk use by place where `layout` is given, and whole folders where a report is wanted.
    """

    json: bool
    report: bool
    layout: Layout | None
    usage: Usage | None = None
    fills: Sequence[Fill] = ()
    sequences: JsonRows = field(default_factory=JsonRows)
    files: JsonRows = field(default_factory=JsonRows)
    folders: list[tuple[FoundFolder, Sequence[Judged]]] = field(default_factory=list)
    dead_links: int = 0

    def take(self, folder: FoundFolder, judged: Sequence[Judged]) -> None:
        """Note one folder."""
        self.dead_links += len(folder.left_out.dead_links)
        if self.report:
            self.folders.append((folder, judged))
        if self.layout is not None:
            if self.usage is None:
                from rushes.scan.usage import Usage

                # A walk meets the folder first where it begins.
                self.usage = Usage(self.layout, below=folder.path)
            self.usage.take(folder)
        if not self.json:
            return
        for one in judged:
            if is_single(one.found):
                self.files.add(file_row(one.found))
            else:
                self.sequences.add(sequence_row(one))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One scan and what was noted of it."""

    survey: Survey
    notes: Notes

    def row(self) -> dict[str, Any]:
        """One entry of `rushes scan --json`. Paths in it are relative to `root`."""
        survey = self.survey
        return {
            "root": escape(survey.root.mount),
            "below": escape(str(survey.root.below)),
            "started": clock.iso(survey.started),
            "took_s": round(survey.took_s, 3),
            "record": record_row(survey.record) if survey.record else None,
            "totals": totals_row(survey.totals),
            "findings": [one.row() for one in survey.findings],
            "sequences": self.notes.sequences,
            "files": self.notes.files,
        }

    def show(self) -> None:
        """What was found, what is wrong with it, and whether it is remembered."""
        show.text(escape(str(self.survey.root.path)), bold=True)
        for line in _sums(self.survey.totals, self.notes.dead_links):
            show.text(f"  {line}")
        show.findings(self.survey.findings)
        show.text(f"{_verdict(self.survey)} {_recorded(self.survey)}")


def _sums(totals: ScanTotals, dead_links: int) -> list[str]:
    told = [
        f"{show.counted(totals.sequences, 'file sequence')},"
        f" {show.counted(totals.single_files, 'single file')}"
        f" in {show.counted(totals.folders, 'folder')}:"
        f" {show.counted(totals.files, 'file')}, {human_bytes(totals.size)}"
        f" ({human_bytes(totals.allocated)} on disk)"
    ]
    left = {"hidden": totals.hidden, "temporary": totals.temporary, "special": totals.special}
    if any(left.values()):
        parts = [f"{number:,} {what}" for what, number in left.items() if number]
        if dead_links:
            parts[-1] += f" ({show.counted(dead_links, 'dead link')})"
        told.append(f"in no file sequence: {', '.join(parts)}")
    if totals.unread_folders:
        folders = show.counted(totals.unread_folders, "folder")
        told.append(f"{folders} could not be read; what lies there is not known")
    return told


def _verdict(survey: Survey) -> str:
    totals = survey.totals
    worst = [
        show.counted(number, word)
        for number, word in ((totals.errors, "error"), (totals.warnings, "warning"))
        if number
    ]
    if not totals.sequences:
        return "No file sequence was found."
    return f"{' and '.join(worst) or 'Nothing wrong was'} found in {survey.took_s:.1f} s."


def _recorded(survey: Survey) -> str:
    record = survey.record
    if record is None:
        return "Not recorded (--no-db)."
    if record.state is ScanState.SUPERSEDED:
        return f"Scan {record.id} did not become the record: one that began later had finished."
    differs = {"added": record.added, "removed": record.removed, "changed": record.changed}
    parts = ", ".join(f"{number:,} {what}" for what, number in differs.items())
    return f"Recorded as scan {record.id} of {record.root.name}: {parts}."
