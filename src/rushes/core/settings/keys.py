"""The settings by their dotted names, as the schema has them."""

from __future__ import annotations

from functools import lru_cache

from rushes.core.settings.schema import Settings
from rushes.core.settings.section import Key


@lru_cache(maxsize=1)
def keys() -> dict[str, Key]:
    """All settings, in the order of the schema."""
    found = dict(Settings.own_keys())
    for section, made in Settings.own_sections().items():
        found.update({f"{section}.{last}": key for last, key in made.own_keys().items()})
    for name, key in found.items():
        key.name = name
    return found


@lru_cache(maxsize=1)
def sections() -> dict[str, str]:
    """Sections and what they are about."""
    return {name: made.__doc__ or "" for name, made in Settings.own_sections().items()}


def nearest(name: str) -> str:
    """The setting or section that `name` was probably meant to be, or nothing."""
    from difflib import get_close_matches  # a millisecond that only mistakes should cost

    known = keys()
    section, _, last = name.rpartition(".")
    inside = [one for one in known if section and one.startswith(f"{section}.")]
    close = get_close_matches(name, inside or [*known, *sections()], n=1, cutoff=0.7)
    if close:
        return close[0]
    # A setting of the right name in the wrong section, or outside any.
    by_last = {key.last: key.name for key in known.values()}
    close = get_close_matches(last, by_last, n=1, cutoff=0.75)
    return by_last[close[0]] if close else ""
