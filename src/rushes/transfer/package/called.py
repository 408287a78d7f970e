"""What people call a place, for messages."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from rushes.core.escape import escape
from rushes.transfer.learning import Place


@runtime_checkable
class _Far(Protocol):
    """A storage whose paths alone do not tell where something lies."""

    def url(self, path: str) -> str: ...


def called(place: Place, path: str) -> str:
    """The path below the place's root with all that is above it, its bucket too; escaped."""
    whole = f"{place.root}/{path}" if path else place.root
    return place.storage.url(whole) if isinstance(place.storage, _Far) else escape(whole)
