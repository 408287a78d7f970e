"""What somebody asks of a show's folders: where they are, and how they are made."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.tracking.naming_safety import danger
from rushes.tracking.shows.creating import this_system
from rushes.tracking.shows.document import by_ending
from rushes.tracking.shows.folder_template import Structure, mode_of, read_structure
from rushes.tracking.shows.state import Show
from rushes.tracking.shows.text import content


def structure_of(template: Path | None, *, mode: str | None, group: str | None) -> Structure:
    """The usual structure, or that of a file, with the permissions that are asked for."""
    made = Structure()
    if template is not None:
        is_json = by_ending(template.name)
        made = read_structure(content(template), name=template.name, is_json=is_json)
    if mode is not None:
        bits = mode_of(mode)
        if bits is None:
            raise RushesError(Code.USAGE, f"{mode!r} are no permission bits, as in 2775.")
        made = replace(made, mode=bits)
    return made if group is None else replace(made, group=group)


def root_of(show: Show, *, at: Path | None, shows_root: Path | None) -> Path:
    """The show's own folder: the one asked for, its root on this system, or the one called after
    it in the folder of all shows. Raises `usage` where nothing tells.
    """
    root = show.project.fields["roots"].get(this_system())
    if at is not None:
        return Path(os.path.abspath(at.expanduser()))
    if isinstance(root, str) and root:
        return Path(os.path.abspath(root))
    if shows_root is None:
        raise RushesError(
            Code.USAGE,
            f"Nothing tells where the folder of {show.code} is.",
            hint="Say it: --at DIR; or set shows_root.",
        )
    if wrong := danger(show.code):
        raise RushesError(Code.USAGE, f"No folder can be called {show.code!r}: {wrong}.")
    return Path(os.path.abspath(shows_root.expanduser())) / show.code
