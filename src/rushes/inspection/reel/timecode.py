"""Time code of a reel: hours, minutes, seconds and frames, without drops (SMPTE ST 12-1)."""

from __future__ import annotations

from fractions import Fraction

START_S = 3600  # reels begin at one hour, so that what stands before them has a place


def nominal(fps: Fraction) -> int:
    """The frames that a second of time code counts: 24 of 24000/1001."""
    return max(1, round(fps))


def timecode(frame: int, fps: Fraction) -> str:
    """That of a frame of the reel, counted from 0."""
    rate = nominal(fps)
    seconds, part = divmod(frame + START_S * rate, rate)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour % 24:02d}:{minute:02d}:{second:02d}:{part:02d}"
