"""A reel is planned from records and disk, keeps its timing, and is whole or not there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import OpenImageIO
import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.executor.processes import ProcessExecutor
from rushes.core.errors import Code, RushesError
from rushes.exchange.dailies.clips import Media, Plan, Shown
from rushes.exchange.dailies.framing import frames
from rushes.exchange.dailies.making import Crew, Reel, make
from rushes.exchange.dailies.ordering import Dress, ordered
from rushes.exchange.dailies.planning import Making, planned
from rushes.exchange.dailies.records import (
    Wanted,
    project_called,
    wanted_versions,
    was_approved,
)
from rushes.exchange.dailies.texts import Field, burn_ins
from rushes.inspection.reel import codecs
from rushes.inspection.reel.encoding import ReelForm
from rushes.model.event import RecordedEvent
from rushes.model.frames import FrameRange, FrameSet
from rushes.testing.media.clip import write_movie
from rushes.testing.memory_studio import MemoryStudio
from rushes.testing.studios import ADA, ADMIN, World, look, refusal, world
from rushes.testing.studios import make as record

FPS = Fraction(24)
MAKING = Making("NV", "Nightjar", "Monday", FPS)
SIZE = (64, 36)
FORM = ReelForm("mov", codecs.CODECS["h264"], *SIZE, FPS)


def shown(number: int = 1, **given: Any) -> Shown:
    """A Version of which nothing is on disk."""
    told = Shown(number, f"sh_{number}", 1, "approved", None, "", "", None, None, shot="sh0010")
    return replace(told, **given)


def render(folder: Path, numbers: Any, *, value: int = 128) -> str:
    """Frames of one grey; how their record calls them."""
    folder.mkdir(parents=True, exist_ok=True)
    for frame in numbers:
        page = OpenImageIO.ImageBuf(np.full((36, 64, 3), value, np.uint8))
        page.write(str(folder / f"a.{frame:04d}.png"))
    return str(folder / "a.%04d.png")


def plan(*versions: Shown, handles: bool = False, slate: int = 0) -> Plan:
    """A reel of these."""
    return planned(versions, replace(MAKING, handles=handles, slate=slate), workers=1)


def made(told: Plan, place: Path, **given: Any) -> Reel:
    """The reel, by this process alone."""
    with closing(InlineExecutor()) as executor:
        crew = Crew(executor, given.pop("papers", lambda _: None), *given.pop("progress", ()))
        return make(told, Dress(SIZE, fields=()), FORM, place, crew=crew, **given)


def greys(place: Path) -> list[int]:
    """The middle of every frame of a movie."""
    with av.open(str(place)) as file:
        pages = (one.to_ndarray(format="rgb24") for one in file.decode(video=0))
        return [int(one[18, 32].max()) for one in pages]


def test_a_frame_that_is_not_there_is_missing_and_keeps_its_place(tmp_path: Path) -> None:
    path = render(tmp_path, [1001, 1002, 1004])
    told = plan(shown(frames_path=path, first=1001, last=1005))
    (clip,) = told.clips
    assert clip.missing == FrameSet.of([1003, 1005])
    assert (told.frames, told.missing) == (5, 2)
    (finding,) = told.findings
    assert finding.rule == "dailies.missing"
    assert "1003" in finding.message


def test_a_folder_that_cannot_be_read_is_told_and_not_taken_for_empty(tmp_path: Path) -> None:
    one = shown(frames_path=str(tmp_path / ("x" * 300) / "a.%04d.png"), first=1001, last=1002)
    for version in (one, replace(one, first=None, last=None)):
        (finding,) = plan(version).findings
        assert finding.rule == "dailies.unreadable"
        assert "File name too long" in finding.message


def test_frames_on_s3_are_told_as_not_read_and_none_is_missing(tmp_path: Path) -> None:
    one = shown(frames_path="s3://vault/a.%04d.exr", first=1001, last=1002)
    told = plan(one)
    assert (told.frames, told.missing) == (2, 0)
    (finding,) = told.findings
    assert finding.rule == "dailies.far"
    assert "lies on S3, which is not read" in finding.message
    dress = Dress(SIZE, fields=())
    assert {each.order.word for each in ordered(told, dress)} == {"not read from S3"}
    (unknown,) = plan(replace(one, first=None, last=None)).findings
    assert unknown.rule == "dailies.far"
    movie = replace(one, frames_path=str(tmp_path / "no.%04d.exr"), movie_path="s3://vault/a.mov")
    assert plan(movie).missing == 2  # that folder was looked into


def test_a_version_was_approved_on_the_day_its_status_was_set_and_not_when_it_was_written() -> None:
    def event(at: str, **after: Any) -> RecordedEvent:
        return RecordedEvent(1, 1, at, "ada", "", "", "update", "version", 1, 1, {}, after)

    events = [
        event("2026-11-21T09:00:00Z", comment="nice"),
        event("2026-11-20T23:59:59.5Z", status="approved"),
        event("2026-11-19T12:00:00Z", status="pending"),
    ]
    assert was_approved(events, date(2026, 11, 20))
    assert not was_approved(events, date(2026, 11, 21))
    assert not was_approved(events, date(2026, 11, 19))
    assert "last written" in Wanted(day=date(2026, 11, 21)).title
    assert "last written" not in Wanted(day=date(2026, 11, 21), history=lambda _: events).title


def test_without_handles_only_what_is_cut_in_is_shown(tmp_path: Path) -> None:
    path = render(tmp_path, range(1001, 1011))
    one = shown(frames_path=path, first=1001, last=1010, cut=FrameRange(1003, 1008))
    assert plan(one).clips[0].frames == FrameRange(1003, 1008)
    assert plan(one, handles=True).clips[0].frames == FrameRange(1001, 1010)
    elsewhere = replace(one, cut=FrameRange(1, 24))
    assert plan(elsewhere).clips[0].frames == FrameRange(1001, 1010)


def test_what_nobody_told_is_as_long_as_what_is_on_disk(tmp_path: Path) -> None:
    (clip,) = plan(shown(frames_path=render(tmp_path, [7, 8, 9]))).clips
    assert clip.frames == FrameRange(7, 9)
    assert not clip.missing


def test_other_files_beside_the_frames_are_none_of_them(tmp_path: Path) -> None:
    path = render(tmp_path, [1001])
    for name in ("a.01002.png", "a.1003.png.tmp", "b.1002.png", "a.1002.exr"):
        (tmp_path / name).write_bytes(b"x")
    assert plan(shown(frames_path=path)).clips[0].frames == FrameRange(1001, 1001)


def test_a_version_without_frames_is_shown_from_its_movie(tmp_path: Path) -> None:
    movie = tmp_path / "a.mov"
    write_movie(movie, (np.full((36, 64, 3), at / 8, np.float32) for at in range(6)), size=SIZE)
    one = shown(frames_path=str(tmp_path / "no.%04d.exr"), movie_path=str(movie))
    assert plan(replace(one, first=1001, last=1006)).clips[0].media is Media.MOVIE
    short = plan(replace(one, first=1001, last=1008))
    assert short.clips[0].missing == FrameSet.of([1007, 1008])
    (clip,) = plan(one).clips
    assert clip.frames == FrameRange(1, 6)
    cut = plan(replace(one, first=1001, last=1006, cut=FrameRange(1003, 1005)))
    made(cut, tmp_path / "reel.mov")
    found = greys(tmp_path / "reel.mov")
    assert found == sorted(found)
    assert abs(found[0] - 255 * 2 / 8) < 6


def test_of_what_is_nowhere_cards_stand_or_it_is_left_out() -> None:
    told = plan(shown(1, first=1, last=4), shown(2), shown(3, whole=FrameRange(1, 2)))
    assert [(one.shown.id, len(one.missing)) for one in told.clips] == [(1, 4), (3, 2)]
    assert len(told.findings) == 3
    assert "not in the reel" in told.findings[1].message


@pytest.mark.parametrize("path", ["s3://b/a.%04d.exr", "a\0b.%04d.exr", "/no/such/%d/a.%04d", "%"])
def test_a_path_that_is_none_here_has_nothing(path: str) -> None:
    told = plan(shown(frames_path=path, movie_path=path, first=1, last=2))
    assert told.clips[0].media is Media.NONE


def test_clips_follow_one_another_with_their_slates(tmp_path: Path) -> None:
    path = render(tmp_path, [1, 2, 3])
    told = plan(shown(1, frames_path=path), shown(2, frames_path=path), slate=24)
    places = [(one.begins, one.first, one.last) for one in told.placed()]
    assert places == [(0, 24, 26), (27, 51, 53)]
    assert told.frames == 54
    orders = list(ordered(told, Dress(SIZE)))
    assert sum(one.held for one in orders) == 54
    assert [one.frame for one in orders] == [None, 1, 2, 3, None, 1, 2, 3]


def test_burn_ins_say_which_frame_it_is() -> None:
    told = plan(shown(first=1001, last=1002, artist="Tom", task="comp"))
    fields = (Field.SHOT, Field.VERSION, Field.FRAME, Field.ARTIST, Field.TIMECODE, Field.STATUS)
    texts = burn_ins(fields, told, told.clips[0], frame=1002, at=25)
    assert sorted(texts.values()) == sorted(
        ["sh0010", "comp v001, approved", "1002", "Tom", "01:00:01:01"]
    )


def test_a_reel_holds_every_frame_in_order_and_cards_for_what_is_gone(tmp_path: Path) -> None:
    dark = render(tmp_path / "a", [1, 2, 4], value=40)
    light = render(tmp_path / "b", [1, 2], value=220)
    (tmp_path / "b" / "a.0002.png").write_bytes(b"")
    told = plan(
        shown(1, frames_path=dark, first=1, last=4), shown(2, frames_path=light, first=1, last=2)
    )
    place = tmp_path / "reel.mov"
    reel = made(told, place)
    assert reel.frames == 6
    assert reel.unreadable == {2: FrameSet.of([2])}
    assert [one.rule for one in reel.findings] == ["dailies.unreadable"]
    found = greys(place)
    assert [abs(one - 40) < 6 for one in found[:2]] == [True, True]
    assert abs(found[3] - 40) < 6
    assert abs(found[4] - 220) < 6
    assert reel.size == place.stat().st_size


def test_a_reel_made_twice_and_by_others_is_the_same(tmp_path: Path) -> None:
    told = plan(shown(frames_path=render(tmp_path, range(5)), first=0, last=5), slate=2)
    first = made(told, tmp_path / "1.mov")
    with closing(ProcessExecutor(2)) as executor:
        crew = Crew(executor, lambda _: None)
        second = make(told, Dress(SIZE, fields=()), FORM, tmp_path / "2.mov", crew=crew)
    assert first.digest == second.digest


def test_nothing_is_put_over_a_reel_unless_that_is_wanted(tmp_path: Path) -> None:
    told = plan(shown(frames_path=render(tmp_path, [1])))
    place = tmp_path / "reel.mov"
    place.write_bytes(b"older")
    with refusal(Code.WRITE_FAILED, "is there already", "--replace"):
        made(told, place)
    assert place.read_bytes() == b"older"
    made(told, place, replace=True)
    assert len(greys(place)) == 1


def test_what_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    told = plan(shown(frames_path=render(tmp_path / "a", range(4))))

    class Unwanted:
        def report(self, done: int, total: int | None = None, note: str = "") -> None:
            self.done = done

        def cancelled(self) -> bool:
            return self.done > 2

    with refusal(Code.CANCELLED):
        made(told, tmp_path / "reel.mov", progress=(Unwanted(),))

    def full(_: Reel) -> None:
        raise RushesError(Code.WRITE_FAILED, "The manifest could not be written.")

    with refusal(Code.WRITE_FAILED, "manifest"):
        made(told, tmp_path / "reel.mov", papers=full)
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_dailies import made, plan, shown

class Killing:
    def report(self, done, total=None, note=""):
        if note == {note!r} and done == 2:
            os.kill(os.getpid(), signal.SIGKILL)
    def cancelled(self):
        return False

made(plan(shown(frames_path={path!r})), Path({place!r}), progress=(Killing(),))
"""


