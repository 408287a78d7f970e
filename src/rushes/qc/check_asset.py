"""What automatic checks are about: an asset as a scan met it, and what kind of files it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from rushes.core.escape import escape
from rushes.frames.missing import Gaps, missing
from rushes.inspection.media.names import is_media
from rushes.model.files import FileSequence, FoundSequence, Kind
from rushes.model.finding import Finding
from rushes.scan.gaps import subject


class Sort(Enum):
    """What can be looked into, by the ending of the names."""

    IMAGE = "image"  # OpenEXR
    MEDIA = "media"
    PLAIN = "plain"  # anything else: of such files only names and sizes are judged


@dataclass(frozen=True, slots=True)
class Asset:
    """A file sequence or single file in `folder`, an absolute path as the file system spells it.

    `findings` are those of the scan about it. `gaps` are against what its shot needs; None is
    between the first and the last frame found.
    """

    folder: str
    found: FoundSequence
    findings: tuple[Finding, ...] = ()
    gaps: Gaps | None = None

    @property
    def sequence(self) -> FileSequence:
        """Its names."""
        return self.found.sequence

    @property
    def subject(self) -> str:
        """What findings call it: the pattern with its folder below the storage root, escaped."""
        return subject(self.sequence)

    @property
    def sort(self) -> Sort:
        """What kind of files it has."""
        name = self.sequence.pattern
        if name.lower().endswith(".exr"):
            return Sort.IMAGE
        return Sort.MEDIA if is_media(name) else Sort.PLAIN

    @property
    def count(self) -> int:
        """How many files it has."""
        return 1 if self.sequence.kind is Kind.FILE else len(self.sequence.frames)

    def held(self) -> Gaps:
        """Its gaps."""
        return self.gaps if self.gaps is not None else missing(self.sequence, None)

    def pieces(self, at: int, size: int) -> Iterator[Piece]:
        """Its files in runs of `size`; the asset is the `at`th."""
        if self.sequence.kind is Kind.FILE:
            yield Piece(at, self.folder, self.sequence, (None,))
            return
        frames = [*self.sequence.frames]
        for first in range(0, len(frames), size):
            yield Piece(at, self.folder, self.sequence, tuple(frames[first : first + size]))


@dataclass(frozen=True, slots=True)
class Piece:
    """Some files of the `at`th asset: the `frames` of a sequence, or None for a single file."""

    at: int
    folder: str
    sequence: FileSequence
    frames: tuple[int | None, ...]

    def path(self, frame: int | None) -> str:
        """Where the file of `frame` lies."""
        return f"{self.folder.rstrip('/')}/{self.sequence.name(frame or 0)}"

    def name(self, frame: int | None) -> str:
        """What findings call it."""
        folder, name = str(self.sequence.folder), self.sequence.name(frame or 0)
        return escape(name if folder == "." else f"{folder}/{name}")
