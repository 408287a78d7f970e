"""Why a file cannot be looked into, in the same words and with the same code by every command."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection.header.reading import ReadHeader, read_header
from rushes.model.finding import Finding
from rushes.ports.storage import Storage

_ENDING = ".exr"
_LATE = "took longer than"  # as of a process that was given up


def header(storage: Storage, path: str, name: str) -> ReadHeader:
    """The header of a file that is called `name`, escaped; what is wrong with it is in it.

    Raises `path.not_found` and `path.unreadable`.
    """
    try:
        return read_header(storage, path, called=name)
    except RushesError as error:
        raise told(path, name, error) from error


def told(path: str, name: str, error: RushesError) -> RushesError:
    """What is wrong with a file, as every command tells it, where `error` came of reading it."""
    if why := _no_file(path, name):
        return why
    if error.code is not Code.MEDIA_UNREADABLE:
        return error
    if _LATE in error.message:
        return RushesError(error.code, error.message, hint="Give it longer with --timeout SECONDS.")
    return _no_header(path, name) or error


def _no_header(path: str, name: str) -> RushesError | None:
    """That an OpenEXR file has no header to be read; None where it has, and for other files."""
    if not path.lower().endswith(_ENDING):
        return None
    try:
        found = read_header(bootstrap.storage(), path, called=name)
    except RushesError as error:
        return error
    return no_picture(found) if found.image is None else None


def no_picture(found: ReadHeader) -> RushesError:
    """That there is no picture in a file, because of what its header's reader found."""
    problem = found.findings[0]
    why = f"{problem.message[:1].lower()}{problem.message[1:]}"
    return RushesError(
        Code.MEDIA_UNREADABLE, f"No picture can be read from {found.path}: {why}", hint=problem.fix
    )


def not_there(path: str, name: str) -> RushesError | None:
    """That there is nothing of that path; None where there is something, readable or not."""
    if os.path.exists(path):
        return None
    why = _no_file(path, name)
    return why if why is not None and why.code is Code.PATH_NOT_FOUND else None


def with_time(finding: Finding, fix: str) -> Finding:
    """The finding with `fix` for what to do, where it says that a time limit was hit."""
    return replace(finding, fix=fix) if _LATE in finding.message else finding


def _no_file(path: str, name: str) -> RushesError | None:
    """Why there is no file to be read; None where there is one."""
    try:
        folder = stat.S_ISDIR(os.stat(path).st_mode)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return RushesError(
                Code.PATH_UNREADABLE,
                f"{name} cannot be read: it is a link that leads back to itself.",
                hint="Let the link lead to a file.",
            )
        folder = False
    except ValueError:  # a NUL in it, of which storage tells
        folder = False
    if folder:
        return RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no file {name}: it is a folder.",
            hint="Name the files in it.",
        )
    try:
        bootstrap.storage().open_file(path).close()
    except RushesError as error:
        message = error.message.replace(escape(path), name)
        return RushesError(error.code, message, hint=error.hint)
    return None
