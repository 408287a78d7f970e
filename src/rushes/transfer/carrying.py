"""Uploads of a plan carried by a program of others, in batches, each file checked by us.

Before: every file is hashed, and its digests go along. Afterwards: the object is there, has our
digests, as many bytes as the file, and the tag that its bytes make; and the file is still the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.ports.courier import Courier, Load
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage_writing import TERMS, Facts, Source, Terms
from rushes.transfer.hashes import Hashes
from rushes.transfer.in_the_way import turns
from rushes.transfer.learning import Place
from rushes.transfer.outcome import EFFORT, Book, Effort, End, Outcome
from rushes.transfer.plan import Moved, Operation, Plan

_BATCH = 512
_LEAST_S, _SLOWEST = 60.0, 1_000_000.0  # a deadline: so long, and bytes per second on top
WHOLE = 50 * 1024**2  # bytes from which s5cmd sends parts, which it leaves there when it is ended


class _Hashed(NamedTuple):
    one: Operation
    source: Facts
    modified_ns: int
    digests: dict[str, str]


def shared_out(made: Plan) -> tuple[Plan, Plan]:
    """What a courier is given, and what `apply` does: large files, which only it goes on with, and
    those that something stands in the way of.
    """
    small = [one for one in turns(made).free if one.source is not None and one.source.size < WHOLE]
    given = {one.path for one in small}
    rest = [one for one in made.operations if one.path not in given]
    return Plan(small), Plan(rest, made.unlisted, made.kept)


def carried(
    made: Plan,
    source: Place,
    target: Place,
    book: Book,
    courier: Courier,
    *,
    terms: Terms = TERMS,
    effort: Effort = EFFORT,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Iterator[Outcome]:
    """One outcome for each operation of a plan of new and changed files, see `shared_out`.

    `source` is a folder of this machine. Raises `cancelled` between two batches, and what keeps
    the courier from setting out.
    """
    todo = iter(made.operations)
    done, total = 0, len(made.operations)
    run = _Run(source, target, book, courier, terms)
    while batch := list(islice(todo, _BATCH)):
        if progress.cancelled():
            raise RushesError(Code.CANCELLED, "Moving files was cancelled.")
        with ThreadPoolExecutor(effort.at_once, "carrying") as threads:
            yield from run.batch(batch, threads)
        done += len(batch)
        progress.report(done, total, note="files")


class _Run(NamedTuple):
    """One call of `carried`."""

    source: Place
    target: Place
    book: Book
    courier: Courier
    terms: Terms

    def batch(self, batch: Sequence[Operation], threads: ThreadPoolExecutor) -> Iterator[Outcome]:
        """Hash, carry and check some files."""
        ready: list[_Hashed] = []
        for found in threads.map(self._hashed, batch):
            if isinstance(found, Outcome):
                yield found
            else:
                ready.append(found)
        if not ready:
            return
        size = sum(one.source.size for one in ready)
        said = self.courier.carry(
            [self._load(one) for one in ready],
            terms=self.terms,
            deadline_s=_LEAST_S + size / _SLOWEST,
        )
        yield from threads.map(lambda one: self._checked(one, said), ready)

    def _hashed(self, one: Operation) -> _Hashed | Outcome:
        algorithms = (*self.terms.algorithms, "md5")
        try:
            file = self.source.storage.source(self.source.root, one.path)
            try:
                hashes = Hashes(algorithms)
                for piece in file.pieces(0):
                    hashes.update(piece)
                self._still(one, file)
                return _Hashed(one, file.facts, file.modified_ns, hashes.digests())
            finally:
                file.close()
        except RushesError as error:
            return _failed(one, error)

    def _still(self, one: Operation, file: Source) -> None:
        if file.changed():
            raise RushesError(
                Code.CHANGED_MEANWHILE,
                f"{one.path!r} changed while it was read.",
                hint="Move it again once nobody writes to it.",
            )

    def _load(self, one: _Hashed) -> Load:
        noted = {name: one.digests[name] for name in self.terms.algorithms}
        metadata = {f"rushes-{name.replace('_', '-')}": text for name, text in noted.items()}
        return Load(
            f"{self.source.root}/{one.one.path}",
            f"{self.target.root}/{one.one.path}".removeprefix("/"),
            {**metadata, "rushes-mtime-ns": str(one.modified_ns)},
            one.one.target is not None,
        )

    def _checked(self, hashed: _Hashed, said: str) -> Outcome:
        path, name = hashed.one.path, self.terms.algorithms[0]
        try:
            after = self.source.storage.facts(self.source.root, path)
            there = self.target.storage.facts(self.target.root, path)
            noted = self.target.storage.noted(self.target.root, path)
            why = _wrong(hashed, after, there, ours=noted.get(name) == hashed.digests[name])
            if why or there is None:
                raise RushesError(
                    Code.WRITE_FAILED,
                    f"{path!r} did not arrive as it should: {why}{f' ({said})' if said else ''}.",
                    hint="Move it again without s5cmd, or look at the health of that storage.",
                )
        except RushesError as error:
            return _failed(hashed.one, error)
        row = Moved(f"{name}:{hashed.digests[name]}", hashed.source, there)
        self.book.moved(path, row)
        digests = {one: hashed.digests[one] for one in self.terms.algorithms}
        return Outcome(path, End.MOVED, hashed.one.why, "", hashed.source.size, digests)


def _wrong(hashed: _Hashed, after: Facts | None, there: Facts | None, *, ours: bool) -> str:
    """What is not as it should be, as the end of a sentence; empty where all is."""
    if after != hashed.source:
        return "the file changed meanwhile"
    if there is None:
        return "nothing is there"
    if there.size != hashed.source.size:
        return f"it has {there.size:,} bytes instead of {hashed.source.size:,}"
    if not ours:
        return "another object lies there"
    md5 = hashed.digests.get("md5", "")
    if md5 and len(there.etag) == len(md5) and there.etag != md5:
        return "its bytes are others"
    return ""


def _failed(one: Operation, error: RushesError) -> Outcome:
    why = f"{error.message} {error.hint}".rstrip()
    return Outcome(one.path, End.FAILED, why, error.code.value)
