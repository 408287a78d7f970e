"""What became of images on their way to an outside store, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rushes.cli import exits, show
from rushes.cli.json_rows import JsonRows
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.inspection.header.reading import ReadHeader
from rushes.model.finding import Finding
from rushes.ports.catalog import Deed, Outcome

_WRITTEN = (Deed.INSERTED, Deed.UPDATED, Deed.UNCHANGED)
_DAMAGED, _UNREAD = "damaged", "unread"
_OUTCOMES = (*(one.value for one in Deed), _DAMAGED, _UNREAD)
_MOST_TOLD = 20  # failures and shortened images in text; --json has them all


@dataclass(slots=True)
class Exported:
    """What became of every file so far. `rows` are for JSON."""

    place: str
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    failures: list[Outcome] = field(default_factory=list)
    shortened: list[Outcome] = field(default_factory=list)
    codes: list[int] = field(default_factory=lambda: [exits.OK])
    rows: JsonRows = field(default_factory=JsonRows)

    @property
    def written(self) -> int:
        """How many files the store holds now, of those that were asked for."""
        return sum(self.counts[one.value] for one in _WRITTEN)

    def unread(self, path: str, error: RushesError) -> None:
        """A file that cannot be opened, or a name that stands for none."""
        show.error(error, as_json=False)
        self.codes.append(exits.EXIT_CODES[error.code])
        self._count(path, _UNREAD, error.message)

    def damaged(self, found: ReadHeader) -> None:
        """A file without a header that could be told."""
        self.codes.append(exits.FOUND)
        self.findings += found.findings
        self._count(found.path, _DAMAGED, found.findings[0].message, findings=found.findings)

    def told(self, found: ReadHeader, outcome: Outcome) -> None:
        """A file that was handed to the store."""
        self.findings += found.findings
        if outcome.deed is Deed.FAILED:
            self.codes.append(exits.NOT_WRITTEN)
            self.failures.append(outcome._replace(path=found.path))
        elif found.findings:
            self.codes.append(exits.FOUND)
        if outcome.left_out:
            self.shortened.append(outcome._replace(path=found.path))
        self._count(
            *(found.path, outcome.deed.value, outcome.why),
            findings=found.findings,
            left_out=outcome.left_out,
        )

    def show(self) -> None:
        """The counts, and what is wrong."""
        show.findings(self.findings)
        for one in self.failures[:_MOST_TOLD]:
            show.text(f"{show.styled('failed', 'red')}  {one.path}: {one.why}")
        if len(self.failures) > _MOST_TOLD:
            show.text(f"… and {len(self.failures) - _MOST_TOLD:,} more failures (with --json, all)")
        for one in self.shortened[:_MOST_TOLD]:
            names = ", ".join(one.left_out)
            show.text(f"{one.path}: too long for the store, so without a value: {names}")
        told = ", ".join(f"{self.counts[one]:,} {one}" for one in _OUTCOMES if self.counts[one])
        if self.written:
            files = show.counted(sum(self.counts.values()), "file")
            show.text(f"{files} to {escape(self.place)}: {told}")
        else:
            show.note(f"Nothing was exported to {escape(self.place)} ({told}).")

    def row(self) -> dict[str, Any]:
        """The whole as `rushes exr export --json` has it."""
        return {
            "to": escape(self.place),
            "written": self.written,
            "counts": {name: self.counts[name] for name in _OUTCOMES},
            "files": self.rows,
        }

    def _count(
        self,
        path: str,
        what: str,
        why: str,
        *,
        findings: Sequence[Finding] = (),
        left_out: Sequence[str] = (),
    ) -> None:
        self.counts[what] += 1
        self.rows.add(
            {
                "path": path,
                "outcome": what,
                "why": why,
                "left_out": list(left_out),
                "findings": [one.row() for one in findings],
            }
        )
