"""All folders below a path, for listings of a whole tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from rushes import bootstrap
from rushes.cli.listing import Listed
from rushes.cli.surveying import each_once, folders
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.ports.progress import Silent


def below(paths: tuple[Path, ...], settings: Settings) -> Iterator[Listed]:
    """Every folder below `paths` with any files or that could not be read, in path order."""
    for path, root in each_once(paths, settings):
        with closing(bootstrap.executor(settings)) as executor:
            for folder in folders(root, settings, executor=executor, progress=Silent()):
                title = escape(str(path / folder.path.relative_to(root.below)))
                listed = Listed(title, folder, None)
                if not listed.empty or folder.unread:
                    yield listed
