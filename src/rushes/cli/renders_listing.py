"""Shots one by one with their renders, as `toolkit.yaml` studios know them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rushes.cli import show
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.core.units import human_bytes
from rushes.scan.layout import Place
from rushes.scan.renders import ShotRenders


def listed(shots: Sequence[ShotRenders], settings: Settings) -> Sequence[ShotRenders]:
    """The shots to list one by one, none where a table suits the studio better.

    Some must have renders. The settings must be those of vfx-ops-toolkit (a `toolkit.yaml`, or
    its `thresholds.disk_warning_mb`); or there is no settings file, and no shot is in a sequence.
    """
    if not any(shot.there for shot in shots):
        return []
    theirs = any(file.suffix.lower() in (".yaml", ".yml") for file in settings.files)
    if theirs or settings.thresholds.disk_warning_mb is not None:
        return shots
    flat = not any(shot.place.sequence for shot in shots)
    return shots if flat and not settings.files else []


def show_renders(
    shots: Iterable[ShotRenders], too_full: Collection[Place], settings: Settings
) -> None:
    """One line for each shot, below its show."""
    limit, folder = settings.thresholds.disk_warning_mb, settings.layout.renders
    for name, group in by_show(shots):
        show.text(f"\nShow: {name}")
        for shot in group:
            mark = f"  [WARN >= {limit:.12g} MB]" if shot.place in too_full else ""
            noun = "file" if shot.use.files == 1 else "files"
            what = f"{folder}={human_bytes(shot.use.size)} ({shot.use.files} {noun})"
            show.text(f"  Shot: {shot_name(shot)}  {what if shot.there else f'no {folder}'}{mark}")


def renders_row(shot: ShotRenders, too_full: Collection[Place]) -> dict[str, Any]:
    """One shot of `rushes disk --json`."""
    return {
        "show": escape(shot.place.show),
        "sequence": escape(shot.place.sequence),
        "shot": escape(shot.place.shot),
        "there": shot.there,
        "files": shot.use.files,
        "bytes": shot.use.size,
        "warning": shot.place in too_full,
    }


def by_show(shots: Iterable[ShotRenders]) -> Iterator[tuple[str, list[ShotRenders]]]:
    """Shots below the escaped name of their show."""
    for name, group in groupby(shots, key=lambda one: one.place.show):
        yield escape(name), list(group)


def shot_name(shot: ShotRenders) -> str:
    """The shot, with its sequence before it where the studio has sequences."""
    return escape("/".join(shot.place.names[1:]))


def near(folder: Path) -> str:
    """The folder as seen from the working directory, where it lies there."""
    whole, here = os.path.abspath(folder), os.getcwd()
    inside = whole == here or whole.startswith(here.rstrip(os.sep) + os.sep)
    return escape(os.path.relpath(whole, here) if inside else whole)
