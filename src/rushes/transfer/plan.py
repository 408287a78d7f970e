"""What has to be moved, and why: decided from two listings and what is known, touching nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from enum import StrEnum
from operator import attrgetter
from sys import intern
from types import MappingProxyType
from typing import NamedTuple, Protocol

from rushes.ports.storage_writing import Facts, Unlisted, WritableStorage
from rushes.transfer.names import Names


class Act(StrEnum):
    """What is to be done with one file."""

    NEW = "new"
    CHANGED = "changed"  # what lies there is ours to replace, or was told to be replaced
    SAME = "same"
    UNDECIDED = "undecided"  # only the bytes tell: see `settled`
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


class Remembering(Known, Protocol):
    """The same, quickly told of many files at once."""

    def unmoved(self, source: Mapping[str, Facts], target: Mapping[str, Facts]) -> Set[str]:
        """Files that are on both sides as their last transfer left them; of others `get` tells."""
        ...


class Tree(NamedTuple):
    """All files below a root with their facts, what is none and why, what could not be seen."""

    files: Mapping[str, Facts]
    odd: Mapping[str, str] = MappingProxyType({})
    unlisted: Sequence[Unlisted] = ()


class Wishes(NamedTuple):
    """How a plan is made.

    `replace`: the source wins over whatever lies there. `delete`: what the source does not have
    goes. `checksum`: sizes, times, tags and ledgers are no proof. `windows`: names that Windows
    cannot hold are refused. `empty`: a source without any file is no reason to delete nothing.
    """

    replace: bool = False
    delete: bool = False
    checksum: bool = False
    windows: bool = True
    empty: bool = False


WISHES = Wishes()
_UNMOVED = "nothing changed since it was moved"


class Pair(NamedTuple):
    """Digests (`algorithm:hex`) of both sides in one algorithm; empty where nobody knows."""

    source: str
    target: str


class Plan(NamedTuple):
    """Operations by path, deletions last. `kept` tells why nothing is deleted, where it is not."""

    operations: Sequence[Operation]
    unlisted: Sequence[Unlisted] = ()
    kept: str = ""

    def of(self, *acts: Act) -> Iterator[Operation]:
        """Those that do one of these."""
        return (one for one in self.operations if one.act in acts)


def listed(storage: WritableStorage, root: str, takes: Callable[[str], bool] | None = None) -> Tree:
    """Everything below `root` on a storage, as far as `takes` wants it by its path."""
    files: dict[str, Facts] = {}
    odd: dict[str, str] = {}
    unlisted: list[Unlisted] = []
    for one in storage.tree(root):
        if isinstance(one, Unlisted):
            unlisted.append(one)
        elif takes is not None and not takes(one.path):
            continue
        elif one.odd:
            odd[one.path] = one.odd
        else:
            files[intern(one.path)] = one.facts  # the other side and the ledger have it, too
    return Tree(files, odd, unlisted)


def plan(
    source: Tree,
    target: Tree,
    known: Known,
    *,
    wishes: Wishes = WISHES,
    unmoved: Set[str] = frozenset(),
) -> Plan:
    """What makes `target` hold what `source` holds.

    Files that are on both sides and that nobody can tell apart without their bytes are left
    undecided. Nothing is deleted where any listing has holes, or where a name was refused.
    `unmoved` are what `known` can tell of many at once, see `Remembering`.
    """
    # What both have is seen once: looking at names takes longer than finding them again.
    others = (path for path in target.files if path not in source.files)
    names = Names((*source.files, *source.odd), others, windows=wishes.windows)
    judge = _Judge(names, target, known, wishes)
    ours, theirs = source.files, target.files
    same = unmoved if names.harmless() and not wishes.checksum else frozenset()
    # Listings of buckets are in order: so are these rows, as far as they go.
    rows = [
        tuple.__new__(Operation, (Act.SAME, path, _UNMOVED, ours[path], there, ""))
        for path, there in theirs.items()
        if path in same
    ]
    rows += [judge.operation(path, facts) for path, facts in ours.items() if path not in same]
    rows += [Operation(Act.REFUSED, path, why) for path, why in source.odd.items()]
    rows.sort(key=_path)
    kept = ""
    if wishes.delete:
        kept = _why_kept(rows, source, target, empty=wishes.empty)
        there_too = source.files.keys() | source.odd.keys()
        gone = sorted(target.files.keys() - there_too) if not kept else ()
        why = "it is not in the source"
        rows += [Operation(Act.DELETE, path, why, None, target.files[path]) for path in gone]
    return Plan(rows, [*source.unlisted, *target.unlisted], kept)


def settled(
    made: Plan, learnt: Mapping[str, Pair], known: Known, *, wishes: Wishes = WISHES
) -> Plan:
    """The plan, once it is learnt of the undecided files which bytes they hold.

    One that `learnt` leaves out counts as one with other bytes.
    """
    rows = [
        _settled(one, learnt.get(one.path), known, wishes) if one.act is Act.UNDECIDED else one
        for one in made.operations
    ]
    return Plan(rows, made.unlisted, made.kept)


_path = attrgetter("path")


class _Judge(NamedTuple):
    """All that one file is judged by."""

    names: Names
    target: Tree
    known: Known
    wishes: Wishes

    def operation(self, path: str, here: Facts) -> Operation:
        """What is to be done with a file of the source."""
        if why := self.names.refusal(path):
            return Operation(Act.REFUSED, path, why)
        there = self.target.files.get(path)
        if there is None:
            if path in self.target.odd:
                return Operation(Act.REFUSED, path, f"of what is there, {self.target.odd[path]}")
            return Operation(Act.NEW, path, "it is not there", here)
        if here.size == there.size and self.wishes.checksum:
            return Operation(Act.UNDECIDED, path, "its bytes are to be compared", here, there)
        moved = self.known.get(path)
        if moved is not None and moved.source == here and moved.target == there:
            return Operation(Act.SAME, path, _UNMOVED, here, there)
        if here.size == there.size:
            return Operation(Act.UNDECIDED, path, "it may have other bytes", here, there)
        ours = moved is not None and moved.target == there
        why = f"it has {here.size:,} bytes, there {there.size:,}"
        return _other(path, why, here, there, ours=ours or self.wishes.replace)


def _settled(one: Operation, pair: Pair | None, known: Known, wishes: Wishes) -> Operation:
    assert one.source is not None
    assert one.target is not None
    pair = pair or Pair("", "")
    if pair.source and pair.source == pair.target:
        return one._replace(act=Act.SAME, why="the bytes are the same", digest=pair.source)
    moved = known.get(one.path)
    ours = moved is not None and moved.target == one.target
    if moved is not None and wishes.checksum:
        ours = pair.target == moved.digest
    known_both = pair.source and pair.target
    why = "its bytes are others" if known_both else "it is not known which bytes are there"
    return _other(one.path, why, one.source, one.target, ours=ours or wishes.replace)


def _other(path: str, why: str, here: Facts, there: Facts, *, ours: bool) -> Operation:
    """What to do with other bytes: `ours` may be replaced."""
    if ours:
        return Operation(Act.CHANGED, path, why, here, there)
    # Whose it is nobody knows: a ledger may be lost, and what it moved may have been changed since.
    why = f"{why}, and what is there is not known to be ours"
    return Operation(Act.CONFLICT, path, why, here, there)


def _why_kept(rows: Sequence[Operation], source: Tree, target: Tree, *, empty: bool) -> str:
    """Why nothing may be deleted; empty where all is known."""
    if holes := [*source.unlisted, *target.unlisted]:
        return f"nothing is deleted, for {len(holes)} places could not be listed"
    if refused := sum(one.act is Act.REFUSED for one in rows):
        return f"nothing is deleted, for {refused} names of the source were refused"
    if not (empty or source.files or source.odd) and target.files:
        return "nothing is deleted, for the source is empty"
    return ""
