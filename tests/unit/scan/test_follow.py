"""Following real folders: which are looked at when, and that none is forgotten."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from rushes.adapters.storage.local import LocalStorage
from rushes.frames.group import Rules
from rushes.frames.missing import Expectation
from rushes.frames.notation import format_frames, parse_frames
from rushes.scan.follow import Follower
from rushes.scan.gaps import always
from rushes.scan.roots import Root
from rushes.scan.wakeups import Notices, Polling
from rushes.scan.watch import Watch
from rushes.scan.watch_events import Event
from rushes.scan.watched import Terms

Told = tuple[str, str, str]


class Said:
    """Wake-ups that the test gives, and a clock that it moves."""

    def __init__(self) -> None:
        self.next: frozenset[PurePosixPath] | None = None
        self.now = 0.0

    def wait(self) -> frozenset[PurePosixPath] | None:
        return self.next

    def swept(self, seconds: float) -> None:
        """Nothing depends on it here."""

    def close(self) -> None:
        """There is nothing to close."""


class Followed:
    """A folder that is followed one round at a time."""

    def __init__(self, folder: Path, *, rules: Rules = Rules()) -> None:  # noqa: B008 (frozen)
        self.said = Said()
        expect = always(Expectation(parse_frames("1001-1003"), "--expect"))
        self.watch = Watch(Terms(rules, expect, settle=2.0, stall_after=60.0))
        follower = Follower(
            LocalStorage(),
            Root(str(folder.parent), PurePosixPath(folder.name)),
            self.watch,
            ignore=(".snapshot",),
            clock=lambda: self.said.now,
        )
        self.rounds: Iterator[list[Event]] = follower.follow(self.said)

    def round(self, *folders: str, after: float = 1.0) -> list[Told]:
        """What a round tells when the system names these folders; none of them means all."""
        self.said.now += after
        self.said.next = frozenset(map(PurePosixPath, folders)) if folders else None
        return told(next(self.rounds))


def told(events: list[Event]) -> list[Told]:
    return [(one.what.value, str(one.folder), format_frames(one.frames)) for one in events]


def write(folder: Path, *frames: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for frame in frames:
        (folder / f"beauty.{frame}.exr").write_bytes(b"x")


@pytest.fixture
def renders(tmp_path: Path) -> Path:
    folder = tmp_path / "renders"
    write(folder / "v001", 1001)
    return folder


def test_only_folders_that_are_named_are_looked_at(renders: Path) -> None:
    one = Followed(renders)
    assert one.round() == [("found", "renders/v001", "1001")]
    write(renders / "v001", 1002)
    assert one.round(".") == []
    assert one.round("v001") == [("grew", "renders/v001", "1002")]


def test_new_folders_are_followed_however_deep_but_ignored_ones_are_not(renders: Path) -> None:
    one = Followed(renders)
    one.round()
    write(renders / "v002" / "left" / "beauty", 1001)
    write(renders / ".snapshot" / "v001", 1001)
    assert one.round(".") == [("new", "renders/v002/left/beauty", "1001")]
    write(renders / "v002" / "left" / "beauty", 1002)
    assert one.round("v002/left/beauty") == [("grew", "renders/v002/left/beauty", "1002")]
    assert one.round(".snapshot/v001") == []


def test_completeness_comes_with_time_though_nothing_happens(renders: Path) -> None:
    one = Followed(renders)
    one.round()
    write(renders / "v001", 1002, 1003)
    one.round("v001")
    assert one.round(".", after=1.0) == []
    assert one.round(".", after=1.0) == [("complete", "renders/v001", "1001-1003")]


def test_a_folder_that_goes_and_comes_back_is_followed_again(renders: Path) -> None:
    one = Followed(renders)
    one.round()
    shutil.rmtree(renders / "v001")
    assert one.round("v001") == [
        ("removed", "renders/v001", "1001"),
        ("folder-gone", "renders/v001", ""),
    ]
    assert one.round(".") == []
    write(renders / "v001", 1002)
    assert one.round(".") == [("grew", "renders/v001", "1002")]


def test_a_folder_that_went_is_still_waited_for_until_it_has_stalled(renders: Path) -> None:
    one = Followed(renders)
    one.round()
    shutil.rmtree(renders / "v001")
    one.round(".")
    assert one.round(".", after=60.0) == [("stalled", "renders/v001", "1001-1003")]
    assert one.watch.standing().hopeless


def test_following_ends_when_the_folder_itself_is_gone(renders: Path) -> None:
    one = Followed(renders)
    one.round()
    renders.rename(renders.parent / "elsewhere")
    assert one.round("v001")[-1] == ("folder-gone", "renders", "")
    with pytest.raises(StopIteration):
        next(one.rounds)


def test_a_link_to_a_folder_is_followed_where_it_was_asked_for(renders: Path) -> None:
    (renders.parent / "latest").symlink_to(renders)
    one = Followed(renders.parent / "latest")
    assert one.round() == [("found", "latest/v001", "1001")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_told_and_has_lost_nothing(renders: Path) -> None:
    one = Followed(renders)
    one.round()
    (renders / "v001").chmod(0)
    try:
        assert one.round() == [("folder-unreadable", "renders/v001", "")]
    finally:
        (renders / "v001").chmod(0o755)
    assert one.round() == []


def test_polling_looks_at_everything_each_time_and_rests_as_long_as_that_took() -> None:
    now, slept = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    polling = Polling(1.0, clock=lambda: now[0], sleep=sleep)
    assert [polling.wait() for _ in range(3)] == [frozenset(), frozenset(), None]
    assert slept == [0.5, 0.5]
    polling.swept(10.0)
    now[0] += 9.0
    assert polling.wait() == frozenset()
    now[0] += 9.0
    assert polling.wait() is None


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        (OSError('OS file watch limit reached. about ["/x"]'), "max_user_watches"),
        (RuntimeError("Error creating watcher: Too many open files (os error 24)"), "instances"),
        (RuntimeError('Unable to decode path "x\\xFF" to string'), "no UTF-8"),
    ],
)
def test_polling_takes_over_with_a_reason_where_the_system_gives_no_notices(
    refusal: Exception, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Using up the machine's own watches would hurt everybody else on it."""

    def refused(*_paths: str, **_options: object) -> Iterator[set[tuple[int, str]]]:
        raise refusal
        yield set()

    monkeypatch.setattr("watchfiles.watch", refused)
    notes: list[str] = []
    notices = Notices(str(tmp_path), polling=lambda: Polling(0.25), note=notes.append)
    assert notices.polls
    assert why in notes[0]
    assert "every 0.25 s" in notes[0]


