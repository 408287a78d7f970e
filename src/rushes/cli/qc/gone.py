"""Assets that are asked for by name, whose records are there and whose media is not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rushes import bootstrap
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.frames.notation import format_pattern, parse_pattern
from rushes.qc.order import records_place
from rushes.qc.places import Mode, sidecar
from rushes.scan.roots import Root


def without_media(
    paths: Sequence[Path], settings: Settings, sidecar_root: Path | None
) -> tuple[tuple[Path, ...], list[tuple[Root, str]]]:
    """The paths that name media or nothing at all, and the others: their folders and names."""
    others: list[Path] = []
    gone: list[tuple[Root, str]] = []
    for path in paths:
        root = bootstrap.root(path.parent, settings)
        name = _name(path.name)
        if os.path.lexists(path) or not _is_recorded(root, name, sidecar_root) or _has(path):
            others.append(path)
        else:
            gone.append((root, name))
    return tuple(others), gone


def _name(text: str) -> str:
    """What records call it: `plate.####.exr` is `plate.%04d.exr` there."""
    try:
        return format_pattern(parse_pattern(text))
    except RushesError:
        return text


def _is_recorded(root: Root, name: str, sidecar_root: Path | None) -> bool:
    place = records_place(root, root.below, sidecar_root)
    return any(os.path.lexists(place / sidecar(name, mode)) for mode in Mode)


def _has(path: Path) -> bool:
    """Whether a pattern has any frame."""
    try:
        pattern = parse_pattern(path.name)
        names = os.listdir(path.parent)
    except (RushesError, OSError):
        return False
    return any(
        name.startswith(pattern.head)
        and name.endswith(pattern.tail)
        and name[len(pattern.head) : len(name) - len(pattern.tail)].lstrip("-").isdecimal()
        for name in names
    )