@pytest.mark.parametrize("note", ["frames", "frames read again"])
def test_a_kill_leaves_nothing_under_the_reels_name(tmp_path: Path, note: str) -> None:
    path, place = render(tmp_path / "a", range(4)), tmp_path / "reel.mov"
    tests = str(Path(__file__).parent)
    program = _KILLED.format(tests=tests, note=note, path=path, place=str(place))
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert not place.exists()
    made(plan(shown(frames_path=path)), place)
    assert len(greys(place)) == 4


class Losing(InlineExecutor):
    """What reads frame 2 ends badly, or never."""

    workers = 2

    def __init__(self, outcome: RushesError | None) -> None:
        super().__init__()
        self._outcome = outcome

    def submit(self, fn: Any, /, *args: Any, **given: Any) -> Any:
        """Do it, but for that one."""
        if b"a.0002" not in args[0] or b'"image"' not in args[0]:
            return super().submit(fn, *args, **given)
        lost: Future[bytes] = Future()
        if self._outcome is not None:
            lost.set_exception(self._outcome)
        return lost


LOST = RushesError(Code.EXECUTOR_FAILED, "The work was lost with 3 worker processes.")


@pytest.mark.parametrize(
    ("outcome", "words"), [(LOST, "ended the processes"), (None, "longer than")]
)
def test_a_frame_that_kills_or_holds_up_what_reads_it_is_a_card(
    tmp_path: Path, outcome: RushesError | None, words: str
) -> None:
    told = plan(shown(frames_path=render(tmp_path, [1, 2, 3])))
    with closing(Losing(outcome)) as executor:
        done = list(frames(ordered(told, Dress(SIZE)), executor, timeout=0.01))
    assert [words in one.framed.problem for one in done] == [False, True, False]
    assert all(len(one.framed.pixels) == 64 * 36 * 3 for one in done)