def test_hidden_folders_are_not_followed(renders: Path) -> None:
    followed = Followed(renders)
    write(renders / ".cache" / "v001", 1001)
    assert followed.round() == [("found", "renders/v001", "1001")]
    write(renders / ".cache", 1001, 1002)
    write(renders / "v001", 1002)
    assert followed.round(".cache", ".cache/v001", "v001") == [("grew", "renders/v001", "1002")]
    shutil.rmtree(renders / ".cache")
    assert followed.round(".cache", ".") == []
    assert followed.round() == []


def test_a_folder_that_is_asked_for_is_followed_whatever_it_is_called(renders: Path) -> None:
    write(renders / ".cache" / "v001", 1001)
    followed = Followed(renders / ".cache")
    assert followed.round() == [("found", ".cache/v001", "1001")]


def test_subframes_between_expected_frames_are_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "sim"
    folder.mkdir()

    def sim(*numbers: str) -> None:
        for number in numbers:
            (folder / f"sim.{number}.vdb").write_bytes(b"x")

    sim("1001.00", "1001.50", "1002.00", "1003.00")
    followed = Followed(folder, rules=Rules(subframes=True))
    assert [one[0] for one in followed.round()] == ["found"]
    assert followed.round(after=10.0) == []
    sim("1002.50")
    assert [one[0] for one in followed.round()] == ["grew"]
    assert [one[0] for one in followed.round(after=10.0)] == ["complete"]
