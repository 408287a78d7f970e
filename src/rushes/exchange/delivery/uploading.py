"""A package that is made already, sent on as it is: an archive, or the files of a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import Passage, Terms
from rushes.transfer.learning import Place
from rushes.transfer.package.book import Book
from rushes.transfer.package.called import called
from rushes.transfer.package.members import Digests, Member

End = tuple[Place, str]  # a place, and a path below its root


class Uploaded(NamedTuple):
    """What came of it; `sent` are the bytes that went now."""

    size: int
    sent: int


class _Metered:
    """A meter that lets everything pass, and tells how much that was; see the port."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def take(self, count: int) -> None:
        """So many bytes more. Raises `cancelled`."""
        if self._progress.cancelled():
            raise RushesError(
                Code.CANCELLED, "Uploading was cancelled.", hint="Run it again to go on."
            )
        self._done += count
        self._progress.report(min(self._done, self._total), self._total, note="bytes uploaded")


def uploaded(
    here: End,
    there: End,
    digests: Mapping[str, str],
    *,
    terms: Terms,
    book: Book,
    progress: Progress,
) -> Uploaded:
    """Have the file there, too, with these digests. What is there and the same is not sent again.

    Raises `write.failed` where something else is there, `changed.meanwhile` where what is sent is
    not what was packed.
    """
    source, path = here
    target, key = there
    found = target.storage.facts(target.root, key)
    if found is not None:
        noted = target.storage.noted(target.root, key)
        same = {name for name, digest in noted.items() if digests.get(name) == digest}
        if not same:
            raise RushesError(
                Code.WRITE_FAILED,
                f"Something else is at {called(target, key)} already.",
                hint="Look at what it is, and move it away.",
            )
        book.ended(key)
        return Uploaded(found.size, 0)
    with closing(source.storage.source(source.root, path)) as opened:
        meter = _Metered(progress, opened.facts.size)
        passage = Passage(terms, None, book.begun(key), meter)
        arrival = target.storage.receive(target.root, key, source=opened, passage=passage)
    for name, digest in arrival.digests.items():
        if digests.get(name, digest) != digest:
            target.storage.remove(target.root, key, expected=arrival.facts)
            raise RushesError(
                Code.CHANGED_MEANWHILE,
                f"{escape(path)} changed after it was packed; what was uploaded of it is gone.",
                hint="Find out who writes to that folder, then run it again.",
            )
    book.ended(key)
    return Uploaded(arrival.facts.size, arrival.sent)


def packed_again(
    members: Sequence[Member], digests: Digests, here: Place, path: str
) -> list[Member]:
    """The files of a folder that was packed at `path`, as members of the same one elsewhere."""
    made = []
    for one in members:
        below = f"{path}/{one.path}"
        facts = here.storage.facts(here.root, below)
        size = facts.size if facts is not None else one.size
        source = partial(here.storage.source, here.root, below)
        made.append(Member(one.path, size, digests[one.path], one.mtime_ns, source=source))
    return made
