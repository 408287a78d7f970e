"""In which line of a TOML file a setting stands, by a light scan that a parser does not offer."""

from __future__ import annotations

import re

_WORD = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_WORD}(?:\s*\.\s*{_WORD})*"
_HEADER = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")
_PAIR = re.compile(rf"\s*({_DOTTED})\s*=(.*)")
_PART = re.compile(_WORD)
_FENCES = ('"' * 3, "'" * 3)

Dotted = tuple[str, ...]


def toml_lines(text: str) -> dict[Dotted, int]:
    """Line numbers, from 1, of tables and keys; a key that the scan does not see is left out."""
    found: dict[Dotted, int] = {}
    table: Dotted = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if header := _HEADER.match(line):
            table = _parts(header.group(1))
            for depth in range(1, len(table) + 1):
                found.setdefault(table[:depth], number)
        elif pair := _PAIR.match(line):
            name = table + _parts(pair.group(1))
            found.setdefault(name, number)
            # The keys of a table written in one line, as in `scan = { workers = 4 }`.
            for inner in re.finditer(rf"[{{,]\s*({_DOTTED})\s*=", pair.group(2)):
                found.setdefault(name + _parts(inner.group(1)), number)
            fence = next((f for f in _FENCES if pair.group(2).count(f) == 1), "")
    return found


def _parts(dotted: str) -> Dotted:
    words = [word.group() for word in _PART.finditer(dotted)]
    return tuple(word[1:-1] if word[0] in "\"'" else word for word in words)
