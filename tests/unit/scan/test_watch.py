"""What a watch says of a row of listings, by a clock that only the test moves."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from rushes.frames.group import Rules
from rushes.frames.missing import Expectation
from rushes.frames.notation import format_frames, parse_frames
from rushes.ports.storage import Listing
from rushes.scan.gaps import Expect, always, nothing_known
from rushes.scan.layout import Layout
from rushes.scan.shots import expectations
from rushes.scan.watch import Watch
from rushes.scan.watch_events import Event
from rushes.scan.watched import Terms

HERE = PurePosixPath("show/sq/sh/renders")
SETTLE, STALL = 2.0, 300.0

Told = tuple[str, str]


class Watched:
    """A watch of one folder whose files are said, not written."""

    def __init__(self, expect: Expect = nothing_known) -> None:
        self.watch = Watch(Terms(Rules(), expect, settle=SETTLE, stall_after=STALL))
        self.files: dict[str, tuple[int, int]] = {}
        self.now = 0.0

    def put(self, frames: str, *, head: str = "beauty.", size: int = 100, padding: int = 4) -> None:
        for frame in parse_frames(frames):
            self.files[f"{head}{frame:0{padding}d}.exr"] = (size, int(self.now * 1e9))

    def drop(self, frames: str, *, head: str = "beauty.") -> None:
        for frame in parse_frames(frames):
            del self.files[f"{head}{frame:04d}.exr"]

    def events(self, after: float = 1.0) -> list[Event]:
        """Look again, so many seconds after the last look."""
        self.now += after
        return self.watch.look(HERE, listing(self.files), self.now)

    def look(self, after: float = 1.0) -> list[Told]:
        return told(self.events(after))


def listing(files: dict[str, tuple[int, int]]) -> Listing:
    sizes, mtimes = [size for size, _ in files.values()], [mtime for _, mtime in files.values()]
    return Listing((1, 1, 1), list(files), sizes, mtimes, [1] * len(files))


def told(events: list[Event]) -> list[Told]:
    return [(one.what.value, format_frames(one.frames)) for one in events]


def expect(frames: str) -> Expect:
    return always(Expectation(parse_frames(frames), "--expect"))


@pytest.fixture
def render() -> Watched:
    """A render of ten frames that has just been sent off."""
    one = Watched(expect("1001-1010"))
    assert one.look() == []
    one.watch.begin()
    return one


def test_what_is_there_at_first_is_found_and_what_comes_is_new_or_growth() -> None:
    one = Watched()
    one.put("1001-1003")
    assert one.look() == [("found", "1001-1003")]
    one.watch.begin()
    one.put("1004,1006")
    one.put("1", head="mask.")
    assert sorted(one.look()) == [("grew", "1004,1006"), ("new", "1")]
    assert one.look() == []


def test_complete_is_told_once_and_only_after_nothing_has_changed_for_a_while(
    render: Watched,
) -> None:
    render.put("1001-1009")
    assert render.look() == [("new", "1001-1009")]
    render.put("1010")
    assert render.look() == [("grew", "1010")]
    assert render.look(SETTLE / 2) == []
    assert not render.watch.standing().all_complete
    assert render.look(SETTLE / 2) == [("complete", "1001-1010")]
    assert render.watch.standing().all_complete
    assert render.look(STALL * 2) == []


def test_a_frame_that_is_still_being_written_holds_completeness_back(render: Watched) -> None:
    render.put("1001-1010")
    render.look()
    for size in (200, 300, 400):
        render.put("1010", size=size)
        assert render.look(SETTLE * 0.75) == []
    assert render.look(SETTLE) == [("complete", "1001-1010")]


def test_a_frame_of_zero_bytes_is_not_there(render: Watched) -> None:
    render.put("1001-1010")
    render.put("1004", size=0)
    render.look()
    assert render.look(SETTLE) == []
    (stalled,) = render.events(STALL)
    assert stalled.what == "stalled"
    assert format_frames(stalled.empty) == "1004"
    assert render.watch.standing().hopeless


def test_a_stall_names_the_missing_frames_once_and_a_new_frame_ends_it(render: Watched) -> None:
    render.put("1001-1004")
    render.look()
    assert render.look(STALL - 1) == []
    assert render.look(1) == [("stalled", "1005-1010")]
    assert render.watch.standing().hopeless
    assert render.look(STALL) == []
    render.put("1005-1010")
    assert render.look() == [("grew", "1005-1010")]
    assert not render.watch.standing().hopeless
    assert render.look(SETTLE) == [("complete", "1001-1010")]


def test_where_nothing_is_expected_nothing_is_ever_complete() -> None:
    one = Watched()
    one.put("1001-1010")
    one.look()
    one.watch.begin()
    one.put("1011")
    one.look()
    assert one.look(SETTLE) == []
    assert one.look(STALL) == [("stalled", "")]
    assert one.watch.standing().expected == 0
    assert not one.watch.standing().all_complete
    assert not one.watch.standing().hopeless


def test_what_lay_there_all_along_and_is_expected_of_nobody_does_not_stall() -> None:
    one = Watched()
    one.put("1001-1010")
    one.look()
    one.watch.begin()
    assert one.look(STALL * 2) == []


def test_frames_that_go_are_told_and_take_completeness_with_them(render: Watched) -> None:
    render.put("1001-1010")
    render.look()
    render.look(SETTLE)
    render.drop("1003-1004")
    assert render.look() == [("removed", "1003-1004")]
    assert not render.watch.standing().all_complete
    render.put("1003-1004")
    assert render.look() == [("grew", "1003-1004")]
    assert render.look(SETTLE) == [("complete", "1001-1010")]


def test_a_sequence_that_is_wiped_is_still_waited_for(render: Watched) -> None:
    render.put("1001-1010")
    render.look()
    render.look(SETTLE)
    render.drop("1001-1010")
    (wiped,) = render.events()
    assert (wiped.what, format_frames(wiped.frames)) == ("removed", "1001-1010")
    assert wiped.gaps is not None
    assert format_frames(wiped.gaps.missing) == "1001-1010"
    standing = render.watch.standing()
    assert (standing.sequences, standing.expected, standing.complete) == (0, 1, 0)
    assert render.look(STALL) == [("stalled", "1001-1010")]
    render.put("1001")
    assert render.look() == [("grew", "1001")]


def test_frames_written_again_after_they_were_at_rest_are_rewritten(render: Watched) -> None:
    render.put("1001-1010")
    render.look()
    render.look(SETTLE)
    render.put("1002", size=50)
    render.put("1007")  # touched only
    assert render.look() == [("rewritten", "1002,1007")]
    assert render.look(SETTLE) == [("complete", "1001-1010")]


def test_frames_that_come_every_tenth_first_are_not_taken_for_a_step() -> None:
    shots = expectations(
        {"show/sq/sh": "1001-1031"},
        Layout(("{show}/{sequence}/{shot}/{task}",)),
        source=lambda key: "rushes.toml",
    )
    one = Watched(shots)
    one.look()
    one.watch.begin()
    one.put("1001-1031x10")
    (new,) = one.events()
    assert new.gaps is not None
    assert len(new.gaps.missing) == 27
    assert one.look(SETTLE) == []
    one.put("1001-1031")
    one.look()
    assert one.look(SETTLE) == [("complete", "1001-1031")]


def test_what_has_nothing_to_do_with_the_range_of_the_shot_is_not_held_against_it() -> None:
    shots = expectations(
        {"show/sq/sh": "1001-1010"},
        Layout(("{show}/{sequence}/{shot}/{task}",)),
        source=lambda key: "rushes.toml",
    )
    one = Watched(shots)
    one.put("1-3", head="slate.")
    (found,) = one.events()
    assert found.gaps is None


def test_a_number_that_grows_a_digit_is_the_same_sequence_growing() -> None:
    one = Watched(expect("8-11"))
    one.look()
    one.watch.begin()
    one.put("8-9", padding=1)
    assert one.look() == [("new", "8-9")]
    one.put("10-11", padding=1)
    assert one.look() == [("grew", "10-11")]


def test_a_single_file_that_turns_out_a_sequence_is_new_and_nothing_was_removed() -> None:
    one = Watched()
    one.look()
    one.watch.begin()
    one.put("1", padding=1, head="take")
    assert one.look() == []
    one.put("2", padding=1, head="take")
    assert one.look() == [("new", "1-2")]


def test_temporary_files_are_no_frames(render: Watched) -> None:
    render.files["beauty.1001.exr.tmp"] = (10, 0)
    assert render.look() == []


def test_a_folder_that_goes_takes_its_frames_and_is_told_once(render: Watched) -> None:
    render.put("1001-1004")
    render.look()
    events = render.watch.gone(HERE, render.now + 1)
    assert told(events) == [("removed", "1001-1004"), ("folder-gone", "")]
    assert render.watch.gone(HERE, render.now + 2) == []
    assert told(render.watch.gone(HERE, render.now + 1 + STALL)) == [("stalled", "1001-1010")]
    assert render.look(STALL + 5) == [("grew", "1001-1004")]


def test_a_folder_that_cannot_be_read_has_lost_nothing(render: Watched) -> None:
    render.put("1001-1010")
    render.look()
    (unreadable,) = render.watch.unreadable(HERE, "Permission denied", render.now + 1)
    assert (unreadable.what, unreadable.message) == ("folder-unreadable", "Permission denied")
    assert render.watch.unreadable(HERE, "Permission denied", render.now + STALL) == []
    assert not render.watch.standing().all_complete
    assert render.look(STALL) == [("complete", "1001-1010")]


def test_folders_are_due_when_time_alone_may_tell_something(render: Watched) -> None:
    render.put("1001-1004")
    render.look()
    assert render.watch.due(render.now + STALL - 1) == []
    assert render.watch.due(render.now + STALL) == [HERE]
    render.put("1005-1010")
    render.look()
    assert render.watch.due(render.now + SETTLE) == [HERE]
    render.look(SETTLE)
    assert render.watch.due(render.now + STALL) == []
