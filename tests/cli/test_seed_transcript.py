"""What vfx-ops-toolkit's documentation shows, `rushes` prints: the same flags, keys and text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rushes.cli import exits
from rushes.testing.toolkit import RENDERS, toolkit

__all__ = ["toolkit"]

Command = Callable[..., Any]

WITH_A_GAP = """\
Show: demo_show
  Shot: shot010
    Missing frames: 0003
"""
WITHOUT_GAPS = """\
Show: demo_show
  Shot: shot010
    OK (no missing frames)
"""
DISK = """\
Disk usage under: examples/shows

Show: demo_show
  Shot: shot010  renders=0 B (3 files)
"""
DISK_WARNED = """\
Disk usage under: examples/shows

Show: demo_show
  Shot: shot010  renders=512.0 MB (239 files)  [WARN >= 500 MB]
"""


def test_validate_tells_the_gap(rushes: Command, toolkit: Path) -> None:
    ended = rushes("validate")
    assert (ended.code, ended.out) == (exits.FOUND, WITH_A_GAP)
    assert ended.err == "3 frames of zero bytes passed for being there.\n"


def test_validate_tells_that_there_is_none(rushes: Command, toolkit: Path) -> None:
    (RENDERS / "frame_0003.exr").touch()
    assert rushes("validate").out == WITHOUT_GAPS
    assert rushes("validate").code == exits.OK


def test_validate_has_json(rushes: Command, toolkit: Path) -> None:
    (shot,) = rushes("validate", "--json").json["shots"]
    assert (shot["show"], shot["shot"], shot["ok"]) == ("demo_show", "shot010", False)
    assert [one["missing"] for one in shot["sequences"]] == ["3"]


def test_disk_tells_size_and_files(rushes: Command, toolkit: Path) -> None:
    ended = rushes("disk")
    assert (ended.code, ended.out, ended.err) == (exits.OK, DISK, "")


def test_disk_marks_a_shot_that_meets_the_threshold(rushes: Command, toolkit: Path) -> None:
    for frame in range(1, 240):
        (RENDERS / f"frame_{frame:04d}.exr").touch()
    with open(RENDERS / "frame_0001.exr", "wb") as big:
        big.truncate(512 * 1024**2)  # a hole: no block is taken
    assert rushes("disk").out == DISK_WARNED
    assert rushes("disk", "--fail-on", "warn").code == exits.FOUND
    assert rushes("disk", "--fail-on", "critical").code == exits.OK


def test_disk_has_json(rushes: Command, toolkit: Path) -> None:
    out = rushes("disk", "--json").json
    assert out["renders"] == [
        {
            "show": "demo_show",
            "sequence": "",
            "shot": "shot010",
            "there": True,
            "files": 3,
            "bytes": 0,
            "warning": False,
        }
    ]


def test_the_settings_file_may_be_named(rushes: Command, toolkit: Path) -> None:
    (toolkit / "toolkit.yaml").rename(toolkit / "other.yaml")
    assert rushes("validate", "--config", "other.yaml").out == WITH_A_GAP


def test_the_root_may_be_given_without_any_file(rushes: Command, toolkit: Path) -> None:
    (toolkit / "toolkit.yaml").unlink()
    assert rushes("validate", "--shows-root", "examples/shows").out == WITH_A_GAP
    assert rushes("disk", "--shows-root", "examples/shows").out == DISK


def test_the_log_goes_where_it_is_told_to(rushes: Command, toolkit: Path) -> None:
    rushes("validate", "--log-dir", "logs")
    assert [one.name for one in (toolkit / "logs").iterdir()] == ["toolkit.log"]


def test_frames_of_another_name_are_never_passed_for_fine(rushes: Command, toolkit: Path) -> None:
    for path in RENDERS.iterdir():
        path.rename(path.with_name(path.name.replace("frame_0", "frame_")))
    ended = rushes("validate")
    assert ended.code == exits.FOUND
    assert "Not judged" in ended.out
    assert "frame_%03d.exr" in ended.out


def test_a_shot_without_frames_is_not_fine(rushes: Command, toolkit: Path) -> None:
    for path in RENDERS.iterdir():
        path.unlink()
    ended = rushes("validate")
    assert (ended.code, ended.out.splitlines()[-1]) == (exits.FOUND, "    No frames")


def test_a_root_that_is_not_there_or_holds_no_shot_is_no_success(
    rushes: Command, toolkit: Path
) -> None:
    assert rushes("validate", "--shows-root", "nowhere").code == exits.NOT_THERE
    (toolkit / "empty").mkdir()
    for command in ("validate", "disk"):
        assert rushes(command, "--shows-root", "empty").code == exits.NOT_THERE


def test_without_any_root_the_settings_are_asked_for(rushes: Command, home: Path) -> None:
    for command in ("validate", "disk"):
        ended = rushes(command)
        assert ended.code == exits.NOT_THERE
        assert "shows_root" in ended.err
