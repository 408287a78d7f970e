"""Rows of `rushes reconcile` as they come: text, CSV or JSON."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from rushes.cli import show
from rushes.cli.json_rows import JsonRows
from rushes.cli.reconciling_wish import Wish
from rushes.core.spreadsheet import guarded
from rushes.exchange.reconcile_entry import Kind, Row, Side, SideTold
from rushes.exchange.reconcile_fix import fix_of

_COLUMNS = (
    *("type", "key", "owner", "version", "side", "sides", "record", "found", "wanted"),
    *("message", "explain", "fix"),
)
_MOST_UNLISTED = 20
_SIDES = {Side.RECORDS: "records", Side.DISK: "disk", Side.S3: "S3", Side.TRACKER: "tracker"}


class Sheet:
    """Shows one run. Rows are printed, or kept for the one JSON document, never held in memory."""

    def __init__(self, wish: Wish, as_json: bool, *, disk: str, s3: str) -> None:
        self._wish, self._disk, self._s3 = wish, disk, s3
        self._rows = JsonRows() if as_json else None
        self._csv: Any = None
        self._counts: Counter[Kind] = Counter()
        if wish.as_csv and not as_json:
            self._csv = csv.writer(sys.stdout, lineterminator="\n")
            self._csv.writerow(_COLUMNS)

    @property
    def count(self) -> int:
        """How many rows tell that something differs."""
        return sum(count for kind, count in self._counts.items() if kind is not Kind.UNREAD)

    @property
    def unread(self) -> bool:
        """Whether bytes could not be compared."""
        return bool(self._counts[Kind.UNREAD])

    def row(self, row: Row) -> None:
        """Show one row."""
        self._counts[row.kind] += 1
        if self._wish.fix:
            row = replace(row, fix=fix_of(row, disk=self._disk, s3=self._s3))
        if self._rows is not None:
            self._rows.add(_json_row(row))
        elif self._csv is not None:
            cells = _json_row(row) | {"sides": " ".join(one.value for one in row.sides)}
            cells["explain"] = "; ".join(row.explain)
            texts = ("" if cells[one] is None else str(cells[one]) for one in _COLUMNS)
            self._csv.writerow([guarded(one) for one in texts])
        else:
            self._text(row)

    def end(self, told: Mapping[Side, SideTold], *, matched: int, elsewhere: int) -> None:
        """Show how the sides were read, and what it came to."""
        if self._rows is not None:
            show.json(
                "rushes.reconcile/1",
                {
                    "project": self._wish.project,
                    "scope": self._wish.scope,
                    "context": self._wish.context or None,
                    "sides": [_side_row(one) for one in told.values()],
                    "matched": matched,
                    "elsewhere": elsewhere,
                    "counts": {kind.value: self._counts[kind] for kind in Kind},
                    "rows": self._rows,
                },
            )
            return
        say = show.note if self._csv is not None else show.text
        for one in told.values():
            say(_side_line(one))
        if elsewhere:
            say(
                f"{show.counted(elsewhere, 'path')} on record lie elsewhere, and were not compared."
            )
        kinds = ", ".join(f"{count:,} {kind.value}" for kind, count in self._counts.items())
        say(f"{matched:,} alike; {kinds or 'nothing differs'}.")
        if self._wish.fix and self._counts:
            say("This is a plan; nothing was done.")

    def _text(self, row: Row) -> None:
        colour = "yellow" if row.kind is Kind.UNREAD else "red"
        record = f" ({row.told})" if row.told else ""
        show.text(
            f"{show.styled(f'{row.kind.value:<18}', colour)}  {row.key}{record}: {row.message}"
        )
        for why in row.explain if self._wish.explain else ():
            show.text(f"{'':20}{why}", colour="bright_black")
        if row.fix:
            show.text(f"{'':20}→ {row.fix}")


def _json_row(row: Row) -> dict[str, Any]:
    return {
        "type": row.kind.value,
        "key": row.key,
        "owner": row.owner or None,
        "version": row.number or None,
        "side": row.side.value if row.side is not None else None,
        "sides": [one.value for one in row.sides],
        "record": row.told or None,
        "found": row.found,
        "wanted": row.wanted,
        "message": row.message,
        "explain": list(row.explain),
        "fix": row.fix or None,
    }


def _side_row(one: SideTold) -> dict[str, Any]:
    return {
        "side": one.side.value,
        "place": one.place or None,
        "asked": one.asked,
        "whole": one.whole,
        "why": one.why or one.because or None,
        "unlisted_count": len(one.unlisted),
        "unlisted": [path or "." for path in islice(one.unlisted, _MOST_UNLISTED)],
        "entries": one.entries,
        "passed": one.passed,
    }


def _side_line(one: SideTold) -> str:
    name = f"{_SIDES[one.side]:<8}"
    if not one.asked:
        return f"{name} not asked"
    entries = f"{one.entries:,} {'entry' if one.entries == 1 else 'entries'}"
    passed = f", {show.counted(one.passed, 'file')} without a version" if one.passed else ""
    told = f"{name} {one.place}: {entries}{passed}"
    if one.why:
        return f"{told}; could not be read: {one.why}"
    if one.unlisted:
        places = show.counted(len(one.unlisted), "place")
        why = f" ({one.because})" if one.because else ""
        return f"{told}; {places} could not be looked into{why}: {next(iter(one.unlisted)) or '.'}"
    return told
