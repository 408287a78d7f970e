"""What a worker of the server holds open: the ports, once, for all its threads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rushes.ports.people import People
from rushes.ports.studio import Studio
from rushes.ports.work import Work

_house: House | None = None


@dataclass(frozen=True, slots=True)
class House:
    """The studio's records, numbers, people, and the folder where workers leave their counts."""

    studio: Studio
    work: Work
    people: People
    counts: Path


def move_in(opened: House) -> None:
    """From here on all requests use these."""
    global _house
    _house = opened


def house() -> House:
    """What was opened when the server started."""
    assert _house is not None, "the server was not started"
    return _house
