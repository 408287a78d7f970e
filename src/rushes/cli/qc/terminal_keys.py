"""Keys pressed at a terminal, told from what the terminal itself answers and from pasted text."""

from __future__ import annotations

import re
from typing import NamedTuple

TEXT, PASTE, ENTER, ESCAPE, BACKSPACE, CLEAR = (
    "text",
    "paste",
    "enter",
    "escape",
    "backspace",
    "clear",
)
UP, DOWN, LEFT, RIGHT, HOME, END, REDRAW, GONE = (
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "redraw",
    "gone",
)

_ESC = 0x1B
_CSI = re.compile(rb"\x1b\[([0-?]*)[ -/]*([@-~])")
_CSI_BEGUN = re.compile(rb"\x1b\[[0-?]*[ -/]*\Z")
# Strings that only terminals send: APC, DCS, OSC, PM and SOS, up to their end.
_STRING = re.compile(rb"\x1b[_P\]^X].*?(?:\x1b\\|\x07)", re.DOTALL)
_PASTE_END = b"\x1b[201~"
_ARROWS = {
    b"A": UP, b"B": DOWN, b"C": RIGHT, b"D": LEFT, b"H": HOME, b"F": END,
}  # fmt: skip
_CONTROLS = {
    0x0D: ENTER, 0x0A: ENTER, 0x7F: BACKSPACE, 0x08: BACKSPACE, 0x15: CLEAR, 0x0C: REDRAW,
}  # fmt: skip


class Press(NamedTuple):
    """One key by its name; `text` is the character typed, or all that was pasted."""

    name: str
    text: str = ""


class Decoder:
    """Turns bytes, in whatever pieces they come, into keys.

    What is no key (answers of the terminal, function keys, Alt with a letter) is swallowed whole,
    so that no part of it can pass for a letter.
    """

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> list[Press]:
        """The keys that are complete by now."""
        self._waiting += data
        presses: list[Press] = []
        while self._waiting:
            taken, press = self._next(self._waiting)
            if not taken:
                break
            self._waiting = self._waiting[taken:]
            if press is not None:
                presses.append(press)
        return presses

    def pause(self) -> list[Press]:
        """The Escape key, if nothing has followed it."""
        if self._waiting == b"\x1b":
            self._waiting = b""
            return [Press(ESCAPE)]
        return []

    def forget(self) -> None:
        """Drop what is not complete."""
        self._waiting = b""

    def _next(self, data: bytes) -> tuple[int, Press | None]:
        """How many bytes the first key takes (0: not all there yet), and the key, if it is one."""
        if data[0] == _ESC:
            return self._escaped(data)
        if data[0] in _CONTROLS:
            return 1, Press(_CONTROLS[data[0]])
        if data[0] < 0x20:
            return 1, None
        size = _length(data[0])
        if len(data) < size:
            return 0, None
        try:
            return size, Press(TEXT, data[:size].decode("utf-8"))
        except UnicodeDecodeError:
            return 1, None

    def _escaped(self, data: bytes) -> tuple[int, Press | None]:
        if len(data) == 1:
            return 0, None
        if data[1] == _ESC:
            return 1, Press(ESCAPE)
        if data[1] in b"_P]^X":
            found = _STRING.match(data)
            return (found.end() if found else 0), None
        if data[1] in b"O":
            return (3, _arrow(data[2:3])) if len(data) > 2 else (0, None)
        if data[1] not in b"[":
            return 1 + _length(data[1]), None  # Alt with a key
        found = _CSI.match(data)
        if found is None:
            return (0 if _CSI_BEGUN.match(data) else 2), None
        if found.groups() == (b"200", b"~"):
            end = data.find(_PASTE_END)
            text = data[found.end() : end].decode("utf-8", "replace")
            return (end + len(_PASTE_END), Press(PASTE, text)) if end >= 0 else (0, None)
        return found.end(), _arrow(found.group(2))


def _arrow(letter: bytes) -> Press | None:
    name = _ARROWS.get(letter)
    return Press(name) if name else None


def _length(lead: int) -> int:
    """How many bytes of UTF-8 a character takes that begins so."""
    return 1 if lead < 0xC0 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
