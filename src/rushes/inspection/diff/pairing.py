"""Which part of one file belongs to which part of another."""

from __future__ import annotations

from collections.abc import Sequence

from rushes.model.image import Part

Pair = tuple[Part | None, Part | None]


def pairs(ours: Sequence[Part], theirs: Sequence[Part]) -> list[Pair]:
    """Parts of the same name and view, then those at the same place; others stay alone.

    In the order of the first file, with what only the second has behind.
    """
    left = dict(enumerate(theirs))
    found: dict[int, Part] = {}
    for at, one in enumerate(ours):
        match = next((key for key, other in left.items() if _key(other) == _key(one)), None)
        if match is not None:
            found[at] = left.pop(match)
    for at in range(len(ours)):
        if at not in found and at in left:
            found[at] = left.pop(at)
    both: list[Pair] = [(one, found.get(at)) for at, one in enumerate(ours)]
    return both + [(None, one) for one in left.values()]


def _key(part: Part) -> tuple[str, str]:
    return part.name, part.view
