"""What may be wrong with a movie or with sound, as findings."""

from __future__ import annotations

from rushes.core.units import human_bytes
from rushes.model.finding import Finding, Severity

UNREADABLE, CUT, SOUND = "media.unreadable", "media.cut", "media.sound"
_MOST = 300  # libraries repeat themselves
_FIX = "Open it in a player; if that fails too, write or copy the file again."


def unreadable(subject: str, problem: str) -> Finding:
    """The file could not be read at all, because of `problem`."""
    message = f"It cannot be read as what its name says: {_line(problem)}."
    return Finding(UNREADABLE, Severity.ERROR, subject, message, fix=_FIX)


def cut_short(subject: str, size: int, missing: int) -> Finding:
    """The file ends before its container says."""
    return Finding(
        CUT,
        Severity.ERROR,
        subject,
        f"It ends {human_bytes(missing)} before its container says.",
        found=f"{size:,} bytes",
        wanted=f"{size + missing:,} bytes",
        fix="It was not written or not copied to its end: copy or write it again.",
    )


def undecodable(subject: str, problem: str) -> Finding:
    """The sound could not be decoded to its end, so that its loudness is not known."""
    message = f"Its sound cannot be decoded to the end: {_line(problem)}."
    return Finding(SOUND, Severity.ERROR, subject, message, fix=_FIX)


def _line(problem: str) -> str:
    lines = [" ".join(line.split()) for line in problem.splitlines()]
    return next(filter(None, lines), "no reason is known")[:_MOST].rstrip(".")
