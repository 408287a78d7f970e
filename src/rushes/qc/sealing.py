"""The records of a tree as leaves of a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.checkpoint import Leaf
from rushes.qc.kept import Kept, kept
from rushes.qc.sidecar import record_hash


def leaf_of(one: Kept) -> Leaf | None:
    """The chain of one sidecar by its asset; None where it makes no sense."""
    if one.sidecar is not None:
        chain = tuple(record_hash(past) for past in (*one.sidecar.history, one.sidecar.record))
    elif one.legacy is not None:
        chain = (record_hash(one.legacy),)
    else:
        return None
    return Leaf(one.subject, chain[-1], chain)


def leaves(place: Path) -> Sequence[Leaf]:
    """The records below the folder of records `place`, each asset once, by its longest chain.

    Raises `path.not_found`, `nothing.found` where there is none, and the problem of the first
    that makes no sense: what cannot be read cannot be sealed.
    """
    found: dict[str, Leaf] = {}
    for one in kept(place):
        if one.problem is not None:
            raise one.problem
        leaf = leaf_of(one)
        assert leaf is not None
        known = found.get(leaf.path)
        if known is None or len(known.hashes) < len(leaf.hashes):
            found[leaf.path] = leaf
    if not found:
        raise RushesError(
            Code.NOTHING_FOUND,
            f"There is no record below {escape(str(place))}.",
            hint="Crawl it first: rushes qc crawl PATH",
        )
    return list(found.values())
