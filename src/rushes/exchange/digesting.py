"""Digests of a drop's files: each byte read once, in all the algorithms that somebody asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage_writing import Facts
from rushes.transfer.hashes import Hashes
from rushes.transfer.learning import Place

_POLL_S = 0.2


class Wish(NamedTuple):
    """A file, as it was listed, and the algorithms that its digests are wanted in."""

    path: str
    facts: Facts
    algorithms: tuple[str, ...]


class Digested(NamedTuple):
    """What came of one file; where there is `trouble`, it is the end of a sentence."""

    path: str
    digests: Mapping[str, str]
    trouble: str = ""


def digested(
    place: Place,
    wishes: Sequence[Wish],
    *,
    at_once: int,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Iterator[Digested]:
    """Every file with its digests, as they are done. No file makes it raise but `cancelled`.

    A file that is not the one that was listed, or changes while it is read, is told as trouble.
    """
    todo = iter(wishes)
    under_way: set[Future[Digested]] = set()
    done, more = 0, True
    with ThreadPoolExecutor(at_once, "hashing") as threads:
        try:
            while more or under_way:
                while more and len(under_way) < 4 * at_once:
                    one = next(todo, None)
                    more = one is not None
                    if one is not None:
                        under_way.add(threads.submit(_one, place, one))
                ready, under_way = wait(under_way, _POLL_S, FIRST_COMPLETED)
                for future in ready:
                    done += 1
                    yield future.result()
                progress.report(done, len(wishes), note="files hashed")
                if progress.cancelled():
                    raise RushesError(Code.CANCELLED, "Hashing the drop was cancelled.")
        finally:
            for left in under_way:
                left.cancel()


def _one(place: Place, wish: Wish) -> Digested:
    try:
        source = place.storage.source(place.root, wish.path)
    except RushesError as error:
        return Digested(wish.path, {}, _ending(error))
    try:
        if source.facts != wish.facts:
            return Digested(wish.path, {}, "it changed after the drop was listed")
        hashes = Hashes(wish.algorithms)
        size = 0
        for piece in source.pieces(0):
            hashes.update(piece)
            size += len(piece)
        if size != wish.facts.size or source.changed():
            return Digested(wish.path, {}, "it changed while it was read")
    except RushesError as error:
        return Digested(wish.path, {}, _ending(error))
    finally:
        source.close()
    return Digested(wish.path, hashes.digests())


def _ending(error: RushesError) -> str:
    return error.message.rstrip(".")
