"""What came of a crawl, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from rushes.cli import exits, show
from rushes.cli.json_rows import JsonRows
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.qc.bench import Crawled
from rushes.qc.deciding import Happened
from rushes.qc.recording import Outcome
from rushes.scan.roots import Root

_SHOWN = 20  # assets of one kind that are told one by one
_COLOURS = {
    Happened.ROTTED: "red",
    Happened.UNREAD: "red",
    Happened.UNWRITTEN: "red",
    Happened.REFUSED: "red",
    Happened.CHANGED: "yellow",
    Happened.POLICY: "yellow",
}
# What a person wants to know of first.
_ORDER = (
    Happened.ROTTED,
    Happened.REFUSED,
    Happened.UNREAD,
    Happened.UNWRITTEN,
    Happened.CHANGED,
    Happened.POLICY,
    Happened.UPGRADED,
    Happened.SIGNED,
    Happened.NEW,
)
_WROTE = {
    Happened.NEW,
    Happened.CHANGED,
    Happened.ROTTED,
    Happened.POLICY,
    Happened.SIGNED,
    Happened.UPGRADED,
}


@dataclass(slots=True)
class CrawlSheet:
    """One root's crawl, gathered folder by folder."""

    root: Root
    dry: bool
    as_json: bool
    signed: bool
    folders: int = 0
    assets: int = 0
    happened: Counter[Happened] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)
    severities: Counter[Severity] = field(default_factory=Counter)
    told: dict[Happened, list[Outcome]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    problems: list[RushesError] = field(default_factory=list)
    rows: JsonRows = field(default_factory=JsonRows)

    def take(self, one: Crawled) -> None:
        """Take in one folder."""
        self.folders += 1
        self.assets += one.assets
        self.happened[Happened.UNCHANGED] += sum(one.unchanged.values())
        self.results.update(one.unchanged)
        self.findings += one.findings
        if one.problem is not None:
            self.problems.append(one.problem)
        for outcome in one.outcomes:
            self._take(outcome)

    @property
    def written(self) -> int:
        """How many records were written."""
        return 0 if self.dry else sum(self.happened[one] for one in _WROTE)

    def exit_code(self, fail_on: str | None = None) -> int:
        """How the command ends as far as this root goes."""
        codes = [exits.EXIT_CODES[one.code] for one in self.problems]
        if self.happened[Happened.UNREAD]:
            codes.append(exits.UNAVAILABLE)
        odd = any(one.severity is Severity.ERROR for one in self.findings)
        if odd or self.happened[Happened.ROTTED] or self.happened[Happened.REFUSED]:
            codes.append(exits.FOUND)
        failing = self.severities[Severity.ERROR]
        failing += self.severities[Severity.WARNING] if fail_on == "warning" else 0
        if fail_on and failing:
            codes.append(exits.FOUND)
        if not self.assets and not self.problems and not self.findings:
            codes.append(exits.NOT_THERE)
        return exits.gravest(codes)

    def row(self) -> dict[str, Any]:
        """The crawl as JSON."""
        return {
            "root": escape(self.root.mount),
            "below": escape(str(self.root.below)),
            "dry_run": self.dry,
            "folders": self.folders,
            "assets": self.assets,
            "written": self.written,
            "signed": self.signed,
            "happened": {one.value: self.happened[one] for one in Happened},
            "results": dict(sorted(self.results.items())),
            "findings": [one.row() for one in self.findings],
            "problems": [
                {"code": one.code.value, "message": one.message, "hint": one.hint}
                for one in self.problems
            ],
            "outcomes": self.rows,
        }

    def show(self) -> None:
        """The crawl as text."""
        where = escape(str(self.root.path))
        if not self.assets and not self.findings and not self.problems:
            show.note(f"There is nothing to record below {where}.")
            return
        for kind in _ORDER:
            self._show_kind(kind)
        show.findings(self.findings)
        self._show_problems()
        counts = [
            f"{self.happened[one]:,} {one.value}"
            for one in (*_ORDER, Happened.UNCHANGED)
            if self.happened[one]
        ]
        # Only those that were meant: whoever signs one clip has not signed its neighbours.
        meant = show.counted(self.happened.total(), "asset")
        show.text(f"{where}: {meant}, {', '.join(counts) or 'none due'}.")
        if self.results:
            stand = ", ".join(f"{count:,} {name}" for name, count in sorted(self.results.items()))
            show.text(f"  On record: {stand}.")
        if self.dry:
            show.text("  A dry run: nothing was read and nothing was written.")
        elif self.written:
            how = "signed" if self.signed else "unsigned (make a key: rushes qc keys init)"
            show.text(f"  {show.counted(self.written, 'record')} written, {how}.")
            self._show_severities()
        else:
            show.text("  Nothing was written.")

    def _take(self, outcome: Outcome) -> None:
        kind = outcome.happened
        self.happened[kind] += 1
        kept = self.told.setdefault(kind, [])
        if len(kept) < _SHOWN:
            kept.append(outcome)
        record = outcome.sidecar.record if outcome.sidecar is not None else None
        if record is not None:
            self.results[record.qc_result.value] += 1
            self.severities.update(one.severity for one in record.findings)
        if self.as_json:
            self.rows.add(
                {
                    "asset": outcome.subject,
                    "happened": kind.value,
                    "reason": outcome.reason,
                    "result": record.qc_result.value if record else None,
                    "qc_id": record.qc_id if record else None,
                    "content_hash": record.content_hash if record else None,
                    "findings": len(record.findings) if record else 0,
                    "sidecar": escape(str(outcome.place)) if outcome.place else None,
                }
            )

    def _show_problems(self) -> None:
        """What went wrong; what to do is told once, as full storage fails in every folder."""
        hints = {""}
        for one in self.problems[:_SHOWN]:
            hint = "" if one.hint in hints else one.hint
            hints.add(hint)
            show.error(RushesError(one.code, one.message, hint=hint), as_json=False)
        if len(self.problems) > _SHOWN:
            show.note(f"… and {len(self.problems) - _SHOWN:,} more such errors (all with --json)")

    def _show_severities(self) -> None:
        """How bad the findings are that stand in what was written."""
        counts = [
            show.counted(self.severities[one], one.value)
            for one in (Severity.ERROR, Severity.WARNING)
            if self.severities[one]
        ]
        if counts:
            show.text(f"  Found in them: {', '.join(counts)} (rushes qc report lists them).")

    def _show_kind(self, kind: Happened) -> None:
        for one in self.told.get(kind, ()):
            word = f"would look into ({kind.value})" if self.dry else kind.value
            line = f"{show.styled(word, _COLOURS.get(kind, 'green'))}  {one.shown}"
            show.text(line)
            if one.reason and kind is not Happened.NEW:
                show.text(f"    {show.printable(one.reason)}")
        more = self.happened[kind] - len(self.told.get(kind, ()))
        if more > 0:
            show.text(f"    and {more:,} more {kind.value}")
