"""What verifying came to, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rushes.cli import exits, show
from rushes.cli.json_rows import JsonRows
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.qc.asset import shown
from rushes.qc.verdict import Told, Verdict
from rushes.qc.verify import Verified
from rushes.scan.roots import Root

_SHOWN = 200


@dataclass(slots=True)
class VerifySheet:
    """All records that were looked at, counted by what was found of them."""

    quick: bool
    unsigned_ok: bool
    bare_ok: bool
    as_json: bool
    records: int = 0
    bare: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    wrong: list[tuple[Root, Verified, tuple[Told, ...]]] = field(default_factory=list)
    sound: set[tuple[str, str]] = field(default_factory=set)
    known: dict[tuple[str, str], set[Verdict]] = field(default_factory=dict)
    problems: list[RushesError] = field(default_factory=list)
    sealed: list[str] = field(default_factory=list)
    rows: JsonRows = field(default_factory=JsonRows)

    def take(self, root: Root, one: Verified) -> None:
        """Take in one record, or one that is lost."""
        told = one.told
        if self.unsigned_ok:
            told = tuple(said for said in told if said.verdict is not Verdict.UNSIGNED)
            told = told or (Told(Verdict.VALID),)
        # What lies there is a record, be it one that makes no sense; witnesses tell of others.
        self.records += one.is_kept
        wrong = {said.verdict for said in told} - {Verdict.VALID}
        at = (root.mount, one.subject)
        if not wrong:
            self.sound.add(at)
        else:
            self.verdicts.update(wrong - self.known.get(at, set()))
            self.known.setdefault(at, set()).update(wrong)
            if len(self.wrong) < _SHOWN:
                self.wrong.append((root, one, told))
        if self.as_json:
            self._add_row(root, one, told)

    def _add_row(self, root: Root, one: Verified, told: tuple[Told, ...]) -> None:
        record = one.record
        self.rows.add(
            {
                "asset": one.subject,
                "root": escape(root.mount),
                "verdicts": _words(told),
                "details": "; ".join(said.detail for said in told if said.detail),
                "result": record.qc_result.value if record else None,
                "operator": record.operator if record else None,
                "qc_id": record.qc_id if record else None,
                "key": record.signature.key if record and record.signature else None,
                "records": one.records,
                "sidecar": escape(str(one.place)) if one.place else None,
            }
        )

    def end(self, bare: int, problems: Sequence[RushesError]) -> None:
        """A root is done."""
        self.bare += bare
        told = {one.message for one in self.problems}
        for one in problems:
            if one.message not in told:
                told.add(one.message)
                self.problems.append(one)

    @property
    def exit_code(self) -> int:
        """How the command ends."""
        codes = [exits.EXIT_CODES[one.code] for one in self.problems]
        if self.verdicts[Verdict.CONTENT_UNREAD] or self.verdicts[Verdict.UNREADABLE]:
            codes.append(exits.UNAVAILABLE)
        if self.known:
            codes.append(exits.FOUND)
        elif not self.records and not self.problems:
            codes.append(exits.NOT_THERE)
        return exits.gravest(codes)

    def row(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "quick": self.quick,
            "records": self.records,
            "without_record": self.bare,
            "failed": len(self.known),
            "verdicts": self._counts(),
            "checkpoints": self.sealed,
            "problems": [
                {"code": one.code.value, "message": one.message, "hint": one.hint}
                for one in self.problems
            ],
            "verified": self.rows,
        }

    def show(self) -> None:
        """All of it as text."""
        for _, one, told in self.wrong:
            show.text(f"{show.styled(_words(told), 'red')}  {show.printable(shown(one.subject))}")
            for said in told:
                if said.detail:
                    show.text(f"    {said.verdict.value}: {show.printable(said.detail)}")
        if len(self.known) > len(self.wrong):
            show.text(f"and {len(self.known) - len(self.wrong):,} more")
        for problem in self.problems:
            show.error(problem, as_json=False)
        if not self.records and not self.known:
            show.note("There is no record to verify.")
            return
        counts = ", ".join(f"{count:,} {name}" for name, count in self._counts().items())
        show.text(f"{show.counted(self.records, 'record')}: {counts}.")
        if self.quick:
            show.text("  The media was not read: sizes and times tell only so much.")
        if self.sealed:
            show.text(f"  Held against {show.counted(len(self.sealed), 'checkpoint')}.")
        if self.bare and self.bare_ok:
            show.text(f"  {show.counted(self.bare, 'asset')} beside them without a record.")

    def _counts(self) -> dict[str, int]:
        """Assets by verdict: those that are valid, and of the others each for all that is wrong."""
        counts = {Verdict.VALID.value: len(self.sound - self.known.keys())}
        counts |= {one.value: self.verdicts[one] for one in Verdict if one is not Verdict.VALID}
        return {name: count for name, count in counts.items() if count}


def _words(told: tuple[Told, ...]) -> str:
    """The verdicts, each one once: several records of one chain may share one."""
    return ", ".join(dict.fromkeys(said.verdict.value for said in told))
