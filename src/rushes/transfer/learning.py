"""Finding out which bytes lie on both sides, where facts and ledgers do not tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage_writing import TERMS, Facts, Terms, WritableStorage
from rushes.transfer.hashes import KNOWN, Hashes
from rushes.transfer.plan import (
    WISHES,
    Act,
    Known,
    Operation,
    Pair,
    Plan,
    Tree,
    Wishes,
    listed,
    plan,
    settled,
)


class Place(NamedTuple):
    """A root on a storage."""

    storage: WritableStorage
    root: str


def planned(
    source: Place,
    target: Place,
    known: Known,
    *,
    wishes: Wishes = WISHES,
    terms: Terms = TERMS,
    takes: Callable[[str], bool] | None = None,
    at_once: int = 8,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Plan:
    """List both places, learn what has to be learnt, and plan. Nothing is changed anywhere.

    This is what `--dry-run` shows, and what `apply` takes. Files that `takes` does not want by
    their paths are on neither side. Raises `cancelled`. A file whose bytes cannot be learnt counts
    as one with other bytes.
    """
    here, there = _listed(source, target, takes)
    made = plan(here, there, known, wishes=wishes)
    del here, there
    undecided = [*made.of(Act.UNDECIDED)]
    if not undecided:
        return made
    pairs: dict[str, Pair] = {}
    ask = _Ask(source, target, known, wishes, terms.algorithms[0])
    with ThreadPoolExecutor(at_once, "learning") as threads:
        for one, pair in zip(undecided, threads.map(ask.pair, undecided), strict=True):
            if progress.cancelled():
                threads.shutdown(wait=False, cancel_futures=True)
                raise RushesError(Code.CANCELLED, "Comparing files was cancelled.")
            pairs[one.path] = pair
            progress.report(len(pairs), len(undecided), note="files compared")
    return settled(made, pairs, known, wishes=wishes)


def _listed(source: Place, target: Place, takes: Callable[[str], bool] | None) -> tuple[Tree, Tree]:
    """Both sides: at once where one has to be waited for, else threads are in each other's way."""
    if not any(one.storage.is_far() or one.storage.may_hang() for one in (source, target)):
        return listed(*source, takes), listed(*target, takes)
    with ThreadPoolExecutor(1, "listing") as thread:
        other = thread.submit(listed, *target, takes)
        return listed(*source, takes), other.result()


def digest_by_reading(place: Place, path: str, algorithm: str) -> str:
    """`algorithm:hex` of all its bytes; empty where they cannot be read, or changed meanwhile."""
    try:
        source = place.storage.source(place.root, path)
    except RushesError:
        return ""
    try:
        hashes = Hashes((algorithm,))
        for piece in source.pieces(0):
            hashes.update(piece)
        if source.changed():
            return ""
    except RushesError:
        return ""
    finally:
        source.close()
    return f"{algorithm}:{hashes.digests()[algorithm]}"


class _Ask(NamedTuple):
    """All that is needed to learn of one file."""

    source: Place
    target: Place
    known: Known
    wishes: Wishes
    algorithm: str

    def pair(self, one: Operation) -> Pair:
        """The digests of both sides, in an algorithm that one of them is known in already."""
        path = one.path
        if self.wishes.checksum:
            sides = (self.source, self.target)
            return Pair(*(digest_by_reading(one, path, self.algorithm) for one in sides))
        ours = self._hint(self.source, path, one.source, side="source")
        theirs = self._hint(self.target, path, one.target, side="target")
        algorithm = _common(ours, theirs) or self.algorithm
        return Pair(
            self._found(self.source, ours, path, algorithm),
            self._found(self.target, theirs, path, algorithm),
        )

    def _hint(self, place: Place, path: str, facts: Facts | None, *, side: str) -> Sequence[str]:
        """Digests that need no reading: the ledger's, or what the storage has noted."""
        moved = self.known.get(path)
        if moved is not None and getattr(moved, side) == facts:
            return (moved.digest,)
        try:
            noted = place.storage.noted(place.root, path)
        except RushesError:
            return ()
        return tuple(f"{name}:{digest}" for name, digest in noted.items() if name in KNOWN)

    def _found(self, place: Place, hints: Sequence[str], path: str, algorithm: str) -> str:
        """The digest. What would have to be fetched for it is as quickly moved anew."""
        known = next((one for one in hints if one.startswith(f"{algorithm}:")), "")
        if known or place.storage.is_far():
            return known
        return digest_by_reading(place, path, algorithm)


def _common(ours: Sequence[str], theirs: Sequence[str]) -> str:
    """The algorithm of a digest that both have, or that at least one has; the target's first."""
    names = [one.partition(":")[0] for one in (*theirs, *ours)]
    return next((one for one in names if names.count(one) > 1), names[0] if names else "")
