"""A delivery's facts in words, the same on all of its papers."""

from __future__ import annotations

from datetime import UTC
from fractions import Fraction

from rushes.core.units import human_bytes
from rushes.exchange.delivery_papers.facts import Facts, Row
from rushes.report.wording import count, moment

NOT_SIGNED = "not signed off"
_SHORT = 16  # hexadecimal digits that people compare


def totals(facts: Facts) -> str:
    """`12 versions, 310 files, 4.2 GB`."""
    told = [count(len(facts.rows), "version")]
    if facts.files:
        told += [count(facts.files, "file"), human_bytes(facts.size)]
    return ", ".join(told)


def day(facts: Facts) -> str:
    """`21 November 2026`, in UTC."""
    made = facts.made.astimezone(UTC)
    return f"{made.day} {made:%B %Y}"


def shot(row: Row) -> str:
    """`sq010 / sh0020`, or the version's name where the shot is not known."""
    return " / ".join(filter(None, (row.sequence, row.shot))) or row.version


def frames(row: Row) -> str:
    """`1001-1024 (24 frames)`."""
    spaced = row.frames.replace(", ", ",").replace(",", ", ")
    if row.frame_count is None:
        return spaced
    counted = count(row.frame_count, "frame")
    return f"{spaced} ({counted})" if spaced else counted


def image(row: Row) -> str:
    """`1920 × 1080, 24 fps, ACEScg`."""
    told = [f"{row.width} × {row.height}"] if row.width and row.height else []
    told += [f"{rate(row.fps)} fps"] if row.fps else []
    return ", ".join([*told, *filter(None, (row.colour_space,))])


def rate(fps: Fraction) -> str:
    """`24`, `23.976`."""
    return f"{float(fps):.3f}".rstrip("0").rstrip(".")


def signed(row: Row) -> str:
    """Who signed it off, and when."""
    if not row.signed_by:
        return NOT_SIGNED
    return f"{row.signed_by}, {moment(row.signed_at)}" if row.signed_at else row.signed_by


def short_digest(text: str) -> str:
    """`blake3:c29b1234abcd5678…`: enough to compare by eye."""
    algorithm, colon, digits = text.rpartition(":")
    return text if len(digits) <= _SHORT else f"{algorithm}{colon}{digits[:_SHORT]}…"
