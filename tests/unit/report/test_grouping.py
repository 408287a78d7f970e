from __future__ import annotations

from collections.abc import Callable

from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameRange, FrameSet
from rushes.report.content import ReportedSequence
from rushes.report.grouping import blocks, groups

Make = Callable[..., ReportedSequence]
FRAMES = FrameSet((FrameRange(1001, 1010),))


def finding(subject: str, severity: Severity = Severity.ERROR, rule: str = "a.b") -> Finding:
    return Finding(rule, severity, subject, "something")


def in_shot(make: Make, shot: str, task: str = "comp") -> ReportedSequence:
    return make(FRAMES, folder=f"demo/sq010/{shot}/{task}", place=("demo", "sq010", shot, task))


def test_findings_of_one_sequence_stand_together_the_worst_first(sequence: Make) -> None:
    one = in_shot(sequence, "sh0010")
    (block,) = blocks(
        [finding(one.subject, Severity.NOTE), finding(one.subject, Severity.ERROR)], [one]
    )
    assert block.sequence is one
    assert [f.severity for f in block.findings] == [Severity.ERROR, Severity.NOTE]


def test_shots_with_errors_come_before_shots_with_warnings(sequence: Make) -> None:
    first, second = in_shot(sequence, "sh0010"), in_shot(sequence, "sh0020")
    both = [first, second]
    found = [finding(first.subject, Severity.WARNING), finding(second.subject)]
    gathered = groups(blocks(found, both), both)
    assert [group.place[-1] for group in gathered] == ["sh0020", "sh0010"]


def test_a_folder_belongs_to_the_shot_whose_sequences_lie_around_it(sequence: Make) -> None:
    known = [in_shot(sequence, "sh0010"), in_shot(sequence, "sh0020")]
    found = [finding("demo/sq010/sh0010/plates/private")]
    (group,) = groups(blocks(found, known), known)
    assert group.place == ("demo", "sq010", "sh0010")


def test_a_folder_above_several_shots_belongs_to_their_sequence(sequence: Make) -> None:
    known = [in_shot(sequence, f"sh00{at}0") for at in range(1, 5)]
    (group,) = groups(blocks([finding("demo/sq010/sh0990")], known), known)
    assert group.place == ("demo", "sq010")


def test_where_no_layout_is_known_findings_go_by_folder(sequence: Make) -> None:
    one = sequence(FRAMES, folder="scans/a", place=())
    (group,) = groups(blocks([finding(one.subject)], [one]), [one])
    assert group.place == ("scans/a",)
    (group,) = groups(blocks([finding("./stray")], []), [])
    assert group.place == ("top folder",)


def test_two_roots_with_the_same_names_are_not_mixed_up(sequence: Make) -> None:
    here, there = sequence(FRAMES, root="fast"), sequence(FRAMES, root="slow")
    (block,) = blocks([finding(there.subject)], [here, there])
    assert block.sequence is there
