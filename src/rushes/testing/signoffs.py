"""Sign-offs made up for tests: records, chains of them, and sidecars put where they belong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rushes.core.escape import unescape
from rushes.frames.notation import format_frames
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.model.signoff import CheapPrint, Past, Record, Result, SequencePrint, Sidecar, State
from rushes.qc.places import Mode, sidecar
from rushes.qc.sidecar import encode, record_hash

FIRST = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_CHEAP = CheapPrint(1, 1000, 1_700_000_000)


def record(**changes: Any) -> Record:
    """A pass of the single file `clip.mov` by Ada, unsigned, with whatever differs from that."""
    made = Record(
        qc_id="019a73e9-0000-7000-8000-000000000001",
        qc_time=FIRST,
        operator="ada",
        tool_version="rushes/0.1.0",
        policy_version="2026.11",
        policy=None,
        asset_path="/mnt/shows/demo/clip.mov",
        asset_name="clip.mov",
        asset_id=None,
        content_hash=f"blake3:{'c29b' * 16}",
        content_state=State.NEW,
        cheap_fp=_CHEAP,
        sequence=None,
        qc_result=Result.PASS,
        notes="",
        reason="new",
        changes=None,
        findings=(),
        previous=None,
        signature=None,
    )
    return replace(made, **changes)


def sequence(frames: FrameSet, *, head: str = "plate.", tail: str = ".exr") -> SequencePrint:
    """What a record says of the file sequence `plate.%04d.exr` with those frames on disk."""
    return SequencePrint(
        base=head.rstrip("._"),
        ext=tail.rpartition(".")[2],
        first=f"{head}{frames.first:04d}{tail}",
        last=f"{head}{frames.last:04d}{tail}",
        frame_count=len(frames),
        frame_min=frames.first,
        frame_max=frames.last,
        pad=4,
        range_count=len(frames.runs),
        holes=frames.last - frames.first + 1 - len(frames),
        frames=format_frames(frames),
        kind="frames",
        subframe_digits=0,
        cheap_fp=_CHEAP,
    )


def of_sequence(frames: FrameSet, *, head: str = "plate.", **changes: Any) -> Record:
    """A pass of the file sequence `plate.%04d.exr`."""
    made = sequence(frames, head=head)
    return record(asset_name=f"{head}%04d.exr", sequence=made, **changes)


def finding(message: str = "3 pixels are NaN", **changes: Any) -> Finding:
    """An error in the pixels of an asset."""
    return replace(Finding("pixels.nan", Severity.ERROR, "plate.%04d.exr", message), **changes)


def after(past: tuple[Past, ...], made: Record) -> Sidecar:
    """The sidecar of `made`, chained to what came before it."""
    previous = record_hash(past[-1]) if past else None
    return Sidecar(replace(made, previous=previous), past)


def chain(n: int, **changes: Any) -> Sidecar:
    """A sidecar of `n` records a day apart: the first pending, the others passes."""
    made = after((), record(**{"qc_result": Result.PENDING, **changes} if n > 1 else changes))
    for day in range(1, n):
        later = record(qc_time=FIRST + timedelta(days=day), reason="signed off", **changes)
        made = after((*made.history, made.record), later)
    return made


def placed(folder: Path, made: Sidecar, mode: Mode = Mode.SUBDIR) -> Path:
    """Put the sidecar where it belongs for an asset in `folder`, which is made; its place."""
    place = folder / sidecar(unescape(made.record.asset_name), mode)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(encode(made))
    return place
