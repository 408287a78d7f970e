"""Which folders lie on file systems that tell nobody what other machines do to them."""

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


def mounts_here() -> str:
    """What this system has mounted; nothing where it does not tell."""
    try:
        return _MOUNTS.read_bytes().decode(errors="surrogateescape")
    except OSError:
        return ""


def _is_network(kind: str) -> bool:
    return kind in _NETWORK or kind.startswith("fuse.")


def _spelled(point: str) -> str:
    r"""A mount point with its spaces, which the kernel writes as \040."""
    return _OCTAL.sub(lambda found: os.fsdecode(bytes([int(found[1], 8) & 0xFF])), point)
