"""The demo studio, what the scan saw of its planted faults, and what to look at next."""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rushes import __version__
from rushes.cli import show
from rushes.cli.demo_records import DemoRecords
from rushes.cli.rows import record_row, totals_row
from rushes.cli.scan_sheet import Sheet
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.testing.demo import DemoStudio, Plant
from rushes.testing.demo.plants import IMAGE_CHECK
from rushes.testing.demo.seen import seen

_NEXT = (
    ("missing shows", "frames that ought to be there and are not"),
    ("ls -r shows/nightjar/sq010", "folders by file sequence"),
    ("disk nightjar", "who fills the disk"),
    (f"{IMAGE_CHECK} shows/nightjar/sq020", "what only a look into the images tells"),
)
_SERVER = ("up", "the server: the show in a browser, and the API")


@dataclass(frozen=True, slots=True)
class DemoSheet:
    """What one run of `rushes demo` came to.

    `report` is None where it could not be written, `on_record` where nothing was to be remembered.
    """

    studio: DemoStudio
    scan: Sheet
    report: Path | None
    on_record: DemoRecords | None

    def row(self) -> dict[str, Any]:
        """The whole as JSON. Subjects of findings and places of plants are relative to `shows`."""
        studio, survey = self.studio, self.scan.survey
        return {
            "tool_version": __version__,
            "at": escape(str(studio.at)),
            "shows": escape(str(studio.shows)),
            "settings": escape(str(studio.settings)),
            "report": escape(str(self.report)) if self.report else None,
            "files": studio.files,
            "bytes": studio.size,
            "made": studio.made,
            "others": studio.others,
            "record": record_row(survey.record) if survey.record else None,
            "on_record": self.on_record.row() if self.on_record else None,
            "totals": totals_row(survey.totals),
            "findings": [one.row() for one in survey.findings],
            "plants": [self._plant_row(one) for one in studio.plants],
        }

    def show(self) -> None:
        """What was made, what the scan says, which plants it saw, and what to try."""
        studio = self.studio
        files = f"{studio.files:,} files, {human_bytes(studio.size)}, and {studio.settings.name}"
        did = f"{studio.made:,} made now" if studio.made else "all there already"
        show.text(f"The demo studio is in {escape(str(studio.at))}: {files}; {did}.")
        if studio.others:
            others = show.counted(studio.others, "file")
            show.text(f"{others} in it did not come with it, and stayed as found.")
        show.text()
        self.scan.show()
        show.text()
        self._show_plants()
        show.text()
        if self.on_record is not None:
            self.on_record.show()
            show.text()
        self._show_next()

    def _show_plants(self) -> None:
        show.text("Planted faults", bold=True)
        show.table([(self._verdict(one), one.what) for one in self.studio.plants])

    def _verdict(self, plant: Plant) -> str:
        if seen(plant, self.scan.survey.findings, self.scan.survey.totals):
            return "  " + show.styled(plant.rule or f"counted as {plant.counted}", "green")
        if plant.rule or plant.counted:
            return "  " + show.styled("not seen", "red")
        return "  exr check tells"

    def _show_next(self) -> None:
        show.text("Look at next", bold=True)
        rows = [
            (f"  cd {shlex.quote(escape(str(self.studio.at)))}", "where its settings are found")
        ]
        if self.report is not None:
            rows.insert(0, (f"  {escape(str(self.report))}", "the report, for a browser"))
        told = _NEXT if self.on_record is None else (*_NEXT, _SERVER)
        rows += [(f"  {_program()} {line}", what) for line, what in told]
        show.table(rows, gap="   ")

    def _plant_row(self, plant: Plant) -> dict[str, Any]:
        survey = self.scan.survey
        return {
            "what": plant.what,
            "where": plant.where,
            "frames": list(plant.frames),
            "rule": plant.rule,
            "counted": plant.counted,
            "seen": seen(plant, survey.findings, survey.totals),
        }


def _program() -> str:
    """`rushes`, or where it is when a shell would not find it."""
    if shutil.which("rushes"):
        return "rushes"
    called = Path(sys.argv[0])
    known = called.name == "rushes" and called.is_file()
    return shlex.quote(str(called.absolute())) if known else "rushes"
