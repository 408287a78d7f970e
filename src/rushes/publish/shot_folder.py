"""Where a shot's folder lies below the folder of all shows, by the studio's folder structure."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.publish.parts import safe_name
from rushes.publish.target import Target
from rushes.scan.layout import Layout, Place


def shot_folder(
    shows: Path, templates: Sequence[str], target: Target
) -> tuple[Place, PurePosixPath] | None:
    """The shot's place and its folder relative to `shows`; None where there is no such folder.

    Only the folders of the show are listed, never the whole tree. Raises `usage` where shots of
    several sequences are called so, `field.invalid` on names that no folder has.
    """
    safe_name(target.show, "a show")
    safe_name(target.shot, "a shot")
    layout = Layout(templates)
    found: dict[Place, PurePosixPath] = {}
    for template in templates:
        for folder in _candidates(shows, template, target):
            place = layout.place(folder).up_to("shot")
            named = (place.show, place.shot) == (target.show, target.shot)
            if named and target.sequence in ("", place.sequence):
                found.setdefault(place, folder)
    if len(found) > 1:
        names = ", ".join(sorted(escape("/".join(one.names)) for one in found))
        raise RushesError(
            Code.USAGE,
            f"Several shots are called {escape(target.shot)}: {names}.",
            hint="Name the sequence, too: --seq.",
        )
    return next(iter(found.items()), None)


def _candidates(shows: Path, template: str, target: Target) -> Iterator[PurePosixPath]:
    """The folders that a template leads to, as far as its shot."""
    parts = template.strip("/").split("/")
    if "{shot}" not in parts:
        return
    reached = [PurePosixPath()]
    known = {"{show}": target.show, "{shot}": target.shot, "{sequence}": target.sequence}
    for part in parts[: parts.index("{shot}") + 1]:
        name = known.get(part, part)
        if name:
            reached = [one / name for one in reached]
        else:
            reached = [one / below for one in reached for below in _folders(shows / one)]
    yield from (one for one in reached if os.path.isdir(shows / one))


def _folders(path: Path) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return sorted(one.name for one in entries if one.is_dir(follow_symlinks=False))
    except OSError:
        return []


def layout_folder(templates: Sequence[str], target: Target) -> PurePosixPath:
    """Where the shot would lie by the first folder structure that has all of its names."""
    fitting = [one for one in templates if ("{sequence}" in one) == bool(target.sequence)]
    chosen = next(iter(fitting or templates))
    parts = chosen.strip("/").split("/")
    known = {"{show}": target.show, "{shot}": target.shot, "{sequence}": target.sequence or "_"}
    reached = parts[: parts.index("{shot}") + 1] if "{shot}" in parts else ["{show}", "{shot}"]
    return PurePosixPath(*(known.get(part, part) for part in reached))
