"""A folder of this machine that is built under a hidden name, and gets its own when it is whole."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from functools import cache
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.transfer.beneath import BY_DESCRIPTOR, FOLDER, folder_of, open_in
from rushes.transfer.local_part import part_name

_NO_REPLACE = 1
_UNABLE = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY)


def staged(path: str) -> str:
    """Where it is built: always the same, so that a run that was killed finds it again."""
    above, slash, name = path.rpartition("/")
    return f"{above}{slash}{part_name(name)}"


def settle(root: str, path: str) -> None:
    """See the port."""
    try:
        with folder_of(root, path, make=True) as (folder, name):
            hidden = part_name(name) if folder is not None else os.path.join(root, staged(path))
            with suppress(FileExistsError):
                os.mkdir(hidden, dir_fd=folder)  # an empty folder is one, too
            _renamed(folder, hidden, name)
    except OSError as error:
        where = escape(f"{root}/{path}")
        if error.errno in _TAKEN:
            raise RushesError(
                Code.CHANGED_MEANWHILE,
                f"Something else lies at {where} by now.",
                hint="Nothing was changed there. Choose another name, or move it away.",
            ) from error
        raise RushesError(
            Code.WRITE_FAILED,
            f"{where} cannot get its name: {error.strerror or error}.",
            hint="Check permissions, then go on: what has arrived stays.",
        ) from error


def unstage(root: str, path: str) -> None:
    """See the port."""
    with suppress(FileNotFoundError):
        try:
            with folder_of(root, path) as (folder, name):
                hidden = part_name(name) if folder is not None else os.path.join(root, staged(path))
                import shutil  # slow to import, and seldom used

                shutil.rmtree(hidden, dir_fd=folder)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise RushesError(
                Code.WRITE_FAILED,
                f"{escape(f'{root}/{staged(path)}')} cannot be removed: {error.strerror or error}.",
                hint="Check permissions, and that nobody uses what is in it.",
            ) from error


def removed_empty(folder: int | None, name: str) -> bool:
    """Remove the folder there, if it holds nothing but empty folders; whether it is gone."""
    try:
        if not _is_empty(folder, name, remove=False):
            return False
        return _is_empty(folder, name, remove=True)
    except OSError:
        return False


def _is_empty(folder: int | None, name: str, *, remove: bool) -> bool:
    """Whether no file is below it; each empty folder goes by itself, which takes no file along."""
    handle = open_in(folder, name, FOLDER) if BY_DESCRIPTOR else None
    try:
        with os.scandir(name if handle is None else handle) as entries:
            found = [(one.name, one.is_dir(follow_symlinks=False)) for one in entries]
        inner = [one if handle is not None else os.path.join(name, one) for one, _ in found]
        empty = all(is_folder for _, is_folder in found) and all(
            _is_empty(handle, one, remove=remove) for one in inner
        )
    finally:
        if handle is not None:
            os.close(handle)
    if empty and remove:
        os.rmdir(name, dir_fd=folder)
    return empty


def _renamed(folder: int | None, hidden: str, name: str) -> None:
    """Rename it to where nothing is."""
    rename = _rename_at()
    if rename is not None and folder is not None:
        import ctypes

        if not rename(folder, os.fsencode(hidden), folder, os.fsencode(name), _NO_REPLACE):
            return
        code = ctypes.get_errno()
        if code not in _UNABLE:
            raise OSError(code, os.strerror(code), name)
    if os.name == "nt":
        os.rename(hidden, name)  # which replaces nothing there
        return
    # Reserving the name is the next best: what is renamed replaces an empty folder alone.
    os.mkdir(name, dir_fd=folder)
    os.rename(hidden, name, src_dir_fd=folder, dst_dir_fd=folder)


@cache
def _rename_at() -> Any:
    """The system's `renameat2`, or None."""
    import ctypes

    try:
        found = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return None
    found.argtypes = (
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_uint,
    )
    return found
