"""Writes the layers of a plan: each whole or not at all, and only where something changes."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rushes.core import atomic
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.lock import held
from rushes.model.finding import Finding, Severity
from rushes.ports.progress import Progress
from rushes.publish import usd_judging as judging
from rushes.publish.layers import Layer, LayerKind, with_roots
from rushes.publish.plan import Plan
from rushes.publish.usd_apart import Order, written_apart
from rushes.publish.usd_facts import LayerFacts
from rushes.publish.usd_looking import exists, looked_at
from rushes.publish.usd_needed import need
from rushes.publish.usd_text import made_by_us, usd_bytes

LOCK = ".rushes-usd.lock"
_LARGEST = 64 << 20  # bytes; no layer of ours is near that


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of a plan. In a dry run `written` are the layers that would be."""

    written: tuple[PurePosixPath, ...]
    unchanged: tuple[PurePosixPath, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Put:
    """A layer with its bytes; without those where it stays as it is, or cannot be."""

    layer: Layer
    data: bytes | None = None
    finding: Finding | None = None


def rebuild(
    planned: Callable[[], Plan],
    *,
    root: Path,
    top: Path,
    replace: bool = False,
    thorough: bool = False,
    wait_s: float = 60.0,
    apart: bool = False,
    progress: Progress | None = None,
) -> Rebuilt:
    """Ask for the plan while nobody else rebuilds below `top`, and write what differs from it.

    So what is written last is what was read last. `top` is the folder of the sequence, or of an
    asset's layers; `root` the project's, out of which nothing is written, whatever links lie in it.
    A layer that somebody else has made stays, unless `replace`. An item that its part points to
    already is only looked for; to be `thorough`, all are read. Done `apart`, it is another process
    that loads USD. What cannot be read or written is told in findings. Raises
    `dependency.missing`, `lock.unavailable`, and what `planned` raises.
    """
    need()
    if (wrong := _outside(top, root)) is not None:
        raise RushesError(Code.FIELD_INVALID, wrong, hint="Look for links that lead elsewhere.")
    try:
        top.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"The folder {escape(str(top))} cannot be made: {error.strerror or error}.",
            hint="Check free space and permissions, then try again.",
        ) from error
    with held(top / LOCK, wait_s=wait_s):
        plan = planned()
        if apart:
            order = Order(plan, root, replace=replace, thorough=thorough, dry_run=False)
            return written_apart(order, progress=progress)
        return write(plan, root=root, replace=replace, thorough=thorough, progress=progress)


def write(
    plan: Plan,
    *,
    root: Path,
    replace: bool = False,
    thorough: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Rebuilt:
    """Write what differs from the plan, from the bottom up. As `rebuild`, but takes no lock."""
    need()
    items = _items(plan.layers, thorough=thorough, progress=progress)
    findings = [*plan.findings, *_of_items(plan.layers, items)]
    written, unchanged = [], []
    for put in _compared(plan.layers, items, root=root, replace=replace):
        finding = put.finding
        if put.data is not None and not dry_run:
            finding = _written(put.layer.path, put.data)
        if finding is not None:
            findings.append(finding)
        elif put.data is not None:
            written.append(put.layer.path)
        else:
            unchanged.append(put.layer.path)
    return Rebuilt(tuple(written), tuple(unchanged), tuple(findings))


def dry(
    plan: Plan, *, root: Path, replace: bool = False, progress: Progress | None = None
) -> Rebuilt:
    """What `rebuild` would write, told by another process; nothing is written or locked."""
    need()
    order = Order(plan, root, replace=replace, thorough=False, dry_run=True)
    return written_apart(order, progress=progress)


def _items(
    layers: Iterable[Layer], *, thorough: bool, progress: Progress | None
) -> dict[PurePosixPath, LayerFacts]:
    """The items that have to be looked at, and those that are lost.

    A part whose layer would be the same if its item were fine has been looked at before.
    """
    found, fresh = {}, []
    for layer in layers:
        if layer.kind is not LayerKind.PART:
            continue
        (item,) = layer.below()
        if not os.path.lexists(item):
            found[item] = LayerFacts(str(item), broken=os.strerror(errno.ENOENT))
        elif thorough or not _is(layer):
            fresh.append(item)
    return found | (looked_at(fresh, progress=progress) if fresh else {})


def _is(layer: Layer) -> bool:
    """Whether the layer is there as it is to be."""
    try:
        return _there(Path(layer.path)) == usd_bytes(layer)
    except OSError:
        return False


def _of_items(
    layers: Iterable[Layer], items: Mapping[PurePosixPath, LayerFacts]
) -> Iterator[Finding]:
    """What is wrong with the items that parts point to."""
    for layer in layers:
        item = items.get(layer.below()[0]) if layer.kind is LayerKind.PART else None
        if item is None:
            continue
        yield from judging.state(item)
        if item.broken:
            continue
        told = layer.metadata
        upper = LayerFacts(
            str(layer.path),
            fps=told.fps,
            up_axis=told.up_axis,
            metres_per_unit=told.metres_per_unit,
        )
        yield from judging.default_prim(item)
        yield from judging.against(upper, item)
        yield from judging.links(item, exists)


def _compared(
    layers: Iterable[Layer],
    items: Mapping[PurePosixPath, LayerFacts],
    *,
    root: Path,
    replace: bool,
) -> Iterator[_Put]:
    """Each layer with what is to be done about it; those that nobody needs are left out."""
    for layer in layers:
        if layer.kind is LayerKind.PART:
            layer = _pointing(layer, items.get(layer.below()[0]))
        path = Path(layer.path)
        if (wrong := _outside(path.parent, root)) is not None:
            yield _Put(layer, finding=_told("usd.outside", layer.path, wrong))
            continue
        data = usd_bytes(layer)
        try:
            there = _there(path)
        except OSError as error:
            yield _Put(layer, finding=_unwritten(layer.path, error.strerror or str(error)))
            continue
        if there is None and layer.empty:
            continue
        if there == data:
            yield _Put(layer)
        elif there is not None and not replace and not made_by_us(there):
            why = "somebody else has made the layer that is there, so it stays"
            yield _Put(layer, finding=_told("usd.foreign", layer.path, why))
        else:
            yield _Put(layer, data)


def _pointing(layer: Layer, item: LayerFacts | None) -> Layer:
    """The layer of a part, pointing to what there is in the item."""
    if item is None or item.broken or not item.roots or item.default_prim in item.roots:
        return layer
    return with_roots(layer, item.roots)


def _there(path: Path) -> bytes | None:
    """What lies there; nothing of a link or of what is far too large, neither being ours."""
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            return b""
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _written(path: PurePosixPath, data: bytes) -> Finding | None:
    try:
        Path(path.parent).mkdir(parents=True, exist_ok=True)
        atomic.write_bytes(Path(path), data)
    except OSError as error:
        return _unwritten(path, error.strerror or str(error))
    except RushesError as error:
        return _unwritten(path, error.message)
    return None


def _outside(folder: Path, root: Path) -> str | None:
    """What to say where a folder, links followed, does not lie below the root."""
    real, within = os.path.realpath(folder), os.path.realpath(root)
    if os.path.commonpath((real, within)) == within:
        return None
    return f"{escape(str(folder))} does not lie below {escape(str(root))}, links followed"


def _unwritten(path: PurePosixPath, why: str) -> Finding:
    return _told("usd.unwritten", path, f"the layer could not be written: {why}")


def _told(rule: str, path: PurePosixPath, why: str) -> Finding:
    fix = "Mend that, then rebuild the layers of the shot."
    return Finding(rule, Severity.ERROR, escape(str(path)), why, fix=fix)
