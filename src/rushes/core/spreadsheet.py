"""Cells of a spreadsheet that no program takes for a formula."""

from __future__ import annotations

# What spreadsheet programs would calculate (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r")
QUOTE = "'"  # what keeps them from it


def guarded(text: str) -> str:
    """The text as a cell, with a quote before it where a spreadsheet would calculate it."""
    return f"{QUOTE}{text}" if text.startswith(FORMULA) else text
