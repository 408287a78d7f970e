"""The file beside its destination that bytes arrive in, and that gets its name when it is whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from stat import S_ISREG
from typing import Any
from zlib import crc32

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.transfer.beneath import open_in
from rushes.transfer.local_tree import PART

_KEEP_SIZE = 1  # what is reserved does not show in the size, which tells how far a file came
_FICLONE = 0x40049409
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SMALL = 1024**2
_AT_ONCE = 64 * 1024**2  # bytes that a server is asked to copy in one go
_SERVERS = ("nfs4", "cifs", "smb3", "ceph", "lustre", "beegfs")
_NAME = 180  # of the destination's name in that of its part: bytes, and room for the rest


class Part:
    """The unfinished file for `name` in an open folder. It is this run's alone while it is open.

    A second one for the same destination raises `lock.unavailable`.
    """

    def __init__(self, folder: int | None, name: str) -> None:
        self.folder, self.final = folder, name
        self.name = part_name(name)
        self.handle = self._opened()

    @property
    def size(self) -> int:
        """How much has been written to it."""
        return os.fstat(self.handle).st_size

    def reserve(self, size: int) -> None:
        """Have room for so many bytes, or raise `OSError` now rather than near the end.

        The end of a small file is near.
        """
        allocate = _allocate()
        if size > _SMALL and allocate is not None and allocate(self.handle, _KEEP_SIZE, 0, size):
            import ctypes

            code = ctypes.get_errno()
            if code in _FULL:
                raise OSError(code, os.strerror(code))

    def begin(self, at: int) -> None:
        """Write from there on; what comes after it is dropped."""
        os.ftruncate(self.handle, at)
        os.lseek(self.handle, at, os.SEEK_SET)

    def write(self, data: memoryview | bytes) -> None:
        """Add bytes, all of them."""
        count = os.write(self.handle, data)
        while count < len(data):
            data = memoryview(data)[count:]
            count = os.write(self.handle, data)

    def clone(self, source: int) -> bool:
        """Share the bytes of another file, where the file system can."""
        try:
            import fcntl

            fcntl.ioctl(self.handle, _FICLONE, source)
        except (ImportError, OSError):
            return False
        return True

    def copy(self, source: int, size: int, take: Callable[[int], None]) -> bool:
        """Have the file system's server copy the bytes; False where it will not."""
        at = 0
        while at < size:
            take(min(_AT_ONCE, size - at))
            try:
                count = os.copy_file_range(source, self.handle, min(_AT_ONCE, size - at), at, at)
            except (AttributeError, OSError):
                count = 0
            if not count:
                self.begin(0)
                return False
            at += count
        return True

    def finish(self, *, mtime_ns: int) -> None:
        """All bytes and the time are on the disk after this."""
        os.utime(self.handle, ns=(mtime_ns, mtime_ns))
        os.fsync(self.handle)

    def rename(self, *, replace: bool) -> None:
        """Give it its name. Raises `FileExistsError` where that is taken, without `replace`."""
        if replace:
            os.rename(self.name, self.final, src_dir_fd=self.folder, dst_dir_fd=self.folder)
            return
        try:
            os.link(self.name, self.final, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        except FileExistsError:
            raise
        except OSError:
            # A file system without hard links: reserving the name is the next best.
            os.close(open_in(self.folder, self.final, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
            self.rename(replace=True)
            return
        self.remove()

    def remove(self) -> None:
        """Take it away."""
        with suppress(OSError):
            os.unlink(self.name, dir_fd=self.folder)

    def close(self) -> None:
        """Let go of it; it stays."""
        os.close(self.handle)

    def _opened(self) -> int:
        handle = open_in(self.folder, self.name, os.O_RDWR | os.O_CREAT)
        _hold(handle, self.final)
        found = os.fstat(handle)
        # A link count above one: a run was killed between giving it its name and taking this one.
        if not S_ISREG(found.st_mode) or found.st_nlink > 1:
            os.close(handle)
            self.remove()
            handle = open_in(self.folder, self.name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
            _hold(handle, self.final)
        return handle


def part_name(name: str) -> str:
    """What the unfinished file for `name` is called: always the same, so that it is found again."""
    whole = os.fsencode(name)
    short = os.fsdecode(whole[:_NAME]) if len(whole) > _NAME else name
    return f".{short}.{crc32(whole):08x}{PART}"


def full(error: OSError) -> bool:
    """Whether this says that there is no room."""
    return error.errno in _FULL


def copies_by_itself(one: int, other: int) -> bool:
    """Whether both files are on one server that copies without sending the bytes here and back."""
    device = os.fstat(one).st_dev
    return device == os.fstat(other).st_dev and _type_of(device) in _SERVERS


@cache
def _type_of(device: int) -> str:
    """The type of a mounted file system, as proc_pid_mountinfo(5) tells it; or nothing."""
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        lines = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    for line in lines:
        before, _, after = line.partition(" - ")
        if before.split(" ")[2:3] == [number]:
            return after.partition(" ")[0]
    return ""


def _hold(handle: int, name: str) -> None:
    """Lock it, where there are locks."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise RushesError(
            Code.LOCK_UNAVAILABLE,
            f"Another run is moving {escape(name)} to the same place.",
            hint="Wait for it to end.",
        ) from error
    except OSError:
        return


@cache
def _allocate() -> Any:
    """The system's `fallocate`, which unlike POSIX's never writes zeros in its stead; or None."""
    import ctypes

    try:
        found = ctypes.CDLL(None, use_errno=True).fallocate
    except (OSError, AttributeError, TypeError):
        return None
    found.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return found
