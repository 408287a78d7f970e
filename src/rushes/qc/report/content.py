"""What a report on quality checks shows, as pure values; every text in it is a stranger's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from rushes.core.errors import RushesError
from rushes.model.finding import Finding
from rushes.model.signoff import Changes, Result, SequencePrint, Signature
from rushes.qc.asset import shown


class Standing(StrEnum):
    """How an asset stands, the gravest first: what nobody can read is better than no failure."""

    FAIL = "fail"
    UNREADABLE = "unreadable"
    PENDING = "pending"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many assets stand how."""

    failed: int = 0
    unreadable: int = 0
    pending: int = 0
    passed: int = 0

    @classmethod
    def of(cls, standings: Iterable[Standing]) -> Tally:
        """Count them."""
        found = Counter(standings)
        return cls(*(found[one] for one in Standing))

    @property
    def rows(self) -> tuple[tuple[Standing, int], ...]:
        """Each standing with its number, the gravest first."""
        numbers = (self.failed, self.unreadable, self.pending, self.passed)
        return tuple(zip(Standing, numbers, strict=True))

    @property
    def worst(self) -> Standing | None:
        """The gravest that there is; None of nothing."""
        return next((one for one, number in self.rows if number), None)

    @property
    def total(self) -> int:
        """All of them."""
        return self.failed + self.unreadable + self.pending + self.passed


@dataclass(frozen=True, slots=True)
class ReportedAsset:
    """An asset by the record in force. All names are escaped.

    `subject` is its path below the tree, with the tree's name before it where there are several;
    `shown` is that as people are told it. `place` is what it is rolled up by, from the show or the
    outermost folder down. `time` is None where the earlier tool's sidecar says none that makes
    sense. `records` counts the whole history, `intact` says that it is in one chain. `media` is
    the folder that its files lie in, as the file system spells it, `file` its name or pattern
    there.
    """

    subject: str
    place: tuple[str, ...]
    result: Result
    operator: str
    time: datetime | None
    policy: str
    policy_version: str
    notes: str
    reason: str
    findings: tuple[Finding, ...]
    content_hash: str
    sequence: SequencePrint | None
    changes: Changes | None
    signature: Signature | None
    records: int
    intact: bool
    earlier_tool: bool
    sidecar: str
    media: Path
    file: str

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return Standing(self.result.value)

    @property
    def shown(self) -> str:
        """Its path as people are told it."""
        return shown(self.subject)

    @property
    def name(self) -> str:
        """The last part of its path, as people are told it."""
        return self.shown.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """Its path without the last part."""
        return self.subject.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A sidecar, or a folder of them, that says nothing which can be believed, and why."""

    subject: str
    place: tuple[str, ...]
    error: RushesError

    @property
    def shown(self) -> str:
        """What it is of, as people are told it."""
        return shown(self.subject)


@dataclass(frozen=True, slots=True)
class Only:
    """What a report is limited to: one result, records from a moment on."""

    result: Result | None = None
    since: datetime | None = None

    def takes(self, asset: ReportedAsset) -> bool:
        """Whether the asset is in the report; one of unknown time may be recent, so it is."""
        recent = self.since is None or asset.time is None or asset.time >= self.since
        return recent and (self.result is None or asset.result is self.result)


@dataclass(frozen=True, slots=True)
class QcReport:
    """Everything that a report shows, in every form it has.

    `trees` are escaped absolute paths. `assets` are in order of their paths. `others` counts
    assets that `only` leaves out; what cannot be read is never left out. `remarks` are whole
    sentences on what else there was.
    """

    title: str
    trees: tuple[str, ...]
    made: datetime
    tool_version: str
    assets: tuple[ReportedAsset, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    only: Only = Only()
    others: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def tally(self) -> Tally:
        """How many of what is shown stand how."""
        standings = [asset.standing for asset in self.assets]
        return Tally.of([*standings, *(Standing.UNREADABLE for _ in self.unreadable)])

    @property
    def worst_first(self) -> list[ReportedAsset]:
        """Failures, then what is pending, then passes, each in order of their paths."""
        rank = list(Standing).index
        return sorted(self.assets, key=lambda one: (rank(one.standing), one.place, one.subject))
