"""Ends of sentences made whole ones, with what they quote left as it is."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*(?:'[a-z]+)?(?=[ ,]|$)")


def sentence(said: str) -> str:
    """`said` with a capital and a stop: `It differs.`

    Only a word of the language gets a capital: a path, a name with an underscore or a number is
    what somebody has to find.
    """
    first = said[:1].upper() if _WORD.match(said) else said[:1]
    return f"{first}{said[1:]}." if said else ""
