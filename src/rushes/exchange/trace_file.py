"""The file that is traced: where it lies, what its bytes come to, and what it is called."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.reconcile_tree import sequence_of
from rushes.frames.group import Rules, group
from rushes.publish.components import ALGORITHM
from rushes.qc.asset import name_of
from rushes.transfer.hashing_files import Trouble, answered, hash_batch, request

Read = Callable[[Sequence[str]], dict[str, str]]


@dataclass(slots=True)
class Traced:
    """A file by its absolute path or URL, one inside a package, or a BLAKE3 alone.

    The latter two have an empty path, for records know them by none. `shown` is what people call
    it, `pattern` what records call the sequence that it is a frame of, else its own name. A file
    inside a package has the `package`'s path or URL, and `inside` its own in there.

    `digests` are those made so far; `read` makes more of them, and is None where bytes are not to
    be fetched. `noted` are digests that lie with the file and that nobody has compared.
    """

    path: str
    there: bool
    size: int = -1
    pattern: str = ""
    digests: dict[str, str] = field(default_factory=dict)
    noted: Mapping[str, str] = field(default_factory=dict)
    read: Read | None = None
    package: str = ""
    inside: str = ""
    trouble: str = ""
    # What deliveries and publishes say of these bytes: publishes and versions, and other places.
    publishes: set[int] = field(default_factory=set)
    versions: set[int] = field(default_factory=set)
    origins: dict[str, None] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What people call it; empty for a digest alone."""
        return f"{self.package}!/{self.inside}" if self.inside else self.path

    @property
    def is_here(self) -> bool:
        """Whether it has a path on this machine, so that things may lie beside it."""
        return bool(self.path) and "://" not in self.path

    @property
    def folder(self) -> Path:
        """Where it lies on this machine."""
        return Path(self.path).parent

    @property
    def above(self) -> str:
        """The same as text, of a URL, too."""
        return self.path.rpartition("/")[0]

    @property
    def digest(self) -> str:
        """Its BLAKE3; empty where its bytes were not read."""
        return self.digests.get(ALGORITHM, "")

    @property
    def sought(self) -> str:
        """The BLAKE3 that it is looked for by: its own, else one that is noted with it."""
        return self.digest or self.noted.get(ALGORITHM, "")

    def digest_in(self, algorithm: str) -> str | None:
        """Its digest in an algorithm; None where it is not read. Raises as reading does."""
        if algorithm not in self.digests:
            if self.read is None:
                return None
            self.digests |= self.read([algorithm])
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
    made = Traced(whole, os.path.lexists(whole), pattern=pattern_of(os.path.basename(whole)))
    if made.there:
        made.read = lambda algorithms: digests_of(whole, algorithms)
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


def pattern_of(name: str) -> str:
    """What records call the sequence that a frame of this name is of, or the name itself."""
    found = group([name], Rules()).groups
    return name_of(sequence_of(found[0])) if found else name
