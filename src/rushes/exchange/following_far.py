"""What is written beside a lot that lies in a bucket: the papers that it has on disk, as objects.

Nothing there can be walked, locked or renamed: what is said of the files comes from the drop that
they were read from, and each paper is one put that nobody else's outruns.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.names import folders_above
from rushes.exchange.checking import LISTED
from rushes.exchange.following import ARTEFACTS, followed, is_listed, listed, unwritten
from rushes.exchange.grouping import paths_of
from rushes.exchange.lot import Lot
from rushes.frames.missing import missing
from rushes.model.finding import Finding, Severity
from rushes.model.signoff import Sidecar
from rushes.ports.storage_writing import Facts, Terms
from rushes.publish.collecting import Item
from rushes.qc.asset import Asset
from rushes.qc.content import Content, content
from rushes.qc.deciding import Seen, decide
from rushes.qc.order import Order
from rushes.qc.places import Mode, sidecar
from rushes.qc.sidecar import decode, encode
from rushes.scan.gaps import Judged, findings
from rushes.transfer.hashing import Hashed
from rushes.transfer.learning import Place
from rushes.transfer.mhl.commit import Told, link_of, write
from rushes.transfer.mhl.compose import composed
from rushes.transfer.mhl.files import Digests, ReadFiles
from rushes.transfer.mhl.generation import CHAIN, ENDING, FOLDER, FileEntry
from rushes.transfer.mhl.history import History
from rushes.transfer.mhl.ignoring import Ignoring
from rushes.transfer.mhl.reading import read_generation
from rushes.transfer.mhl.stored import Stored, put_small, read_small, stored
from rushes.transfer.mhl.tree import File, Folder, Tree
from rushes.transfer.mhl.writing import chain_document

_LARGEST = 64 << 20  # bytes of a sidecar
_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class FollowingFar:
    """How they are written below `target`, which people call `target_name`.

    `files` are those of the drop. Digests that `order` wants have to be among the lots' measures.
    Of `terms`, papers take the encryption alone: they are read again, and a storage class may keep
    them from that.
    """

    target: Place
    target_name: str
    order: Order
    files: Mapping[str, Facts]
    terms: Terms = _TERMS
    comment: str = ""

    def __call__(self, lot: Lot) -> list[Finding]:
        """Write both; what could not be written is told, and may be written another time."""
        return followed(lot, self._sidecars, self._hash_list)

    def lacks(self, lot: Lot) -> bool:
        """Whether the hash list is missing, which is written last."""
        try:
            chain = f"{lot.place}/{FOLDER}/{CHAIN}"
            return self.target.storage.facts(self.target.root, chain) is None
        except RushesError:
            return True  # whoever writes it will say why

    @property
    def _kept(self) -> Terms:
        return self.terms._replace(storage_class="")

    def _sidecars(self, lot: Lot) -> Iterator[Finding]:
        """A record for each asset that says it waits for somebody to check it."""
        for item in lot.items:
            try:
                self._sidecar(lot, item)
            except RushesError as error:
                yield unwritten(lot, error)

    def _sidecar(self, lot: Lot, item: Item) -> None:
        below = lot.found.below(item)
        folder = f"{lot.place}/{below}" if below else lot.place
        place, before = self._before(folder, item.asset.name)
        url = f"{self.target_name.rstrip('/')}/{folder}"
        seen = Seen(
            _asset(item.asset, folder),
            escape(url if item.asset.is_sequence else f"{url}/{item.asset.name}"),
            self._content(lot, item),
            _decoded(place, read_small(self.target, place, most=_LARGEST)) if before else None,
        )
        made = decide(seen, self.order).sidecar
        if made is not None:
            put_small(self.target, place, encode(made), expected=before, terms=self._kept)

    def _before(self, folder: str, name: str) -> tuple[str, Facts | None]:
        """Where the sidecar belongs, and what lies there: as the order has it, or another has."""
        modes = (self.order.mode, *(one for one in Mode if one is not self.order.mode))
        for mode in modes:
            place = f"{folder}/{sidecar(name, mode)}"
            found = self.target.storage.facts(self.target.root, place)
            if found is not None:
                return place, found
        return f"{folder}/{sidecar(name, self.order.mode)}", None

    def _content(self, lot: Lot, item: Item) -> Content:
        algorithm = self.order.algorithm
        hashed = []
        for path, name in zip(paths_of(item), item.asset.files(), strict=True):
            size, digest = lot.measures[path].size, lot.measures[path].digests[algorithm]
            hashed.append(Hashed(name, size, self.files[path].mtime_ns, 0, (digest,), read=True))
        return content(item.asset, hashed, algorithm=algorithm, known={})

    def _hash_list(self, lot: Lot) -> Iterator[Finding]:
        """A generation of ASC MHL in the lot's folder, from the digests that are known."""
        found = stored(self.target, lot.place)
        tree, read = _read(found.history, lot, self.files)
        put = partial(found.put, terms=self._kept)
        if is_listed(read):
            return
        if chain := _cut_short(found, read):
            found.put_chain(chain, terms=self._kept)
            return
        _check_whole(found.history)
        parts = composed(tree, (LISTED,), read)
        list(write(tree.histories, Told(comment=self.comment, ignore=ARTEFACTS), parts, put=put))
        yield from parts.failed


