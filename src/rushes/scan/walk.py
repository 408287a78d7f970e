"""The walk: from a folder on storage to every file sequence below it, in path order."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rushes import __version__
from rushes.model.files import FoundFolder
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.ports.storage import Storage
from rushes.scan.folder import Ground
from rushes.scan.options import WalkOptions
from rushes.scan.refused import is_refused, refused
from rushes.scan.rows import FolderRow, found_folder
from rushes.scan.split import Split
from rushes.scan.stamps import Stamps

if TYPE_CHECKING:
    from rushes.frames.group import Rules

SETTLED_NS = 2_000_000_000  # a folder changed more lately than this keeps no stamp


def walk(
    storage: Storage,
    mount: str,
    *,
    below: PurePosixPath | str = ".",
    rules: Rules,
    options: WalkOptions,
    executor: Executor,
    progress: Progress,
) -> Iterator[FoundFolder]:
    """Every folder from `below` on, relative to the absolute folder `mount`, in path order.

    The result is the same whatever the executor and whatever was remembered. Raises
    `path.not_found` or `path.unreadable` when `below` itself cannot be read, `cancelled` when
    nobody wants the rest; a folder further down that cannot be read is `unread` and says why.
    Garbage collection rests while the walk is under way. Nothing is remembered of a walk that
    was broken off.
    """
    ground = _ground(storage, mount, below, rules=rules, options=options)
    resting = gc.isenabled()
    stamps = None
    gc.disable()
    try:
        stamps, known = _remembered(ground, options)
        split = Split(
            ground,
            executor=executor,
            timeout=options.folder_timeout,
            known=known,
            progress=progress,
        )
        for rows, packed in split.rows():
            if rows[0].path == ground.start and is_refused(rows[0]):
                raise refused(ground, rows[0])
            if stamps is not None:
                stamps.take(rows, packed)
            for row in rows:
                yield found_folder(row)
        if stamps is not None:
            stamps.save()
    finally:
        if stamps is not None:
            stamps.drop()
        if resting:
            gc.enable()


def _ground(
    storage: Storage,
    mount: str,
    below: PurePosixPath | str,
    *,
    rules: Rules,
    options: WalkOptions,
) -> Ground:
    start = str(PurePosixPath(below))
    return Ground(
        storage=storage,
        mount=mount,
        start="" if start == "." else start,
        rules=rules,
        ignore=options.ignore,
        probes=options.probes,
        settled_ns=time.time_ns() - SETTLED_NS,
    )


def _remembered(
    ground: Ground, options: WalkOptions
) -> tuple[Stamps | None, Mapping[str, FolderRow]]:
    if options.cache is None:
        return None, {}
    key = repr((__version__, ground.rules, ground.ignore, ground.probes))
    stamps = Stamps(options.cache, ground.absolute(ground.start), key)
    return stamps, {} if options.full else stamps.load()
