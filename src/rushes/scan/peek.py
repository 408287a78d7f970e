"""One folder, without those below it."""

from __future__ import annotations

from dataclasses import dataclass

from rushes.frames.group import Rules
from rushes.model.files import FoundFolder
from rushes.ports.storage import Storage
from rushes.scan.folder import Ground
from rushes.scan.hidden import shown
from rushes.scan.options import WalkOptions
from rushes.scan.piece import walk_piece
from rushes.scan.refused import refused
from rushes.scan.roots import Root
from rushes.scan.rows import found_folder


@dataclass(frozen=True, slots=True)
class Peeked:
    """A folder as a walk meets it, and the names of those in it, ignored ones left out and hidden
    ones only counted.
    """

    folder: FoundFolder
    folders: tuple[str, ...]
    hidden_folders: int


def peek(storage: Storage, root: Root, *, rules: Rules, options: WalkOptions) -> Peeked:
    """Read the folder `root` names. Raises `path.not_found` or `path.unreadable`."""
    below = str(root.below)
    ground = Ground(
        storage=storage,
        mount=root.mount,
        start="" if below == "." else below,
        rules=rules,
        ignore=options.ignore,
        probes=0,
        settled_ns=0,
    )
    walked = walk_piece(ground, [ground.start], seconds=0, timeout=options.folder_timeout)
    row = walked.rows[0]
    if row.unread:
        raise refused(ground, row)
    folders = shown(row.folders)
    return Peeked(found_folder(row), folders, len(row.folders) - len(folders))
