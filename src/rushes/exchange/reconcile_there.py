"""Whether a shot or an asset has a folder on disk, though no file of it was met."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from rushes.core.escape import unescape
from rushes.tracking.shows.folder_template import USUAL
from rushes.tracking.shows.state import Show


def folder_there(
    root: str, code: str, kind: str, *, templates: Sequence[str], show: Show | None
) -> Callable[[str], bool | None]:
    """A question by the owner's name, answered with None where nobody can tell.

    Shots have the folders of `templates`, assets those of the usual structure.
    """
    types = (
        {str(one.fields["code"]): str(one.fields["type"]) for one in show.assets} if show else {}
    )

    def there(name: str) -> bool | None:
        if not root:
            return None
        places = _of_shot(name, code, templates) if kind == "shot" else _of_asset(root, name, types)
        answers = [_is_folder(f"{root}/{unescape(place)}") for place in places]
        if any(answers) or not answers:
            return True if answers else None
        return None if None in answers else False

    return there


def _of_shot(name: str, code: str, templates: Sequence[str]) -> Iterator[str]:
    sequence, _, shot = name.rpartition("/")
    for template in templates:
        parts = template.strip("/").split("/")
        if "{shot}" not in parts or parts[0] != "{show}":
            continue
        values = {"{sequence}": sequence, "{shot}": shot, "{show}": code}
        yield "/".join(values.get(one, one) for one in parts[1 : parts.index("{shot}") + 1])


def _of_asset(root: str, name: str, types: dict[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    for template in USUAL:
        parts = template.split("/")
        if "{asset}" not in parts or name not in types:
            continue
        values = {"{asset}": name, "{asset_type}": types[name]}
        place = "/".join(values.get(one, one) for one in parts[: parts.index("{asset}") + 1])
        # A show without the folder `assets` keeps them elsewhere: nothing can be told of it then.
        if place not in seen and _is_folder(f"{root}/{parts[0]}"):
            seen.add(place)
            yield place


def _is_folder(path: str) -> bool | None:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return None
    return True
