"""What a sync came to, or would come to: counted, and told by sequence and by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from rushes.core.errors import Code
from rushes.core.escape import escape
from rushes.transfer.outcome import End, Outcome
from rushes.transfer.plan import Act, Operation, Plan
from rushes.transfer.sync.order import Order

if TYPE_CHECKING:
    from rushes.transfer.sync.rows import Row

MOVES = (Act.NEW, Act.CHANGED)
_WRONG = (End.CONFLICT, End.REFUSED, End.FAILED)
_act = attrgetter("act")
_ENDS = {Act.SAME: End.SAME, Act.CONFLICT: End.CONFLICT, Act.REFUSED: End.REFUSED}


class FileRow(NamedTuple):
    """One file: what was planned, what came of it (empty in a dry run), and why. Path escaped."""

    path: str
    planned: str
    end: str = ""
    size: int = 0
    why: str = ""
    digest: str = ""


class Story(NamedTuple):
    """A sync `to` S3 or `from` it, see `begun`. Without `outcomes` it is only planned.

    Files that are known to be the same have no outcome; all others are `open`. `acts` counts what
    is planned. `grouped` gives operations by sequence.
    """

    to: bool
    order: Order
    made: Plan
    open: Sequence[Operation]
    acts: Counter[Act]
    grouped: Callable[[Iterable[Operation]], Sequence[Row]]
    outcomes: Mapping[str, Outcome] | None = None

    @property
    def dry_run(self) -> bool:
        """Whether all of it is only what would be."""
        return self.outcomes is None

    @property
    def given_up(self) -> bool:
        """Whether the run stopped before its end."""
        ends = (self.outcomes or {}).values()
        return any(one.code == Code.CANCELLED.value for one in ends)

    def planned(self) -> Mapping[Act, int]:
        """How many files are to have what done with them."""
        return self.acts

    def planned_bytes(self) -> int:
        """Bytes of the files that are to be moved."""
        return sum(one.source.size for one in self.open if one.act in MOVES and one.source)

    def counts(self) -> dict[str, int]:
        """How many files came to what end. All of it is zero in a dry run but what was left.

        `kept` are files that were to be deleted and were not.
        """
        ends = Counter(map(self.end, self.open))
        ends[End.SAME] += len(self.made.operations) - len(self.open)
        kept = sum(self.end(one) is End.FAILED for one in self.open if one.act is Act.DELETE)
        return {
            "moved": ends[End.MOVED],
            "skipped": ends[End.SAME],
            "failed": ends[End.FAILED] - kept,
            "refused": ends[End.REFUSED],
            "conflicts": ends[End.CONFLICT],
            "deleted": ends[End.DELETED],
            "kept": kept,
        }

    def end(self, one: Operation) -> End | None:
        """What came of a file; None where nothing was done yet."""
        if self.outcomes is None:
            return _ENDS.get(one.act)
        came = self.outcomes.get(one.path)
        # Nobody says what came of it: then it did not arrive.
        return came.end if came is not None else _ENDS.get(one.act, End.FAILED)

    def sent(self) -> int:
        """Bytes that went now."""
        return sum(one.sent for one in (self.outcomes or {}).values())

    def problems(self) -> Iterator[FileRow]:
        """Files that are not as they were asked to be, by path."""
        return (self._file(one) for one in self.open if self.end(one) in _WRONG)

    def files(self) -> Iterator[FileRow]:
        """Every file, by path; deletions last."""
        return map(self._file, self.made.operations)

    def row(self) -> dict[str, Any]:
        """The story as JSON, by sequence."""
        return {
            "direction": "to" if self.to else "from",
            "source": escape(self.order.source_name),
            "target": escape(self.order.target_name),
            "dry_run": self.dry_run,
            "given_up": self.given_up,
            "planned": {one.value: count for one, count in sorted(self.planned().items())},
            "planned_bytes": self.planned_bytes(),
            "done": None if self.dry_run else self.counts(),
            "sent_bytes": self.sent(),
            "sequences": [self._sequence(one) for one in self.grouped(self.made.operations)],
            "problems": [
                {"path": one.path, "end": one.end or one.planned, "why": one.why}
                for one in self.problems()
            ],
            "unlisted": [
                {"path": escape(one.path), "why": escape(one.why)} for one in self.made.unlisted
            ],
            "kept": self.made.kept or None,
        }

    def _sequence(self, row: Row) -> dict[str, Any]:
        ends = Counter(one for each in row.operations if (one := self.end(each)) is not None)
        return {
            "path": escape(row.path),
            "files": len(row.operations),
            "size": row.size,
            "planned": {one.value: count for one, count in sorted(row.planned.items())},
            "done": None
            if self.dry_run
            else {one.value: count for one, count in sorted(ends.items())},
        }

    def _file(self, one: Operation) -> FileRow:
        facts = one.source or one.target
        size = facts.size if facts is not None else 0
        if self.outcomes is None:
            return FileRow(escape(one.path), one.act.value, "", size, escape(one.why), one.digest)
        came = self.outcomes.get(one.path)
        if came is None:
            came = Outcome(one.path, _ENDS.get(one.act, End.FAILED), one.why)
        digest = next((f"{name}:{text}" for name, text in came.digests.items()), one.digest)
        end = came.end.value
        return FileRow(escape(one.path), one.act.value, end, size, escape(came.why), digest)


def begun(
    order: Order, made: Plan, grouped: Callable[[Iterable[Operation]], Sequence[Row]], *, to: bool
) -> Story:
    """A sync of which there is a plan."""
    still = [one for one in made.operations if one.act is not Act.SAME or one.digest]
    return Story(to, order, made, still, Counter(map(_act, made.operations)), grouped)
