"""What passes a program writes for a shot, and in which parts of a file they go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from zlib import crc32

from rushes.model.image import Value
from rushes.testing.media.programs import Program

_TYPES = {"h": "HALF", "f": "FLOAT", "u": "UINT"}
_CRYPTOMATTE = 0.4
_WHOLE = ("RY", "BY", "ZBack")  # components of more than one letter
_LAYERS = ("00", "01", "02")


@dataclass(frozen=True, slots=True)
class Pass:
    """What goes into one part: groups of channels, as `rushes.testing.media.programs` notes them.

    A group that belongs to a view other than the part's own begins with it.
    """

    name: str
    view: str
    groups: tuple[str, ...]

    def channels(self, pixels: str) -> list[dict[str, Value]]:
        """The value of its `channels`, sorted as the format wants; `pixels` is the usual type."""
        named = dict(one for group in self.groups for one in _channels(group, pixels))
        fixed = {"linear": 0, "x_sampling": 1, "y_sampling": 1}
        return [{"name": name, "type": named[name], **fixed} for name in sorted(named)]


def passes(
    random: Random, program: Program, *, views: Sequence[str], several: bool, deep: bool
) -> tuple[list[Pass], dict[str, tuple[str, Value]]]:
    """The passes of a shot, one for each part, and attributes that tell of them."""
    eager = random.uniform(0.2, 0.95)  # a lookdev test wants few passes, a hero shot wants all
    groups = [*program.always, *(one for one in program.often if random.random() < eager)]
    attributes: dict[str, tuple[str, Value]] = {}
    if deep:
        groups = [*program.always, "Z:f", "ZBack:f"]
    elif program.cryptomatte and random.random() < _CRYPTOMATTE:
        for name in random.sample(program.cryptomatte, random.randint(1, len(program.cryptomatte))):
            groups += [f"{name}{layer}.RGBA:f" for layer in _LAYERS]
            attributes |= _cryptomatte(name)
    if several:
        return [one for view in views or ("",) for one in _parts(groups, view)], attributes
    others = [f"{view}.{group}" for view in views[1:] for group in groups]
    return [Pass("", "", (*groups, *others))], attributes


def _parts(groups: Sequence[str], view: str) -> Iterator[Pass]:
    """A part for every layer."""
    layers: dict[str, tuple[str, ...]] = {}
    for group in groups:
        names = group.partition(":")[0]
        layer = names.rpartition(".")[0] or {"Z": "depth"}.get(names, "rgba")
        layers[layer] = (*layers.get(layer, ()), group)
    for layer, found in layers.items():
        yield Pass(f"{layer}.{view}" if view else layer, view, found)


def _channels(group: str, pixels: str) -> Iterator[tuple[str, str]]:
    """Names and types of the channels of a group."""
    names, _, kind = group.partition(":")
    layer, point, letters = names.rpartition(".")
    for letter in (letters,) if letters in _WHOLE else letters:
        yield f"{layer}{point}{letter}", _TYPES[kind or pixels]


def _cryptomatte(name: str) -> dict[str, tuple[str, Value]]:
    """What the Cryptomatte specification 1.2 wants; the manifest is a small one."""
    key = f"cryptomatte/{crc32(name.encode()):08x}"[:-1]
    told = {
        "name": name,
        "hash": "MurmurHash3_32",
        "conversion": "uint32_to_float32",
        "manifest": '{"hero":"3f1a2b4c","ground":"bd00f1e2"}',
    }
    return {f"{key}/{what}": ("string", text) for what, text in told.items()}
