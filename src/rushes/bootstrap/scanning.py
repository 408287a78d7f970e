"""How storage is read: names, folders and roots, as the settings have them."""

from __future__ import annotations

import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rushes.core.settings import Settings
    from rushes.frames.group import Rules
    from rushes.scan.layout import Layout
    from rushes.scan.options import WalkOptions
    from rushes.scan.roots import Root

_STAMPS = "stamps"


def rules(settings: Settings) -> Rules:
    """How names become file sequences."""
    from rushes.frames.grouped import Rules

    return Rules(temporary=settings.frames.temporary, subframes=settings.frames.subframes)


def walk_options(settings: Settings, *, full: bool = False) -> WalkOptions:
    """How storage is walked; stamps are kept in the data folder."""
    from rushes.scan.options import WalkOptions

    scan = settings.scan
    return WalkOptions(
        folder_timeout=scan.folder_timeout,
        ignore=scan.ignore,
        cache=settings.data_dir / _STAMPS,
        full=full,
        probes=scan.probes,
    )


def lists_by_python() -> bool:
    """Whether folders are listed by Python alone, though this system could do it quicker."""
    import sys

    from rushes.ports import registry

    if sys.platform != "linux":
        return False
    quickly: bool = registry.connect("storage", "local").lists_quickly()
    return not quickly


def layout(settings: Settings) -> Layout:
    """How folders tell shows, sequences, shots and tasks. Raises `settings.invalid`."""
    from rushes.scan.layout import Layout

    return Layout(settings.layout.templates)


def root(path: Path, settings: Settings) -> Root:
    """`path` below the folder of all shows where it lies there, else as a root of its own.

    Links are not followed: a path is called what the person called it.
    """
    from rushes.scan.roots import Root

    asked = _absolute(path)
    if settings.shows_root is not None:
        shows = _absolute(settings.shows_root)
        if asked.is_relative_to(shows):
            return Root(str(shows), asked.relative_to(shows))
    return Root(str(asked))


def _absolute(path: Path) -> PurePosixPath:
    return PurePosixPath(os.path.abspath(path.expanduser()).replace(os.sep, "/"))
