"""A folder held against its history: with all bytes read anew, or by names alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.ports.storage import Storage
from rushes.transfer.mhl.compose import compared
from rushes.transfer.mhl.create import empty, missing
from rushes.transfer.mhl.files import Wanted, read_files
from rushes.transfer.mhl.history import History, Recorded, check_references
from rushes.transfer.mhl.tree import File, Folder, Tree, read_tree, required


@dataclass(slots=True)
class Checked:
    """What came of a check. `files` are those met, `verified` those whose bytes are as recorded.

    `findings` are all that differs (changed, missing, new), and all that is wrong with manifests
    and chains; `unread` is what could not be looked at.
    """

    histories: list[History]
    files: int = 0
    size: int = 0
    verified: int = 0
    findings: list[Finding] = field(default_factory=list)
    unread: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)


def diff(storage: Storage, root: Path, ignore: Sequence[str], *, progress: Progress) -> Checked:
    """What is new or missing below `root`, by names alone.

    Raises `nothing.found` where there is no history, or neither a file nor one on record,
    `path.not_found`, `path.unreadable` and `cancelled`.
    """
    return _by_names(_tree(storage, root, ignore, progress))


def verify(
    storage: Storage, root: Path, ignore: Sequence[str], executor: Executor, *, progress: Progress
) -> Checked:
    """`diff`, and every file on record hashed in the format that it was first recorded in.

    Raises as `diff` does, and `executor.failed`.
    """
    tree = _tree(storage, root, ignore, progress)
    checked = _by_names(tree)
    wanted = [
        Wanted(folder, file, (first.format,))
        for folder in tree.folders()
        for file in folder.files
        if (first := _recorded(folder, file).first) is not None
    ]
    read = read_files(tree, wanted, executor, progress)
    checked.unread += read.findings
    checked.size = read.size
    for folder, file, _ in wanted:
        now = read.digests.get(folder, {}).get(file.name)
        if now is None:
            continue
        path = folder.child(file.name)
        wrong = compared(path, now.by_format, _recorded(folder, file).digests)
        if wrong is None:
            checked.verified += 1
        else:
            checked.findings.append(wrong)
    return checked


def _tree(storage: Storage, root: Path, ignore: Sequence[str], progress: Progress) -> Tree:
    tree = read_tree(storage, root, ignore, progress=progress)
    required(tree.top.history)
    return tree


def _by_names(tree: Tree) -> Checked:
    checked = Checked(tree.histories)
    for history in tree.histories:
        checked.findings += history.problems
    checked.findings += check_references(tree.histories)
    checked.findings += [missing(path, folder=folder) for path, folder in tree.unmet()]
    for folder in tree.folders():
        for file in folder.files:
            checked.files += 1
            if not _recorded(folder, file).digests:
                checked.findings.append(_new(folder.child(file.name)))
    for one in tree.findings:
        if one.rule == "mhl.name":
            checked.findings.append(one)
        elif one.severity is Severity.ERROR:
            checked.unread.append(one)
        else:
            checked.notes.append(one)
    if not (checked.files or checked.findings or checked.unread):
        raise empty(tree.root)
    return checked


def _recorded(folder: Folder, file: File) -> Recorded:
    path = folder.history.inner(folder.child(file.name))
    return folder.history.recorded.get(path) or Recorded(folder=False)


def _new(path: str) -> Finding:
    return Finding(
        rule="mhl.new",
        severity=Severity.ERROR,
        subject=escape(path),
        message="No generation records this file.",
        fix="Record it with a new generation: rushes mhl create.",
    )
