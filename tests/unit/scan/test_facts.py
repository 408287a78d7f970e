"""Empty and short frames as findings."""

from __future__ import annotations

from pathlib import Path

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.storage.local import LocalStorage
from rushes.frames.group import Rules
from rushes.model.files import FoundFolder
from rushes.model.finding import Severity
from rushes.model.frames import FrameSet
from rushes.ports.progress import Silent
from rushes.scan.options import WalkOptions
from rushes.scan.walk import walk


def only_folder(root: Path) -> FoundFolder:
    (found,) = walk(
        LocalStorage(),
        str(root),
        rules=Rules(),
        options=WalkOptions(),
        executor=InlineExecutor(),
        progress=Silent(),
    )
    return found


def frames(root: Path, sizes: list[int], pattern: str = "plate.{:04d}.exr") -> None:
    for frame, size in enumerate(sizes, 1001):
        (root / pattern.format(frame)).write_bytes(b"x" * size)


def test_frames_of_zero_bytes_are_an_error_that_names_them(tmp_path: Path) -> None:
    frames(tmp_path, [9, 0, 9, 9, 0])
    folder = only_folder(tmp_path)
    assert folder.sequences[0].facts.empty == FrameSet.of([1002, 1005])
    (finding,) = folder.findings
    assert (finding.rule, finding.severity) == ("frames.empty", Severity.ERROR)
    assert finding.subject == "plate.%04d.exr"
    assert finding.message == "2 frames of zero bytes: 1002,1005"
    assert finding.fix


def test_a_short_frame_is_a_warning_that_names_it(tmp_path: Path) -> None:
    frames(tmp_path, [900, 905, 910, 100, 907, 903])
    folder = only_folder(tmp_path)
    assert folder.sequences[0].facts.short == FrameSet.of([1004])
    (finding,) = folder.findings
    assert (finding.rule, finding.severity) == ("frames.short", Severity.WARNING)
    assert finding.message == "1 frame far smaller than the others: 1004"


def test_a_sequence_of_nothing_but_empty_frames_is_all_empty(tmp_path: Path) -> None:
    frames(tmp_path, [0] * 6)
    facts = only_folder(tmp_path).sequences[0].facts
    assert (len(facts.empty), len(facts.short)) == (6, 0)


def test_an_empty_single_file_is_nobodys_business(tmp_path: Path) -> None:
    (tmp_path / "README").touch()
    assert only_folder(tmp_path).findings == ()


def test_each_of_two_sequences_in_a_folder_is_judged_by_its_own(tmp_path: Path) -> None:
    frames(tmp_path, [1000] * 8, "beauty.{:04d}.exr")
    frames(tmp_path, [10] * 8, "crypto.{:04d}.exr")
    folder = only_folder(tmp_path)
    assert folder.findings == ()
    assert [found.facts.size for found in folder.sequences] == [8000, 80]
    assert folder.use.size == 8080
