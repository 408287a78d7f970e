"""Which names that are made here no storage, no system and no client can do harm with, or lose."""

from __future__ import annotations

from rushes.core import names

_MOST_BYTES = 4095  # PATH_MAX without its NUL: shows lie on file systems


def danger(path: str) -> str:
    """What is wrong with a relative path as a name, in words; empty where nothing is.

    As `core.names.danger` judges names of others, and what is made here begins with no space.
    """
    if not path:
        return "it is empty"
    if path[0] == " " or "/ " in path:
        return "a name in it begins with a space, which nobody sees"
    return names.danger(path, most_bytes=_MOST_BYTES)
