"""Which part and which channels of a file show what people would call the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Names renderers give to the whole picture, as opposed to one pass of it.
_BEAUTY = ("", "rgba", "rgb", "beauty", "main", "combined", "color", "colour", "c", "default")
_RED, _GREEN, _BLUE = ("r", "red"), ("g", "green"), ("b", "blue")
_SECOND_VIEWS = ("right",)


@dataclass(frozen=True, slots=True)
class Choice:
    """Channels of one part, by their position: three of colour, one, or up to three of data.

    `colour` is false for data such as depth or normals, whose values are no light; `opacity` is
    true for data from 0 to 1.
    """

    part: int
    channels: tuple[int, ...]
    colour: bool = True
    opacity: bool = False


def choose(parts: Sequence[tuple[str, Sequence[str]]]) -> Choice | None:
    """The best choice among parts, each given by its name and its channels' names.

    Colour comes before data, the beauty before other layers, the first view before the second,
    and otherwise the first. None where there are no channels at all.
    """
    ranked = [
        (*rank, at, choice)
        for at, (name, channels) in enumerate(parts)
        for rank, choice in _candidates(at, name, channels)
    ]
    best = min(ranked, key=lambda one: one[:-1], default=None)
    return best[-1] if best is not None else None


def _candidates(
    part: int, part_name: str, channels: Sequence[str]
) -> list[tuple[tuple[int, int, int, int], Choice]]:
    layers: dict[str, dict[str, int]] = {}
    for at, channel in enumerate(channels):
        layer, _, component = channel.rpartition(".")
        layers.setdefault(layer, {}).setdefault(component.lower(), at)
    found = []
    for order, (layer, components) in enumerate(layers.items()):
        name = _name(part_name, layer)
        rank = (_not_beauty(name), _second_view(name), order)
        colour = [_first(components, names) for names in (_RED, _GREEN, _BLUE)]
        if None not in colour:
            picked = tuple(at for at in colour if at is not None)
            found.append(((0, *rank), Choice(part, picked)))
        elif "y" in components and "x" not in components:
            found.append(((1, *rank), Choice(part, (components["y"],))))
        else:
            first = min(components.values())
            grey = len(channels) == 1 and not layer
            found.append(((2, *rank), Choice(part, (first,), colour=grey and _light(components))))
    return found


def _name(part: str, layer: str) -> str:
    return layer.lower() if layer else part.lower()


def _not_beauty(name: str) -> int:
    """0 for a beauty, 1 for what begins like one (`rgba_left`), 2 for anything else."""
    if name in _BEAUTY:
        return 0
    words = name.replace(".", "_").replace("-", "_").split("_")
    return 1 if any(word in _BEAUTY for word in words) else 2


def _second_view(name: str) -> int:
    return int(any(view in name for view in _SECOND_VIEWS))


def _light(components: dict[str, int]) -> bool:
    return not components.keys() & {"z", "zback", "a", "id", "mask", "depth"}


def _first(components: dict[str, int], names: Sequence[str]) -> int | None:
    return next((components[name] for name in names if name in components), None)
