"""Which way of showing pictures a terminal understands: by its environment, else by asking it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rushes.cli.qc.terminal_keyboard import Keyboard
from rushes.cli.qc.terminal_pictures import Way

_TIMEOUT_S = 0.3
# A picture of one pixel that is only asked about, then a question that all terminals answer.
_QUESTION = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c"
_ANSWER = re.compile(rb"\x1b\[\?([\d;]*)c")
_KITTY_ANSWER = b"\x1b_Gi=31;OK"
_SIXEL = b"4"
_KITTIES = {"xterm-kitty", "xterm-ghostty"}
_LIKE_ITERM2 = {"iTerm.app", "WezTerm"}  # codespell:ignore iterm


def way_of(environ: Mapping[str, str], keyboard: Keyboard, *, encoding: str) -> Way:
    """The best way that this terminal has; within tmux and screen, only what they pass on."""
    blocks = _blocks(environ, encoding)
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith(("tmux", "screen")):
        return blocks
    program = environ.get("TERM_PROGRAM", "")
    if environ.get("KITTY_WINDOW_ID") or term in _KITTIES or program == "ghostty":
        return Way.KITTY
    if program in _LIKE_ITERM2 or environ.get("LC_TERMINAL") == "iTerm2":
        return Way.ITERM2
    return _asked(keyboard) or blocks


def _asked(keyboard: Keyboard) -> Way | None:
    answer = keyboard.ask(_QUESTION, _ANSWER, _TIMEOUT_S)
    if _KITTY_ANSWER in answer:
        return Way.KITTY
    found = _ANSWER.search(answer)
    return Way.SIXEL if found and _SIXEL in found.group(1).split(b";") else None


def _blocks(environ: Mapping[str, str], encoding: str) -> Way:
    colours = environ.get("COLORTERM", "") in ("truecolor", "24bit")
    plain = environ.get("NO_COLOR") or "utf" not in encoding.lower()
    return Way.BLOCKS if colours and not plain else Way.NONE
