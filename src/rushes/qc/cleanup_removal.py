"""Deletes what a plan of `cleanup` names, and nothing else.

Each file is looked at once more just before, from a handle of its folder that was opened without
following any link. What is not what it was when it was planned stays, and is told.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.progress import Progress, Silent
from rushes.qc.cleanup import IN_USE, Item, Kind, Left, Place, Plan, Tree, locked_by
from rushes.qc.lock import folder_lock
from rushes.qc.places import LOCK

WORKERS = 8
_BY_HANDLE = {os.open, os.stat, os.unlink, os.rmdir} <= os.supports_dir_fd


@dataclass(slots=True)
class Removed:
    """What is gone, and what could not be deleted."""

    files: int = 0
    folders: int = 0
    size: int = 0
    failed: list[Left] = field(default_factory=list)


def remove(
    plan: Plan,
    *,
    workers: int = WORKERS,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Removed:
    """Delete what was planned. What cannot be deleted is told with its reason.

    Each folder is locked meanwhile, so that no run writes into it. Raises `cancelled`.
    """
    from concurrent.futures import ThreadPoolExecutor, as_completed

    done = Removed()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            running = [pool.submit(_cleared, place) for place in plan.places]
            for count, one in enumerate(as_completed(running), 1):
                _add(done, one.result())
                progress.report(count, len(running))
                if progress.cancelled():
                    raise RushesError(Code.CANCELLED, "The cleanup was cancelled half-way.")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    done.failed.sort()
    return done


def _add(done: Removed, one: Removed) -> None:
    done.files += one.files
    done.folders += one.folders
    done.size += one.size
    done.failed += one.failed


def _cleared(place: Place) -> Removed:
    """Delete what was planned of one folder while nobody else writes there."""
    done = Removed()
    try:
        with _inside(place.tree, place.folder) as folder:
            if not os.path.samestat(folder.about(), os.stat(place.path, follow_symlinks=False)):
                raise _ChangedError("the folder was moved meanwhile")
            with _alone(locked_by(place.path)) as locked:
                for item in place.items:
                    if item.kind is not Kind.LOCK or not locked:
                        _delete(place, folder, item, done)
            if locked:
                _tell_locks(place, folder, done)
    except OSError as error:
        done.failed.append(Left(escape(str(place.path)), _why(error)))
    except RushesError as error:
        taken = error.code is Code.LOCK_UNAVAILABLE
        done.failed.append(
            Left(escape(str(place.path)), IN_USE if taken else error.message.rstrip("."))
        )
    return done


def _tell_locks(place: Place, folder: _Folder, done: Removed) -> None:
    """A lock's file goes with the lock, unless another run has made one since."""
    for item in place.items:
        if item.kind is not Kind.LOCK:
            continue
        try:
            folder.look(LOCK)
        except FileNotFoundError:
            done.files += 1
            done.size += item.size
        else:
            told = escape(str(place.path / item.name))
            done.failed.append(Left(told, "a run began to write records there"))


def _delete(place: Place, folder: _Folder, item: Item, done: Removed) -> None:
    inner, _, name = item.name.rpartition("/")
    try:
        if not inner:
            _delete_in(folder, name, item, done)
        else:
            with folder.into(inner) as box:
                _delete_in(box, name, item, done)
    except OSError as error:
        done.failed.append(Left(escape(str(place.path / item.name)), _why(error)))


def _delete_in(folder: _Folder, name: str, item: Item, done: Removed) -> None:
    there = folder.look(name)
    same = (there.st_dev, there.st_ino) == (item.device, item.inode)
    if item.kind is Kind.FOLDER:
        if not stat.S_ISDIR(there.st_mode) or not same:
            raise _ChangedError("it is another folder by now")
        folder.rmdir(name)
        done.folders += 1
        return
    # An inode may be given to a new file as soon as the old one is gone.
    same = same and (there.st_size, there.st_mtime_ns) == (item.size, item.mtime_ns)
    if not stat.S_ISREG(there.st_mode) or not same:
        raise _ChangedError("it was written anew since it was looked at")
    folder.unlink(name)
    done.files += 1
    done.size += item.size


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Hold the lock of the folder; False where its file system has none, and so nobody holds it.

    Raises `lock.unavailable` and `write.failed`.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(folder_lock(path, wait_s=0.0))
            locked = True
        except RushesError as error:
            if error.code is not Code.LOCK_UNAVAILABLE or error.__cause__ is None:
                raise
            locked = False
        yield locked


class _ChangedError(OSError):
    """Something is not what it was when it was planned."""


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "it is not there any more"
    return error.strerror or str(error)


class _Folder(Protocol):
    """A folder that stays the same one, whatever is done to its path."""

    def about(self) -> os.stat_result: ...

    def look(self, name: str) -> os.stat_result: ...

    def unlink(self, name: str) -> None: ...

    def rmdir(self, name: str) -> None: ...

    def into(self, name: str) -> _Opened: ...


class _Opened(_Folder, Protocol):
    """A folder to be closed."""

    def __enter__(self) -> _Folder: ...

    def __exit__(self, *raised: object) -> None: ...


class _ByHandle:
    """A folder by its handle: no link can be put in the way of what is done in it."""

    def __init__(self, path: str | Path, within: int | None = None) -> None:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
        self._handle = os.open(path, flags, dir_fd=within)

    def __enter__(self) -> _ByHandle:
        return self

    def __exit__(self, *raised: object) -> None:
        os.close(self._handle)

    def about(self) -> os.stat_result:
        return os.fstat(self._handle)

    def look(self, name: str) -> os.stat_result:
        return os.stat(name, dir_fd=self._handle, follow_symlinks=False)

    def unlink(self, name: str) -> None:
        os.unlink(name, dir_fd=self._handle)

    def rmdir(self, name: str) -> None:
        os.rmdir(name, dir_fd=self._handle)

    def into(self, name: str) -> _ByHandle:
        return _ByHandle(name, self._handle)


class _ByPath:
    """A folder by its path, where the system knows no better: looked at, then used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not stat.S_ISDIR(self.about().st_mode):
            raise NotADirectoryError("it is no folder any more")

    def __enter__(self) -> _ByPath:
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def about(self) -> os.stat_result:
        return os.stat(self._path, follow_symlinks=False)

    def look(self, name: str) -> os.stat_result:
        return os.stat(self._path / name, follow_symlinks=False)

    def unlink(self, name: str) -> None:
        os.unlink(self._path / name)

    def rmdir(self, name: str) -> None:
        os.rmdir(self._path / name)

    def into(self, name: str) -> _ByPath:
        return _ByPath(self._path / name)


@contextmanager
def _inside(tree: Tree, folder: PurePosixPath) -> Iterator[_Folder]:
    """The folder of a tree, entered step by step from its top; no step follows a link.

    Raises `OSError` where a step is no folder any more, or the top is another one.
    """
    with ExitStack() as stack:
        top: _Opened = _ByHandle(tree.path) if _BY_HANDLE else _ByPath(tree.path)
        here = stack.enter_context(top)
        about = here.about()
        if (about.st_dev, about.st_ino) != (tree.device, tree.inode):
            raise _ChangedError("the tree was replaced meanwhile")
        for name in folder.parts:
            here = stack.enter_context(here.into(name))
        yield here
