"""Shots one by one with their renders, as `toolkit.yaml` studios know them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from rushes.cli import show
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.scan.renders import ShotRenders

_MEGABYTE = 1024**2


@dataclass(frozen=True, slots=True)
class RendersLimit:
    """`thresholds.disk_warning_mb`, where it is set."""

    megabytes: float | None

    def met(self, shot: ShotRenders) -> bool:
        """Whether the shot's renders reach the limit."""
        return self.megabytes is not None and shot.use.size >= self.megabytes * _MEGABYTE


def show_renders(shots: Iterable[ShotRenders], limit: RendersLimit, *, folder: str) -> None:
    """One line for each shot, below its show."""
    for name, group in by_show(shots):
        show.text(f"\nShow: {name}")
        for shot in group:
            mark = f"  [WARN >= {limit.megabytes:g} MB]" if limit.met(shot) else ""
            what = f"{folder}={human_bytes(shot.use.size)} ({shot.use.files} files)"
            show.text(f"  Shot: {shot_name(shot)}  {what if shot.there else f'no {folder}'}{mark}")


def renders_row(shot: ShotRenders, limit: RendersLimit) -> dict[str, Any]:
    """One shot of `rushes disk --json`."""
    return {
        "show": escape(shot.place.show),
        "sequence": escape(shot.place.sequence),
        "shot": escape(shot.place.shot),
        "there": shot.there,
        "files": shot.use.files,
        "bytes": shot.use.size,
        "warning": limit.met(shot),
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
