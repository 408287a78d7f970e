"""What an asset's files hold, in hashes: its content hash, and how it differs from before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rushes.core.escape import escape
from rushes.frames.notation import format_frames, parse_frames
from rushes.model.frames import FrameSet
from rushes.model.signoff import Changes, Record
from rushes.qc.asset import Asset, frame_text
from rushes.qc.hashcache import FileRow
from rushes.transfer.hashing import Hashed, manifest_hash


@dataclass(frozen=True, slots=True)
class Content:
    """An asset's files as they were hashed, in frame order; `hash` is the asset's.

    `rotted` are those whose bytes changed while size, time and inode did not.
    """

    hash: str
    files: Sequence[Hashed]
    rotted: tuple[str, ...] = ()


def content(
    asset: Asset, files: Sequence[Hashed], *, algorithm: str, known: Mapping[str, FileRow]
) -> Content:
    """The content of an asset whose files have all been hashed with `algorithm`.

    `known` are earlier hashes with the same algorithm, by escaped name.
    """
    rotted = tuple(
        one.name
        for one in files
        if one.read
        and (before := known.get(escape(one.name))) is not None
        and (before.size, before.mtime_ns, before.inode) == (one.size, one.mtime_ns, one.inode)
        and before.digest != one.digests[0]
    )
    made = asset.found.sequence
    if not asset.is_sequence:
        return Content(f"{algorithm}:{files[0].digests[0]}", files, rotted)
    lines = (
        (frame_text(made, frame), one.size, f"{algorithm}:{one.digests[0]}")
        for frame, one in zip(made.frames, files, strict=True)
    )
    return Content(manifest_hash(lines, algorithm), files, rotted)


def changes(
    asset: Asset, now: Content, before: Record, known: Mapping[str, FileRow]
) -> Changes | None:
    """Which frames differ from the record; None for a single file.

    `known` are the hashes of the files that the record was made of. Where some are lost, which
    frames changed is not known, unless none can have been added or removed and all are.
    """
    made = asset.found.sequence
    if not asset.is_sequence or before.sequence is None:
        return None
    digits = made.subframe_digits
    if before.sequence.subframe_digits != digits:
        return None
    then = parse_frames(before.sequence.frames, subframe_digits=digits)
    both = made.frames & then
    hashed = dict(zip(made.frames, now.files, strict=True))
    differs: list[int] = []
    for frame in both:
        row = known.get(escape(made.name(frame)))
        if row is None:
            return Changes(
                _text(made.frames - then, digits), _text(then - made.frames, digits), None
            )
        if row.digest != hashed[frame].digests[0]:
            differs.append(frame)
    return Changes(
        _text(made.frames - then, digits),
        _text(then - made.frames, digits),
        _text(FrameSet.of(differs), digits),
    )


def told(found: Changes | None) -> str:
    """What changed, in words."""
    if found is None:
        return "its content changed"
    parts = [
        f"frames {what}: {frames}"
        for what, frames in (
            ("added", found.added),
            ("removed", found.removed),
            ("changed", found.changed or ""),
        )
        if frames
    ]
    if found.changed is None:
        parts.append("whether others changed is not known: their former hashes are lost")
    return "; ".join(parts) or "its content changed"


def _text(frames: FrameSet, digits: int) -> str:
    return format_frames(frames, subframe_digits=digits) if frames else ""
