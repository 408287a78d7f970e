"""Which storage root a path belongs to, and what was found under one root told under another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from rushes.core.escape import escape
from rushes.model.files import FoundFolder


@dataclass(frozen=True, slots=True)
class Root:
    """The folder `below` of the storage root mounted at `mount`, both as the file system spells
    them; `mount` is absolute.
    """

    mount: str
    below: PurePosixPath = PurePosixPath(".")

    @property
    def path(self) -> PurePosixPath:
        """The folder as one absolute path."""
        return PurePosixPath(self.mount) / self.below


def among(root: Root, mounts: Iterable[str]) -> Root:
    """The same folder under the innermost of `mounts` that holds all of `root`'s own mount;
    `root` where none does.
    """
    own = PurePosixPath(root.mount)
    holding = [mount for mount in mounts if own.is_relative_to(mount)]
    if not holding:
        return root
    mount = max(holding, key=len)
    return Root(mount, own.relative_to(mount) / root.below)


def moved(folder: FoundFolder, above: PurePosixPath) -> FoundFolder:
    """`folder` as a root that lies `above` its own would call it."""
    path = above / folder.path
    prefix = escape(str(above))
    return replace(
        folder,
        path=path,
        sequences=tuple(
            replace(found, sequence=replace(found.sequence, folder=path))
            for found in folder.sequences
        ),
        findings=tuple(
            replace(one, subject=prefix if one.subject == "." else f"{prefix}/{one.subject}")
            for one in folder.findings
        ),
    )
