"""What lies in a folder of this machine and below it: files with their facts, and what is none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from stat import S_ISDIR, S_ISLNK, S_ISREG

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.storage_writing import Entry, Facts, Unlisted
from rushes.transfer.beneath import folder_of

PART = ".rushes.part"  # how the names of unfinished files end

_BY_DESCRIPTOR = os.scandir in os.supports_fd
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_FACTS = Facts(0, 0)
_LINK = "it is a link"
_SPECIAL = "it is a device, a pipe or a socket"


def tree(root: str) -> Iterator[Entry | Unlisted]:
    """All files below `root`; links and devices are told as odd, unreadable folders as unlisted."""
    if not os.path.lexists(root):
        return
    left = [""]
    while left:
        above = left.pop()
        try:
            yield from _folder(root, above, left)
        except OSError as error:
            yield Unlisted(above or ".", f"it cannot be read: {error.strerror or error}")


def facts_of(found: os.stat_result) -> Facts:
    """What tells this state of a file from others."""
    return Facts(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def facts_at(root: str, path: str) -> Facts | None:
    """The facts of the file there now; None where there is nothing.

    Raises `path.unreadable` for what is no plain file, or cannot be looked at.
    """
    try:
        with folder_of(root, path) as (folder, name):
            return facts_in(folder, name, root=root, path=path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(root, path, error.strerror or str(error)) from error


def facts_in(folder: int | None, name: str, *, root: str, path: str) -> Facts | None:
    """The same of a name in an open folder."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(root, path, error.strerror or str(error)) from error
    if not S_ISREG(found.st_mode):
        raise unreadable(root, path, odd(found.st_mode) or "it is a folder")
    return facts_of(found)


def odd(mode: int) -> str:
    """Why this is no plain file, as the end of a sentence; empty for files and folders."""
    if S_ISREG(mode) or S_ISDIR(mode):
        return ""
    return _LINK if S_ISLNK(mode) else _SPECIAL


def unreadable(root: str, path: str, why: str) -> RushesError:
    """That a file cannot be read."""
    return RushesError(
        Code.PATH_UNREADABLE,
        f"{escape(f'{root}/{path}')} cannot be read: {why}.",
        hint="Check its permissions, and the health of the storage.",
    )


def _folder(root: str, above: str, left: list[str]) -> Iterator[Entry | Unlisted]:
    where = f"{root}/{above}" if above else root
    if not _BY_DESCRIPTOR:
        with os.scandir(where) as entries:
            yield from _entries(entries, above, left)
        return
    # Entries are asked relative to the open folder: quicker, and a rename above cannot hurt.
    handle = os.open(where, _FOLDER | (_NO_LINK if above else 0))
    try:
        with os.scandir(handle) as entries:
            yield from _entries(entries, above, left)
    finally:
        os.close(handle)


def _entries(
    entries: Iterable[os.DirEntry[str]], above: str, left: list[str]
) -> Iterator[Entry | Unlisted]:
    prefix, new = f"{above}/" if above else "", tuple.__new__
    for entry in entries:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            if not name.endswith(PART):
                left.append(f"{prefix}{name}")
        elif not name.endswith(PART):
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            except OSError as error:
                why = f"it cannot be looked at: {error.strerror or error}"
                yield Unlisted(f"{prefix}{name}", why)
                continue
            if S_ISREG(found.st_mode):
                # As `facts_of`: calls of classes would be a fifth of the time.
                facts = found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, ""
                yield new(Entry, (f"{prefix}{name}", new(Facts, facts), ""))
            else:
                yield Entry(f"{prefix}{name}", _NO_FACTS, odd(found.st_mode))
