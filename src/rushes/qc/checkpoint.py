"""Checkpoints: the state of all records of a tree, sealed in one signed document.

A chain shows what was changed within it, but not that its end was cut off or that the whole of it
was taken away. A checkpoint that is kept elsewhere does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from rushes.core.canonical import canonical
from rushes.model.signoff import Signature
from rushes.qc.merkle import tree_hash


class Leaf(NamedTuple):
    """A sidecar as it is now: its escaped path below the root, and its chain.

    `hashes` are those of all its records, the oldest first; `head` is that of the record in force,
    the last of them.
    """

    path: str
    head: str
    hashes: tuple[str, ...]


class Sealed(NamedTuple):
    """A sidecar as it was: its path, the hash of the record in force, how many records it held."""

    path: str
    head: str
    records: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All sidecars below a folder at one moment, by path; `root` is that folder, escaped."""

    created: datetime
    operator: str
    tool_version: str
    root: str
    leaves: tuple[Sealed, ...]
    signature: Signature | None = None

    @property
    def merkle_root(self) -> str:
        """`sha256:…` over all leaves: two checkpoints with the same hold the same."""
        entries = (canonical([one.path, one.head, one.records]) for one in self.leaves)
        return f"sha256:{tree_hash(entries).hex()}"


class Kind(StrEnum):
    """What became of a sidecar since a checkpoint."""

    MISSING = "missing"  # it is not there any more
    ROLLED_BACK = "rolled back"  # an earlier state was put in its place, its latest records lost
    REWRITTEN = "rewritten"  # other records stand where those of the checkpoint stood
    CONTINUED = "continued"  # records were added
    NEW = "new"  # there was none

    @property
    def is_fine(self) -> bool:
        """Whether that is what happens to records in the course of things."""
        return self in (Kind.CONTINUED, Kind.NEW)


class Difference(NamedTuple):
    """What became of one sidecar; `was` is None for a new one, `present` for a missing one."""

    kind: Kind
    path: str
    was: Sealed | None
    present: Leaf | None


def sealed(
    leaves: Iterable[Leaf], *, root: str, operator: str, tool_version: str, created: datetime
) -> Checkpoint:
    """A checkpoint of these sidecars, not yet signed. They may come in any order."""
    found = sorted(Sealed(one.path, one.head, len(one.hashes)) for one in leaves)
    for one, after in pairwise(found):
        if one.path == after.path:
            raise ValueError(f"two sidecars at {one.path!r}")
    moment = created.astimezone(UTC)
    return Checkpoint(moment, operator, tool_version, root, tuple(found))


def compare(checkpoint: Checkpoint, present: Iterable[Leaf]) -> Iterator[Difference]:
    """What became of each sidecar since, by path; those that are as they were are left out."""
    now = {one.path: one for one in present}
    was = {one.path: one for one in checkpoint.leaves}
    for path in sorted(was.keys() | now.keys()):
        kind = _kind(was.get(path), now.get(path))
        if kind is not None:
            yield Difference(kind, path, was.get(path), now.get(path))


def _kind(was: Sealed | None, now: Leaf | None) -> Kind | None:
    if was is None:
        return Kind.NEW
    if now is None:
        return Kind.MISSING
    held = now.hashes[was.records - 1 : was.records]
    if held == (was.head,):
        return None if len(now.hashes) == was.records else Kind.CONTINUED
    # The record may still be there, but not where it was: then records before it were taken away.
    shorter = len(now.hashes) < was.records and was.head not in now.hashes
    return Kind.ROLLED_BACK if shorter else Kind.REWRITTEN
