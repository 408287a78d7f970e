"""What a package's own hash lists say of its files, where nobody asks the records.

It proves as much as a list in the same package can: accidents, and changes by whoever forgot it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.exchange.delivery.hash_list import CHAIN_PATH
from rushes.exchange.delivery.verify import PAPERS, Fate, Held, Verified, Wrong
from rushes.exchange.papers import LISTED
from rushes.model.finding import Finding, Severity
from rushes.transfer.hashing_algorithms import ALGORITHMS, digest_of
from rushes.transfer.mhl.generation import FOLDER, FileEntry
from rushes.transfer.mhl.reading import Link, read_chain, read_generation


@dataclass(slots=True)
class _Lists:
    """The lists of a package. `read` has the bytes of a file in it; `named` are files they name."""

    there: Held
    read: Callable[[str], bytes]
    named: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def wrong(self) -> Iterator[Wrong]:
        """Every file that is not what a list says."""
        for link in self._chain():
            yield from self._list(link)
        yield from self._checksums()

    def _chain(self) -> list[Link]:
        if CHAIN_PATH not in self.there.files:
            return []
        try:
            return read_chain(Path(CHAIN_PATH), self.read(CHAIN_PATH))
        except RushesError as error:
            self._broken(CHAIN_PATH, error)
            return []

    def _list(self, link: Link) -> Iterator[Wrong]:
        """The list that the chain vouches for, and what it names."""
        path = f"{FOLDER}/{link.file}"
        self.named.add(path)
        if path not in self.there.files:
            yield Wrong(path, Fate.MISSING, wanted=link.digest)
            return
        try:
            data = self.read(path)
            if link.format in ALGORITHMS and digest_of(data, link.format) != link.digest:
                found = digest_of(data, link.format)
                yield Wrong(path, Fate.CHANGED, found, link.digest, "its chain tells another")
            entries = read_generation(Path(path), data, link.number).entries
        except RushesError as error:
            self._broken(path, error)
            return
        for one in entries:
            if isinstance(one, FileEntry):
                for hash_ in one.hashes:
                    if hash_.format == LISTED:
                        yield from self._file(one.path, hash_.digest, by=path)

    def _checksums(self) -> Iterator[Wrong]:
        """The lines for `xxhsum -c`."""
        path = f"manifest/{self.there.name}.{LISTED}.txt"
        if path not in self.there.files:
            return
        try:
            text = self.read(path).decode("utf-8", "replace")
        except RushesError as error:
            self._broken(path, error)
            return
        for line in text.splitlines():
            digest, _, name = line.partition("  ")
            if name:
                yield from self._file(name, digest, by=path)

    def _file(self, path: str, digest: str, *, by: str) -> Iterator[Wrong]:
        self.named.add(path)
        found = self.there.listed.get(path)
        if found is None:
            yield Wrong(path, Fate.MISSING, wanted=digest, why=f"{escape(by)} names it")
        elif found != digest:
            yield Wrong(path, Fate.CHANGED, found, digest, f"{escape(by)} tells another")

    def _broken(self, path: str, error: RushesError) -> None:
        self.findings.append(
            Finding("deliver.hash_list", Severity.ERROR, escape(path), error.message)
        )


def by_own_lists(made: Verified, there: Held, read: Callable[[str], bytes]) -> None:
    """Hold a package against its own lists, too, and add what they say; each file is told once.

    Papers that no list names are noted: nobody vouches for them.
    """
    lists = _Lists(there, read)
    told = {one.path for one in made.wrong}
    for one in lists.wrong():
        if one.path not in told:
            told.add(one.path)
            made.wrong.append(one)
    made.wrong.sort()
    made.findings += lists.findings
    for path in sorted(there.files):
        if path.partition("/")[0] in PAPERS and path not in lists.named:
            made.findings.append(
                Finding(
                    "deliver.unvouched",
                    Severity.NOTE if path == CHAIN_PATH else Severity.WARNING,
                    escape(path),
                    "Nobody vouches for it: no hash list in the package names it.",
                )
            )
