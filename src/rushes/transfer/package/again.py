"""A package that is there already: an earlier run made it, and could not tell anybody any more."""

from __future__ import annotations

from collections.abc import Sequence

from rushes.ports.progress import Progress
from rushes.ports.storage_writing import NOTHING, Facts, Terms
from rushes.transfer.comparing import digest_by_reading
from rushes.transfer.hashes import KNOWN, Hashes
from rushes.transfer.learning import Place
from rushes.transfer.package.folder_reading import read_folder
from rushes.transfer.package.found import PackedFile
from rushes.transfer.package.member_source import made_paper
from rushes.transfer.package.members import Digests, Member, Packed, hashed_by
from rushes.transfer.package.tee import Archive
from rushes.transfer.package.there import Found, taken


def same_archive(archive: Archive, target: Place, path: str, there: Facts, terms: Terms) -> Packed:
    """The archive that lies there, if it has the bytes of this one. Raises `write.failed`."""
    if there.size != archive.facts.size:
        raise taken(target, path)
    noted = target.storage.noted(target.root, path)
    name = next((name for name in noted if name in KNOWN), terms.algorithms[0])
    hashes = Hashes(tuple({*terms.algorithms, name}))
    for piece in archive.pieces(0):
        hashes.update(piece)
    digests = hashes.digests()
    theirs = noted.get(name) or digest_by_reading(target, path, name).partition(":")[2]
    if theirs != digests[name]:
        raise taken(target, path)
    told = {name: digests[name] for name in terms.algorithms}
    return Packed(there, there.size, told, archive.members, 0)


def same_folder(
    members: Sequence[Member], there: Found, terms: Terms, progress: Progress
) -> Packed:
    """The folder that lies there, if it has these files, which are read. Raises `write.failed`."""
    refused = taken(there.place, there.path)
    sizes = {path: facts.size for path, facts in there.files.items()}
    if sizes.keys() != {one.path for one in members} or any(
        one.made is None and sizes[one.path] != one.size for one in members
    ):
        raise refused
    asked = {name: None for one in members for name in hashed_by(one, terms.algorithms)}
    files: Digests = {
        one.path: one.digests
        for one in read_folder(there.place, there.path, tuple(asked), progress)
        if isinstance(one, PackedFile)
    }
    known: dict[str, dict[str, str]] = {}
    for one in members:
        if one.made is not None:
            one, _ = made_paper(one, known, terms.algorithms)
        digests = files.get(one.path, NOTHING)
        wanted = hashed_by(one, terms.algorithms)
        if any(one.digests.get(name, digests.get(name)) != digests.get(name) for name in asked):
            raise refused
        if not digests.keys() >= set(wanted):
            raise refused
        known[one.path] = {name: digests[name] for name in wanted}
    return Packed(None, sum(sizes.values()), NOTHING, known, 0)
