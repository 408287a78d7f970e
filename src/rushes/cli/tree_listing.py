"""All folders below a path, for listings of a whole tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from rushes import bootstrap
from rushes.cli.listing import Listed
from rushes.cli.surveying import folders
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.ports.progress import Silent
from rushes.scan.roots import Root


def below(path: Path, root: Root, settings: Settings) -> Iterator[Listed]:
    """Every folder below `path` that has any files or could not be read, in path order."""
    with closing(bootstrap.executor(settings)) as executor:
        for folder in folders(root, settings, executor=executor, progress=Silent()):
            listed = Listed(escape(str(path / folder.path.relative_to(root.below))), folder, None)
            if not listed.empty or folder.unread:
                yield listed
