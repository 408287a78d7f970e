"""What cannot be looked into is told in the same words, with the same code, by every command."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.cli import exits
from rushes.testing.media.exr_corners import file, header

Command = Callable[..., Any]

COMMANDS = {
    "info": ("info",),
    "stats": ("stats",),
    "thumb": ("thumb", "--out", "thumb.png"),
    "layers": ("thumb", "--layers", "--out", "thumb.png"),
    "diff": ("diff", "good.exr"),
    "similar": ("similar",),
}
TROUBLES = {
    "folder": ("There is no file folder.exr: it is a folder.", exits.NOT_THERE),
    "loop": ("loop.exr cannot be read: it is a link that leads back to itself.", exits.UNAVAILABLE),
    "pipe": ("pipe.exr is a device, a pipe or a socket.", exits.UNAVAILABLE),
    "closed": ("closed.exr cannot be read: Permission denied.", exits.UNAVAILABLE),
    "nosuch": ("There is no file nosuch.exr.", exits.NOT_THERE),
    "dangling": ("There is no file dangling.exr.", exits.NOT_THERE),
}


@pytest.fixture
def troubles(home: Path) -> Path:
    """A good file, and one of each kind that cannot be read."""
    (home / "good.exr").write_bytes(file(header("int 0")))
    (home / "folder.exr").mkdir()
    (home / "loop.exr").symlink_to("loop.exr")
    (home / "dangling.exr").symlink_to("nowhere.exr")
    os.mkfifo(home / "pipe.exr")
    (home / "closed.exr").write_bytes(file(header("int 0")))
    (home / "closed.exr").chmod(0)
    (home / "text.exr").write_text("hello")
    return home


@pytest.mark.usefixtures("troubles")
@pytest.mark.parametrize("kind", TROUBLES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_the_same_words_and_code(
    rushes: Command, command: str, kind: str
) -> None:
    if kind == "closed" and os.geteuid() == 0:
        pytest.skip("root reads everything")
    told, code = TROUBLES[kind]
    ended = rushes("exr", *COMMANDS[command], f"{kind}.exr")
    assert ended.err.startswith(f"error: {told}\n")
    assert ended.code == code


@pytest.mark.usefixtures("troubles")
@pytest.mark.parametrize("kind", ["loop", "pipe", "nosuch", "dangling"])
def test_a_check_has_these_words_and_codes_too(rushes: Command, kind: str) -> None:
    told, code = TROUBLES[kind]
    ended = rushes("exr", "check", "--policy", "aces-container", f"{kind}.exr")
    assert ended.err.startswith(f"error: {told}\n")
    assert ended.code == code


@pytest.mark.usefixtures("troubles")
def test_a_check_does_not_say_it_looked_at_a_file_that_is_not_there(rushes: Command) -> None:
    ended = rushes("exr", "check", "--policy", "aces-container", "nosuch.exr")
    assert ended.out == ""
    both = rushes("exr", "check", "--policy", "aces-container", "good.exr", "nosuch.exr")
    assert both.code == exits.NOT_THERE
    assert "Looked at 1 file (1 single file).\n" in both.out


@pytest.mark.usefixtures("troubles")
@pytest.mark.parametrize("flags", [[], ["--layers"]])
def test_a_thumbnail_of_text_says_what_the_header_reader_says(
    rushes: Command, flags: list[str]
) -> None:
    ended = rushes("exr", "thumb", "text.exr", "--out", "thumb.png", *flags)
    assert ended.code == exits.FOUND
    assert "text.exr: this is not an OpenEXR file (at byte 0)." in ended.err
    assert "EXR_ERR" not in ended.err


@pytest.mark.usefixtures("troubles")
def test_similar_says_that_it_takes_one_file(rushes: Command, home: Path) -> None:
    ended = rushes("exr", "similar", "a.%04d.exr")
    assert ended.code == exits.NOT_THERE
    assert "a.%04d.exr is a pattern, and this takes one file." in ended.err
    (home / "a.1001.exr").write_bytes(file(header("int 0")))
    assert "as in a.1001.exr." in rushes("exr", "similar", "a.%04d.exr").err


def test_a_frame_that_is_not_there_is_answered_by_those_that_are(
    rushes: Command, home: Path
) -> None:
    for frame in (1001, 1002, 1003):
        (home / f"a.{frame}.exr").write_bytes(file(header("int 0")))
    ended = rushes("exr", "thumb", "a.%04d.exr", "--frame", "5000", "--out", "x.png")
    assert ended.code == exits.NOT_THERE
    assert "error: a.5000.exr is missing.\n  There are: 1001-1003.\n" in ended.err


def test_a_time_limit_that_was_hit_is_told_with_the_option_that_sets_it(
    rushes: Command, home: Path
) -> None:
    """Millions of values of noise take a hundred times as long to decode as they are given."""
    noise = np.random.default_rng(1).random((2000, 2000)).astype(np.float16)
    how = {"compression": OpenEXR.PIZ_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(how, dict.fromkeys("RGB", noise)).write(str(home / "noise.exr"))
    given = ("noise.exr", "--timeout", "0.001")
    thumb = rushes("exr", "thumb", *given, "--out", "thumb.png")
    assert thumb.code == exits.FOUND
    assert "took longer" in thumb.err
    assert "--timeout SECONDS" in thumb.err
    stats = rushes("exr", "stats", *given)
    assert stats.code == exits.FOUND
    assert "took longer" in stats.out
    assert "--timeout SECONDS" in stats.out
    assert "copy the file again" not in stats.out + thumb.err
