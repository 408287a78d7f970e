"""Which channels of a file show what somebody asked to see, and what there is to ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.inspection.beauty import Choice, choose
from rushes.inspection.look import Selection
from rushes.inspection.refusal import unreadable

NO_LAYER = "(no layer)"  # what people call the channels without one
Parts = Sequence[tuple[str, Sequence[str]]]  # each by its name and its channels' names

_LIGHT = frozenset(["r", "g", "b", "y", "red", "green", "blue"])
_OPACITY = frozenset(["a", "alpha", "opacity", "mask", "coverage", "ra", "ga", "ba"])
_COLOURS = (("r", "g", "b"), ("red", "green", "blue"))
_DATA = (("x", "y", "z"), ("nx", "ny", "nz"), ("x", "y"), ("u", "v"))
_SUBSAMPLED = ("y", "ry", "by")
_MOST_TOLD = 40


class View(NamedTuple):
    """One of the pictures that a file holds: what it is called, and how to ask for it."""

    label: str
    selection: Selection


def picked(parts: Parts, selection: Selection, name: str) -> Choice:
    """The channels that are asked for; errors call the file `name`.

    A layer may also be called by the name of its part, where the part is one layer. Raises
    `nothing.found`, with what there is, and `media.unreadable` where there are no channels at all.
    """
    if not any(channels for _, channels in parts):
        raise unreadable(name, "it has no channels")
    wanted = selection.part
    if wanted is not None and not 0 <= wanted < len(parts):
        there = f"Its parts are 0 to {len(parts) - 1}." if len(parts) > 1 else "It has only part 0."
        raise _nothing(f"part {wanted}", name, there)
    among = {at: one for at, one in enumerate(parts) if wanted in (None, at)}
    if selection.channel is not None:
        return _channel(among, selection, name)
    if selection.layer is not None:
        return _layer(among, selection.layer, name)
    places = list(among)
    best = choose(list(among.values()))
    if best is None:
        raise unreadable(name, f"its part {wanted} has no channels")
    return replace(best, part=places[best.part])


def views(parts: Parts) -> Iterator[View]:
    """Every layer of every part, and every channel that no picture of a layer shows.

    The opacity of a layer that has colour is left out, except where there are no layers.
    """
    for at, (part, channels) in enumerate(parts):
        several = (part or f"part {at}") if len(parts) > 1 else ""
        for layer, components in _layers(channels).items():
            called = _called(several, layer)
            shown = _together(components)
            if shown:
                whole = Selection(at) if _subsampled(components) else Selection(at, layer)
                yield View(called or NO_LAYER, whole)
            for component, place in components.items():
                if component not in shown and not (shown and layer and component in _OPACITY):
                    name = channels[place].rpartition(".")[2]
                    joint = "." if layer else " "
                    single = Selection(at, layer or None, name)
                    yield View(f"{called}{joint}{name}".strip(), single)


def _called(part: str, layer: str) -> str:
    """Part and layer in one; many programs call a part by its layer, and by its view."""
    if layer and part.lower().startswith(layer.lower()):
        return part
    return f"{part} {layer}".strip()


def _channel(among: Mapping[int, tuple[str, Sequence[str]]], asked: Selection, name: str) -> Choice:
    assert asked.channel is not None
    called = f"{asked.layer}.{asked.channel}" if asked.layer else asked.channel
    for part, (_, channels) in among.items():
        if called in channels:
            layer, _, component = called.rpartition(".")
            beside = _layers(channels)[layer]
            return _single(part, list(channels).index(called), component.lower(), beside)
    there = [one for _, channels in among.values() for one in channels]
    raise _nothing(f"channel {called}", name, _told("channels", there))


def _layer(among: Mapping[int, tuple[str, Sequence[str]]], layer: str, name: str) -> Choice:
    for part, (_, channels) in among.items():
        if components := _layers(channels).get(layer):
            return _of_layer(part, components)
    for part, (called, channels) in among.items():
        best = choose([(called, channels)]) if called == layer else None
        if best is not None:
            return replace(best, part=part)
    there = [one or NO_LAYER for _, channels in among.values() for one in _layers(channels)]
    named = [called for called, _ in among.values() if called]
    raise _nothing(f"layer {layer or NO_LAYER}", name, _told("layers", [*there, *named]))


def _of_layer(part: int, components: Mapping[str, int]) -> Choice:
    shown = _together(components)
    if shown and not _subsampled(components):
        colour = shown[0] in _LIGHT
        return Choice(part, tuple(components[one] for one in shown), colour=colour)
    first = "y" if "y" in components else next(iter(components))
    return _single(part, components[first], first, components)


def _together(components: Mapping[str, int]) -> tuple[str, ...]:
    """The components of a layer that make one picture."""
    for several in (*_COLOURS, *_DATA):
        if components.keys() >= set(several):
            return several
    return _SUBSAMPLED if _subsampled(components) else ()


def _subsampled(components: Mapping[str, int]) -> bool:
    """Whether colour is beside the luminance: a picture that only the whole file gives."""
    return components.keys() >= set(_SUBSAMPLED)


def _single(part: int, place: int, component: str, beside: Mapping[str, int]) -> Choice:
    """One channel; Y beside an X is no luminance."""
    light = component in _LIGHT and not (component == "y" and "x" in beside)
    return Choice(part, (place,), colour=light, opacity=component in _OPACITY)


def _layers(channels: Sequence[str]) -> dict[str, dict[str, int]]:
    """Where the components (in lower case) of each layer stand."""
    layers: dict[str, dict[str, int]] = {}
    for at, channel in enumerate(channels):
        layer, _, component = channel.rpartition(".")
        layers.setdefault(layer, {}).setdefault(component.lower(), at)
    return layers


def _told(what: str, there: Iterable[str]) -> str:
    names = list(dict.fromkeys(there))
    more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
    return f"Its {what}: {', '.join(names[:_MOST_TOLD])}{more}."


def _nothing(what: str, name: str, there: str) -> RushesError:
    return RushesError(Code.NOTHING_FOUND, f"There is no {what} in {name}.", hint=there)
