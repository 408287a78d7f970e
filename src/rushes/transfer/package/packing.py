"""Packing: members become one archive or one folder, whole under its name or not there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from rushes.core.errors import RushesError
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage_writing import TERMS, Passage, Terms
from rushes.transfer.learning import Place
from rushes.transfer.outcome import EFFORT, Effort
from rushes.transfer.pace import Pace
from rushes.transfer.package import folder
from rushes.transfer.package.again import same_archive
from rushes.transfer.package.book import Book, Memory
from rushes.transfer.package.members import Layout, Member, Packed, check
from rushes.transfer.package.tee import Archive, both
from rushes.transfer.package.there import facts_at
from rushes.transfer.package.zip_source import ZipSource


def pack(
    members: Sequence[Member],
    *,
    target: Place,
    path: str,
    layout: Layout,
    terms: Terms = TERMS,
    book: Book | None = None,
    effort: Effort = EFFORT,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Packed:
    """Have the members at `path` below the target's root, in this order, as `layout` says.

    `terms.algorithms` are hashed of each member, and of an archive as a whole. With a `book`, a run
    that was killed or broke off is gone on with by calling this again: what is under way is noted
    there by `path`, and by the members' paths below it. Without one, what fails is cleared away.
    `progress` is told of bytes.

    Raises `usage` for names that no package can have; `changed.meanwhile` where a member is not
    what it was to be, and then nothing has the package's name; `write.failed`, also where something
    else has that name already; `cancelled`; and what keeps a member from being read. The very same
    package there already is no error: none of it is sent.
    """
    check(members)
    kept: Book = Memory() if book is None else book
    make = _zipped if layout is Layout.ZIP else folder.filled
    try:
        return make(members, target, path, terms, book=kept, effort=effort, progress=progress)
    except BaseException:
        if book is None:
            with suppress(RushesError):
                abandon(target=target, path=path, layout=layout, book=kept)
        raise


class Spot(NamedTuple):
    """Where an archive is to be, `path` below the target's root, and where that is noted."""

    target: Place
    path: str
    book: Book


def pack_both(
    members: Sequence[Member],
    *,
    first: Spot,
    second: Spot,
    terms: Terms = TERMS,
    effort: Effort = EFFORT,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> tuple[Packed, Packed]:
    """Have one archive at two places, every member being read once for both; see `pack`.

    The second is whole no sooner than the first. What fails there does not keep the first from
    being whole, and is raised then. Run it again to go on: what is whole or has been sent is not
    sent again.
    """
    check(members)
    paces = Pace(effort.rate), Pace(effort.rate)
    watched = _Ending(progress, paces)
    archive = ZipSource(members, algorithms=terms.algorithms, progress=watched)
    here, there = both(
        archive,
        lambda one: _stored(one, first, terms, paces[0]),
        lambda one: _stored(one, second, terms, paces[1]),
        watched,
    )
    return here, there._replace(members=here.members)


def abandon(*, target: Place, path: str, layout: Layout, book: Book) -> None:
    """Clear away what was begun for `path` and not finished, as far as `book` knows of it."""
    if layout is Layout.FOLDER:
        folder.cleared(target, path, book)
        return
    state = book.under_way().get(path)
    if state is not None:
        target.storage.abandon(target.root, path, state)
        book.ended(path)


def _zipped(
    members: Sequence[Member],
    target: Place,
    path: str,
    terms: Terms,
    *,
    book: Book,
    effort: Effort,
    progress: Progress,
) -> Packed:
    pace = Pace(effort.rate)
    watched = _Ending(progress, (pace,))
    archive = ZipSource(members, algorithms=terms.algorithms, progress=watched)
    return _stored(archive, Spot(target, path, book), terms, pace)


def _stored(archive: Archive, spot: Spot, terms: Terms, pace: Pace) -> Packed:
    """Have the archive there; the same one that lies there already is held against it."""
    target, path, book = spot
    there = facts_at(target, path)
    if there is not None:
        found = same_archive(archive, target, path, there, terms)
        book.ended(path)
        return found
    way = Passage(terms, None, book.begun(path), pace)
    arrival = target.storage.receive(target.root, path, source=archive, passage=way)
    book.ended(path)
    size = arrival.facts.size
    return Packed(arrival.facts, size, arrival.digests, archive.members, arrival.sent)


class _Ending(NamedTuple):
    """Progress that ends threads which wait for their turn, once nobody wants the package."""

    progress: Progress
    paces: tuple[Pace, ...]

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """Pass it on."""
        self.progress.report(done, total, note)

    def cancelled(self) -> bool:
        """Whether nobody wants it."""
        if not self.progress.cancelled():
            return False
        for one in self.paces:
            one.cancel()
        return True
