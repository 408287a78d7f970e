"""Folders of projects by operating system: which of them can be one, by the rules of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rushes.core.names import danger
from rushes.tracking.refusing import refused, shown

_WINDOWS = ("windows", "win32")
_DRIVE = re.compile("[A-Za-z]:/")
_SHARE = re.compile("//[^/]+/[^/]+(?:/|$)")


def check_roots(roots: Mapping[str, Any]) -> None:
    """Raise `field.invalid` for a folder that is not absolute, not written plainly (`.`, `..`, two
    slashes), or the root of a file system; an empty text is no folder.
    """
    for system, text in roots.items():
        if not isinstance(text, str):
            raise refused("roots", f"{shown(system)} must be a text")
        why = (_wrong_on_windows if system in _WINDOWS else _wrong)(text) if text else ""
        if why:
            raise refused(
                "roots",
                f"{shown(system)}: {shown(text)} will not do: {why}",
                hint="Write a whole path, as in /shows/demo or P:/demo.",
            )


def _wrong(text: str) -> str:
    if not text.startswith("/"):
        return "it is not absolute"
    return _below(text.removeprefix("/"), windows=False)


def _wrong_on_windows(text: str) -> str:
    plain = text.replace("\\", "/")
    found = _DRIVE.match(plain) or _SHARE.match(plain)
    if found is None:
        return "it is not absolute: it begins with neither a drive nor a share"
    share = found.group().strip("/") if found.re is _SHARE else ""
    wrong = danger(share) if share else ""
    return wrong or _below(plain[found.end() :], windows=True)


def _below(rest: str, *, windows: bool) -> str:
    """What is wrong with what stands after the root of the file system."""
    rest = rest.removesuffix("/")
    return danger(rest, windows=windows) if rest else "it is the root of a file system"
