"""The file that is traced: where it lies, what its bytes come to, and what it is called."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.reconcile_tree import sequence_of
from rushes.frames.group import Rules, group
from rushes.publish.components import ALGORITHM
from rushes.qc.asset import name_of
from rushes.transfer.hashing_files import Trouble, answered, hash_batch, request


@dataclass(slots=True)
class Traced:
    """A file by its absolute path, or a BLAKE3 alone, with an empty path.

    `pattern` is what records call the sequence that it is a frame of, else its own name.
    `digests` are those made so far.
    """

    path: str
    there: bool
    size: int = -1
    pattern: str = ""
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return Path(self.path).parent

    @property
    def digest(self) -> str:
        """Its BLAKE3; empty where the file is not there."""
        return self.digests.get(ALGORITHM, "")

    def digest_in(self, algorithm: str) -> str | None:
        """Its digest in an algorithm; None for a file that is not there. Raises as `digests_of`."""
        if algorithm not in self.digests:
            if not self.there:
                return None
            self.digests |= digests_of(self.path, [algorithm])
        return self.digests[algorithm]


def traced_file(path: Path) -> Traced:
    """The file, read once. One that is not there is traced by its path.

    Raises `usage` for a folder, `path.unreadable`, and `changed.meanwhile`.
    """
    whole = os.path.abspath(path)
    if os.path.isdir(whole):
        raise RushesError(
            Code.USAGE,
            f"{escape(whole)} is a folder.",
            hint="Name one file, a frame of a sequence.",
        )
    made = Traced(whole, os.path.lexists(whole), pattern=_pattern(os.path.basename(whole)))
    if made.there:
        made.digests = digests_of(whole, [ALGORITHM])
        made.size = os.stat(whole).st_size
    return made


def traced_digest(digest: str) -> Traced:
    """Bytes that somebody has the BLAKE3 of, wherever they lie."""
    return Traced("", there=False, digests={ALGORITHM: digest.lower()})


def digests_of(path: str, algorithms: Sequence[str]) -> dict[str, str]:
    """The file's digests, in one reading. Raises `path.unreadable`, `changed.meanwhile`."""
    folder, name = os.path.split(path)
    (found,) = answered(hash_batch(request([(folder, [name], [None])], algorithms)))
    if not found.trouble:
        return dict(zip(algorithms, found.digests, strict=True))
    changed = found.trouble == Trouble.CHANGED
    raise RushesError(
        Code.CHANGED_MEANWHILE if changed else Code.PATH_UNREADABLE,
        f"{escape(path)}: {found.said}.",
        hint="Wait for whoever writes it."
        if changed
        else "Check its permissions, and the storage.",
    )


def _pattern(name: str) -> str:
    found = group([name], Rules()).groups
    return name_of(sequence_of(found[0])) if found else name
