"""The colour config in force, and what of it a viewing asks for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection.look import Viewing

BUILT_IN = ("ocio://default", "ocio://studio-config-latest")  # inside OpenColorIO itself


def check(viewing: Viewing) -> None:
    """Raise `settings.invalid` where the config cannot be read, or has not what is asked for."""
    config = in_force(viewing.config)
    displays = list(config.getDisplayNames())
    if viewing.display and viewing.display not in displays:
        raise _unknown("display", viewing.display, displays)
    display = viewing.display or config.getDefaultDisplayName()
    views = list(config.getViewNames(display))
    if viewing.view and viewing.view not in views:
        raise _unknown("view", viewing.view, views, of=f"the display {display}")
    if viewing.colour_space:
        space(config, viewing.colour_space)


def in_force(asked: str) -> Any:
    """The config that was asked for, else the one `$OCIO` names, else the one in OpenColorIO."""
    return _config(asked, os.environ.get("OCIO", ""))


def space(config: Any, asked: str) -> str:
    """The colour space of that name, alias or role. Raises `settings.invalid`."""
    names = list(config.getColorSpaceNames())
    found = str(config.resolve(asked))
    if found not in names:
        raise _unknown("colour space", asked, names)
    return found


@lru_cache(maxsize=4)
def _config(asked: str, ocio: str) -> Any:
    import OpenImageIO

    config = OpenImageIO.ColorConfig(asked) if asked else OpenImageIO.ColorConfig()
    problem = config.geterror()
    if problem and asked:
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"The colour config {escape(asked)} cannot be read: {_line(problem)}",
            hint=f"Name a file, or one that comes along: {', '.join(BUILT_IN)}.",
        )
    if problem:
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"The colour config that OCIO names, {escape(ocio)}, cannot be read: {_line(problem)}",
            hint="Unset OCIO to use the config that comes with Rushes, or correct the path.",
        )
    return config


def _line(problem: str) -> str:
    return " ".join(problem.split())


def _unknown(what: str, asked: str, there: Sequence[str], *, of: str = "") -> RushesError:
    where = of or "the colour config"
    return RushesError(
        Code.SETTINGS_INVALID,
        f"There is no {what} {asked!r} in {where}.",
        hint=f"There are: {'; '.join(there)}.",
    )
