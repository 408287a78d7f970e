"""The errors for folders that cannot be read."""

from __future__ import annotations

import os

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.files import FoundFolder
from rushes.scan.folder import Ground
from rushes.scan.rows import FolderRow


def is_refused(row: FolderRow) -> bool:
    """Whether nothing at all was read of the folder."""
    return row.unread and row.findings[0][0].startswith("folder.")


def not_read(folder: FoundFolder, called: str = "") -> RushesError:
    """`path.unreadable`, for a folder met on a walk that could not be listed, or only in part.

    It is `called` so, escaped, or by its path.
    """
    first = folder.findings[0] if folder.findings else None
    told = first.message if first is not None else "It was not read."
    return RushesError(
        Code.PATH_UNREADABLE,
        f"{called or escape(str(folder.path))}: {told}",
        hint=first.fix if first is not None else "",
    )


def refused(ground: Ground, row: FolderRow) -> RushesError:
    """`path.not_found` or `path.unreadable`, for the unread folder of `row`."""
    rule, _, _, message, _, _, fix = row.findings[0]
    path = ground.absolute(ground.start).removesuffix("/.") or "/"
    where = escape(path)
    if rule != "folder.vanished":
        told = message if where in message else f"Could not read {where}: {message}"
        return RushesError(Code.PATH_UNREADABLE, told.replace(f"{where}/.:", f"{where}:"), hint=fix)
    if os.path.isfile(path):
        return RushesError(
            Code.PATH_NOT_FOUND,
            f"{where} is a file, not a folder.",
            hint=f"Name its folder: {escape(os.path.dirname(path))}.",
        )
    return RushesError(
        Code.PATH_NOT_FOUND,
        f"There is no folder {where}.",
        hint="Check the spelling, and that the storage is mounted.",
    )
