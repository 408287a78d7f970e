"""The errors of naming: a template that makes no sense, a value that a name cannot hold."""

from __future__ import annotations

from collections.abc import Iterable

from rushes.core.errors import Code, RushesError


def refused(message: str, *, hint: str = "") -> RushesError:
    """Something about names that cannot be; to be raised."""
    return RushesError(Code.NOTATION_INVALID, message, hint=hint)


def unknown(kind: str, name: str, known: Iterable[str]) -> RushesError:
    """There is no `kind` of that name; the nearest is told, else all that there are."""
    from difflib import get_close_matches  # a millisecond that only mistakes should cost

    there = sorted(known)
    near = get_close_matches(name, there, n=3)
    # Of those that are as near, letters that changed places are the likeliest slip.
    near.sort(key=lambda one: sorted(one) != sorted(name))
    if near:
        return refused(f"There is no {kind} {name!r}.", hint=f"Did you mean {near[0]}?")
    return refused(f"There is no {kind} {name!r}.", hint=f"There are: {', '.join(there)}.")
