"""What has to be moved, and why: decided from two listings and what is known, touching nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from rushes.ports.storage_writing import Entry, Facts, Unlisted, WritableStorage
from rushes.transfer.names import Names


class Act(StrEnum):
    """What is to be done with one file."""

    NEW = "new"
    CHANGED = "changed"  # what lies there is ours to replace, or was told to be replaced
    SAME = "same"
    CONFLICT = "conflict"  # what lies there is not ours: left alone
    REFUSED = "refused"  # its name or its nature is no good: left alone
    DELETE = "delete"


class Operation(NamedTuple):
    """One file, what is to be done with it, and `why` in words (the end of a sentence).

    `source` and `target` are the facts that this was decided by. `digest` (`algorithm:hex`) is
    that of both, where it was learnt that they are the same and the ledger does not know it yet.
    """

    act: Act
    path: str
    why: str
    source: Facts | None = None
    target: Facts | None = None
    digest: str = ""


class Moved(NamedTuple):
    """What a ledger knows of a file: its digest, and its facts on both sides at that time."""

    digest: str
    source: Facts
    target: Facts


class Known(Protocol):
    """What is known from earlier runs."""

    def get(self, path: str) -> Moved | None:
        """The file's last transfer, if there was one."""
        ...


class Tree(NamedTuple):
    """All entries below a root, by path, and what could not be looked at."""

    entries: Mapping[str, Entry]
    unlisted: Sequence[Unlisted] = ()


class Wishes(NamedTuple):
    """How a plan is made.

    `replace`: the source wins over whatever lies there. `delete`: what the source does not have
    goes. `checksum`: sizes, times, tags and ledgers are no proof. `windows`: names that Windows
    cannot hold are refused.
    """

    replace: bool = False
    delete: bool = False
    checksum: bool = False
    windows: bool = True


WISHES = Wishes()


class Pair(NamedTuple):
    """Digests (`algorithm:hex`) of both sides in one algorithm; empty where nobody knows."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Operations by path, deletions last. `kept` tells why nothing is deleted, where it is not."""

    operations: Sequence[Operation]
    unlisted: Sequence[Unlisted] = ()
    kept: str = ""

    def of(self, *acts: Act) -> Iterator[Operation]:
        """Those that do one of these."""
        return (one for one in self.operations if one.act in acts)


def listed(storage: WritableStorage, root: str) -> Tree:
    """Everything below `root` on a storage."""
    entries: dict[str, Entry] = {}
    unlisted: list[Unlisted] = []
    for one in storage.tree(root):
        if isinstance(one, Entry):
            entries[one.path] = one
        else:
            unlisted.append(one)
    return Tree(entries, unlisted)


def undecided(source: Tree, target: Tree, known: Known, *, wishes: Wishes = WISHES) -> list[str]:
    """Paths of files on both sides of which only their bytes tell whether they are the same."""
    return [
        path
        for path in source.entries.keys() & target.entries.keys()
        if _pair_wanted(source.entries[path], target.entries[path], known, wishes)
    ]


def plan(
    source: Tree,
    target: Tree,
    known: Known,
    *,
    wishes: Wishes = WISHES,
    learnt: Mapping[str, Pair] = MappingProxyType({}),
) -> Plan:
    """What makes `target` hold what `source` holds.

    `learnt` tells of the files that are `undecided`; one that it leaves out counts as another.
    Nothing is deleted where any listing has holes, or where a name was refused.
    """
    names = Names(source.entries, target.entries, windows=wishes.windows)
    judge = _Judge(names, target, known, wishes, learnt)
    rows = sorted(map(judge.operation, source.entries.values()), key=lambda one: one.path)
    unlisted = [*source.unlisted, *target.unlisted]
    kept = ""
    if wishes.delete:
        kept = _why_kept(rows, source, target)
        gone = sorted(target.entries.keys() - source.entries.keys()) if not kept else ()
        rows += [_deletion(target.entries[path]) for path in gone]
    return Plan(rows, unlisted, kept)


@dataclass(frozen=True, slots=True)
class _Judge:
    """All that one file is judged by."""

    names: Names
    target: Tree
    known: Known
    wishes: Wishes
    learnt: Mapping[str, Pair]

    def operation(self, here: Entry) -> Operation:
        """What is to be done with a file of the source."""
        there = self.target.entries.get(here.path)
        if why := here.odd or self.names.refusal(here.path):
            return Operation(Act.REFUSED, here.path, why)
        if there is None:
            return Operation(Act.NEW, here.path, "it is not there", here.facts)
        if there.odd:
            return Operation(Act.REFUSED, here.path, f"of what lies there, {there.odd}")
        return self._compared(here.path, here.facts, there.facts)

    def _compared(self, path: str, here: Facts, there: Facts) -> Operation:
        moved, pair = self.known.get(path), self.learnt.get(path)
        ours = moved is not None and moved.target == there
        if ours and moved is not None and not self.wishes.checksum and moved.source == here:
            return Operation(Act.SAME, path, "nothing changed since it was moved", here, there)
        if here.size != there.size:
            why = f"it has {here.size:,} bytes, there {there.size:,}"
        elif pair is not None and pair.source and pair.source == pair.target:
            return Operation(Act.SAME, path, "the bytes are the same", here, there, pair.source)
        elif pair is not None and pair.source and pair.target:
            why = "its bytes are others"
            if self.wishes.checksum and moved is not None:
                ours = pair.target == moved.digest
        else:
            why = "it is not known which bytes are there"
        if ours or self.wishes.replace:
            return Operation(Act.CHANGED, path, why, here, there)
        why = f"{why}, and what is there was not put there from here"
        return Operation(Act.CONFLICT, path, why, here, there)


def _pair_wanted(here: Entry, there: Entry, known: Known, wishes: Wishes) -> bool:
    if here.odd or there.odd or here.facts.size != there.facts.size:
        return False
    moved = known.get(here.path)
    still = moved is not None and (moved.source, moved.target) == (here.facts, there.facts)
    return wishes.checksum or not still


def _deletion(there: Entry) -> Operation:
    if there.odd:
        return Operation(Act.REFUSED, there.path, f"it is to be deleted, but {there.odd}")
    why = "it is not in the source"
    return Operation(Act.DELETE, there.path, why, None, there.facts)


def _why_kept(rows: Sequence[Operation], source: Tree, target: Tree) -> str:
    """Why nothing may be deleted; empty where all is known."""
    if holes := [*source.unlisted, *target.unlisted]:
        return f"nothing is deleted, for {len(holes)} places could not be listed"
    if refused := sum(one.act is Act.REFUSED for one in rows):
        return f"nothing is deleted, for {refused} names of the source were refused"
    if not source.entries and target.entries:
        return "nothing is deleted, for the source is empty"
    return ""
