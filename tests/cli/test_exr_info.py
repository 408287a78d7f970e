"""`rushes exr info`: headers in full, and a clear line for every file that has none."""

from __future__ import annotations

import json
import os
import struct
import tracemalloc
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate

from rushes.adapters.storage.local import LocalFile
from rushes.cli import exits
from rushes.core.errors import Code, RushesError
from rushes.testing.media.exr_corners import file, header

SCHEMA = json.loads(
    files("rushes.inspection").joinpath("schemas/rushes.exr.1.json").read_text(encoding="utf-8")
)

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    folder = tmp_path / "frames"
    folder.mkdir()
    for frame in (1001, 1002, 1004):
        (folder / f"plate.{frame}.exr").write_bytes(file(header("timecode")))
    return folder


def documents(out: str) -> list[Any]:
    found = [json.loads(line) for line in out.splitlines()]
    for one in found:
        validate(one, SCHEMA)
    return found


def test_a_file_is_told_for_people(rushes: Any, frames: Path) -> None:
    ended = rushes("exr", "info", frames / "plate.1001.exr")
    assert ended.code == exits.OK
    assert "size   1 × 1" in ended.out
    assert "scan lines, NONE" in ended.out
    assert "time 10:59:07:23" in ended.out


@pytest.mark.parametrize("pattern", ["plate.%04d.exr", "plate.####.exr", "plate.$F4.exr"])
def test_a_pattern_stands_for_the_frames_that_are_there(
    rushes: Any, frames: Path, pattern: str
) -> None:
    ended = rushes("exr", "info", "--json", frames / pattern)
    assert ended.code == exits.OK
    names = [Path(one["file"]["path"]).name for one in documents(ended.out)]
    assert names == ["plate.1001.exr", "plate.1002.exr", "plate.1004.exr"]


def test_a_pattern_may_name_its_frames(rushes: Any, frames: Path) -> None:
    ended = rushes("exr", "info", "--json", f"{frames}/plate.%04d.exr 1002-1003")
    names = [Path(one["file"]["path"]).name for one in documents(ended.out)]
    assert names == ["plate.1002.exr"]


@pytest.mark.parametrize(
    "pattern", ["plate.%d.exr", "plate.#.exr", "plate.$F.exr", "plate.%03d.exr"]
)
def test_frames_are_found_by_any_padding_that_gives_their_names(
    rushes: Any, frames: Path, pattern: str
) -> None:
    assert len(documents(rushes("exr", "info", "--json", frames / pattern).out)) == 3


def test_a_folder_called_like_a_pattern_is_passed_over(rushes: Any, frames: Path) -> None:
    (frames / "plate.%04d.exr").mkdir()
    assert len(documents(rushes("exr", "info", "--json", frames / "plate.%04d.exr").out)) == 3


def test_a_view_that_is_not_there_is_told_and_the_other_shown(rushes: Any, frames: Path) -> None:
    for path in frames.glob("plate.*.exr"):
        path.rename(path.with_name(path.name.replace("plate", "plate_left")))
    ended = rushes("exr", "info", "--json", frames / "plate_%V.%04d.exr")
    assert ended.code == exits.NOT_THERE
    assert "plate_right" in ended.err
    assert len(documents(ended.out)) == 4  # one of them says what is not there


def test_one_frame_alone_is_found_by_its_pattern(rushes: Any, frames: Path) -> None:
    for frame in (1001, 1002):
        (frames / f"plate.{frame}.exr").unlink()
    ended = rushes("exr", "info", "--json", frames / "plate.%04d.exr")
    assert len(documents(ended.out)) == 1


def test_a_file_called_like_a_pattern_is_the_file(rushes: Any, frames: Path) -> None:
    odd = frames / "plate.%04d.exr"
    odd.write_bytes(file(header("int 1")))
    (one,) = documents(rushes("exr", "info", "--json", odd).out)
    assert one["attributes"]["a int 1"] == 1


def test_header_text_is_laid_out_as_exrheader_does(rushes: Any, frames: Path) -> None:
    ended = rushes("exr", "info", "--header-text", frames / "plate.1001.exr")
    assert "dataWindow (type box2i): (0 0) - (0 0)" in ended.out
    assert "    time 10:59:07:23" in ended.out


def test_every_bad_file_has_one_clear_line_and_the_others_are_told(
    rushes: Any, frames: Path
) -> None:
    (frames / "empty.exr").touch()
    (frames / "text.exr").write_text("no picture")
    os.mkfifo(frames / "pipe.exr")
    bad = ["none.exr", "empty.exr", "text.exr", "pipe.exr", "."]
    ended = rushes(
        "exr", "info", "--json", *(frames / one for one in bad), frames / "plate.1004.exr"
    )
    assert ended.code == exits.NOT_THERE
    told = documents(ended.out)
    assert [len(one["errors"]) for one in told] == [1, 1, 1, 1, 1, 0]
    assert [one["errors"][0]["rule"] for one in told[:5]] == [
        *("path.not_found", "exr.header", "exr.header", "path.unreadable", "path.not_found")
    ]
    assert ended.err.count("error:") == 3


