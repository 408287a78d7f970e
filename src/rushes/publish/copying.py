"""A publish's own copy: complete, verified and read-only before anybody sees it.

All is written into a hidden folder beside the place, hashed again, and gets its name in one step:
so under that name there is a whole publish or nothing, whenever the power goes.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.publish.components import ALGORITHM
from rushes.publish.measuring import Measured
from rushes.transfer.hashing import Job, hashes

if TYPE_CHECKING:
    from concurrent.futures import Future

_STAGING, _PART = ".rushes-publish-", ".part"
_READ_ONLY = 0o444
_AT_ONCE = 64  # files whose copying is under way or waiting


@dataclass(frozen=True, slots=True)
class Placed:
    """A copy that has its name now."""

    folder: Path
    files: int


def check_free(place: Path) -> None:
    """Raise `record.conflict` where something lies at the place."""
    if os.path.lexists(place):
        raise RushesError(
            Code.RECORD_CONFLICT,
            f"Something else lies at {escape(str(place))}; nothing was copied.",
            hint="Publish another version, or look at what that is. Nothing there was changed.",
        )


def check_above(folder: Path) -> None:
    """Raise `write.failed` where no copy can be made below `folder`, which need not be there."""
    there = folder
    while not os.path.lexists(there) and there != there.parent:
        there = there.parent
    if not os.path.isdir(there):
        raise _unwritten(folder, NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)))
    if not os.access(there, os.W_OK | os.X_OK):
        raise _unwritten(folder, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def placed(
    made: Measured,
    place: Path,
    executor: Executor,
    *,
    hardlink: bool = False,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Placed:
    """Copy all files to `place`, or link them there; they are read-only afterwards.

    A linked file and its source are one, so the source becomes read-only, too. Raises
    `record.conflict` where something lies there, `usage` where another file system cannot be
    linked to, `changed.meanwhile` where a copy is not what was hashed, `write.failed`.
    """
    check_free(place)
    staging = place.with_name(f"{_STAGING}{uuid4().hex[:8]}{_PART}")
    try:
        staging.mkdir(parents=True)
        if hardlink:
            _link(made, staging)
        else:
            _copy(made, staging, executor, progress)
            _verify(made, staging, executor)
        for folder in _folders(made, staging):
            _flush(folder)
        check_free(place)
        os.rename(staging, place)
        _flush(place.parent)
    except OSError as error:
        raise _unwritten(place, error) from error
    finally:
        with suppress(OSError):
            _remove(staging)
    return Placed(place, made.found.files)


def leftovers(place: Path) -> Iterator[Finding]:
    """Copies beside `place` that were broken off, or are under way."""
    with suppress(OSError):
        for name in sorted(os.listdir(place.parent)):
            if name.startswith(_STAGING) and name.endswith(_PART):
                yield Finding(
                    "publish.leftover",
                    Severity.NOTE,
                    escape(str(place.parent / name)),
                    "A copy was broken off here, or is still being made.",
                    fix="Remove it when nobody publishes there.",
                )


def copy_file(source: str, target: str) -> None:
    """Copy one file with its time, flushed to the disk and read-only.

    It may be done again where a worker was lost, so what is there is written over: it is ours.
    """
    with open(source, "rb") as read, open(target, "wb") as written:
        shutil.copyfileobj(read, written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())
        times = os.fstat(read.fileno())
    os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))
    os.chmod(target, _READ_ONLY)


def _copy(made: Measured, staging: Path, executor: Executor, progress: Progress) -> None:
    under_way: list[Future[None]] = []
    done = 0
    for source, target in _pairs(made, staging):
        if len(under_way) >= _AT_ONCE:
            under_way.pop(0).result()
            done += 1
            progress.report(done, made.found.files, note="files copied")
            if progress.cancelled():
                raise RushesError(Code.CANCELLED, "Copying was cancelled; nothing was published.")
        under_way.append(executor.submit(copy_file, source, target))
    for one in under_way:
        one.result()


def _link(made: Measured, staging: Path) -> None:
    for (source, target), (_, hashed) in zip(_pairs(made, staging), made.each(), strict=True):
        try:
            os.link(source, target, follow_symlinks=True)
            os.chmod(target, _READ_ONLY)
        except OSError as error:
            raise _unlinked(source, error) from error
        now = os.stat(target)
        if (now.st_size, now.st_mtime_ns, now.st_ino) != (
            hashed.size,
            hashed.mtime_ns,
            hashed.inode,
        ):
            raise _differs(source)


def _verify(made: Measured, staging: Path, executor: Executor) -> None:
    """Hash the copies, and hold them against what was hashed before."""
    items = made.found.items
    jobs = (
        Job(at, str(staging / made.found.below(one)), one.asset.files())
        for at, one in enumerate(items)
    )
    for at, files in hashes(jobs, executor, algorithms=[ALGORITHM]):
        for copy, source in zip(files, made.files[at], strict=True):
            if copy.digests != source.digests:
                raise _differs(f"{items[at].folder}/{source.name}")


def _pairs(made: Measured, staging: Path) -> Iterator[tuple[str, str]]:
    """Each file and where its copy goes, whose folder is there."""
    for folder in _folders(made, staging):
        folder.mkdir(parents=True, exist_ok=True)
    for item, one in made.each():
        source = os.path.realpath(f"{item.folder}/{one.name}")
        yield source, str(staging / made.found.below(item) / one.name)


def _folders(made: Measured, staging: Path) -> Sequence[Path]:
    below = {made.found.below(item) for item in made.found.items}
    return [staging / one for one in sorted(below)]


def _flush(folder: Path) -> None:
    """Have the folder's names survive a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(staging: Path) -> None:
    if staging.is_dir():
        shutil.rmtree(staging)


def _differs(path: str) -> RushesError:
    return RushesError(
        Code.CHANGED_MEANWHILE,
        f"The copy of {escape(path)} is not what was hashed; nothing was published.",
        hint="Either it was written meanwhile, or the storage is at fault. Publish again.",
    )


def _unlinked(source: str, error: OSError) -> RushesError:
    if error.errno == errno.EXDEV:
        return RushesError(
            Code.USAGE,
            f"{escape(source)} lies on another file system, where it cannot be linked from.",
            hint="Leave --hardlink out to have it copied, or choose a folder on that one.",
        )
    return RushesError(
        Code.WRITE_FAILED,
        f"{escape(source)} cannot be linked and made read-only: {error.strerror or error}.",
        hint="Linked files must be one's own; leave --hardlink out to have them copied.",
    )


def _unwritten(place: Path, error: OSError) -> RushesError:
    return RushesError(
        Code.WRITE_FAILED,
        f"The copy could not be written to {escape(str(place))}: {error.strerror or error}.",
        hint="Nothing lies there. Check free space and permissions, then try again.",
    )
