"""Walking and judging paths, as the commands that look at whole trees do it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.cli import show
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.model.files import FoundFolder
from rushes.model.finding import Finding
from rushes.model.scan import Actor
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.scan.folder import entered
from rushes.scan.gaps import Expect
from rushes.scan.hidden import any_hidden
from rushes.scan.roots import Root
from rushes.scan.survey import Sink, Survey, nothing_more, survey
from rushes.scan.walk import walk

if TYPE_CHECKING:
    from rushes.ports.records import Records

_NAMED = 3  # paths in one line


class Opening:
    """The records, opened when they are first asked for and closed once at the end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._records: Records | None = None

    def __call__(self) -> Records:
        """The records; opened the first time, which takes a moment."""
        if self._records is None:
            self._records = bootstrap.records(self._settings)
        return self._records

    def close(self) -> None:
        """Let go of the records if they were opened."""
        if self._records is not None:
            self._records.close()


def roots(paths: tuple[Path, ...], settings: Settings) -> list[Root]:
    """What to walk. Raises `path.not_found` before anything is walked where one of several
    paths is no folder.
    """
    found = [bootstrap.root(path, settings) for path in paths]
    storage = bootstrap.storage()
    for root in found if len(found) > 1 else []:
        if storage.stamp(f"{root.path}/.") is None:
            raise RushesError(
                Code.PATH_NOT_FOUND,
                f"There is no folder {escape(str(root.path))}; nothing was looked at.",
                hint="Check the spelling, and that the storage is mounted.",
            )
    return found


def each_once(paths: tuple[Path, ...], settings: Settings) -> list[tuple[Path, Root]]:
    """The paths with what to walk for each, without those that are walked with another one.

    That is so for a folder given twice, also under another name by a link, and for one that lies in
    another and is met there: not below one that is hidden or left out. It is told in a line. Raises
    as `roots`.
    """
    found = list(zip(paths, roots(paths, settings), strict=True))
    if len(found) < 2:
        return found
    ignore = bootstrap.walk_options(settings).ignore
    real = [PurePosixPath(os.path.realpath(root.path)) for _, root in found]
    kept = [at for at in range(len(found)) if not _walked_with_another(at, real, ignore)]
    if len(kept) < len(found):
        _tell([path for at, path in enumerate(paths) if at not in kept])
    return [found[at] for at in kept]


def _tell(again: list[Path]) -> None:
    named = ", ".join(escape(str(path)) for path in again[:_NAMED])
    more = f" and {len(again) - _NAMED:,} more" if len(again) > _NAMED else ""
    one = len(again) == 1
    counts = "lies in another path and counts" if one else "lie in other paths and count"
    show.note(f"{named}{more}: {counts} once.")


def _walked_with_another(at: int, real: Sequence[PurePosixPath], ignore: tuple[str, ...]) -> bool:
    own = real[at]
    for other, folder in enumerate(real):
        if other == at or not own.is_relative_to(folder):
            continue
        if own == folder:
            if other < at:
                return True
            continue
        between = own.relative_to(folder).parts
        if not any_hidden(between) and len(entered(list(between), ignore)) == len(between):
            return True
    return False


def surveyed(
    root: Root,
    settings: Settings,
    *,
    expect: Expect,
    executor: Executor,
    sink: Sink,
    actor: Actor,
    progress: Progress,
    full: bool = False,
    at_end: Callable[[Root], Iterable[Finding]] = nothing_more,
    open_records: Callable[[], Records] | None = None,
) -> Survey:
    """Survey `root` as the settings say; remembered where `open_records` is given."""
    return survey(
        root,
        folders(root, settings, executor=executor, progress=progress, full=full),
        expect=expect,
        open_records=open_records,
        actor=actor,
        sink=sink,
        at_end=at_end,
        progress=progress,
    )


def folders(
    root: Root,
    settings: Settings,
    *,
    executor: Executor,
    progress: Progress,
    full: bool = False,
) -> Iterator[FoundFolder]:
    """Walk `root` as the settings say."""
    return walk(
        bootstrap.storage(),
        root.mount,
        below=root.below,
        rules=bootstrap.rules(settings),
        options=bootstrap.walk_options(settings, full=full),
        executor=executor,
        progress=progress,
    )


def shows_root(settings: Settings) -> Path:
    """The folder of all shows. Raises `usage` where none is set."""
    if settings.shows_root is None:
        raise RushesError(
            Code.USAGE,
            "There is no folder of shows in the settings.",
            hint="Give --shows-root DIR, or set shows_root in rushes.toml.",
        )
    return settings.shows_root
