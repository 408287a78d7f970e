"""Opens USD layers, and all that they compose, and tells what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding
from rushes.ports.progress import Progress
from rushes.publish import usd_judging as judging
from rushes.publish.usd_facts import LayerFacts, Link
from rushes.publish.usd_looking import exists, looked_at

_ENDINGS = (".usd", ".usda", ".usdc", ".usdz")
Layers = dict[PurePosixPath, LayerFacts]


@dataclass(frozen=True, slots=True)
class Checked:
    """The layers that were looked at, and what is wrong with them."""

    layers: tuple[str, ...]
    findings: tuple[Finding, ...]


def check(paths: Sequence[Path], *, progress: Progress | None = None) -> Checked:
    """Look at layers, at all layers in folders, and at all that lie below them.

    Raises `path.not_found` where a path is not there, `path.unreadable` where a folder cannot be
    listed, `nothing.found` where there is no layer at all, and `dependency.missing`.
    """
    given = sorted({PurePosixPath(one) for path in paths for one in _layers_in(path)})
    if not given:
        raise RushesError(
            Code.NOTHING_FOUND,
            "There is no USD layer there.",
            hint="Name layers, or folders that hold some (.usd, .usda, .usdc, .usdz).",
        )
    found = _all_below(given, progress)
    told = dict.fromkeys(_judged(found))
    return Checked(tuple(escape(str(one)) for one in sorted(found)), tuple(told))


def _layers_in(path: Path) -> Iterator[str]:
    """The path itself, or the layers in the folder; links to folders are not followed."""
    whole = os.path.abspath(path)
    if not os.path.lexists(whole):
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"{escape(str(path))} does not exist.",
            hint="Check the spelling, or list the folder above it.",
        )
    if not os.path.isdir(whole):
        yield whole
        return

    def refused(error: OSError) -> None:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{escape(str(error.filename))} cannot be listed: {error.strerror or error}.",
            hint="Ask for the permission, or name what can be read.",
        ) from error

    for folder, _, names in os.walk(whole, onerror=refused):
        for name in names:
            if name.lower().endswith(_ENDINGS) and not name.startswith("."):
                yield os.path.join(folder, name)


def _all_below(given: Iterable[PurePosixPath], progress: Progress | None) -> Layers:
    """The layers, then what they need, then what that needs."""
    found: Layers = {}
    queue = list(given)
    while queue:
        found |= looked_at(queue, follow=len(queue) == 1, progress=progress)
        below = {
            place for facts in found.values() for link in facts.links
            if (place := _composed(facts, link)) is not None
        }  # fmt: skip
        queue = sorted(one for one in below - found.keys() if os.path.lexists(one))
    return found


def _composed(facts: LayerFacts, link: Link) -> PurePosixPath | None:
    """Where the layer lies that is composed here; None for textures and the like."""
    return link.place(facts.place) if link.is_layer() and not link.many else None


def _judged(layers: Layers) -> Iterator[Finding]:
    for path in sorted(layers):
        facts = layers[path]
        yield from judging.state(facts)
        yield from judging.form(facts)
        yield from judging.links(facts, exists)
        for link in facts.links:
            lower = layers.get(_composed(facts, link) or path)
            if lower is None or lower is facts or lower.broken:
                continue
            yield from judging.against(facts, lower)
            yield from judging.target(link, lower)
    yield from judging.loops(layers)
