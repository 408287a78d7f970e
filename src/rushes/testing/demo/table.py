"""The planted faults as the table in the documentation."""

from __future__ import annotations

from rushes.frames.notation import format_frames
from rushes.model.frames import FrameSet
from rushes.testing.demo.plants import IMAGE_CHECK, PLANTS, Plant


def plants_table() -> str:
    """Every plant as a row of a Markdown table."""
    rows = [f"| {one.what} | `{one.where}` | {_frames(one)} | {_found_by(one)} |" for one in PLANTS]
    head = ["| What is wrong | Where, below `shows` | Frames | Found by |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _frames(plant: Plant) -> str:
    return format_frames(FrameSet.of(sorted(plant.frames)))


def _found_by(plant: Plant) -> str:
    if plant.counted:
        return f"`rushes scan`, which counts it as {plant.counted}"
    if plant.image_rule:
        return f"`rushes {IMAGE_CHECK}`: `{plant.image_rule}`"
    also = f", and with it {' and '.join(f'`{one}`' for one in plant.also)}" if plant.also else ""
    return f"`{plant.seen_by}`: `{plant.rule}`{also}"
