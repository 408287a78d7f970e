"""Files of a tree, hashed: each once, in the formats that are wanted of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from rushes.core import clock
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.transfer.hashing import Hashed, Job, hashes
from rushes.transfer.mhl.tree import File, Folder, Tree


class Wanted(NamedTuple):
    """A file and the formats that its digests are wanted in."""

    folder: Folder
    file: File
    formats: tuple[str, ...]


class Digests(NamedTuple):
    """A file that was hashed: its digests by format, and when."""

    size: int
    mtime_ns: int
    by_format: dict[str, str]
    hashed: str


@dataclass(slots=True)
class ReadFiles:
    """Digests by folder and name. `findings` are files that could not be hashed."""

    digests: dict[Folder, dict[str, Digests]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    size: int = 0


def read_files(
    tree: Tree, wanted: Iterable[Wanted], executor: Executor, progress: Progress
) -> ReadFiles:
    """Hash what is wanted. Raises `cancelled` and `executor.failed`."""
    groups: dict[tuple[str, ...], dict[Folder, list[File]]] = {}
    total = 0
    for folder, file, formats in wanted:
        groups.setdefault(formats, {}).setdefault(folder, []).append(file)
        total += 1
    done = ReadFiles()
    for formats, folders in groups.items():
        jobs = (
            Job(
                folder,
                str(tree.root / folder.path),
                [file.name for file in files],
                sizes=[file.size for file in files],
            )
            for folder, files in folders.items()
        )
        for folder, rows in hashes(
            jobs, executor, algorithms=formats, progress=_After(progress, done.files, total)
        ):
            _take(done, folder, formats, rows)
    return done


def _take(done: ReadFiles, folder: Folder, formats: tuple[str, ...], rows: list[Hashed]) -> None:
    now = clock.now().isoformat()
    mine = done.digests.setdefault(folder, {})
    done.files += len(rows)
    for row in rows:
        if row.trouble:
            done.findings.append(
                Finding(
                    rule="mhl.unreadable",
                    severity=Severity.ERROR,
                    subject=escape(folder.child(row.name)),
                    message=f"{row.said[0].upper()}{row.said[1:]}.",
                    fix="Check its permissions, the health of the storage, and who writes to it.",
                )
            )
            continue
        done.size += row.size
        by_format = dict(zip(formats, row.digests, strict=True))
        mine[row.name] = Digests(row.size, row.mtime_ns, by_format, now)


class _After:
    """Progress that goes on where another pass ended."""

    def __init__(self, progress: Progress, before: int, total: int) -> None:
        self._progress, self._before, self._total = progress, before, total

    def report(self, done: int, total: int | None = None, note: str = "") -> None:  # noqa: ARG002
        """So many more."""
        self._progress.report(self._before + done, self._total, note)

    def cancelled(self) -> bool:
        """As the other says."""
        return self._progress.cancelled()
