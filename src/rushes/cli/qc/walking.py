"""Walks for quality checks: every file is asked for size and time, and records are passed by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rushes import bootstrap
from rushes.core.settings import Settings
from rushes.model.files import FoundFolder
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.qc.places import FOLDER, HASH_LISTS
from rushes.scan.roots import Root
from rushes.scan.walk import walk


def media_folders(
    root: Root, settings: Settings, *, executor: Executor, progress: Progress
) -> Iterator[FoundFolder]:
    """Walk `root` as the settings say, without trust in stamps and without leaving any."""
    options = bootstrap.walk_options(settings, full=True)
    return walk(
        bootstrap.storage(),
        root.mount,
        below=root.below,
        rules=bootstrap.rules(settings),
        options=replace(options, cache=None, ignore=(*options.ignore, FOLDER, HASH_LISTS)),
        executor=executor,
        progress=progress,
    )
