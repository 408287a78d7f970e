"""The history of a folder on any storage: read through its port, and continued by its puts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.storage_writing import Facts, Passage, Terms, Unlisted
from rushes.transfer.learning import Place
from rushes.transfer.mhl.generation import CHAIN, FOLDER
from rushes.transfer.mhl.history import History, loaded
from rushes.transfer.package.member_source import PaperSource

_LARGEST = 256 << 20  # bytes; a manifest of a million files has less


@dataclass(frozen=True, slots=True)
class Stored:
    """A history whose files lie in `place`, in the folder `below` of it.

    `facts` are those of its files when they were listed, by name: what is replaced has to be the
    same by then.
    """

    place: Place
    below: str
    history: History
    facts: Mapping[str, Facts]

    def put(self, _history: History, file: str, document: bytes, chain: bytes, *,
            terms: Terms) -> None:  # fmt: skip
        """Put a manifest where nothing lies, and then the chain, where the one that was read does.

        Raises `changed.meanwhile` where something else lies there, and `write.failed`.
        """
        self._receive(file, document, terms)
        self.put_chain(chain, terms=terms)

    def put_chain(self, chain: bytes, *, terms: Terms) -> None:
        """Put the chain alone, in the place of the one that was read."""
        self._receive(CHAIN, chain, terms)

    def content(self, name: str) -> bytes | None:
        """The bytes of one of its files; None where it was not listed.

        Raises `path.unreadable`, `path.not_found` and `changed.meanwhile`.
        """
        return read_small(self.place, self._path(name)) if name in self.facts else None

    def _receive(self, name: str, data: bytes, terms: Terms) -> None:
        put_small(self.place, self._path(name), data, expected=self.facts.get(name), terms=terms)

    def _path(self, name: str) -> str:
        return f"{_folder(self.below)}/{name}"


def stored(place: Place, below: str = "") -> Stored:
    """The history of the folder `below` a place; empty where there is none.

    Raises `path.unreadable`, and as reading a file of it does.
    """
    facts: dict[str, Facts] = {}
    for one in place.storage.tree(f"{place.root.rstrip('/')}/{_folder(below)}"):
        if isinstance(one, Unlisted):
            raise RushesError(
                Code.PATH_UNREADABLE,
                f"{escape(_folder(below))} cannot be listed: {one.why}",
                hint="Check your rights there, and that the storage answers.",
            )
        if not one.odd and "/" not in one.path:
            facts[one.path] = one.facts
    made = Stored(place, below, History(Path(below), ""), facts)
    loaded(made.history, sorted(facts), made.content)
    return made


def read_small(place: Place, path: str, *, most: int = _LARGEST) -> bytes:
    """All bytes of a paper. Raises `path.not_found`, `path.unreadable`, `changed.meanwhile`."""
    with closing(place.storage.source(place.root, path)) as source:
        if source.facts.size > most:
            raise RushesError(
                Code.PATH_UNREADABLE,
                f"{escape(path)} is larger than any of ours.",
                hint="Look at what lies there, and move it away.",
            )
        data = b"".join([bytes(piece) for piece in source.pieces(0)])
        if source.changed() or len(data) != source.facts.size:
            raise RushesError(
                Code.CHANGED_MEANWHILE,
                f"{escape(path)} changed while it was read.",
                hint="Let whoever writes it finish, then try again.",
            )
        return data


def put_small(
    place: Place, path: str, data: bytes, *, expected: Facts | None, terms: Terms
) -> None:
    """Have these bytes at `path`, in the place of what is `expected` there; None for nothing.

    Raises `changed.meanwhile` where something else lies there, and `write.failed`.
    """
    source = PaperSource(data, time.time_ns())
    place.storage.receive(place.root, path, source=source, passage=Passage(terms, expected))


def _folder(below: str) -> str:
    return f"{below}/{FOLDER}" if below else FOLDER
