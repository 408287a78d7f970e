"""The members of a package: media under its new names, then the papers that tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from rushes.exchange.delivery.hash_list import (
    CHAIN_PATH,
    Listed,
    chain,
    hash_list,
    list_path,
)
from rushes.exchange.delivery.manifest import checksums, manifest_csv, manifest_json
from rushes.exchange.delivery.media import Opening
from rushes.exchange.delivery.package import Digests, Package
from rushes.exchange.delivery.plan import File
from rushes.exchange.papers import LISTED
from rushes.ports.storage_writing import Source
from rushes.publish.components import ALGORITHM
from rushes.transfer.package.members import Member, zeros

ALGORITHMS = (ALGORITHM, LISTED)
Paper = Callable[[Digests], bytes]


class Contents(NamedTuple):
    """The members of a package in the order in which they go, and papers by their paths in it."""

    members: Sequence[Member]
    papers: Mapping[str, Paper]
    top: str = ""

    def plain(self, digests: Digests) -> Digests:
        """Digests by paths in the package, without the folder above all."""
        if not self.top:
            return digests
        return {path.removeprefix(f"{self.top}/"): found for path, found in digests.items()}


def contents(
    made: Package, pictures: Sequence[tuple[str, bytes]], *, open_place: Opening, top: str = ""
) -> Contents:
    """All that is in it; `top` is a folder above all, or empty.

    `pictures` are papers that are made already, by their endings.
    """
    above = f"{top}/" if top else ""
    papers = dict(_papers(made, pictures))
    found = Contents([], papers, top)
    media = [
        Member(
            f"{above}{one.path}",
            one.size,
            {ALGORITHM: one.blake3},
            one.part.facts[one.at].mtime_ns,
            source=partial(_opened, one, open_place),
        )
        for one in made.files
    ]
    rest = [
        Member(f"{above}{path}", 0, {}, _stamp(made), made=partial(_told, paper, found))
        for path, paper in papers.items()
    ]
    return found._replace(members=[*media, *rest])


def _told(paper: Paper, contents: Contents, digests: Digests) -> bytes:
    return paper(contents.plain(digests))


def _stamp(made: Package) -> int:
    """When papers were written, as they say."""
    return int(made.made.timestamp()) * 1_000_000_000


def _opened(one: File, open_place: Opening) -> Source:
    place = open_place(one.part.folder)
    return place.storage.source(place.root, one.name)


def _papers(made: Package, pictures: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, Paper]]:
    """Every paper with its path, those that tell of others behind them."""
    written: list[tuple[str, Paper]] = [
        (made.manifest, partial(manifest_json, made)),
        (f"{made.stem}.csv", partial(manifest_csv, made)),
        (f"{made.stem}.{LISTED}.txt", partial(checksums, made)),
        *((f"{made.stem}{ending}", partial(_ready, data)) for ending, data in pictures),
    ]
    yield from written
    listed = [*_listed(made), *_sized(made, written)]
    yield list_path(made), partial(hash_list, made, listed)
    yield CHAIN_PATH, partial(chain, made, listed)


def _ready(data: bytes, _digests: Digests) -> bytes:
    return data


def _listed(made: Package) -> Iterator[Listed]:
    for one in made.files:
        yield Listed(one.path, one.size, one.part.facts[one.at].mtime_ns)


def _sized(made: Package, papers: Sequence[tuple[str, Paper]]) -> Iterator[Listed]:
    """The papers with their sizes, which are the same for any digests."""
    nothing = zeros(ALGORITHMS)
    digests = {one.path: nothing for one in made.files}
    for path, paper in papers:
        yield Listed(path, len(paper(digests)), _stamp(made))
