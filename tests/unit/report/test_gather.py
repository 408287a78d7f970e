from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rushes.frames.missing import Expectation
from rushes.model.files import FoundFolder
from rushes.model.frames import FrameRange, FrameSet
from rushes.report.content import ReportContent, ReportedSequence
from rushes.report.gather import reported
from rushes.report.grouping import blocks
from rushes.report.render import render
from rushes.scan.gaps import always, findings, judge, nothing_known

Make = Callable[..., ReportedSequence]
Report = Callable[..., ReportContent]


def folder_with(one: ReportedSequence) -> FoundFolder:
    return FoundFolder(one.found.sequence.folder, (one.found,))


def test_a_range_that_someone_gave_is_told_from_one_read_off_the_disk(sequence: Make) -> None:
    folder = folder_with(sequence(FrameSet.of([1001, 1002, 1004])))
    (blind,) = judge(folder, nothing_known)
    assert reported(blind).from_disk
    assert list(reported(blind).missing) == [1003]
    given = Expectation(FrameSet((FrameRange(1001, 1006),)), "--expect")
    (told,) = judge(folder, always(given))
    assert not reported(told).from_disk
    assert list(reported(told).missing) == [1003, 1005, 1006]


def test_a_step_read_off_the_disk_is_still_read_off_the_disk(
    sequence: Make, content: Report
) -> None:
    (blind,) = judge(folder_with(sequence(FrameSet((FrameRange(1, 99, 2),)))), nothing_known)
    one = reported(blind)
    assert one.from_disk
    assert not one.missing
    assert "first to last found, every 2 frames" in render(content(one))


def test_findings_of_a_scan_meet_their_sequence_whatever_it_is_called(sequence: Make) -> None:
    for odd in ("plain.", "two\nlines.", "bad\udcff.", "back\\slash."):
        for folder in ("demo/sq010/sh0010/comp", "."):
            one = sequence(FrameSet.of([1, 2, 4]), head=odd, folder=folder)
            judged = list(judge(folder_with(one), nothing_known))
            known = [replace(reported(j), place=("demo",)) for j in judged]
            (block,) = blocks(findings(judged), known)
            assert block.sequence is known[0]
