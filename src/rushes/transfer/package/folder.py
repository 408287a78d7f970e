"""A package as a folder: every file received for itself, papers last, one name for all at the end.

On a file system it is built in a hidden folder beside. Keys of S3 cannot be renamed: there it is
complete when its papers are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock

from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import NOTHING, Passage, Source, Terms
from rushes.transfer.hashes import OtherBytesError
from rushes.transfer.learning import Place
from rushes.transfer.outcome import Effort
from rushes.transfer.pace import Pace
from rushes.transfer.package.again import same_folder
from rushes.transfer.package.book import Book
from rushes.transfer.package.member_source import MemberSource, made_paper
from rushes.transfer.package.members import Member, Packed, changed, check_member
from rushes.transfer.package.there import (
    Found,
    arrived,
    arrived_as,
    found,
    has_name,
    taken,
)

_POLL_S = 0.2  # how long to wait for a file before looking whether anybody still cares
_NOTING = Lock()


def filled(
    members: Sequence[Member],
    target: Place,
    path: str,
    terms: Terms,
    *,
    book: Book,
    effort: Effort,
    progress: Progress,
) -> Packed:
    """See `packing.pack`."""
    storage, root = target
    at = storage.staged(root, path)
    if at != path and has_name(target, path):
        return _again(members, found(target, path, path, book), terms, book, progress)
    there = found(target, path, at, book)
    if any(not there.is_ours(one) for one in there.files):
        return _again(members, there, terms, book, progress)
    run = _Run(there, terms, book, Pace(effort.rate))
    try:
        run.files([one for one in members if one.made is None], effort.at_once, progress)
        run.papers(members)
        for strange in there.files.keys() - run.whole.keys():
            storage.remove(root, f"{at}/{strange}", expected=there.files[strange])
        storage.settle(root, path)
    except RushesError as error:
        if error.code is Code.CHANGED_MEANWHILE and at == path:
            with suppress(RushesError):
                cleared(target, path, book)
        raise
    ended(path, book)
    return run.packed(members)


def cleared(target: Place, path: str, book: Book) -> None:
    """Remove what was made so far, and forget of it."""
    storage, root = target
    at = storage.staged(root, path)
    if at == path:
        for one, state in found(target, path, at, book).notes.items():
            if facts := arrived_as(state):
                with suppress(RushesError):  # somebody has put another there since
                    storage.remove(root, f"{at}/{one}", expected=facts)
            else:
                storage.abandon(root, f"{at}/{one}", state)
    storage.unstage(root, path)
    ended(path, book)


def ended(path: str, book: Book) -> None:
    """Nothing of this package is under way any more."""
    for name in book.under_way():
        if name.startswith(f"{path}/"):
            book.ended(name)


def _again(
    members: Sequence[Member], there: Found, terms: Terms, book: Book, progress: Progress
) -> Packed:
    """The package that has its name already: an earlier run was killed at its very end.

    What it has noted spares reading all of it. Raises `write.failed` where it is another.
    """
    run = _Run(there, terms, book, Pace())
    if not there.notes:
        return same_folder(members, there, terms, progress)
    for one in members:
        if one.made is not None:
            one, _ = made_paper(one, run.whole, terms.algorithms)
        if not run.is_there(one):
            raise taken(there.place, there.path)
    if there.files.keys() != run.whole.keys():
        raise taken(there.place, there.path)
    ended(there.path, book)
    return run.packed(members)


@dataclass(slots=True)
class _Run:
    """One call of `filled`, and what is whole by now."""

    there: Found
    terms: Terms
    book: Book
    pace: Pace
    whole: dict[str, Mapping[str, str]] = field(default_factory=dict)
    size: int = 0
    sent: int = 0

    def files(self, members: Sequence[Member], at_once: int, progress: Progress) -> None:
        """Have all of these there, several at once."""
        todo, total = iter(members), sum(one.size for one in members)
        under_way: set[Future[None]] = set()
        with ThreadPoolExecutor(at_once, "packing") as threads:
            try:
                while True:
                    room = 2 * at_once - len(under_way)
                    under_way |= {threads.submit(self.file, one) for one in islice(todo, room)}
                    if not under_way:
                        break
                    ready, under_way = wait(under_way, _POLL_S, FIRST_COMPLETED)
                    for future in ready:
                        future.result()
                    progress.report(max(self.size, self.pace.moved), total, note="bytes")
                    if progress.cancelled():
                        raise RushesError(
                            Code.CANCELLED, "Packing was cancelled.", hint="Run it again to go on."
                        )
            except BaseException:
                self.pace.cancel()
                threads.shutdown(cancel_futures=True)
                raise

    def file(self, one: Member) -> None:
        """Have a file there."""
        if self.is_there(one):
            return
        assert one.source is not None
        source = one.source()
        try:
            check_member(one, source.facts.size, NOTHING)
            self.received(one, MemberSource(source, one))
        finally:
            source.close()

    def papers(self, members: Sequence[Member]) -> None:
        """Have all papers there, each made of what stands before it."""
        so_far: dict[str, Mapping[str, str]] = {}
        for one in members:
            if one.made is not None:
                one, source = made_paper(one, so_far, self.terms.algorithms)
                if not self.is_there(one):
                    self.received(one, source)
            so_far[one.path] = self.whole[one.path]

    def is_there(self, one: Member) -> bool:
        """Whether it lies there as it should be; then it is whole."""
        digests = self.there.digests(one, self.terms.algorithms)
        if digests:
            self.note(one, digests, sent=0)
        return bool(digests)

    def received(self, one: Member, source: Source) -> None:
        """Have it there, and note that it is."""
        keeping = self.book.begun(f"{self.there.path}/{one.path}")
        way = Passage(self.terms, self.there.expected(one), keeping, self.pace)
        storage, root = self.there.place
        try:
            arrival = storage.receive(
                root, f"{self.there.at}/{one.path}", source=source, passage=way
            )
        except OtherBytesError as error:
            raise changed(one, "it has other bytes") from error
        keeping.keep(arrived(arrival))
        self.note(one, arrival.digests, sent=arrival.sent)

    def note(self, one: Member, digests: Mapping[str, str], *, sent: int) -> None:
        """It is whole."""
        with _NOTING:
            self.whole[one.path] = digests
            self.size += one.size
            self.sent += sent

    def packed(self, members: Sequence[Member]) -> Packed:
        """What came of it."""
        in_order = {one.path: self.whole[one.path] for one in members}
        return Packed(None, self.size, NOTHING, in_order, self.sent)
