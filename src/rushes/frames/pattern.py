"""What a group is called: its pattern."""

from __future__ import annotations

from pathlib import PurePosixPath

from rushes.frames.grouped import Group
from rushes.model.files import FileSequence

_HERE = PurePosixPath(".")


def pattern_of(group: Group) -> str:
    """`plate.%04d.exr`, as `FileSequence.pattern` has it."""
    return FileSequence(
        _HERE,
        group.head,
        group.tail,
        group.padding,
        group.frames,
        group.kind,
        group.subframe_digits,
    ).pattern
