"""A lot: what is to become one Version, with what is wrong with it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NamedTuple

from rushes.core.escape import escape
from rushes.core.sentence import sentence
from rushes.exchange.claim import Claim
from rushes.exchange.grouping import paths_of
from rushes.exchange.roster import Delivered, Task
from rushes.model.files import Kind
from rushes.model.finding import Finding, Severity
from rushes.publish.collecting import Collected, Item


class Act(StrEnum):
    """What becomes of a lot, or of a file."""

    INGEST = "ingest"
    SKIP = "skip"
    REFUSE = "refuse"


class Measure(NamedTuple):
    """A file of the drop with its digests by algorithm."""

    path: str
    size: int
    digests: Mapping[str, str]


@dataclass(slots=True)
class Lot:
    """Items that are one Version: a sequence, often with a movie of it.

    `task` is None where no records were asked. `place` is the folder that it goes to, below the
    target's root. `on_record` is the publish that holds the same already, where there is one.
    """

    items: list[Item]
    claim: Claim | None = None
    task: Task | None = None
    number: int = 0
    act: Act = Act.INGEST
    why: str = ""
    place: str = ""
    findings: list[Finding] = field(default_factory=list)
    measures: dict[str, Measure] = field(default_factory=dict)
    on_record: Delivered | None = None
    has_version: bool = False

    @property
    def name(self) -> str:
        """What people call it: `sq010/sh0010 comp v004`, or its first file."""
        if self.claim is None or not self.number:
            return escape(str(self.items[0].path))
        claim = self.claim
        on = self.task.on if self.task else claim.asset or next(claim.codes(), ("",))
        where = on if isinstance(on, str) else "/".join(on)
        task = self.task.name if self.task else claim.task
        return escape(" ".join(one for one in (where, task, f"v{self.number:03d}") if one))

    @property
    def key(self) -> str:
        """What tells it from all others of the project."""
        return f"{self.task.id}:{self.number}" if self.task is not None else self.name

    @property
    def found(self) -> Collected:
        """Its items as a publish has them."""
        return Collected(self.root, tuple(self.items))

    @property
    def root(self) -> PurePosixPath:
        """The innermost folder of the drop that holds all of it."""
        first, *others = [one.folder for one in self.items]
        common = first
        for one in others:
            while not one.is_relative_to(common):
                common = common.parent
        return common

    @property
    def files(self) -> int:
        """How many files it has."""
        return sum(one.asset.found.facts.files for one in self.items)

    @property
    def size(self) -> int:
        """Their bytes."""
        return sum(one.asset.found.facts.size for one in self.items)

    def paths(self) -> Iterator[str]:
        """Its files, by their paths in the drop."""
        for item in self.items:
            yield from paths_of(item)

    def targets(self) -> Iterator[tuple[str, str]]:
        """Each file's path in the drop, and its path below the target's root."""
        found = self.found
        for item in self.items:
            below = found.below(item)
            folder = f"{self.place}/{below}" if below else self.place
            for path, name in zip(paths_of(item), item.asset.files(), strict=True):
                yield path, f"{folder}/{name}"

    def frames(self) -> Item | None:
        """The sequence that is looked at: the largest, where there are several."""
        sequences = [one for one in self.items if one.asset.found.sequence.kind is Kind.FRAMES]
        return max(sequences, key=lambda one: one.asset.found.facts.size, default=None)

    def refuse(
        self, rule: str, said: str, *, fix: str = "", found: str = "", wanted: str = ""
    ) -> None:
        """Refuse it, with a finding that says why; `said` is the end of a sentence."""
        message = sentence(said)
        subject = escape(str(self.items[0].path))
        self.findings.append(
            Finding(f"ingest.{rule}", Severity.ERROR, subject, message, found, wanted, fix)
        )
        self.settle()

    def settle(self) -> None:
        """Refuse it where any finding is an error, for the first of them."""
        wrong = next((one for one in self.findings if one.severity is Severity.ERROR), None)
        if wrong is not None and self.act is not Act.REFUSE:
            self.act, self.why = Act.REFUSE, wrong.message
