"""A program of others that carries many files at once, and is believed nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rushes.ports.storage_writing import Terms


@dataclass(frozen=True, slots=True)
class Load:
    """One file of this machine, the key it is to have, and what is to be noted with it."""

    file: str  # absolute
    key: str
    metadata: Mapping[str, str]
    replaces: bool  # whether something lies there, which we know


class Courier(Protocol):
    """Carries files into one bucket. Whoever calls looks afterwards what has arrived."""

    def carry(self, loads: Sequence[Load], *, terms: Terms, deadline_s: float) -> str:
        """Carry them; what the program said of what went wrong, in one line, or nothing.

        After the deadline it is ended. Raises `dependency.missing` and `settings.invalid`.
        """
        ...
