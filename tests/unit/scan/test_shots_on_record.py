"""The range that a shot has on record is what its sequences are held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

import pytest

from rushes.frames.missing import missing
from rushes.frames.notation import format_frames, parse_frames
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameRange
from rushes.scan.layout import Layout
from rushes.scan.roots import Root
from rushes.scan.shots import expectations
from rushes.scan.shots_on_record import RangesOnRecord, ShotOnRecord, shots_on_record
from rushes.testing.memory_studio import MemoryStudio
from rushes.testing.studios import ADA, ADMIN, make

LAYOUT = Layout(["{show}/shots/{shot}/{task}", "{show}/{sequence}/{shot}/{task}"])
RANGE = FrameRange(1001, 1010)
SHOTS = (
    ShotOnRecord("demo", "sq010", "sh0010", RANGE, due=True),
    ShotOnRecord("demo", "sq010", "sh0020", FrameRange(1001, 1004), due=True),
    ShotOnRecord("demo", "sq020", "sh0020", FrameRange(1001, 1006), due=True),
    ShotOnRecord("demo", "sq020", "sh0030", None, due=True),
    ShotOnRecord("demo", "sq020", "sh0040", RANGE, due=False),
)


class Ranges:
    """Ranges of one show on record, and which shows were asked for."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.asked: list[str] = []
        told = expectations(settings or {}, LAYOUT, source=lambda _: "rushes.toml:7", mount="/s")
        self.expect = RangesOnRecord(told, LAYOUT, "/s", ask=self._ask)

    def _ask(self, show: str) -> Iterable[ShotOnRecord]:
        self.asked.append(show)
        return SHOTS if show == "demo" else ()

    def judged(self, frames: str, folder: str, kind: Kind = Kind.FRAMES) -> tuple[str, str]:
        one = FileSequence(PurePosixPath(folder), "a.", ".exr", 4, parse_frames(frames), kind)
        gaps = missing(one, self.expect(one))
        return format_frames(gaps.missing), gaps.source

    def absent(self, below: str = ".") -> list[str]:
        return [one.subject for one in self.expect.absent(Root("/s", PurePosixPath(below)))]


def test_a_lost_first_and_last_frame_are_missing_when_the_records_say_so() -> None:
    assert Ranges().judged("1002-1008", "demo/sq010/sh0010/comp/v001") == (
        "1001,1009-1010",
        "shot demo/sq010/sh0010 on record",
    )


def test_the_settings_count_before_the_records() -> None:
    ranges = Ranges({"demo/sh0010": "1001-1005"})
    lost, source = ranges.judged("1001-1004", "demo/sq010/sh0010/comp")
    assert (lost, source) == ("1005", "shot demo/sh0010 (rushes.toml:7)")
    # Not even where the frames have nothing to do with what the settings say.
    assert ranges.judged("1007-1009", "demo/sq010/sh0010/comp")[1] == "first to last found"
    assert ranges.asked == []


def test_a_show_is_asked_for_once_and_only_where_frames_of_its_shots_are() -> None:
    ranges = Ranges()
    ranges.judged("1-3", "demo")
    ranges.judged("1001-1002", "demo/sq010/sh0010/tex", Kind.TILES)
    assert ranges.asked == []
    for _ in range(3):
        ranges.judged("1001-1002", "demo/sq010/sh0010/comp")
        ranges.judged("1001-1002", "demo/sq999/none/comp")
        ranges.judged("1001-1002", "other/sq010/sh0010/comp")
    assert ranges.asked == ["demo", "other"]


def test_a_shot_without_a_range_or_a_record_is_held_against_what_was_found() -> None:
    ranges = Ranges()
    for folder in ("demo/sq020/sh0030/comp", "demo/sq999/sh0010/comp", "demo/sq010/none/comp"):
        assert ranges.judged("1001-1003", folder) == ("", "first to last found")


def test_a_folder_that_names_no_sequence_is_of_the_only_shot_called_so() -> None:
    ranges = Ranges()
    assert ranges.judged("1001-1009", "demo/shots/sh0010/comp")[0] == "1010"
    assert ranges.judged("1001-1003", "demo/shots/sh0020/comp")[1] == "first to last found"


def test_shots_that_are_due_and_have_no_frames_are_told_where_all_of_the_show_was_seen() -> None:
    ranges = Ranges({"demo/sq010/sh0020": "1001-1004"})
    assert ranges.absent() == ["demo/sq010/sh0020"], "the records were not asked yet"
    ranges.judged("1001-1010", "demo/sq010/sh0010/comp")
    assert ranges.absent() == ["demo/sq010/sh0020", "demo/sq020/sh0020"]
    assert ranges.absent("demo/sq010") == ["demo/sq010/sh0020"]
    ranges.judged("1001", "demo/sq020/sh0020/comp")
    assert ranges.absent() == ["demo/sq010/sh0020"]


def test_of_a_show_all_shots_are_read_that_are_not_archived() -> None:
    studio = MemoryStudio()
    for show in ("other", "demo"):
        project = make(studio, "project", code=show).id
        one, other = (
            make(studio, "sequence", project=project, code=code).id for code in ("sq010", "sq020")
        )
        make(studio, "shot", sequence=one, code="a", status="wip", frame_in=1001, frame_out=1010)
        make(studio, "shot", sequence=one, code="b", status="omit", frame_in=1, frame_out=None)
        gone = make(studio, "shot", sequence=one, code="c").id
        make(studio, "shot", sequence=other, code="d")
        studio.archive("shot", [gone], access=ADMIN, actor=ADA)
        studio.archive("sequence", [other], access=ADMIN, actor=ADA)
    assert list(shots_on_record(studio, "demo")) == [
        ShotOnRecord("demo", "sq010", "a", RANGE, due=True),
        ShotOnRecord("demo", "sq010", "b", None, due=False),
    ]


@pytest.mark.parametrize("name", ["nobody", "odd\udcff", "nul\0", "", "x" * 300])
def test_a_folder_that_is_no_show_has_no_shots(name: str) -> None:
    assert not [*shots_on_record(MemoryStudio(), name)]


def test_more_shots_than_a_page_holds_are_all_read() -> None:
    studio = MemoryStudio()
    project = make(studio, "project", code="demo").id
    sequence = make(studio, "sequence", project=project, code="sq010").id
    rows: list[dict[str, Any]] = [
        {"sequence": sequence, "code": f"sh{number}"} for number in range(1100)
    ]
    studio.create("shot", rows, access=ADMIN, actor=ADA)
    assert len(list(shots_on_record(studio, "demo"))) == 1100