def _asset(asset: Asset, folder: str) -> Asset:
    """The asset where it lies now, with what a scan would say of it there."""
    made = replace(asset.found.sequence, folder=PurePosixPath(folder))
    found = replace(asset.found, sequence=made)
    return Asset(asset.name, found, tuple(findings([Judged(found, missing(made, None))])))


def _decoded(place: str, data: bytes) -> Sidecar:
    try:
        return decode(data)
    except RushesError as error:
        raise error.told_of(escape(place)) from error


@dataclass(slots=True)
class _Making:
    """The folders of a lot while its tree is made."""

    history: History
    folders: dict[str, Folder] = field(default_factory=dict)
    read: ReadFiles = field(default_factory=ReadFiles)

    def folder(self, path: str) -> Folder:
        """The folder at a path, made with those above it."""
        if path not in self.folders:
            above, _, name = path.rpartition("/")
            made = self.folders[path] = Folder(path, name, self.history, 0)
            self.read.digests[made] = {}
            if path:
                self.folder(above).folders.append(made)
        return self.folders[path]

    def take(self, path: str, digests: Digests) -> None:
        """A file; its folder, and those above, are as new as the newest in them."""
        above, _, name = path.rpartition("/")
        folder = self.folder(above)
        folder.files.append(File(name, digests.size))
        self.read.digests[folder][name] = digests
        for one in (*folders_above(path), ""):
            self.folder(one).mtime_ns = max(self.folder(one).mtime_ns, digests.mtime_ns)


def _read(history: History, lot: Lot, files: Mapping[str, Facts]) -> tuple[Tree, ReadFiles]:
    """The lot's files as a tree, as if they had just been hashed."""
    now = clock.now().isoformat()
    making = _Making(history)
    top = making.folder("")
    for path, target in sorted(lot.targets(), key=lambda one: one[1]):
        measure = lot.measures[path]
        # Of objects nobody knows when the file was changed, but when the object was made.
        mtime_ns = files[path].mtime_ns or time.time_ns()
        inner = target[len(lot.place) + 1 :]
        making.take(inner, Digests(measure.size, mtime_ns, listed(measure.digests), now))
    return Tree(Path(lot.place), top, [history], Ignoring()), making.read


def _cut_short(found: Stored, read: ReadFiles) -> bytes:
    """The chain with a manifest that a killed run has put there and not vouched for; empty where
    there is none that tells of these very files.
    """
    history = found.history
    links = {link.file for link in history.links}
    number = max([0, *(link.number for link in history.links)]) + 1
    if history.chain is not None and not history.links:
        return b""  # nobody knows what that chain vouched for
    for name in found.facts:
        if name in links or not name.startswith(f"{number:04d}_") or not name.endswith(ENDING):
            continue
        document = found.content(name) or b""
        try:
            made = read_generation(Path(name), document, number)
        except RushesError:
            continue
        there = {
            one.path: each.digest
            for one in made.entries
            if isinstance(one, FileEntry)
            for each in one.hashes
            if each.format == LISTED
        }
        if there == _by_path(read):
            return chain_document([*history.links, link_of(number, name, document)])
    return b""


def _by_path(read: ReadFiles) -> Mapping[str, str]:
    return {
        folder.child(name): digests.by_format[LISTED]
        for folder, files in read.digests.items()
        for name, digests in files.items()
    }


def _check_whole(history: History) -> None:
    """Raise `manifest.invalid` for a history that nothing can be added to."""
    wrong = next((one for one in history.problems if one.severity is Severity.ERROR), None)
    if wrong is not None:
        said = f"{wrong.subject}: {wrong.message}"
        raise RushesError(Code.MANIFEST_INVALID, said, hint=wrong.fix)
