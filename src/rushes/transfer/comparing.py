"""The bytes of files on both sides, told by digests: noted ones, or by reading."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import Facts
from rushes.transfer.hashes import KNOWN, Hashes
from rushes.transfer.learning import Place
from rushes.transfer.plan import Known, Operation, Pair, Wishes


def compared(
    undecided: Sequence[Operation], ask: Ask, *, at_once: int, progress: Progress
) -> dict[str, Pair]:
    """The digests of both sides of these files, by path. Raises `cancelled`."""
    pairs: dict[str, Pair] = {}
    with ThreadPoolExecutor(at_once, "learning") as threads:
        for one, pair in zip(undecided, threads.map(ask.pair, undecided), strict=True):
            if progress.cancelled():
                threads.shutdown(wait=False, cancel_futures=True)
                raise RushesError(Code.CANCELLED, "Comparing files was cancelled.")
            pairs[one.path] = pair
            progress.report(len(pairs), len(undecided), note="files compared")
    return pairs


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


class Ask(NamedTuple):
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
