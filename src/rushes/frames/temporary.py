"""Files that are left out of sequences, and only counted: hidden ones and temporary ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

# What programs leave while they write, copy or download, and where they crashed.
TEMPORARY = (
    "*.tmp",
    "*.temp",
    "*.part",
    "*.partial",
    "*.filepart",
    "*.crdownload",
    "*.swp",
    "*.swo",
    "*~",
    "~$*",
    ".nfs*",
)
# What operating systems strew into folders, besides names that begin with a dot.
_STREWN = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"))


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns for temporary names, split by what has to be asked.

    `shapes` need a name's shape only. `names` mention digits or sets of characters and need the
    name itself; None where there are none such, which is usual.
    """

    shapes: Callable[[str], object]
    names: Callable[[str], object] | None


@lru_cache(maxsize=64)
def patterns(temporary: tuple[str, ...]) -> Patterns:
    """Shell patterns (`*`, `?`, `[ab]`) made ready; capitals and small letters are the same."""
    named = tuple(one for one in temporary if re.search(r"[0-9\[]", one))
    shaped = tuple(one for one in temporary if one not in named)
    return Patterns(_any(shaped), _any(named) if named else None)


def is_hidden(shape: str) -> bool:
    """Whether a name of this shape is hidden, or litter of an operating system."""
    return shape.startswith(".") or shape.lower() in _STREWN


@lru_cache(maxsize=4096)
def left_out(shape: str, temporary: tuple[str, ...]) -> str:
    """`temporary`, `hidden`, or nothing: what a shape alone tells. Temporary comes first."""
    if patterns(temporary).shapes(shape):
        return "temporary"
    return "hidden" if is_hidden(shape) else ""


def _any(globs: tuple[str, ...]) -> Callable[[str], object]:
    if not globs:
        return lambda _: False
    return re.compile("|".join(translate(one) for one in globs), re.IGNORECASE).match
