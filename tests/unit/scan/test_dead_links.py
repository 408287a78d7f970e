"""Links that lead nowhere: named, judged as the frames that they would be."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.executor.processes import ProcessExecutor
from rushes.adapters.storage.local import LocalStorage
from rushes.core.errors import RushesError
from rushes.frames.group import Rules
from rushes.frames.missing import FOUND, Expectation
from rushes.frames.notation import format_frames, parse_frames
from rushes.model.files import FileSequence, FoundFolder, Kind, LeftOut
from rushes.model.finding import Severity
from rushes.model.frames import FrameSet
from rushes.ports.executor import Executor
from rushes.ports.progress import Silent
from rushes.scan import dead_links
from rushes.scan.gaps import always, judge, nothing_known
from rushes.scan.options import WalkOptions
from rushes.scan.walk import walk
from rushes.testing.listings import WAYS, list_by


def walked(root: Path, executor: Executor | None = None) -> FoundFolder:
    (found,) = walk(
        LocalStorage(),
        str(root),
        rules=Rules(),
        options=WalkOptions(),
        executor=executor or InlineExecutor(),
        progress=Silent(),
    )
    return found


def made(root: Path, real: str, dead: str) -> FoundFolder:
    for frame in parse_frames(real) if real else ():
        (root / f"r.{frame:04d}.exr").write_bytes(b"x")
    for frame in parse_frames(dead):
        (root / f"r.{frame:04d}.exr").symlink_to(f"gone.{frame}")
    return walked(root)


def lost(folder: FoundFolder, expect: str = "") -> tuple[str, str]:
    said = always(Expectation(parse_frames(expect), "--expect")) if expect else nothing_known
    (one,) = judge(folder, said)
    return format_frames(one.gaps.missing), one.gaps.source


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    list_by(request.param, monkeypatch)


@pytest.mark.usefixtures("way")
def test_links_that_lead_nowhere_are_named_whoever_lists_and_walks(tmp_path: Path) -> None:
    (tmp_path / "folder").symlink_to("..")
    (tmp_path / "itself").symlink_to("itself")
    (tmp_path / "good.txt").symlink_to("r.1001.exr")
    found = made(tmp_path, "1001-1004", "1005-1008")
    (told,) = found.findings
    assert (told.rule, told.severity, told.subject) == (dead_links.RULE, Severity.WARNING, ".")
    assert told.message == "5 links lead nowhere: itself, r.1005.exr, r.1006.exr, …"
    assert found.left_out.special == 6
    assert len(found.left_out.dead_links) == 5
    try:
        processes = ProcessExecutor(2)
    except RushesError:  # pragma: no cover (where processes may not be had)
        pytest.skip("no processes here")
    try:
        assert walked(tmp_path, processes) == found
    finally:
        processes.close()


def test_locks_of_editors_and_unfinished_links_are_counted_and_not_told(tmp_path: Path) -> None:
    (tmp_path / ".#scene.py").symlink_to("artist@host.1234:5678")
    (tmp_path / "r.1001.exr.tmp").symlink_to("gone")
    found = walked(tmp_path)
    assert found.findings == ()
    assert found.left_out == LeftOut(special=2)


@pytest.mark.parametrize(
    ("real", "dead", "expected"),
    [
        ("1001-1004", "1005", "1005"),
        ("1002-1004", "1001", "1001"),
        ("1001-1004", "1007", "1005-1007"),
        ("1001-1002,1004-1005", "1003", "1003"),
        ("1001-1007x2", "1009", "1009"),
        ("1001", "1002", "1002"),
        ("9998-9999", "10000", "10000"),
    ],
)
def test_a_frame_that_is_a_dead_link_is_missing_also_at_the_ends(
    tmp_path: Path, real: str, dead: str, expected: str
) -> None:
    frames, source = lost(made(tmp_path, real, dead))
    assert frames == expected
    assert source.startswith(FOUND)


def test_against_a_range_dead_links_outside_of_it_are_told_and_not_missing(tmp_path: Path) -> None:
    found = made(tmp_path, "1001-1004", "1005")
    assert lost(found, "1001-1004") == ("", "--expect")
    assert lost(found, "1001-1005") == ("1005", "--expect")
    assert len(found.findings) == 1


def test_a_dead_link_far_away_is_no_frame(tmp_path: Path) -> None:
    assert lost(made(tmp_path, "1001-1004", "90000000")) == ("", FOUND)


def test_dead_links_named_like_frames_of_no_sequence_are_counted(tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to("v003")
    found = made(tmp_path, "1001-1004", "1005")
    assert dead_links.stray(found, Rules()) == 0
    (tmp_path / "other.1001.exr").symlink_to("gone")
    (tmp_path / "other.1002.exr").symlink_to("gone")
    assert dead_links.stray(walked(tmp_path), Rules()) == 2
    (tmp_path / "f.1.exr").write_bytes(b"x")
    (tmp_path / "f.2.exr").symlink_to("gone")
    assert dead_links.stray(walked(tmp_path), Rules()) == 3


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("a.1001.exr", 1001),
        ("a.-0001.exr", -1),
        ("a.10000.exr", 10000),
        ("a.010000.exr", None),
        ("a.999.exr", None),
        ("a..exr", None),
        ("a.exr", None),
        ("a.1001.25.exr", None),
        ("a.٠٠٠١.exr", None),
        ("b.1001.exr", None),
        (f"a.{'9' * 200}.exr", None),
    ],
)
def test_a_sequence_knows_which_frame_a_name_is(name: str, frame: int | None) -> None:
    sequence = FileSequence(PurePosixPath("."), "a.", ".exr", 4, FrameSet.of([1001]))
    assert sequence.frame(name) == frame


def test_a_sequence_knows_its_subframes_and_a_single_file_none() -> None:
    here, frames = PurePosixPath("."), FrameSet.of([100100])
    subframes = FileSequence(here, "a.", ".exr", 4, frames, Kind.FRAMES, 2)
    assert subframes.frame("a.1001.25.exr") == 100125
    assert subframes.frame("a.1001.exr") is None
    assert FileSequence(here, "a.1.exr", "", 0, FrameSet(), Kind.FILE).frame("a.1.exr") is None
