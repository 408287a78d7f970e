"""Finding an adapter by its kind and name, and importing it no sooner than that."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rushes.core.errors import Code, RushesError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "rushes.adapters"  # also the entry point group, where others are named "kind.name"
_HERE = "rushes.adapters"


def names(kind: str) -> tuple[str, ...]:
    """The adapters of one kind (`storage`, `executor`, …) by name, ours and those installed."""
    return tuple(sorted({*_ours(kind), *_installed(kind)}))


def connect(kind: str, name: str, address: str = "") -> Any:
    """The adapter `name` of `kind`, connected to `address` in whatever way it understands.

    An adapter is a module with a function `connect(address)`; an outsider's entry point names
    such a function. Ours win over an outsider of the same name. Raises `adapter.unknown`.
    """
    ours = _module(kind, name)
    if ours is not None:
        return ours.connect(address)
    found = _installed(kind).get(name)
    if found is None:
        raise _unknown(kind, name)
    return found.load()(address)


def _module(kind: str, name: str) -> Any:
    """Our adapter of that name, imported without looking which others there are; None if none."""
    if not (kind.isidentifier() and name.isidentifier()):
        return None
    wanted = f"{_HERE}.{kind}.{name}"
    try:
        return import_module(wanted)
    except ModuleNotFoundError as error:
        if error.name and f"{wanted}.".startswith(f"{error.name}."):
            return None
        raise  # it is there; what it needs is not


def _ours(kind: str) -> set[str]:
    from importlib.util import find_spec
    from pkgutil import iter_modules

    if not kind.isidentifier():
        return set()
    spec = find_spec(f"{_HERE}.{kind}")
    places = spec.submodule_search_locations if spec else None
    return {module.name for module in iter_modules(places)} if places else set()


def _installed(kind: str) -> dict[str, EntryPoint]:
    # Imported late: with `email` below it, this is a tenth of a command's start.
    from importlib.metadata import entry_points

    return {
        point.name.removeprefix(f"{kind}."): point
        for point in entry_points(group=GROUP)
        if point.name.startswith(f"{kind}.")
    }


def _unknown(kind: str, name: str) -> RushesError:
    from difflib import get_close_matches

    known = names(kind)
    close = get_close_matches(name, known, n=1)
    guess = f"Did you mean {close[0]}? " if close else ""
    there = f"There are: {', '.join(known)}." if known else f"There are no {kind} adapters at all."
    return RushesError(
        Code.ADAPTER_UNKNOWN, f"There is no {kind} adapter {name!r}.", hint=guess + there
    )
