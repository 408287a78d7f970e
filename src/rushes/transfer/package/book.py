"""Where it is noted what is under way for a package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from rushes.ports.storage_writing import NOTHING, Keeping


class Book(Protocol):
    """What outlives a run that is killed: `ledger.Ledger` is one. Threads may use it at once."""

    def begun(self, path: str) -> Keeping:
        """Something is about to be made for it."""
        ...

    def ended(self, path: str) -> None:
        """Nothing unfinished is left of it, or it is whole."""
        ...

    def under_way(self) -> Mapping[str, Mapping[str, Any]]:
        """What was begun and has not ended, with what was kept of it."""
        ...


class Memory:
    """A book that lives as long as one run: with it, what fails can be cleared away."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, Any]] = {}

    def begun(self, path: str) -> Keeping:
        """Something is about to be made."""
        return _Page(self._kept.setdefault(path, {}))

    def ended(self, path: str) -> None:
        """Nothing is left of it."""
        self._kept.pop(path, None)

    def under_way(self) -> Mapping[str, Mapping[str, Any]]:
        """What was begun."""
        return dict(self._kept)


class _Page:
    def __init__(self, kept: dict[str, Any]) -> None:
        self._kept = kept

    def recall(self) -> Mapping[str, Any]:
        return dict(self._kept) or NOTHING

    def keep(self, state: Mapping[str, Any]) -> None:
        self._kept.update(state)

    def renew(self) -> None:
        self._kept.clear()
