"""In which line of a policy a key stands, whatever lies in lists of several lines."""

from __future__ import annotations

import re

from rushes.core.settings.lines import Dotted, toml_lines

_NOT_CODE = re.compile(r""""(?:\\.|[^"\\])*"|'[^']*'|#.*""")


def policy_lines(text: str) -> dict[Dotted, int]:
    """Line numbers, from 1, of tables and keys; a key that the scan does not see is left out."""
    return toml_lines("\n".join(_without_lists(text)))


def _without_lists(text: str) -> list[str]:
    """The lines, with nothing in those inside a list: `["Y"],` there looks like a table."""
    kept: list[str] = []
    depth = 0
    for line in text.splitlines():
        kept.append("" if depth else line)
        code = _NOT_CODE.sub("", line)
        depth = max(0, depth + code.count("[") - code.count("]"))
    return kept
