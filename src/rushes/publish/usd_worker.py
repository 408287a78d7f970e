"""A process that reads USD layers, one after the other, and may die of any of them."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path, PurePosixPath
from typing import Any

from rushes.core.escape import escape
from rushes.inspection.bounded_worker import serve
from rushes.publish.usd_facts import LayerFacts, Link, from_json, to_json

# Address space, not memory: layers are mapped, and those of caches have many gigabytes.
_SPACE = 64 << 30
_PLACE = re.compile(r":(\d+:\d+: [^\n]*)")
_UNKNOWN = "it is no layer of USD"


def request(path: PurePosixPath, *, follow: bool) -> bytes:
    """What to ask of the worker: a layer and, to `follow`, all below it that Rushes has made."""
    return json.dumps({"path": str(path), "follow": follow}).encode("ascii")


def answer(payload: bytes) -> list[LayerFacts]:
    """What the worker answered: the layer that was asked for, then others."""
    return from_json(payload)


def read(path: Path) -> LayerFacts:
    """What the layer says. One that cannot be read is told as such, whatever is wrong with it."""
    from pxr import Sdf, Tf

    name = str(path)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would be waited for
            return LayerFacts(name, broken="it is no file")
        with open(path, "rb"):
            pass
        layer = Sdf.Layer.FindOrOpen(name)
    except OSError as error:
        return LayerFacts(name, broken=error.strerror or str(error))
    except Tf.ErrorException as error:
        place = _PLACE.search(str(error))
        return LayerFacts(name, broken=escape(place[1]) if place else _UNKNOWN)
    except UnicodeError:
        return LayerFacts(name, broken="its name is no text, which USD cannot take")
    if not layer:
        return LayerFacts(name, broken=_UNKNOWN)
    return _facts(name, layer)


def _facts(name: str, layer: Any) -> LayerFacts:
    from pxr import UsdGeom, UsdUtils  # UsdGeom knows axes and units

    top = layer.pseudoRoot
    ours = dict(layer.customLayerData).get("rushes")
    kind = str(ours.get("kind", "")) if isinstance(ours, dict) else ""
    form = "usdz" if name.lower().endswith(".usdz") else _form(name)
    links: set[Link] = set()
    if form != "usdz":  # what a package needs is in it
        kinds = ("sublayer", "reference", "payload")
        for of, assets in zip(kinds, UsdUtils.ExtractExternalReferences(name), strict=True):
            links |= {Link(of, str(one)) for one in assets if one}
    if kind:
        links = {one for one in links if one.kind != "reference"} | _references(layer)
    return LayerFacts(
        name,
        form=form,
        kind=kind,
        default_prim=str(layer.defaultPrim),
        roots=tuple(str(one.name) for one in layer.rootPrims),
        fps=layer.framesPerSecond if layer.HasFramesPerSecond() else None,
        time_codes=layer.timeCodesPerSecond if layer.HasTimeCodesPerSecond() else None,
        first=layer.startTimeCode if layer.HasStartTimeCode() else None,
        last=layer.endTimeCode if layer.HasEndTimeCode() else None,
        up_axis=_said(top, UsdGeom.Tokens.upAxis),
        metres_per_unit=_said(top, UsdGeom.Tokens.metersPerUnit),
        links=tuple(sorted(links, key=lambda one: (one.kind, one.asset, one.target))),
    )


def _form(name: str) -> str:
    with open(name, "rb") as file:
        return "usdc" if file.read(8) == b"PXR-USDC" else "usda"


def _said(top: Any, key: str) -> Any:
    return top.GetInfo(key) if top.HasInfo(key) else None


def _references(layer: Any) -> set[Link]:
    """The references of a layer of ours, which is small, each with the prim that it asks for."""
    found: set[Link] = set()

    def visit(path: Any) -> None:
        prim = layer.GetPrimAtPath(path) if path.IsPrimPath() else None
        for one in prim.referenceList.GetAddedOrExplicitItems() if prim else ():
            target = str(one.primPath)
            found.add(Link("reference", str(one.assetPath), target, bare=not target))

    layer.Traverse("/", visit)
    return found


def _answer(asked: bytes) -> bytes:
    told = json.loads(asked)
    start = PurePosixPath(told["path"])
    found, queue, seen = [], [start], {start}
    while queue:
        facts = read(Path(queue.pop()))
        found.append(facts)
        if not told["follow"] or not facts.kind:
            continue
        for link in facts.links:
            place = link.place(facts.place)
            # Only layers that are ours are read along; others may be large, or deadly.
            if place and link.is_layer() and place not in seen and _ours(place):
                seen.add(place)
                queue.append(place)
    return to_json(found)


def _ours(path: PurePosixPath) -> bool:
    from rushes.publish.usd_text import made_by_us

    try:
        with open(path, "rb") as file:
            return made_by_us(file.read(4096))
    except OSError:
        return False


def _prepare() -> None:
    os.environ.setdefault("PXR_WORK_THREAD_LIMIT", "1")
    from pxr import Sdf, UsdGeom, UsdUtils  # noqa: F401


if __name__ == "__main__":
    serve(_answer, prepare=_prepare, memory=_SPACE)
