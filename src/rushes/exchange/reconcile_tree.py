"""Entries of a tree of files, on disk or in S3: grouped as a scan groups them, folder by folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import PurePosixPath

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.exchange.reconcile_entry import Entry, SideTold, stream_of, version_of
from rushes.exchange.reconcile_owners import Owners
from rushes.exchange.reconcile_sorting import in_order
from rushes.frames.group import Group, Rules, group
from rushes.model.files import FileSequence
from rushes.model.files import Kind as FileKind
from rushes.ports.storage_writing import Unlisted
from rushes.qc.asset import name_of
from rushes.qc.places import is_artefact
from rushes.transfer.learning import Place

_HERE = PurePosixPath()
_OURS = ("ascmhl",)  # folders of hash lists; those with a dot are never looked into


def tree_entries(place: Place, told: SideTold, *, owners: Owners, rules: Rules) -> Iterator[Entry]:
    """What lies below the show's folder on one side; how far it was read is told in `told`.

    Nothing is given out before the whole tree was listed. Files that tell no version are counted
    and passed over. Links to files are followed; what lies behind those to folders is not known.
    """
    files = in_order(_files(place, told), lambda one: one[:2])
    for folder, some in groupby(files, key=lambda one: one[0]):
        named = [(name, size) for _, name, size in some]
        yield from _folder(folder, named, told, owners=owners, rules=rules)


def sequence_of(one: Group) -> FileSequence:
    """The group as a file sequence."""
    return FileSequence(
        _HERE, one.head, one.tail, one.padding, one.frames, one.kind, one.subframe_digits
    )


def _files(place: Place, told: SideTold) -> Iterator[tuple[str, str, int]]:
    """(folder, name, size) of every plain file."""
    try:
        for one in place.storage.tree(place.root):
            if isinstance(one, Unlisted):
                told.unlisted["" if one.path == "." else escape(one.path)] = None
                told.because = told.because or one.why
                continue
            size = one.facts.size if not one.odd else _behind_link(place, one.path)
            folder, _, name = one.path.rpartition("/")
            if size is None:
                told.unlisted[escape(one.path)] = None
                told.because = told.because or one.odd
            elif not _is_ours(folder):
                yield folder, name, size
    except RushesError as error:
        told.why = error.message
        told.unlisted[""] = None


def _behind_link(place: Place, path: str) -> int | None:
    """The size of the file that a link leads to, as scans and publishes see it; None where it
    leads to a folder, to nothing, or is no link.
    """
    try:
        with closing(place.storage.open_file(f"{place.root}/{path}")) as file:
            return file.size
    except RushesError:
        return None


def _is_ours(folder: str) -> bool:
    parts = folder.split("/") if folder else []
    return any(one.startswith(".") or one in _OURS for one in parts)


def _folder(
    folder: str, files: list[tuple[str, int]], told: SideTold, *, owners: Owners, rules: Rules
) -> Iterator[Entry]:
    names = [name for name, _ in files]
    owner = owners.of_folder(folder)
    prefix = f"{folder}/" if folder else ""
    for one in group(names, rules, folder=folder).groups:
        made = sequence_of(one)
        if is_artefact(made.head if made.kind is FileKind.FILE else f"x{made.tail}"):
            continue
        key = escape(f"{prefix}{name_of(made)}")
        members = range(len(names)) if one.members is None else one.members
        number = version_of(key)
        if not number:
            told.passed += len(members)
        else:
            told.entries += 1
        yield Entry(
            told.side,
            key,
            stream_of(key),
            number,
            owner.name,
            owner.kind,
            owner.known,
            one.frames if one.kind is not FileKind.FILE else None,
            len(members),
            sum(files[at][1] for at in members),
        )
