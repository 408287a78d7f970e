"""What a report leaves out so that it stays small enough to forward."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of each. A page of 20,000 records stays below 20 MB with these."""

    cards: int = 400  # failures and pending assets told at length
    rows: int = 25_000  # assets in the table
    text_bytes: int = 14_250 * 1024  # of cards and table, about
    places: int = 800  # rows of the roll-up
    unreadable: int = 500
    findings: int = 12  # of one asset
    words: int = 1_200  # characters of a note, a reason or a finding's text
    brief: int = 160  # characters of a note in the table
    pictured: int = 300  # assets with pictures
    picture_bytes: int = 2_560 * 1024  # a third more once written as text
    sheets: int = 40  # contact sheets
    sheet_bytes: int = 8 * 1024 * 1024  # of contact sheets, as far as the text leaves room
    sheet_bytes_kept: int = 1024 * 1024  # of those, whatever the text takes


LIMITS = Limits()
# A PDF is leafed through: what nobody would leaf to is left to the page and the table.
PRINTED = Limits(cards=250, rows=5_000, places=400, unreadable=200, pictured=250)


def cut(text: str, most: int) -> str:
    """`text`, and how much is left out where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text) - most:,} more characters)"
