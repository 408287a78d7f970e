"""Which department has the last word, where two of them say something of the same prim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# From the weakest to the strongest, as work goes down the pipeline; each with its other names.
DEPARTMENTS: tuple[tuple[str, ...], ...] = (
    ("mod", "model", "modeling", "modelling"),
    ("rig", "rigging"),
    ("ldev", "lookdev", "texture", "surfacing"),
    ("env", "environment"),
    ("layout", "lay", "previs"),
    ("anim", "animation"),
    ("cfx", "charfx", "cloth", "hair"),
    ("crowd", "crowds"),
    ("fx", "effects"),
    ("matte", "dmp"),
    ("lgt", "lighting", "light"),
    ("comp", "compositing"),
)


def strongest_first(
    departments: Iterable[str], order: Sequence[Sequence[str]] = DEPARTMENTS
) -> tuple[str, ...]:
    """The departments, each once, the one first that has the last word.

    Those that `order` does not know are the weakest, by name.
    """
    rank = {name: at for at, names in enumerate(order) for name in names}
    return tuple(sorted(set(departments), key=lambda one: (-rank.get(one.lower(), -1), one)))
