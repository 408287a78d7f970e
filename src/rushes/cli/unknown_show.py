"""What to say where a show is asked for by a name that none has."""

from __future__ import annotations

import os
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

_MOST = 8


def unknown_show(shows: Path, name: str) -> RushesError | None:
    """The error for the show `name` where `shows` can be listed and has none of that name; those
    that it has are told, the closest first.
    """
    try:
        with os.scandir(shows) as entries:
            there = sorted(one.name for one in entries if one.name[0] != "." and one.is_dir())
    except OSError:
        return None
    if name in there or os.path.lexists(shows / name):
        return None
    from difflib import get_close_matches

    close = get_close_matches(name, there, n=_MOST, cutoff=0.5)
    names = [*close, *(one for one in there if one not in close)]
    told = ", ".join(map(escape, names[:_MOST]))
    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
    return RushesError(
        Code.PATH_NOT_FOUND,
        f"There is no show {escape(name)} in {escape(str(shows))}, and no such folder here.",
        hint=f"Shows are: {told}{more}." if names else "There is no show at all in it.",
    )
