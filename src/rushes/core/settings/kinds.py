"""What a setting may hold: how each kind of value is checked, read from text, and described."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rushes.core.errors import RushesError
from rushes.core.units import parse_bytes

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")
_FRAMES = r"[-0-9.,x ]*[0-9][-0-9.,x ]*"


class Kind(NamedTuple):
    """One kind of value.

    `wanted` completes the sentence "scan.workers must be …". `read` turns what a TOML or YAML
    file or a flag gave into the value, or raises `ValueError`; `from_text` turns an environment
    variable's text into what `read` takes. `example` is TOML, `in_variable` what a variable would
    hold where that is another text. `is_path` values are relative to the file that holds them.
    `is_table` values are merged entry by entry instead of replaced.
    """

    wanted: str
    example: str
    read: Callable[[object], object]
    from_text: Callable[[str], object] = str
    is_path: bool = False
    is_table: bool = False
    in_variable: str = ""

    @property
    def text_example(self) -> str:
        """What an environment variable may hold."""
        return self.in_variable or self.example.strip('"')


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _path(value: object) -> Path:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError
    return Path(value)


def _whole(least: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError
        return value

    return read


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError
    if not 0 <= value < float("inf"):
        raise ValueError
    return value


def _seconds(value: object) -> float:
    number = float(_number(value))
    if number == 0:
        raise ValueError
    return number


def _size(value: object) -> int:
    if isinstance(value, str):
        try:
            return parse_bytes(value)
        except RushesError as error:
            raise ValueError from error
    return _whole(0)(value)


def _share(value: object) -> float:
    if isinstance(value, str) and value.rstrip().endswith("%"):
        value = float(value.rstrip()[:-1]) / 100
    share = float(_number(value))
    if not 0 < share <= 1:
        raise ValueError
    return share


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _switch_text(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE + _FALSE:
        raise ValueError
    return word in _TRUE


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) and v for v in value):
        raise ValueError
    return tuple(value)


def _folders(value: object) -> tuple[str, ...]:
    found = _texts(value)
    if not all(os.path.isabs(one) for one in found):
        raise ValueError
    return found


def _networks(value: object) -> tuple[str, ...]:
    from ipaddress import ip_network  # few have one

    return tuple(str(ip_network(one)) for one in _texts(value))


def _texts_text(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _number_text(text: str) -> object:
    return float(text) if "." in text else int(text)


def _share_text(text: str) -> object:
    return text if text.rstrip().endswith("%") else float(text)


def _frames(value: object) -> dict[str, str]:
    """Entries `show/shot` → frames; a nested table's keys are joined with `/`."""
    if not isinstance(value, dict):
        raise ValueError
    flat: dict[str, str] = {}
    for name, frames in value.items():
        if isinstance(frames, dict):
            flat.update({f"{name}/{below}": text for below, text in _frames(frames).items()})
        elif isinstance(frames, str) and re.fullmatch(_FRAMES, frames):
            flat[str(name)] = frames
        else:
            raise ValueError
    return flat


def _pairs_text(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    if not all(name.strip() and equals for name, equals, _ in pairs):
        raise ValueError
    return {name.strip(): text.strip() for name, _, text in pairs}


def _named_texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) and v for v in value.values()):
        raise ValueError
    return {str(name): text for name, text in value.items()}


def choice(*names: str) -> Kind:
    """One of `names`."""

    def read(value: object) -> str:
        if value not in names:
            raise ValueError
        return str(value)

    return Kind("one of " + ", ".join(names), f'"{names[0]}"', read)


TEXT = Kind("text", '"text"', _text)
PATH = Kind("a path", '"folder"', _path, is_path=True)
COUNT = Kind("a whole number, 0 or more", "3", _whole(0), int)
POSITIVE = Kind("a whole number above 0", "4", _whole(1), int)
NUMBER = Kind("a number, 0 or more", "500", _number, _number_text)
SECONDS = Kind("a number of seconds above 0", "2.5", _seconds, _number_text)
SIZE = Kind('a size such as "500 GB" (or a whole number of bytes)', '"500 GB"', _size)
SHARE = Kind('a share such as "90%" or 0.9', '"90%"', _share, _share_text)
SWITCH = Kind("true or false", "true", _switch, _switch_text)
TEXTS = Kind("a list of texts", '["one", "two"]', _texts, _texts_text, in_variable="one,two")
FOLDERS = Kind(
    "a list of absolute paths",
    '["/mnt/shows"]',
    _folders,
    _texts_text,
    in_variable="/mnt/shows,/mnt/library",
)
NETWORKS = Kind(
    "a list of addresses and networks, such as 10.0.0.0/8",
    '["127.0.0.1", "10.1.0.0/16"]',
    _networks,
    _texts_text,
    in_variable="127.0.0.1,10.1.0.0/16",
)
FRAMES = Kind(
    'a table of frames by shot, such as "show/shot" = "1001-1100"',
    '"show/sh010" = "1001-1100"',
    _frames,
    _pairs_text,
    is_table=True,
    in_variable="show/sh010=1001-1100;show/sh020=1001-1050",
)
NAMED_TEXTS = Kind(
    'a table of texts by name, such as name = "text"',
    '{ name = "text" }',
    _named_texts,
    _pairs_text,
    is_table=True,
    in_variable="name=text;other=text",
)
