"""Patterns of what is left out of a history, as Git writes them.

A pattern without a slash, or with one at its end only, matches a name in any folder; any other is
relative to the history's folder. A slash at the end matches folders only, `!` in front takes back.
`*` and `?` match within a name, `**` any number of folders, `[a-z]` one character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from rushes.transfer.mhl.generation import FOLDER

# Those that other tools put into every history.
ALWAYS = (".DS_Store", FOLDER, f"{FOLDER}/")

_TOKEN = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[(?:[!^]?\]?[^\]]*)\]|\\.|.", re.DOTALL)


class _Rule(NamedTuple):
    expression: re.Pattern[str]
    folders_only: bool
    takes_back: bool


class Ignoring:
    """Patterns of several histories together."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        self._seen: set[tuple[str, str]] = set()
        self._folders: dict[str, bool] = {}

    def add(self, patterns: Iterable[str], *, below: str = "") -> None:
        """Take the patterns of the history in the folder `below`, relative to the root."""
        for pattern in patterns:
            rule = None if (below, pattern) in self._seen else _rule(pattern, below)
            if rule is not None:
                self._rules.append(rule)
                self._seen.add((below, pattern))
                self._folders = {}

    def matches(self, path: str, *, folder: bool) -> bool:
        """Whether the path itself is left out, the folders above it aside."""
        left_out = False
        for rule in self._rules:
            if (folder or not rule.folders_only) and rule.takes_back == left_out:
                left_out ^= rule.expression.fullmatch(path) is not None
        return left_out

    def hides(self, path: str, *, folder: bool) -> bool:
        """Whether the path or a folder above it is left out."""
        above = path.rpartition("/")[0]
        return (bool(above) and self._hidden_folder(above)) or self.matches(path, folder=folder)

    def _hidden_folder(self, path: str) -> bool:
        found = self._folders.get(path)
        if found is None:
            found = self._folders[path] = self.hides(path, folder=True)
        return found


def for_history(patterns: Iterable[str], below: str) -> list[str]:
    """The patterns of a root as the history in the folder `below` has to hold them."""
    kept = []
    for pattern in patterns:
        if not below or "/" not in pattern.rstrip("/") or pattern.startswith("**/"):
            kept.append(pattern)
        elif pattern.lstrip("/").startswith(f"{below}/"):
            kept.append(pattern.lstrip("/")[len(below) :])
    return kept


def _rule(pattern: str, below: str) -> _Rule | None:
    """The rule of a pattern; None for a comment or an empty line."""
    text = pattern if pattern.endswith("\\ ") else pattern.rstrip(" ")
    if not text or text.startswith("#"):
        return None
    takes_back = text.startswith("!")
    text = text[1:] if takes_back else text
    folders_only = text.endswith("/")
    text = text.rstrip("/")
    anywhere = "/" not in text
    text = text.lstrip("/")
    if not text:
        return None
    above = re.escape(f"{below}/") if below else ""
    if anywhere:
        above += "(?:.*/)?"
    tokens = "".join(_translated(token) for token in _TOKEN.findall(text))
    try:
        expression = re.compile(above + tokens, re.DOTALL)
    except re.error:  # a range like [z-a], which matches nothing but itself
        expression = re.compile(above + re.escape(text), re.DOTALL)
    return _Rule(expression, folders_only, takes_back)


def _translated(token: str) -> str:
    simple = {"**/": "(?:.*/)?", "/**": "/.+", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if token in simple:
        return simple[token]
    if token.startswith("[") and len(token) > 2:
        inner = token[1:-1]
        negated = inner[0] in "!^"
        inner = inner[1:] if negated else inner
        inner = re.sub(r"([\\\[\]&~|^])", r"\\\1", inner)
        return f"(?!/)[{'^' if negated else ''}{inner}]" if inner else re.escape(token)
    if token.startswith("\\") and len(token) == 2:
        return re.escape(token[1])
    return re.escape(token)
