"""Which sidecars a path on the command line means."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from rushes import bootstrap
from rushes.cli.qc.report_records import nothing, records_of
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.frames.notation import Pattern, parse_pattern
from rushes.qc.kept import Kept, kept_in, read_kept
from rushes.qc.places import ENDING, LEGACY_SEQUENCE

_HERE = PurePosixPath(".")
_LIKE_A_PATTERN = re.compile(r"%(?=0?\d*d|UDIM)")


def found_records(path: Path, session: Session) -> list[Kept]:
    """The sidecars that `path` means, in name order.

    Raises `nothing.found` where there is none, `path.not_found` where there is not even a folder.
    """
    if _is_sidecar(path) and path.is_file():
        return [read_kept(path, _HERE)]
    if path.is_dir():
        return _in(path, session, _any) or _none(path)
    found = _in(path.parent, session, _same(path.name))
    return found or _none(path)


def _in(folder: Path, session: Session, wanted: Callable[[Kept], bool]) -> list[Kept]:
    root = bootstrap.root(folder, session.settings)
    place = records_of(root, session) / root.below
    try:
        return [one for one in kept_in(place, called=_HERE) if wanted(one)]
    except (FileNotFoundError, NotADirectoryError):
        if session.settings.qc.sidecar_root is not None:
            return []
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no folder {escape(str(folder))}.",
            hint="Check the spelling, and that the storage is mounted.",
        ) from None
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{escape(str(place))} cannot be read: {error.strerror or error}.",
            hint="Check the permissions, and that the storage answers.",
        ) from error


def _any(_one: Kept) -> bool:
    return True


def _none(path: Path) -> list[Kept]:
    raise nothing(escape(str(path)))


def _is_sidecar(path: Path) -> bool:
    return path.name.endswith(ENDING) or path.name in LEGACY_SEQUENCE


def _same(name: str) -> Callable[[Kept], bool]:
    """Whether a sidecar speaks of the asset that a person calls `name`."""
    names = {name, _LIKE_A_PATTERN.sub("%%", name)}
    asked = _pattern(name)

    def same(one: Kept) -> bool:
        if one.name in names:
            return True
        sequence = one.sidecar.record.sequence if one.sidecar is not None else None
        if sequence is None:
            return False
        pattern = _pattern(one.name.replace("%UDIM", "<UDIM>"))
        if pattern is None:
            return False
        return pattern == asked or _is_frame(name, pattern)

    return same


def _is_frame(name: str, pattern: Pattern) -> bool:
    """Whether `name` is that of a frame, of whichever number, of the pattern."""
    head, tail = pattern.head, pattern.tail
    if not (name.startswith(head) and name.endswith(tail)):
        return False
    number = name[len(head) : len(name) - len(tail)]
    digits, _, part = number.removeprefix("-").partition(".")
    wide = len(digits) == pattern.padding or (
        len(digits) > pattern.padding and not digits.startswith("0")
    )
    return f"{digits}{part}".isdecimal() and wide and len(part) == pattern.subframe_digits


def _pattern(name: str) -> Pattern | None:
    with suppress(RushesError):
        return parse_pattern(name)
    return None
