"""What is mounted: which folders other machines write to, and what may be silent for ever."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

_MOUNTS = Path("/proc/mounts")
_OCTAL = re.compile(r"\\([0-7]{3})")
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


def _is_kernels_own(point: PurePosixPath) -> bool:
    return any(point.is_relative_to(one) for one in _KERNELS_OWN)


def _spelled(point: str) -> str:
    r"""A mount point with its spaces, which the kernel writes as \040."""
    return _OCTAL.sub(lambda found: os.fsdecode(bytes([int(found[1], 8) & 0xFF])), point)
