"""The history of a folder: its generations, held against the chain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.mhl.generation import (
    CHAIN,
    ENDING,
    FAILED,
    FOLDER,
    FileEntry,
    Generation,
    Hash,
)
from rushes.transfer.mhl.reading import Link, read_chain, read_generation

_NAME = re.compile(r"(\d{4,})(?:_.+)?", re.DOTALL)


@dataclass(slots=True)
class Recorded:
    """What all generations say of one path: the first digest in each format that did not fail."""

    folder: bool
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def first(self) -> Hash | None:
        """The one that was recorded first."""
        return next((Hash(name, digest, "") for name, digest in self.digests.items()), None)


@dataclass(eq=False)
class History:
    """The history of the folder `below` the root that was asked for ("" for the root itself).

    `problems` are findings about the chain and the manifests; `generations` are those that the
    chain vouches for, the oldest first. A history that is only to begin has no generations.
    """

    root: Path
    below: str
    parent: History | None = None
    generations: list[Generation] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    chain: bytes | None = None
    problems: list[Finding] = field(default_factory=list)
    highest: int = 0  # number of any manifest that lies there

    @property
    def folder(self) -> Path:
        """Where its manifests lie."""
        return self.root / self.below / FOLDER

    @property
    def ignore(self) -> tuple[str, ...]:
        """The patterns of the newest generation."""
        return self.generations[-1].ignore if self.generations else ()

    @cached_property
    def recorded(self) -> dict[str, Recorded]:
        """Every path that any generation records, renamed ones by their new name only."""
        found: dict[str, Recorded] = {}
        for generation in self.generations:
            for entry in generation.entries:
                if entry.previous:
                    found.pop(entry.previous, None)
                is_file = isinstance(entry, FileEntry)
                one = found.setdefault(entry.path, Recorded(not is_file))
                if isinstance(entry, FileEntry):
                    for each in entry.hashes:
                        if each.action != FAILED:
                            one.digests.setdefault(each.format, each.digest)
        return found

    def path(self, relative: str) -> str:
        """A path of this history as the root sees it."""
        return f"{self.below}/{relative}" if self.below else relative

    def inner(self, path: str) -> str:
        """A path of the root as this history records it."""
        return path[len(self.below) + 1 :] if self.below else path


def load(root: Path, below: str = "", parent: History | None = None) -> History:
    """The history in a folder, read and held against its chain; empty where there is none.

    Raises `path.unreadable`.
    """
    history = History(root, below, parent)
    try:
        names = sorted(path.name for path in history.folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return history
    except OSError as error:
        raise _unreadable(history.folder, error) from error
    return loaded(history, names, lambda name: _content(history.folder / name))


def loaded(
    history: History, names: Sequence[str], content: Callable[[str], bytes | None]
) -> History:
    """The history of a folder that holds files of these names, wherever that is.

    `content` gives a file's bytes, None where there is no such file. Raises what that raises.
    """
    manifests = {
        name: int(found[1])
        for name in names
        if name.endswith(ENDING) and (found := _NAME.fullmatch(name.removesuffix(ENDING)))
    }
    history.highest = max(manifests.values(), default=0)
    history.chain = content(CHAIN)
    if history.chain is None:
        if manifests:
            history.problems.append(_problem(history, "mhl.chain", CHAIN, "The chain is gone."))
        return history
    try:
        history.links = read_chain(history.folder / CHAIN, history.chain)
    except RushesError as error:
        history.problems.append(_problem(history, "mhl.chain", CHAIN, error.message))
        return history
    for link in history.links:
        _take(history, link, content(link.file))
    for name in sorted(manifests.keys() - {link.file for link in history.links}):
        said = "The chain does not know this manifest: its run was cut short, or it was put there."
        history.problems.append(
            _problem(history, "mhl.unlisted", name, said, severity=Severity.WARNING)
        )
    return history


def check_references(histories: list[History]) -> Iterator[Finding]:
    """What generations say of nested histories' manifests, where it is not so."""
    by_folder = {history.below: history for history in histories}
    for history in histories:
        for generation in history.generations:
            for reference in generation.references:
                place = PurePosixPath(reference.path)
                nested = by_folder.get(history.path(str(place.parent.parent)))
                links = nested.links if nested is not None else []
                link = next((one for one in links if one.file == place.name), None)
                if link is None:
                    said = f"{generation.file} builds on it, but it is not there."
                elif link.format == "c4" and link.digest != reference.c4:
                    said = f"It is not the one that {generation.file} builds on."
                else:
                    continue
                yield Finding(
                    rule="mhl.reference",
                    severity=Severity.ERROR,
                    subject=escape(history.path(reference.path)),
                    message=said,
                    fix="Restore the nested folder's ascmhl from a copy.",
                )


def _take(history: History, link: Link, data: bytes | None) -> None:
    """Read one generation, or note why it cannot be trusted."""
    path = history.folder / link.file
    if data is None:
        said = "This generation is in the chain, but its manifest is gone."
        history.problems.append(_problem(history, "mhl.generation_gone", link.file, said))
        return
    if digest_of(data, link.format) != link.digest:
        said = "This manifest was changed after it was made: the chain holds another hash of it."
        history.problems.append(_problem(history, "mhl.generation_changed", link.file, said))
        return
    try:
        history.generations.append(read_generation(path, data, link.number))
    except RushesError as error:
        history.problems.append(
            _problem(history, "mhl.generation_invalid", link.file, error.message)
        )


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def _problem(
    history: History, rule: str, name: str, message: str, severity: Severity = Severity.ERROR
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        subject=escape(history.path(f"{FOLDER}/{name}")),
        message=message,
        fix="Restore the folder's ascmhl from a copy; nobody can mend a chain.",
    )


def _unreadable(path: Path, error: OSError) -> RushesError:
    return RushesError(
        Code.PATH_UNREADABLE,
        f"{escape(str(path))} cannot be read: {error.strerror or error}.",
        hint="Check its permissions, and the health of the storage.",
    )
