"""What is mounted: which folders other machines write to, and what may be silent for ever."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

_MOUNTS = Path("/proc/mounts")
_OCTAL = r"\\([0-7]{3})"
_NETWORK = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "davfs", "coda"),
        *("lustre", "beegfs", "gpfs", "wekafs", "panfs", "quobyte", "pvfs2", "ceph", "glusterfs"),
        *("gfs", "gfs2", "ocfs2", "virtiofs", "vboxsf", "vmhgfs", "prl_fs"),
    )
)

# What the kernel itself gives up on when the hardware does not answer, and what has no hardware.
_LOCAL = frozenset(
    (
        *("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "reiserfs", "bcachefs", "zfs"),
        *("tmpfs", "ramfs", "rootfs", "squashfs", "erofs", "overlay", "iso9660", "udf"),
        *("vfat", "msdos", "exfat", "ntfs3", "hfsplus"),
    )
)
# With these, locks stay on the machine that takes them. `local_lock=posix` leaves out `flock`, and
# NFS 4 does not know `nolock`.
_LONELY = {
    "nfs": ("nolock", "local_lock=flock", "local_lock=all"),
    "nfs4": ("local_lock=flock", "local_lock=all"),
    "cifs": ("nobrl", "nolock"),
    "smb3": ("nobrl", "nolock"),
    "lustre": ("localflock",),
    "ocfs2": ("localflocks",),
}
_KERNELS_OWN = tuple(PurePosixPath(one) for one in ("/proc", "/sys", "/dev"))


def network_type(folder: str, mounts: str) -> str | None:
    """The type of the network file system that `folder` or anything below it lies on, or None.

    `folder` is an absolute path without links; `mounts` is the text of /proc/mounts. FUSE counts
    as one: what lies behind it may be changed by others.
    """
    asked = PurePosixPath(folder)
    holding: tuple[int, str] = (0, "")
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        point = PurePosixPath(_spelled(words[1]))
        if point != asked and point.is_relative_to(asked) and _is_network(words[2]):
            return words[2]
        # Of two at one place, the later one covers the earlier.
        if asked.is_relative_to(point) and len(point.parts) >= holding[0]:
            holding = (len(point.parts), words[2])
    return holding[1] if _is_network(holding[1]) else None


def lonely_locks(folder: str, mounts: str) -> str | None:
    """Where locks on `folder` or anything below it are not seen by other machines; None if nowhere.

    Gives the mount point and the option at fault, in words; what both arguments are, `network_type`
    tells. The options are those of nfs(5), mount.cifs(8), mount.lustre(8) and ocfs2: sshfs has no
    locks of its own at all.
    """
    asked = PurePosixPath(folder)
    holding: tuple[int, str | None] = (0, None)
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 4:
            continue
        point = PurePosixPath(_spelled(words[1]))
        why = _lonely(words[2], words[3])
        told = f"{point} ({why})" if why else None
        if point != asked and point.is_relative_to(asked) and told:
            return told
        if asked.is_relative_to(point) and len(point.parts) >= holding[0]:
            holding = (len(point.parts), told)
    return holding[1]


def all_local(mounts: str) -> bool:
    """Whether every mount is known to be a file system of this machine's own disks or memory.

    Links lead anywhere, so it takes one other mount for any folder to be able to hang. Where
    `mounts` says nothing, so does this.
    """
    lines = [line.split(" ") for line in mounts.splitlines()]
    return bool(lines) and all(
        len(words) > 2 and (words[2] in _LOCAL or _is_kernels_own(PurePosixPath(words[1])))
        for words in lines
    )


def mounts_here() -> str:
    """What this system has mounted; nothing where it does not tell."""
    try:
        return _MOUNTS.read_bytes().decode(errors="surrogateescape")
    except OSError:
        return ""


def _is_network(kind: str) -> bool:
    return kind in _NETWORK or kind == "fuse" or kind.startswith("fuse.")


def _lonely(kind: str, options: str) -> str | None:
    """The option with which a network file system of that type keeps `flock` to this machine."""
    if kind == "fuse.sshfs":
        return kind
    given = options.split(",")
    return next((f"{kind}, {one}" for one in given if one in _LONELY.get(kind, ())), None)


def _is_kernels_own(point: PurePosixPath) -> bool:
    return any(point.is_relative_to(one) for one in _KERNELS_OWN)


def _spelled(point: str) -> str:
    r"""A mount point with its spaces, which the kernel writes as \040."""
    if "\\" not in point:
        return point
    return re.sub(_OCTAL, lambda found: os.fsdecode(bytes([int(found[1], 8) & 0xFF])), point)
