"""What a USD layer on disk says, as values: what is read in one process is judged in another."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

_PLACES = re.compile(r"<UDIM>|<UVTILE[01]>|#+")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ARGUMENTS = ":SDF_FORMAT_ARGS:"


@dataclass(frozen=True, slots=True)
class Link:
    """Another file that a layer needs, as it is written there.

    `kind` is `sublayer`, `reference` (textures and clips among them) or `payload`. `target` is the
    prim that is asked for; `bare` says that it is the default one.
    """

    kind: str
    asset: str
    target: str = ""
    bare: bool = False

    def place(self, layer: PurePosixPath) -> PurePosixPath | None:
        """Where the file ought to lie; None for what is no path: a service's, an expression's."""
        asset = self.asset.partition(_ARGUMENTS)[0].partition("[")[0]
        if not asset or asset.startswith("`") or _ELSEWHERE.match(asset):
            return None
        return PurePosixPath(os.path.normpath(layer.parent / asset))

    @property
    def absolute(self) -> bool:
        """Whether it breaks when the tree is moved."""
        return self.asset.startswith("/")

    @property
    def many(self) -> bool:
        """Whether it stands for several files: tiles of a texture, frames of clips."""
        return _PLACES.search(self.asset) is not None

    def is_layer(self) -> bool:
        """Whether it is composed, rather than a texture or the like."""
        return self.asset.rpartition(".")[2].lower() in ("usd", "usda", "usdc", "usdz")


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """A layer that was opened; `broken` says why it could not be, and then the rest is empty.

    `form` is how it is stored: `usda`, `usdc`, `usdz`. `kind` is what Rushes made it as, empty for
    a layer that is not of its making. What is not said in the layer is None.
    """

    path: str
    broken: str = ""
    form: str = ""
    kind: str = ""
    default_prim: str = ""
    roots: tuple[str, ...] = ()
    fps: float | None = None
    time_codes: float | None = None
    first: float | None = None
    last: float | None = None
    up_axis: str | None = None
    metres_per_unit: float | None = None
    links: tuple[Link, ...] = ()

    @property
    def place(self) -> PurePosixPath:
        """The path as one."""
        return PurePosixPath(self.path)

    @property
    def rate(self) -> float:
        """Time codes per second, as USD has them: of what is said the nearest, else 24."""
        return self.time_codes or self.fps or 24.0


def to_json(facts: list[LayerFacts]) -> bytes:
    """Layers as bytes of a message."""
    return json.dumps([asdict(one) for one in facts]).encode("ascii")


def from_json(payload: bytes) -> list[LayerFacts]:
    """The layers of a message."""
    return [_layer(one) for one in json.loads(payload)]


def _layer(row: dict[str, object]) -> LayerFacts:
    links, roots = row.pop("links"), row.pop("roots")
    assert isinstance(links, list)
    assert isinstance(roots, list)
    found = tuple(Link(**one) for one in links)
    return LayerFacts(**row, links=found, roots=tuple(roots))  # type: ignore[arg-type]
