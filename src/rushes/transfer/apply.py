"""Doing what a plan says: many files at once, each whole at its destination or not there."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Sequence, Set
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage_writing import TERMS, Passage, Terms
from rushes.transfer.in_the_way import turns
from rushes.transfer.learning import Place
from rushes.transfer.outcome import EFFORT, Book, Effort, End, Outcome
from rushes.transfer.pace import Pace
from rushes.transfer.plan import Act, Moved, Operation, Plan

_POLL_S = 0.2  # how long to wait for a file before looking whether anybody still cares
_MOST = 32  # outcomes handed on before looking, too


_LEFT = {Act.SAME: End.SAME, Act.CONFLICT: End.CONFLICT, Act.REFUSED: End.REFUSED}


# What comes from threads: outcomes, what ends the run, and for each thread that ends a None.
_Ready = SimpleQueue[Outcome | BaseException | None]


def apply(
    made: Plan,
    source: Place,
    target: Place,
    book: Book,
    *,
    terms: Terms = TERMS,
    effort: Effort = EFFORT,
    make_room: bool = False,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Iterator[Outcome]:
    """One outcome for each operation, as they come to an end; deletions come last.

    Those that stand in the way of files come before these, once all others are there.

    No file makes it raise. What was left unfinished by earlier runs and is not wanted any more is
    cleared away first. With `make_room`, empty folders give their names to files. `progress` is
    told of bytes. Raises `cancelled`, once all threads have stopped, and `write.failed` where
    `book` can note nothing. Run it again after a kill, with a new plan: what has arrived is the
    same then, and what was under way goes on.
    """
    pace = Pace(effort.rate)
    run = _Run(source, target, book, terms, pace, make_room)
    run.clear(made)
    total = sum(one.source.size for one in made.of(Act.NEW, Act.CHANGED) if one.source)
    yield from map(run.left, made.of(*_LEFT))
    do = partial(run.outcomes, at_once=effort.at_once, progress=progress, total=total)
    free, in_the_way, blocked, gone = turns(made)
    failed = yield from _failed(do(free))
    if failed or not run.makes_sense(in_the_way, blocked):
        gone = (*in_the_way, *gone)
    else:
        failed = yield from _failed(do(in_the_way))
    failed |= yield from _failed(do(blocked))
    if failed:
        why = "It is kept, for not all files could be moved."
        yield from (Outcome(one.path, End.FAILED, why) for one in gone)
        return
    yield from do(gone)


def _failed(outcomes: Iterator[Outcome]) -> Generator[Outcome, None, bool]:
    """Hand them on; gives whether any failed."""
    failed = False
    for one in outcomes:
        failed |= one.end is End.FAILED
        yield one
    return failed


class _Run(NamedTuple):
    source: Place
    target: Place
    book: Book
    terms: Terms
    pace: Pace
    make_room: bool

    def outcomes(
        self, operations: Sequence[Operation], at_once: int, progress: Progress, total: int
    ) -> Iterator[Outcome]:
        """Have threads take one after the other, and hand on what is done."""
        todo, ready = deque(operations), _Ready()
        threads = [
            Thread(target=self._work, args=(todo, ready), name=f"moving_{at}")
            for at in range(min(at_once, len(todo)))
        ]
        at_work = len(threads)
        try:
            for one in threads:
                one.start()  # the system may refuse, and whoever runs this interrupt it
            while at_work:
                for came in _done_with(ready):
                    if isinstance(came, Outcome):
                        yield came
                    elif came is None:
                        at_work -= 1
                    else:
                        raise came
                progress.report(self.pace.moved, total, note="bytes")
                if progress.cancelled():
                    raise RushesError(
                        Code.CANCELLED,
                        "Moving files was cancelled.",
                        hint="What has arrived stays; run it again to go on.",
                    )
        finally:
            todo.clear()
            if at_work:
                self.pace.cancel()
            for one in threads:
                if one.ident is not None:
                    one.join()

    def _work(self, todo: deque[Operation], ready: _Ready) -> None:
        """Do what is to be done until nothing is left; what no file may raise ends the run."""
        try:
            while True:
                try:
                    one = todo.popleft()
                except IndexError:
                    break
                ready.put(self._done(one))
        except BaseException as error:  # noqa: BLE001 (it is raised again where outcomes are taken)
            ready.put(error)
        finally:
            ready.put(None)

    def clear(self, made: Plan) -> None:
        """Clear away what earlier runs began for files that are not to be moved now."""
        wanted = {one.path for one in made.of(Act.NEW, Act.CHANGED)}
        for path, state in self.book.under_way().items():
            if path not in wanted:
                with suppress(RushesError):  # it is looked for again the next time
                    self.target.storage.abandon(self.target.root, path, state)
                    self.book.ended(path)

    def left(self, one: Operation) -> Outcome:
        """What stays as it is; what was learnt of it is noted."""
        if one.digest and one.source and one.target:
            self.book.moved(one.path, Moved(one.digest, one.source, one.target))
        return Outcome(one.path, _LEFT[one.act], one.why)

    def makes_sense(self, gone: Sequence[Operation], blocked: Sequence[Operation]) -> bool:
        """Whether it makes room for all that is `blocked` to delete these, as far as can be told:
        files that can still be had, and nothing else lies where they are to be.
        """
        paths = {one.path for one in gone}
        try:
            return all(self._is_there(one) and self._is_alone(one, paths) for one in blocked)
        except RushesError:
            return False

    def _is_there(self, one: Operation) -> bool:
        storage, root = self.source
        if storage.is_far():
            return storage.facts(root, one.path) == one.source
        storage.source(root, one.path).close()
        return True

    def _is_alone(self, one: Operation, paths: Set[str]) -> bool:
        """Whether the folder that has the file's name, where there is one, holds these alone."""
        storage, root = self.target
        below = storage.tree(f"{root}/{one.path}")
        return all(f"{one.path}/{each.path}" in paths for each in below)

    def _done(self, one: Operation) -> Outcome:
        try:
            return self._deleted(one) if one.act is Act.DELETE else self._moved(one)
        except RushesError as error:
            why = f"{error.message} {error.hint}".rstrip()
            return Outcome(one.path, End.FAILED, why, error.code.value)

    def _moved(self, one: Operation) -> Outcome:
        source = self.source.storage.source(self.source.root, one.path)
        try:
            begun = self.book.begun(one.path)
            way = Passage(self.terms, one.target, begun, self.pace, self.make_room)
            arrival = self.target.storage.receive(
                self.target.root, one.path, source=source, passage=way
            )
        finally:
            source.close()
        name = self.terms.algorithms[0]
        row = Moved(f"{name}:{arrival.digests[name]}", arrival.source, arrival.facts)
        self.book.moved(one.path, row)
        return Outcome(one.path, End.MOVED, one.why, "", arrival.sent, arrival.digests)

    def _deleted(self, one: Operation) -> Outcome:
        assert one.target is not None
        self.target.storage.remove(self.target.root, one.path, expected=one.target)
        self.book.removed(one.path)
        return Outcome(one.path, End.DELETED, one.why)


def _done_with(ready: _Ready) -> Iterator[Outcome | BaseException | None]:
    """What has come; the first of it is waited for, but not for long.

    Not all: more may come for as long as some is taken.
    """
    with suppress(Empty):
        yield ready.get(timeout=_POLL_S)
        for _ in range(_MOST):
            yield ready.get_nowait()