def test_a_storage_that_answers_nobody_ends_it(tmp_path: Path) -> None:
    path = render(tmp_path, [2])
    told = plan(shown(1, frames_path=path), shown(2, frames_path=path))
    with refusal(Code.EXECUTOR_FAILED, "a.0002"), closing(Losing(None)) as executor:
        list(frames(ordered(told, Dress(SIZE)), executor, timeout=0.01))


def test_only_a_few_frames_are_held_at_once(tmp_path: Path) -> None:
    told = plan(shown(first=1, last=500))
    asked = 0

    def counted() -> Any:
        nonlocal asked
        for one in ordered(told, Dress(SIZE)):
            asked += 1
            yield one

    with closing(InlineExecutor()) as executor, closing(frames(counted(), executor)) as done:
        for number, _ in enumerate(done, start=1):
            assert asked <= number + 3
            if number == 20:
                break


@pytest.fixture
def studio() -> MemoryStudio:
    """Nobody's yet."""
    return MemoryStudio()


@pytest.fixture
def here(studio: MemoryStudio) -> World:
    """A small project."""
    return world(studio)


def version(studio: MemoryStudio, here: World, name: str, **given: Any) -> int:
    """A Version of the task."""
    return record(studio, "version", task=here.task, name=name, **given).id


def test_a_playlists_versions_come_in_its_order(studio: MemoryStudio, here: World) -> None:
    first, second = (version(studio, here, name, artist=here.ada) for name in ("v1", "v2"))
    gone = version(studio, here, "v3")
    record(studio, "playlist", project=here.project, name="Mon", versions=[second, gone, first])
    studio.archive("version", [gone], access=ADMIN, actor=ADA)
    project = look(studio, "project", here.project)
    found = wanted_versions(studio, project, Wanted("Mon"), access=ADMIN)
    assert [one.name for one in found] == ["v2", "v1"]
    assert (found[0].of, found[0].label) == ("sq010 / sh010", "comp v002")
    assert found[0].artist == "ada_NV"
    with refusal(Code.RECORD_NOT_FOUND, "'Mom'", "Did you mean 'Mon'?"):
        wanted_versions(studio, project, Wanted("Mom"), access=ADMIN)
    record(studio, "playlist", project=here.project, name="Tue")
    with refusal(Code.NOTHING_FOUND, "no Version on the playlist 'Tue'"):
        wanted_versions(studio, project, Wanted("Tue"), access=ADMIN)


