"""What lies at a package's place already, and which of it is ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.ports.storage_writing import NOTHING, Arrival, Facts, Unlisted
from rushes.transfer.learning import Place
from rushes.transfer.package.book import Book
from rushes.transfer.package.called import called
from rushes.transfer.package.members import Member, hashed_by

_ARRIVED = "arrived"  # what is kept of a member that is whole


def facts_at(place: Place, path: str) -> Facts | None:
    """The facts of the file there; None where nothing is. Raises `write.failed` for a folder."""
    try:
        return place.storage.facts(place.root, path)
    except RushesError as error:
        if error.code is Code.PATH_UNREADABLE and not place.storage.is_far():
            raise taken(place, path) from error
        raise


def has_name(place: Place, path: str) -> bool:
    """Whether a folder of this name is there, which has it only once it is whole.

    Raises `write.failed` where a file has it.
    """
    try:
        if place.storage.facts(place.root, path) is None:
            return False
    except RushesError as error:
        if error.code is Code.PATH_UNREADABLE and not place.storage.is_far():
            return True
        raise
    raise taken(place, path)


def taken(place: Place, path: str) -> RushesError:
    """That a package cannot get its name."""
    return RushesError(
        Code.WRITE_FAILED,
        f"Something else lies at {called(place, path)} already.",
        hint="Nothing was changed there. Choose another name, or move it away.",
    )


def arrived(arrival: Arrival) -> Mapping[str, Any]:
    """What is to be kept of a member that is whole."""
    return {_ARRIVED: {"facts": list(arrival.facts), "digests": dict(arrival.digests)}}


def arrived_as(state: Mapping[str, Any]) -> Facts | None:
    """The facts of a member that is whole; None where it has not arrived."""
    kept = state.get(_ARRIVED)
    return None if kept is None else Facts(*kept["facts"])


class Found(NamedTuple):
    """A folder as a run finds it: its files by their paths in it, and what is noted of each.

    `at` is where it is below the place's root: in a hidden folder that nobody but us has to do
    with, or at `path` itself.
    """

    place: Place
    path: str
    at: str
    files: Mapping[str, Facts]
    notes: Mapping[str, Mapping[str, Any]]

    def is_ours(self, path: str) -> bool:
        """Whether a run of ours has put this file there, or may have."""
        if self.at != self.path:
            return True
        state = self.notes.get(path)
        return state is not None and arrived_as(state) in (None, self.files[path])

    def digests(self, one: Member, asked: tuple[str, ...]) -> Mapping[str, str]:
        """Those of a member that lies there as it should be; nothing where it does not."""
        facts, state = self.files.get(one.path), self.notes.get(one.path)
        if facts is None or state is None or facts.size != one.size:
            return NOTHING
        digests: Mapping[str, str] = NOTHING
        if arrived_as(state) == facts:
            digests = state[_ARRIVED]["digests"]
        elif _ARRIVED not in state:
            # A run may have been killed between its arrival and the note of it.
            digests = self.place.storage.noted(self.place.root, f"{self.at}/{one.path}")
        wanted = hashed_by(one, asked)
        if not digests.keys() >= set(wanted):
            return NOTHING
        if any(one.digests.get(name, digest) != digest for name, digest in digests.items()):
            return NOTHING
        return {name: digests[name] for name in wanted}

    def expected(self, one: Member) -> Facts | None:
        """What lies there and is replaced. Raises `write.failed` where that may be another's."""
        facts = self.files.get(one.path)
        if facts is None or self.at != self.path or arrived_as(self.notes[one.path]) == facts:
            return facts
        raise taken(self.place, f"{self.path}/{one.path}")


def found(place: Place, path: str, at: str, book: Book) -> Found:
    """The folder at `at`, now. Raises `path.unreadable` where it cannot be listed."""
    files: dict[str, Facts] = {}
    for one in place.storage.tree(f"{place.root}/{at}"):
        if isinstance(one, Unlisted):
            raise RushesError(
                Code.PATH_UNREADABLE,
                f"{called(place, f'{at}/{one.path}')} cannot be listed: {one.why}.",
                hint="Check permissions, then try again.",
            )
        files[one.path] = one.facts
    above = f"{path}/"
    notes = {
        name[len(above) :]: state
        for name, state in book.under_way().items()
        if name.startswith(above)
    }
    return Found(place, path, at, files, notes)
