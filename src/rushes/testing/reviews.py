"""Records that wait for somebody's decision, for tests of reviews."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from rushes.model.signoff import CheapPrint, PolicyStamp, Record, Result, SequencePrint, Sidecar
from rushes.testing import signoffs


def recorded(folder: Path, name: str, **other: Any) -> Record:
    """Lay a record beside an asset that is said to be there: pending, with whatever differs."""
    made = signoffs.record(
        policy_version="2025.11.0",
        policy=PolicyStamp("plates", "3", "sha256:00"),
        asset_path="/shows",
        asset_name=name,
        content_hash=f"blake3:{blake3(b'media').hexdigest()}",
        qc_result=Result.PENDING,
        reason="first seen",
    )
    made = replace(made, **other)
    signoffs.placed(folder, Sidecar(made))
    return made


def sequence(frames: str, count: int) -> SequencePrint:
    """What a record says of `count` frames of a plate between 1001 and 1003, with one hole."""
    return SequencePrint(
        base="plate",
        ext="exr",
        first="plate.1001.exr",
        last="plate.1003.exr",
        frame_count=count,
        frame_min=1001,
        frame_max=1003,
        pad=4,
        range_count=1,
        holes=1,
        frames=frames,
        kind="frames",
        subframe_digits=0,
        cheap_fp=CheapPrint(1, 1, 1),
    )


@pytest.fixture
def tree(home: Path) -> Path:
    """Three single files that are pending, and one that has passed."""
    root = home / "root"
    for name in ("a.wav", "b.wav", "c.wav"):
        recorded(root, name)
        (root / name).write_text("media")
    recorded(root, "passed.wav", qc_result=Result.PASS)
    return root