def test_a_days_versions_are_those_approved_on_it(studio: MemoryStudio, here: World) -> None:
    day = date(2026, 3, 16)
    told = (("v1", "approved", 16), ("v2", "pending", 16), ("v3", "approved", 17))
    for at, (name, status, of) in enumerate((*told, ("v4", "client_approved", 16)), start=1):
        made_one = version(studio, here, name, status=status, number=at)
        studio._rows["version"][made_one]["updated"] = f"2026-03-{of}T23:59:59.000000Z"
    project = look(studio, "project", here.project)
    found = wanted_versions(studio, project, Wanted(day=day), access=ADMIN)
    assert [one.name for one in found] == ["v1", "v4"]
    with refusal(Code.NOTHING_FOUND, "2026-03-15"):
        wanted_versions(studio, project, Wanted(day=date(2026, 3, 15)), access=ADMIN)


def test_a_project_is_called_by_code_or_title(studio: MemoryStudio, here: World) -> None:
    other = record(studio, "project", code="XX", name="Nightjar").id
    assert project_called(studio, "Nightjar", access=ADMIN).id == other
    assert project_called(studio, "NV", access=ADMIN).id == here.project
    with refusal(Code.RECORD_NOT_FOUND):
        project_called(studio, "Nightja", access=ADMIN)
