"""What a USD layer of ours says: its metadata, what lies below it, and what it references.

Values only; `plan` makes them from what was published, `usd` writes them.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath

from rushes.core.errors import Code, RushesError

WORLD = "World"  # the root prim of the layers above assets
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*|_[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_NUMERAL = re.compile(r"[0-9][A-Za-z0-9_]*", re.ASCII)


class LayerKind(StrEnum):
    """What a layer composes, from the bottom up."""

    PART = "part"
    ASSET = "asset"
    ARTIST = "artist"
    DEPARTMENT = "department"
    SHOT = "shot"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a stage is told of time and space.

    `first` and `last` are frames, both included, with handles where there are any. The axis and
    the unit are those that USD itself supposes where nothing is said.
    """

    fps: float = 24.0
    first: int | None = None
    last: int | None = None
    up_axis: str = "Y"
    metres_per_unit: float = 0.01

    def checked(self) -> Metadata:
        """Itself. Raises `field.invalid` where a stage could not be made of it."""
        for name, number in (("fps", self.fps), ("metres_per_unit", self.metres_per_unit)):
            if not math.isfinite(number) or number <= 0:
                raise _refused(f"{name} is {number}.", "Give a number above zero.")
        if self.up_axis not in ("Y", "Z"):
            raise _refused(f"The axis that is up is {self.up_axis!r}.", "Say Y or Z.")
        if (self.first is None) != (self.last is None):
            raise _refused("A range has one end only.", "Give the first and the last frame.")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise _refused(f"The range {self.first}-{self.last} runs backwards.", "Turn it round.")
        return self


@dataclass(frozen=True, slots=True)
class Reference:
    """What of another layer appears at `prim`, such as `/World/Tornado`.

    `target` is a prim of the other layer, empty for its default prim.
    """

    prim: str
    to: PurePosixPath
    target: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as it is to be: sublayers and references the strongest first, all paths absolute.

    `default_prim` is the name of a root prim. Where `typed` is not set it has no type of its own,
    so that what it references keeps its type.
    """

    kind: LayerKind
    path: PurePosixPath
    metadata: Metadata
    default_prim: str
    sublayers: tuple[PurePosixPath, ...] = ()
    references: tuple[Reference, ...] = ()
    typed: bool = True

    @property
    def empty(self) -> bool:
        """Whether nothing is composed here."""
        return not self.sublayers and not self.references

    def below(self) -> tuple[PurePosixPath, ...]:
        """The layers that it composes."""
        return (*self.sublayers, *(one.to for one in self.references))

    def beside(self, other: PurePosixPath) -> str:
        """Where `other` is, seen from here.

        Always from `./` or `../` on: anything else USD would look for in its search path, too.
        """
        near = os.path.relpath(other, self.path.parent)
        return near if near.startswith("../") else f"./{near}"


def with_roots(layer: Layer, roots: Sequence[str]) -> Layer:
    """The layer of a part whose item names no default prim: it references each root prim.

    One root takes the place of the default prim; of several each gets a prim of its own.
    """
    (item,) = layer.below()
    top = f"/{layer.default_prim}"
    if len(roots) == 1:
        return replace(layer, references=(Reference(top, item, f"/{roots[0]}"),))
    each = tuple(Reference(f"{top}/{one}", item, f"/{one}") for one in sorted(roots))
    return replace(layer, references=each, typed=True)


def prim_name(name: str) -> str:
    """A name as USD lets prims be called, another one for every name.

    `0500` becomes `_0500`; what holds other signs than letters, digits and `_` has them replaced,
    and eight digits of its digest at its end to tell it from its like.
    """
    if _PLAIN.fullmatch(name):
        return name
    if _NUMERAL.fullmatch(name):
        return f"_{name}"
    digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
    clean = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return f"{'_' if clean[:1].isdigit() else ''}{clean}_{digest}"


def _refused(message: str, hint: str) -> RushesError:
    return RushesError(Code.FIELD_INVALID, message, hint=hint)
