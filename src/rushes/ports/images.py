"""The socket to what Rushes remembers of images' headers, shaped for a network like the records.

Paths are relative to their storage root, and escaped only at the adapter's own edge. A single file
is a file sequence of kind `FILE` with one frame, 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple, Protocol

from rushes.model.files import FileSequence
from rushes.model.image import Image
from rushes.model.image_query import ImageQuery
from rushes.ports.records import Page


class FileState(NamedTuple):
    """What a file was like when it was looked into: `st_size` and `st_mtime_ns`."""

    size: int
    mtime_ns: int


@dataclass(frozen=True)
class SeenImage:
    """One file that was looked into. `header` are its header's bytes, empty where it has none;
    `problem` says why then. `image` is what the header means.
    """

    frame: int
    state: FileState
    header: bytes
    image: Image | None
    problem: str = ""


@dataclass(frozen=True)
class SeenSequence:
    """Files of one sequence: those looked into, those met that are as they were recorded, and all
    frames there are; what is recorded beside those is forgotten.
    """

    sequence: FileSequence
    show: str
    images: Sequence[SeenImage]
    unchanged: Sequence[int] = ()
    frames: Sequence[int] = ()


@dataclass(frozen=True)
class Recorded:
    """How many files a batch added, wrote over, left as they were, and forgot."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    forgotten: int = 0

    def plus(self, other: Recorded) -> Recorded:
        """Both together."""
        return Recorded(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.forgotten + other.forgotten,
        )


@dataclass(frozen=True)
class FoundImage:
    """One recorded file. `mount` is where its storage root lies on this operating system.

    `distance` is that of its structure from what was asked for (0: the same, 2: opposite).
    """

    mount: str
    sequence: FileSequence
    frame: int
    state: FileState
    width: int | None
    height: int | None
    compressions: tuple[str, ...]
    layers: tuple[str, ...]
    parts: int
    channels: int
    distance: float | None = None


class Images(Protocol):
    """Headers of image files, and questions about them.

    Every call raises `database.unavailable` when the database cannot be reached.
    """

    def states(
        self, mount: str, sequences: Sequence[FileSequence]
    ) -> Sequence[Mapping[int, FileState]]:
        """What is recorded of each sequence's frames; those with a problem are left out, so that
        they are looked into every time.
        """
        ...

    def record(self, mount: str, seen: Sequence[SeenSequence]) -> Recorded:
        """Make what was seen the record, all of it or nothing; again changes nothing but when and
        how often the files were looked into. A root not yet known is made.
        """
        ...

    def forget(self, mount: str, folder: PurePosixPath, *, but: Sequence[FileSequence] = ()) -> int:
        """Forget the images of a folder that is gone, or those `but` the sequences it has now."""
        ...

    def tidy(self) -> None:
        """Take away structures that no file on record has any more; harmless at any time."""
        ...

    def mounts(self) -> Sequence[str]:
        """Where the known storage roots lie on this operating system."""
        ...

    def nested(self, mount: str) -> Sequence[PurePosixPath]:
        """Folders in `mount`, relative to it, of which images are recorded under roots that lie
        in it.
        """
        ...

    def gather(self, mount: str, shows: Mapping[PurePosixPath, str]) -> None:
        """Record under `mount` what is recorded of these folders under roots that lie in it, as
        of these shows; of a file that is recorded under several, what was seen last.
        """
        ...

    def folders(self, mount: str, below: PurePosixPath) -> Sequence[PurePosixPath]:
        """Folders at or below `below` of which images are recorded."""
        ...

    def header(self, mount: str, sequence: FileSequence, frame: int) -> bytes | None:
        """The very bytes of a recorded header; None where there is none."""
        ...

    def find(self, query: ImageQuery, *, page: str | None = None) -> Page[FoundImage]:
        """Files that the query holds of, frames of a sequence after one another."""
        ...

    def similar(self, image: Image, query: ImageQuery, *, most: int) -> Sequence[FoundImage]:
        """One file of each structure that is like the image's, the nearest first.

        Raises `dependency.missing` where the database has no vectors.
        """
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
