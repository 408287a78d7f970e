"""A layer as text of USD: the same bytes for the same layer."""

from __future__ import annotations

from typing import Any

from rushes.publish.layers import Layer

_TOLD = "Made by Rushes from its records. What is changed here is lost with the next publish."
_HEAD, _MARK = b"#usda 1.0", b"dictionary rushes = {"


def made_by_us(start: bytes) -> bool:
    """Whether a file that begins so is a layer that `usd_bytes` has made."""
    return start.startswith(_HEAD) and _MARK in start


def usd_bytes(layer: Layer) -> bytes:
    """The layer as a `.usd` or `.usda` file holds it."""
    from pxr import Sdf

    made = Sdf.Layer.CreateAnonymous(".usda")
    made.documentation = _TOLD
    made.customLayerData = {"rushes": {"schema": 1, "kind": layer.kind.value}}
    _tell(made, layer)
    made.subLayerPaths[:] = [layer.beside(one) for one in layer.sublayers]
    _define(made, f"/{layer.default_prim}", typed=layer.typed)
    for path in dict.fromkeys(one.prim for one in layer.references):
        typed = layer.typed and path.count("/") == 1
        prim = _define(made, path, typed=typed)
        prim.referenceList.prependedItems = [
            Sdf.Reference(layer.beside(one.to), one.target or Sdf.Path.emptyPath)
            for one in layer.references
            if one.prim == path
        ]
    text: str = made.ExportToString()
    return text.encode("utf-8")


def _tell(made: Any, layer: Layer) -> None:
    from pxr import UsdGeom

    told = layer.metadata
    made.defaultPrim = layer.default_prim
    made.framesPerSecond = made.timeCodesPerSecond = told.fps
    if told.first is not None and told.last is not None:
        made.startTimeCode, made.endTimeCode = told.first, told.last
    made.pseudoRoot.SetInfo(UsdGeom.Tokens.upAxis, told.up_axis)
    made.pseudoRoot.SetInfo(UsdGeom.Tokens.metersPerUnit, told.metres_per_unit)


def _define(made: Any, path: str, *, typed: bool) -> Any:
    """A prim that is there; without a type it takes that of what it references."""
    from pxr import Sdf

    prim = Sdf.CreatePrimInLayer(made, path)
    prim.specifier = Sdf.SpecifierDef
    if typed:
        prim.typeName = "Xform"
    return prim
