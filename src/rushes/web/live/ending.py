"""The end of a movement, by which the server knows who was told it."""

from __future__ import annotations

from rushes.core.clock import iso
from rushes.model.movement import Movement


def end_id(movement: Movement) -> str:
    """What tells an end from another of the same movement, which went on since."""
    return iso(movement.ended) if movement.ended is not None else "ended"
