"""Whatever is done to a folder, what a watch tells of it adds up to what is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from hypothesis import given, settings
from hypothesis import strategies as st

from rushes.frames.group import Rules, group
from rushes.frames.missing import Expectation
from rushes.model.files import Kind
from rushes.model.frames import FrameRange, FrameSet
from rushes.ports.storage import Listing
from rushes.scan.gaps import always
from rushes.scan.watch import Watch
from rushes.scan.watch_events import Event, What
from rushes.scan.watched import Terms

SETTLE, STALL = 5.0, 60.0
HERE = PurePosixPath("renders")
EXPECTED = FrameSet((FrameRange(8, 12),))

# Widths that grow, a lone number, a version, a temporary file, and a name that is no frame.
NAMES = st.one_of(
    st.integers(8, 12).map(lambda n: f"b.{n:04d}.exr"),
    st.integers(8, 12).map(lambda n: f"a{n}.exr"),
    st.integers(98, 101).map(lambda n: f"c.{n:03d}.dpx"),
    st.sampled_from(["b.0009.exr.tmp", "comp_v001.nk", "b.010.exr", "b.00011.exr"]),
)
# One step: some files are written (perhaps to nothing), some go, and time passes.
STEPS = st.lists(
    st.tuples(
        st.dictionaries(NAMES, st.integers(0, 2), max_size=4),
        st.sets(NAMES, max_size=3),
        st.sampled_from([0.5, 2.0, SETTLE, STALL]),
    ),
    min_size=1,
    max_size=12,
)
WHOLE = {f"b.{number:04d}.exr": 1 for number in EXPECTED}


@dataclass
class Folder:
    """A folder as a test knows it, and what has been told of it."""

    files: dict[str, tuple[int, int]] = field(default_factory=dict)
    changed: dict[str, float] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    now: float = 100.0
    writes: int = 0

    def step(self, written: dict[str, int], gone: set[str], seconds: float) -> None:
        self.now += seconds
        for name in gone - written.keys():
            self.files.pop(name, None)
            self.changed.pop(name, None)
        for name, size in written.items():
            self.writes += 1
            self.files[name] = (size, self.writes)
            self.changed[name] = self.now

    def listing(self) -> Listing:
        listing = Listing((1, 1, 1))
        for name, (size, mtime_ns) in self.files.items():
            listing.add(name, size=size, mtime_ns=mtime_ns, blocks=1)
        return listing

    def take(self, events: list[Event]) -> None:
        for event in events:
            if event.sequence is None:
                continue
            names = {event.sequence.name(frame) for frame in event.frames}
            if event.what in (What.FOUND, What.NEW, What.GREW):
                self.told |= names
            elif event.what is What.REMOVED:
                assert not names & self.files.keys(), "what was removed is still there"
                assert names <= self.told, "what was removed was never told of"
                self.told -= names

    def frames(self) -> set[str]:
        names = list(self.files)
        groups = group(names, Rules(), folder=str(HERE)).groups
        return {
            names[at]
            for one in groups
            if one.kind is not Kind.FILE
            for at in (range(len(names)) if one.members is None else one.members)
        }

    def at_rest(self, name: str) -> bool:
        return self.now - self.changed[name] >= SETTLE


def watching(*, expected: bool) -> Watch:
    known = always(Expectation(EXPECTED, "--expect"))
    return Watch(Terms(Rules(), known if expected else lambda _sequence: None, SETTLE, STALL))


@given(STEPS)
@settings(deadline=None, max_examples=40)
def test_frames_that_were_told_are_the_frames_that_are_there(
    steps: list[tuple[dict[str, int], set[str], float]],
) -> None:
    watch, folder = watching(expected=False), Folder()
    for at, step in enumerate(steps):
        folder.step(*step)
        events = watch.look(HERE, folder.listing(), folder.now)
        folder.take(events)
        assert folder.frames() <= folder.told <= folder.files.keys()
        assert not [one for one in events if one.what is What.COMPLETE]
        if not at:
            watch.begin()


@given(STEPS)
@settings(deadline=None, max_examples=40)
def test_complete_is_told_of_nothing_that_is_missing_empty_or_still_written(
    steps: list[tuple[dict[str, int], set[str], float]],
) -> None:
    watch, folder = watching(expected=True), Folder()
    watch.begin()
    for step in [*steps, (WHOLE, set(), STALL), ({}, set(), SETTLE)]:
        folder.step(*step)
        for event in watch.look(HERE, folder.listing(), folder.now):
            if event.what is not What.COMPLETE:
                continue
            assert event.sequence is not None
            for frame in EXPECTED:
                name = event.sequence.name(frame)
                assert folder.files[name][0] > 0
                assert folder.at_rest(name)
    # However it came about: in the end everything is there and left alone.
    assert watch.standing().complete >= 1


@given(STEPS)
@settings(deadline=None, max_examples=40)
def test_only_frames_at_rest_are_told_to_be_written_again(
    steps: list[tuple[dict[str, int], set[str], float]],
) -> None:
    watch, folder = watching(expected=False), Folder()
    watch.begin()
    for step in steps:
        before, rested = dict(folder.changed), dict(folder.files)
        folder.step(*step)
        for event in watch.look(HERE, folder.listing(), folder.now):
            if event.what is What.REWRITTEN and event.sequence is not None:
                for name in map(event.sequence.name, event.frames):
                    assert folder.files[name] != rested[name]
                    assert folder.now - before[name] >= SETTLE
