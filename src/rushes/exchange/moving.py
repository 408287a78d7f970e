"""A lot's files as the engine moves them: from their paths in the drop to those that they get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.drop import Drop
from rushes.exchange.lot import Act, Lot
from rushes.ports.storage_writing import Facts, Source, WritableStorage
from rushes.publish.components import ALGORITHM
from rushes.transfer.comparing import digest_by_reading
from rushes.transfer.learning import Place
from rushes.transfer.plan import Act as Move
from rushes.transfer.plan import Known, Moved, Pair, Plan, Tree, listed, plan, settled


class Unknown:
    """A ledger that knows nothing: what a dry run goes by."""

    def get(self, path: str) -> Moved | None:
        """Nothing."""
        del path
        return None


@dataclass(frozen=True, slots=True)
class Renamed:
    """The storage of a drop, whose files are asked for by the paths that they are to get."""

    storage: WritableStorage
    paths: Mapping[str, str]  # by target path, the path in the drop
    files: Mapping[str, Facts]

    def source(self, root: str, path: str) -> Source:
        """The file that is to lie at `path`, open. Raises where it is not the one that was judged:
        `changed.meanwhile`.
        """
        name = self.paths[path]
        found = self.storage.source(root, name)
        if found.facts != self.files[name]:
            found.close()
            raise RushesError(
                Code.CHANGED_MEANWHILE,
                f"{escape(name)} changed after it was checked.",
                hint="Wait until it is written as a whole, then ingest the drop again.",
            )
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.storage, name)


def source_of(lots: Iterable[Lot], drop: Drop) -> Place:
    """Where the engine takes the lots' files from."""
    paths = {target: path for lot in lots for path, target in lot.targets()}
    renamed = Renamed(drop.place.storage, paths, drop.files)
    return Place(cast("WritableStorage", renamed), drop.place.root)


def moves(lot: Lot, drop: Drop, target: Place, known: Known, *, quick: bool = False) -> Plan:
    """What has to be moved so that the lot lies at its place; nothing is touched.

    Of files that are there already bytes are compared, unless the ledger knows them. What lies
    there and is another is left alone, and refuses the lot.
    """
    here = Tree({to: drop.files[path] for path, to in lot.targets()})
    there = _there(lot, target)
    made = plan(here, there, known)
    by_target = {to: path for path, to in lot.targets()}
    learnt: dict[str, Pair] = {}
    for one in () if quick else made.of(Move.UNDECIDED):
        ours = lot.measures.get(by_target[one.path])
        if ours is not None:
            digest = f"{ALGORITHM}:{ours.digests[ALGORITHM]}"
            learnt[one.path] = Pair(digest, _digest(target, one.path))
    return settled(made, learnt, known)


class Standing(NamedTuple):
    """What is left of a lot at a place: files that are gone, and what is wrong there, in words."""

    gone: int
    wrong: str


def standing(lot: Lot, drop: Drop, there: Place, *, quick: bool = False) -> Standing:
    """Whether the lot's files lie at `there`, below `lot.place`; nothing is touched.

    Bytes are compared as far as they can be: of an object those that its digest was noted with.
    """
    found = _there(lot, there)
    if found.unlisted:
        return Standing(0, f"it cannot be listed: {found.unlisted[0].why.rstrip('.')}")
    made = plan(Tree({to: drop.files[path] for path, to in lot.targets()}), found, Unknown())
    by_target = {to: path for path, to in lot.targets()}
    for one in made.of(Move.CONFLICT, Move.REFUSED):
        return Standing(0, f"{escape(one.path)} is another there")
    for one in () if quick else made.of(Move.UNDECIDED):
        ours = lot.measures.get(by_target[one.path])
        theirs = _digest(there, one.path)
        unread = not theirs and not there.storage.is_far()
        if unread or (theirs and ours and theirs != f"{ALGORITHM}:{ours.digests[ALGORITHM]}"):
            said = "cannot be read" if unread else "has other bytes"
            return Standing(0, f"{escape(one.path)} {said} there")
    return Standing(sum(1 for _ in made.of(Move.NEW)), "")


def judge_moves(lot: Lot, made: Plan) -> None:
    """Refuse a lot whose place is taken, or cannot be; tell one on record whose bytes are gone."""
    wrong = [*made.of(Move.CONFLICT, Move.REFUSED)]
    if wrong:
        first = wrong[0]
        more = f" ({len(wrong) - 1:,} more are alike)" if len(wrong) > 1 else ""
        lot.refuse(
            "target",
            f"{escape(first.path)} cannot be written: {first.why}{more}",
            fix="Look at what lies there, and move it away, or deliver another version.",
        )
    elif lot.act is Act.SKIP and any(made.of(Move.NEW)):
        gone = sum(1 for _ in made.of(Move.NEW))
        lot.act = Act.INGEST
        lot.why = f"It is on record, and {gone:,} of its files are gone: they are brought back."


def _there(lot: Lot, target: Place) -> Tree:
    """What lies at the lot's place, by path below the target's root."""
    found = listed(target.storage, f"{target.root.rstrip('/')}/{lot.place}")
    files = {f"{lot.place}/{path}": facts for path, facts in found.files.items()}
    odd = {f"{lot.place}/{path}": why for path, why in found.odd.items()}
    return Tree(files, odd, found.unlisted)


def _digest(target: Place, path: str) -> str:
    """The target's digest: noted with the object, or read where it is near."""
    if target.storage.is_far():
        noted: Mapping[str, str] = target.storage.noted(target.root, path)
        return f"{ALGORITHM}:{noted[ALGORITHM]}" if ALGORITHM in noted else ""
    return digest_by_reading(target, path, ALGORITHM)


def total(lots: Sequence[Lot]) -> int:
    """Bytes of all lots."""
    return sum(lot.size for lot in lots)
