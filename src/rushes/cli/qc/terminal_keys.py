"""Keys pressed at a terminal, told from what the terminal itself answers and from pasted text."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class Key(StrEnum):
    """What was pressed: `TEXT` is a character, `PASTE` what was pasted, `GONE` the end."""

    TEXT = "text"
    PASTE = "paste"
    ENTER = "enter"
    ESCAPE = "escape"
    BACKSPACE = "backspace"
    CLEAR = "clear"
    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    HOME = "home"
    END = "end"
    REDRAW = "redraw"
    GONE = "gone"


_ESC = 0x1B
_CSI = re.compile(rb"\x1b\[([0-?]*)[ -/]*([@-~])")
_CSI_BEGUN = re.compile(rb"\x1b\[[0-?]*[ -/]*\Z")
# Strings that only terminals send: APC, DCS, OSC, PM and SOS, up to their end.
_STRING = re.compile(rb"\x1b[_P\]^X].*?(?:\x1b\\|\x07)", re.DOTALL)
_PASTE_END = b"\x1b[201~"
_ARROWS = {
    b"A": Key.UP,
    b"B": Key.DOWN,
    b"C": Key.RIGHT,
    b"D": Key.LEFT,
    b"H": Key.HOME,
    b"F": Key.END,
}
_CONTROLS = {
    0x0D: Key.ENTER,
    0x0A: Key.ENTER,
    0x7F: Key.BACKSPACE,
    0x08: Key.BACKSPACE,
    0x15: Key.CLEAR,
    0x0C: Key.REDRAW,
}


class Press(NamedTuple):
    """One key; `text` is the character typed, or all that was pasted."""

    key: Key
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
            return [Press(Key.ESCAPE)]
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
        if any(byte & 0xC0 != 0x80 for byte in data[1:size]):
            return 1, None
        if len(data) < size:
            return 0, None
        try:
            return size, Press(Key.TEXT, data[:size].decode("utf-8"))
        except UnicodeDecodeError:
            return 1, None

    def _escaped(self, data: bytes) -> tuple[int, Press | None]:
        if len(data) == 1:
            return 0, None
        if data[1] == _ESC:
            return 1, Press(Key.ESCAPE)
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
            return (end + len(_PASTE_END), Press(Key.PASTE, text)) if end >= 0 else (0, None)
        return found.end(), _arrow(found.group(2))


def _arrow(letter: bytes) -> Press | None:
    key = _ARROWS.get(letter)
    return Press(key) if key else None


def _length(lead: int) -> int:
    """How many bytes of UTF-8 a character takes that begins so."""
    if lead < 0xC0 or lead > 0xF7:
        return 1
    return 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
