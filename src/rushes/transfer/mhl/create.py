"""New generations of a folder's history and of those nested in it: planned, then hashed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.ports.storage import Storage
from rushes.transfer.mhl.commit import Told, Written, write
from rushes.transfer.mhl.compose import composed
from rushes.transfer.mhl.files import Wanted, read_files
from rushes.transfer.mhl.generation import FORMATS, Author
from rushes.transfer.mhl.history import check_references
from rushes.transfer.mhl.tree import Tree, read_tree
from rushes.transfer.mhl.xml import writable

_EMAIL = re.compile(r"[^@]+@[^.]+\..+", re.DOTALL)  # as the schema has it


@dataclass(slots=True)
class Plan:
    """What a run would do. With `refused` findings it does nothing; `missing` ones are told."""

    tree: Tree
    formats: tuple[str, ...]
    told: Told
    wanted: list[Wanted] = field(default_factory=list)
    new: int = 0
    refused: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    missing: list[Finding] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes to read."""
        return sum(one.file.size for one in self.wanted)


@dataclass(slots=True)
class Created:
    """What came of a plan. Nothing is written where a file could not be recorded (`refused`)."""

    plan: Plan
    written: list[Written] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    failed: list[Finding] = field(default_factory=list)
    verified: int = 0
    original: int = 0
    size: int = 0


def plan(
    storage: Storage, root: Path, formats: Sequence[str], told: Told, *, progress: Progress
) -> Plan:
    """What is to be hashed below `root`, and how. Nothing is read but folders and manifests.

    A file that is on record is hashed in a recorded format, too, so that it can be compared.
    Raises `usage`, `path.not_found`, `path.unreadable`, `cancelled`, and `nothing.found` where
    there is no file and none is on record: a folder on which nothing is mounted looks like that.
    """
    _check(formats, told)
    tree = read_tree(storage, root, told.ignore, progress=progress)
    made = Plan(tree, tuple(sorted(set(formats))), told)
    problems = [*tree.findings, *(one for history in tree.histories for one in history.problems)]
    problems += check_references(tree.histories)
    made.refused = [one for one in problems if one.severity is Severity.ERROR]
    made.notes = [one for one in problems if one.severity is not Severity.ERROR]
    for folder in tree.folders():
        recorded, inner = folder.history.recorded, folder.history.inner
        for file in folder.files:
            before = recorded.get(inner(folder.child(file.name)))
            known = before.digests if before is not None else {}
            made.new += not known
            made.wanted.append(Wanted(folder, file, _formats(made.formats, known)))
    made.missing = [missing(path, folder=folder) for path, folder in tree.unmet()]
    if not (made.wanted or made.missing or made.refused):
        raise empty(root)
    return made


def empty(root: Path) -> RushesError:
    """A folder without any file, of which no history records one."""
    return RushesError(
        Code.NOTHING_FOUND,
        f"There is no file in {escape(str(root))}.",
        hint="Check that the storage is mounted, and what --ignore and the history leave out.",
    )


def missing(path: str, *, folder: bool) -> Finding:
    """A recorded path that is not there."""
    what = "folder" if folder else "file"
    return Finding(
        rule="mhl.missing",
        severity=Severity.ERROR,
        subject=escape(path),
        message=f"This {what} is in the history, but not there.",
        fix="Restore it, or leave it out of further generations with --ignore.",
    )


def apply(made: Plan, executor: Executor, *, progress: Progress) -> Created:
    """Hash, and write a generation into every history; nested ones first.

    Each manifest is written whole before its chain knows of it. Raises `write.failed`,
    `changed.meanwhile` when another run wrote to a chain, `cancelled`, and `executor.failed`.
    """
    done = Created(made, refused=list(made.refused))
    if done.refused:
        return done
    read = read_files(made.tree, made.wanted, executor, progress)
    done.size = read.size
    done.refused = read.findings
    if done.refused:
        return done
    parts = composed(made.tree, made.formats, read)
    done.failed, done.verified, done.original = parts.failed, parts.verified, parts.original
    done.written = list(write(made.tree.histories, made.told, parts))
    return done


def _formats(asked: tuple[str, ...], known: dict[str, str]) -> tuple[str, ...]:
    """The asked formats, and one that is on record where none of those is."""
    if not known or any(name in known for name in asked):
        return asked
    return tuple(sorted((*asked, next(iter(known)))))


def _check(formats: Sequence[str], told: Told) -> None:
    for name in formats or ("",):
        if name not in FORMATS:
            raise RushesError(
                Code.USAGE,
                f"{name!r} is no hash format of ASC MHL.",
                hint=f"Choose from {', '.join(FORMATS)}.",
            )
    author = told.author or Author("")
    texts = [*author, told.location, told.comment, *told.ignore]
    if author.email and _EMAIL.fullmatch(author.email) is None:
        raise RushesError(
            Code.USAGE,
            f"{author.email!r} is no e-mail address.",
            hint="Write it as in alice@example.com.",
        )
    for text in texts:
        if not writable(text):
            raise RushesError(
                Code.USAGE,
                f"{escape(text)} cannot be written to a hash list.",
                hint="Leave out control characters and what is no UTF-8.",
            )
