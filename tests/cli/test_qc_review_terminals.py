"""Keys as terminals send them, and pictures as each kind of terminal takes them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.cli.qc.terminal_abilities import way_of
from rushes.cli.qc.terminal_keys import Decoder, Key, Press
from rushes.cli.qc.terminal_pictures import Room, Way, painted
from rushes.inspection.thumbnail import Made


@pytest.mark.parametrize(
    ("data", "presses"),
    [
        (b"p", [Press(Key.TEXT, "p")]),
        ("é漢".encode(), [Press(Key.TEXT, "é"), Press(Key.TEXT, "漢")]),
        (
            b"\x1b[A\x1bOB\r\x7f",
            [Press(Key.UP), Press(Key.DOWN), Press(Key.ENTER), Press(Key.BACKSPACE)],
        ),
        (b"\x1bp\x1b[15~\x1b[1;5C", [Press(Key.RIGHT)]),  # Alt-p passes nothing
        (b"\x1b[200~pp\rq\x1b[201~", [Press(Key.PASTE, "pp\rq")]),
        (b"\x1b[?62;4c\x1b_Gi=31;OK\x1b\\\x1b]0;pp\x07", []),  # answers, not keys
        (b"\xffp\x01", [Press(Key.TEXT, "p")]),
        (b"\x1b\x1b[A", [Press(Key.ESCAPE), Press(Key.UP)]),
    ],
)
def test_keys_are_told_apart_in_whatever_pieces_they_come(
    data: bytes, presses: list[Press]
) -> None:
    assert Decoder().feed(data) == presses
    decoder = Decoder()
    assert [press for byte in data for press in decoder.feed(bytes([byte]))] == presses


def test_escape_alone_is_a_key_once_nothing_follows() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1b") == []
    assert decoder.pause() == [Press(Key.ESCAPE)]
    assert decoder.feed(b"p") == [Press(Key.TEXT, "p")]


@given(st.binary())
def test_no_bytes_upset_the_decoder(data: bytes) -> None:
    decoder = Decoder()
    decoder.feed(data)
    decoder.pause()


class Answering:
    """A terminal that answers one thing to all questions."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def presses(self, timeout: float) -> list[Press]:
        return []

    def forget(self) -> None: ...

    def ask(self, question: bytes, end: re.Pattern[bytes], timeout: float) -> bytes:
        return self.answer


@pytest.mark.parametrize(
    ("environ", "answer", "way"),
    [
        ({"KITTY_WINDOW_ID": "1"}, b"", Way.KITTY),
        ({"TERM_PROGRAM": "iTerm.app"}, b"", Way.ITERM2),  # codespell:ignore iterm
        ({}, b"\x1b_Gi=31;OK\x1b\\\x1b[?62c", Way.KITTY),
        ({}, b"\x1b[?62;4;22c", Way.SIXEL),
        ({"COLORTERM": "truecolor"}, b"\x1b[?62;14c", Way.BLOCKS),
        ({"COLORTERM": "truecolor", "KITTY_WINDOW_ID": "1", "TMUX": "x"}, b"", Way.BLOCKS),
        ({"COLORTERM": "truecolor", "NO_COLOR": "1"}, b"", Way.NONE),
        ({}, b"", Way.NONE),
    ],
)
def test_a_terminal_is_given_the_best_that_it_takes(
    environ: dict[str, str], answer: bytes, way: Way
) -> None:
    assert way_of(environ, Answering(answer), encoding="utf-8") is way


ROOM = Room(5, 1, 40, 10, 8, 16)


def made(columns: int, rows: int) -> Made:
    y, x = np.mgrid[0:rows, 0:columns]
    pixels = np.stack([255 * x // columns, 255 * y // rows, 0 * x], axis=2)
    return Made(columns, rows, pixels.astype(np.uint8).tobytes())


@pytest.mark.parametrize(("columns", "rows"), [(96, 54), (10, 300), (300, 3), (1, 1)])
def test_half_blocks_stay_within_their_room(columns: int, rows: int) -> None:
    text = painted(Way.BLOCKS, made(columns, rows), ROOM)
    lines = re.findall(r"\x1b\[(\d+);1H([^H]*)", text)
    assert 1 <= len(lines) <= ROOM.rows
    assert all(ROOM.row <= int(row) < ROOM.row + ROOM.rows for row, _ in lines)
    assert all(1 <= line.count("▀") <= ROOM.columns for _, line in lines)


def test_a_sixel_picture_holds_the_colours_of_its_pixels() -> None:
    picture = made(96, 54)
    pixels = decoded(painted(Way.SIXEL, picture, ROOM))
    wanted = np.frombuffer(picture.data, np.uint8).reshape(54, 96, 3) / 255 * 100
    assert pixels.shape == (54, 96, 3)
    assert np.abs(pixels - wanted).max() <= 20.5
    assert np.abs(pixels.mean(axis=(0, 1)) - wanted.mean(axis=(0, 1))).max() < 1


def decoded(text: str) -> Any:
    """The pixels of a sixel picture, 0 to 100, read as a terminal reads them."""
    found = re.search(r'"1;1;(\d+);(\d+)((?:#\d+;2;\d+;\d+;\d+)*)(.*)\x1b\\', text, re.DOTALL)
    assert found is not None
    width, height = int(found.group(1)), int(found.group(2))
    palette = {
        int(one): (int(r), int(g), int(b))
        for one, r, g, b in re.findall(r"#(\d+);2;(\d+);(\d+);(\d+)", found.group(3))
    }
    pixels = np.full((height, width, 3), -1)
    top, at, colour = 0, 0, (0, 0, 0)
    for number, count, letter in re.findall(r"#(\d+)|(?:!(\d+))?([?-~$-])", found.group(4)):
        if number:
            colour = palette[int(number)]
        elif letter == "$":
            at = 0
        elif letter == "-":
            top, at = top + 6, 0
        else:
            run = int(count or 1)
            for bit in range(6):
                if (ord(letter) - 63) >> bit & 1:
                    pixels[top + bit, at : at + run] = colour
            at += run
    return pixels


def test_kittys_pictures_go_in_pieces_and_iterms_in_one() -> None:
    picture = Made(96, 54, b"\x89PNG" + b"x" * 9_000)
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", painted(Way.KITTY, picture, ROOM))
    assert [head[-1] for head, _ in pieces] == ["1", "1", "0"]
    assert all(len(piece) <= 4096 for _, piece in pieces)
    assert "a=T,f=100" in pieces[0][0]
    one = painted(Way.ITERM2, picture, ROOM)
    assert one.count("\x1b]1337;File=inline=1;size=9004") == 1
    assert one.endswith("\x07")
