"""Where sidecars, hash caches and locks lie, and which files are those of quality checks.

A sidecar is called after the asset's name (a file's, or a sequence's pattern) and `.qc.json`:

========  ================================
subdir    ``.qc/plate.%04d.exr.qc.json``
dot       ``.plate.%04d.exr.qc.json``
inline    ``plate.%04d.exr.qc.json``
========  ================================
"""

from __future__ import annotations

import os
import re
from enum import StrEnum
from hashlib import sha256

FOLDER = ".qc"
HASH_LISTS = "ascmhl"  # the folder of ASC MHL's histories: no media, either
ENDING = ".qc.json"
CACHE = ".qc.hashcache.json"
LOCK = ".qc.lock"
# What the earlier tool called the one sidecar of a folder's sequence.
LEGACY_SEQUENCE = ("sequence.qc.json", ".sequence.qc.json", "qc.sequence.json")
CHECKPOINT_ENDING = ".qc.checkpoint.json"

_PART = re.compile(r"\.qc\.[0-9a-f]{8,32}\.part")
_LONGEST = 255  # bytes of a file name


class Mode(StrEnum):
    """Where sidecars lie, as seen from the asset's folder."""

    SUBDIR = "subdir"
    DOT = "dot"
    INLINE = "inline"


def sidecar(name: str, mode: Mode) -> str:
    """Where the sidecar of the asset `name` lies, relative to the asset's folder.

    A name too long for that is cut, and told from others by a digest of the whole.
    """
    dot = "." if mode is Mode.DOT else ""
    file = f"{dot}{name}{ENDING}"
    raw = os.fsencode(file)
    if len(raw) > _LONGEST:
        tail = f"~{sha256(os.fsencode(name)).hexdigest()[:12]}{ENDING}"
        kept = raw[: _LONGEST - len(tail)]
        while kept and kept[-1] & 0xC0 == 0x80:  # no character is cut in two
            kept = kept[:-1]
        file = os.fsdecode(kept[:-1] if kept and kept[-1] >= 0xC0 else kept) + tail
    return f"{FOLDER}/{file}" if mode is Mode.SUBDIR else file


def part(token: str) -> str:
    """The name of a file that is being written; `token` is hexadecimal."""
    return f".qc.{token}.part"


def is_part(name: str) -> bool:
    """Whether a file of that name was left by a run that was killed while writing it."""
    return _PART.fullmatch(name) is not None


def is_artefact(name: str) -> bool:
    """Whether a file of that name is one of quality checks, not media. `.qc` folders are, too."""
    return (
        name.endswith((ENDING, CHECKPOINT_ENDING))
        or name in (CACHE, LOCK, "qc.sequence.json")
        or is_part(name)
    )
