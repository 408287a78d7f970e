"""The socket to an outside store of image facts: a lake of files, a database of the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol

from rushes.model.image import Image

Vector = tuple[float, ...]

EMBEDDING, FINGERPRINT = 384, 128


@dataclass(frozen=True)
class Inspected:
    """One image file as somebody looked at it.

    `path` is escaped and absolute, or a URL; it tells which file this is. `inspected` is aware.
    `metadata_embedding` has 384 numbers or none, `channel_fingerprints` one vector of 128 for
    each channel, part after part, or none at all.
    """

    path: str
    size: int
    mtime_ns: int
    image: Image
    inspected: datetime
    frame_number: int | None = None
    metadata_embedding: Vector = ()
    channel_fingerprints: tuple[Vector, ...] = ()


class Deed(str, Enum):
    """What became of an image in a store."""

    INSERTED = "inserted"  # it was not there
    UPDATED = "updated"  # it had changed: its parts, channels and attributes were replaced
    UNCHANGED = "unchanged"  # only that it was looked at again was noted
    FAILED = "failed"  # the store holds what it held before


class Outcome(NamedTuple):
    """What became of one image, and where it failed, `why`.

    `left_out` names attributes whose values are longer than the store can hold: they are there,
    without a value.
    """

    path: str
    deed: Deed
    why: str = ""
    left_out: tuple[str, ...] = ()


class Catalog(Protocol):
    """A store outside of Rushes, in four tables: files, parts, channels, attributes.

    One that is there but cannot be used is told when it is connected, by a `RushesError`; after
    that, what goes wrong is told by outcomes. No SDK's own exception gets out.
    """

    def record(self, images: Sequence[Inspected]) -> Sequence[Outcome]:
        """Write the images, in order, one outcome each. Recording twice is harmless.

        What is written of one image is written whole or not at all.
        """
        ...

    def close(self) -> None:
        """Let go of the store. Harmless when repeated."""
        ...