@pytest.mark.parametrize("address", ["s3://plates/a.exr", "https://a.example/plate.%04d.exr"])
def test_an_address_is_told_from_a_file_that_is_not_there(rushes: Any, address: str) -> None:
    for command in (["info"], ["stats"], ["diff", "a.exr"], ["check", "--policy", "nuke-safe"]):
        ended = rushes("exr", *command, address)
        assert ended.code == exits.NOT_THERE
        assert f"{address} is an address" in ended.err


def test_a_folder_may_be_called_like_the_beginning_of_an_address(
    rushes: Any, frames: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = frames / "s3:"
    folder.mkdir()
    (frames / "plate.1001.exr").rename(folder / "plate.1001.exr")
    monkeypatch.chdir(frames)
    assert rushes("exr", "info", "s3:/plate.%04d.exr").code == exits.OK
    assert "is an address" not in rushes("exr", "info", "s3:/none.exr").err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told(rushes: Any, frames: Path) -> None:
    (frames / "plate.1001.exr").chmod(0)
    ended = rushes("exr", "info", frames / "plate.1001.exr")
    assert ended.code == exits.UNAVAILABLE
    assert "Permission denied" in ended.err


def test_a_file_that_the_storage_does_not_give_costs_only_itself(
    rushes: Any, frames: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = LocalFile.read

    def failing(file: LocalFile, offset: int, size: int) -> bytes:
        if file.size == 5_000:
            raise RushesError(Code.PATH_UNREADABLE, "It cannot be read: I/O error.", hint="Ask.")
        return read(file, offset, size)

    monkeypatch.setattr(LocalFile, "read", failing)
    (frames / "plate.1002.exr").write_bytes(bytes(5_000))
    ended = rushes("exr", "info", "--json", frames / "plate.%04d.exr")
    assert ended.code == exits.UNAVAILABLE
    assert ended.err.count("error:") == 1
    assert [len(one["errors"]) for one in documents(ended.out)] == [0, 1, 0]


def test_a_file_that_is_no_picture_is_told_to_people_too(rushes: Any, frames: Path) -> None:
    (frames / "plate.1002.exr").write_text("no picture")
    (frames / "plate.1003.exr").touch()
    ended = rushes("exr", "info", frames / "plate.%04d.exr")
    assert ended.code == exits.FOUND
    assert ended.out.count("This is not an OpenEXR file") == 1
    assert ended.out.count("It has zero bytes") == 1
    assert ended.out.count("size   1 × 1") == 2


def test_a_file_that_changes_while_it_is_read_is_told(
    rushes: Any, frames: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = frames / "plate.1001.exr"
    half = whole.read_bytes()[:150]
    read = LocalFile.read

    def growing(file: LocalFile, offset: int, size: int) -> bytes:
        found = read(file, offset, size)
        if file.size == len(half):
            with whole.open("ab") as more:
                more.write(b"more")
        return found

    monkeypatch.setattr(LocalFile, "read", growing)
    whole.write_bytes(half)
    ended = rushes("exr", "info", "--json", frames / "plate.%04d.exr")
    assert ended.code == exits.FOUND
    told = documents(ended.out)
    assert [one["rule"] for one in told[0]["errors"]] == ["exr.changed", "exr.header"]
    assert [one["errors"] for one in told[1:]] == [[], []]


def test_a_header_is_asked_for_no_more_than_the_file_has(rushes: Any, frames: Path) -> None:
    """A damaged size may be two gigabytes, and they would be set aside."""
    path = frames / "plate.1001.exr"
    data = path.read_bytes()
    at = data.index(b"chlist\0") + len(b"chlist\0")
    path.write_bytes(data[:at] + struct.pack("<i", (1 << 31) - 1) + data[at + 4 :])
    tracemalloc.start()
    try:
        ended = rushes("exr", "info", path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ended.code == exits.FOUND
    assert "has 2,147,483,647 bytes and the file ends in it" in ended.out
    assert peak < 8 << 20


def test_a_damaged_file_ends_with_one(rushes: Any, frames: Path) -> None:
    cut = frames / "plate.1001.exr"
    cut.write_bytes(cut.read_bytes()[:150])
    ended = rushes("exr", "info", cut)
    assert ended.code == exits.FOUND
    assert "the file ends in it (at byte" in ended.out


def test_control_characters_of_a_file_do_not_reach_the_terminal(
    rushes: Any, tmp_path: Path
) -> None:
    from rushes.testing.media.exr_corners import one_attribute

    path = tmp_path / "evil.exr"
    path.write_bytes(file(one_attribute(b"owner\x1b]0;x", "string", b"\x1b[2Jme\rthee")))
    for flags in ([], ["--header-text"]):
        assert "\x1b" not in rushes("exr", "info", *flags, path).out
