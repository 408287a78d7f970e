"""A plan carried out: bytes first, verified, then the records, then what is written beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.book import FOLLOWED, RECORDED, Page
from rushes.exchange.lot import Act, Lot
from rushes.exchange.moving import source_of
from rushes.exchange.plan import Planned
from rushes.model.finding import Finding
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage_writing import Terms
from rushes.publish.components import ALGORITHM
from rushes.transfer.apply import apply
from rushes.transfer.outcome import Book, Effort, End, Outcome
from rushes.transfer.plan import Operation
from rushes.transfer.plan import Plan as Moves

if TYPE_CHECKING:
    from rushes.exchange.recording import Recorded, Recorder

_DOWN = (
    Code.DATABASE_UNAVAILABLE,
    Code.DATABASE_NEWER,
    Code.SERVER_UNAVAILABLE,
    Code.LOGIN_NEEDED,
    Code.ACCESS_DENIED,
)


class Follow(Protocol):
    """What writes beside a lot that is on record; see `following`."""

    def __call__(self, lot: Lot) -> Sequence[Finding]:
        """Write what is not there yet, and tell what could not be written."""
        ...

    def lacks(self, lot: Lot) -> bool:
        """Whether something is known not to be there."""
        ...


class Fate(StrEnum):
    """What came of a lot."""

    INGESTED = "ingested"
    SKIPPED = "skipped"
    REFUSED = "refused"
    FAILED = "failed"  # it was to be ingested; what is there of it is told, and run again


@dataclass(slots=True)
class Done:
    """What came of one lot."""

    lot: Lot
    fate: Fate
    why: str = ""
    recorded: Recorded | None = None
    moved: int = 0  # files that were copied now
    unfollowed: bool = False


@dataclass(slots=True)
class Applied:
    """What came of all lots, in their order. `problem` is why records could not be written."""

    made: Planned
    done: list[Done] = field(default_factory=list)
    problem: RushesError | None = None

    def of(self, fate: Fate) -> list[Done]:
        """The lots of which this came."""
        return [one for one in self.done if one.fate is fate]


@dataclass(slots=True)
class _Waiting:
    """A lot whose files are under way."""

    lot: Lot
    left: int
    moved: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Applying:
    """One run. `follow` writes what belongs beside a lot, and tells what it could not; `keep` has
    trackers told of lots that are on record, in the end.
    """

    made: Planned
    recorder: Recorder
    ledger: Book
    page: Page
    follow: Follow
    effort: Effort
    terms: Terms = field(default_factory=lambda: Terms(algorithms=(ALGORITHM,)))
    progress: Progress = field(default_factory=Silent)
    keep: Callable[[Sequence[Lot]], object] = len
    _problem: RushesError | None = None

    def run(self) -> Applied:
        """Move, record and follow, lot by lot; every lot's fate is told.

        A lot whose bytes did not all arrive is not recorded; one whose bytes did and that could
        not be recorded is told, and the same run completes it later. Raises `cancelled`,
        `write.failed` where the journal cannot be written, and what keeps the records from being
        reached before anything is moved.
        """
        done: dict[int, Done] = {}
        todo = []
        for lot in self.made.lots:
            if lot.act is Act.INGEST and self._reserved(lot):
                todo.append(lot)
            elif lot.act is not Act.INGEST:
                done[id(lot)] = self._left(lot)
        self.keep([one.lot for one in done.values() if one.fate is Fate.SKIPPED])
        try:
            for one in self._moved(todo):
                done[id(one.lot)] = one
        finally:
            self.recorder.release()
        for lot in self.made.lots:
            done.setdefault(id(lot), Done(lot, Fate.REFUSED, lot.why))
        return Applied(self.made, [done[id(lot)] for lot in self.made.lots], self._problem)

    def _reserved(self, lot: Lot) -> bool:
        """Whether the lot's number is ours; else it is refused."""
        try:
            self.recorder.reserve(lot)
        except RushesError as error:
            if error.code is not Code.RECORD_CONFLICT:
                raise
            fix = f"{error.hint} Wait for that run to end, or deliver another version."
            lot.refuse("held", error.message.rstrip("."), fix=fix.strip())
            return False
        return True

    def _left(self, lot: Lot) -> Done:
        """A lot that is refused, or on record already; of the latter all is completed."""
        if lot.act is Act.REFUSE:
            return Done(lot, Fate.REFUSED, lot.why)
        one = Done(lot, Fate.SKIPPED, lot.why)
        if not lot.place:
            return one  # it lies elsewhere, where this run writes nothing
        # A run may have been killed after the records were written and before they were noted.
        unsure = self.page.resumed or self.follow.lacks(lot)
        if unsure and self.page.lots.get(lot.key) != FOLLOWED:
            self._followed(one)
        return one

    def _moved(self, lots: Sequence[Lot]) -> Iterator[Done]:
        waiting: dict[str, _Waiting] = {}
        operations: list[Operation] = []
        for lot in lots:
            moving = self.made.moves[lot.key]
            one = _Waiting(lot, len(moving.operations))
            operations += moving.operations
            waiting |= dict.fromkeys((row.path for row in moving.operations), one)
        sources = {target: path for lot in lots for path, target in lot.targets()}
        source = source_of(lots, self.made.drop)
        for outcome in apply(
            Moves(operations),
            source,
            self.made.order.target,
            self.ledger,
            terms=self.terms,
            effort=self.effort,
            progress=self.progress,
        ):
            one = waiting[outcome.path]
            one.left -= 1
            one.moved += outcome.end is End.MOVED
            if wrong := _wrong(outcome, one.lot, sources[outcome.path]):
                one.wrong.append(wrong)
            if not one.left:
                yield self._arrived(one)

    def _arrived(self, one: _Waiting) -> Done:
        """All files of a lot are done with: it is recorded if they are all there."""
        if one.wrong:
            more = f" ({len(one.wrong) - 1:,} more of its files failed)" if one.wrong[1:] else ""
            return Done(one.lot, Fate.FAILED, f"{one.wrong[0]}{more}", moved=one.moved)
        made = Done(one.lot, Fate.INGESTED, one.lot.why, moved=one.moved)
        try:
            if self._problem is not None:
                raise self._problem
            made.recorded = self.recorder.record(one.lot)
        except RushesError as error:
            if error.code in _DOWN and self._problem is None:
                self._problem = error
            made.fate = Fate.FAILED
            made.why = f"Its files are whole at their place, and on no record: {error.message}"
            return made
        self.page.lot(one.lot.key, RECORDED)
        self.keep([one.lot])
        self._followed(made)
        return made

    def _followed(self, one: Done) -> None:
        told = list(self.follow(one.lot))
        one.lot.findings += told
        one.unfollowed = any(found.rule == "ingest.beside" for found in told)
        if not one.unfollowed:
            self.page.lot(one.lot.key, FOLLOWED)


def _wrong(outcome: Outcome, lot: Lot, path: str) -> str:
    """What went wrong with a file; empty where it has arrived as it was judged."""
    if outcome.end not in (End.MOVED, End.SAME):
        return f"{escape(path)}: {outcome.why}"
    measure = lot.measures.get(path)
    now = outcome.digests.get(ALGORITHM) if outcome.end is End.MOVED else None
    if now is not None and (measure is None or measure.digests[ALGORITHM] != now):
        return f"{escape(path)}: it changed after it was checked; its copy is of no use"
    return ""
