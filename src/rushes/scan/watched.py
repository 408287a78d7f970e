"""One folder under watch: what its listings say has happened to its file sequences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from rushes.frames.group import Group, Rules, group
from rushes.frames.missing import FOUND, Gaps, missing
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameRange, FrameSet
from rushes.ports.storage import Listing
from rushes.scan.facts import frame_of
from rushes.scan.gaps import Expect
from rushes.scan.watch_events import Event, What

_NO_FRAMES = FrameSet()
_Key = tuple[str, str, int, Kind, int]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a watch goes by; times are seconds.

    A sequence is complete when all expected frames are there, none of zero bytes, and nothing
    has changed for `settle`. It has stalled when nothing has changed for `stall_after` and it is
    not complete. Where nobody knows what to expect, completeness is never claimed, and only what
    has grown can stall.
    """

    rules: Rules
    expect: Expect
    settle: float
    stall_after: float


@dataclass(frozen=True, slots=True)
class _Mark:
    """A file as it has been since the moment `since`."""

    size: int
    mtime_ns: int
    since: float


@dataclass(slots=True)
class Tracked:
    """A file sequence. `since` is when it last changed, `grew` whether it has while watched."""

    sequence: FileSequence
    since: float
    gaps: Gaps | None
    empty: FrameSet = _NO_FRAMES
    size: int = 0
    grew: bool = False
    complete: bool = False
    stalled: bool = False

    def event(self, what: What, frames: FrameSet = _NO_FRAMES, *, quiet: float = 0.0) -> Event:
        """What happened to it, with how it is now."""
        return Event(
            what,
            self.sequence.folder,
            self.sequence,
            frames,
            gaps=self.gaps,
            empty=self.empty,
            size=self.size,
            quiet=quiet,
        )

    @property
    def whole(self) -> bool:
        """Whether every expected frame is there with at least one byte."""
        gaps = self.gaps
        return gaps is not None and not gaps.missing and not (self.empty & gaps.expected)


@dataclass(slots=True)
class _News:
    """What a new listing differs in: names that are new or changed, names of files that had been
    at rest and changed, names that went.
    """

    touched: set[str] = field(default_factory=set)
    rewritten: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)


class WatchedFolder:
    """The files and sequences of one folder. `trouble` says why it could not be read last."""

    def __init__(self, path: PurePosixPath, terms: Terms) -> None:
        self.path = path
        self.trouble = ""
        self._terms = terms
        self._marks: dict[str, _Mark] = {}
        self._tracked: dict[_Key, Tracked] = {}

    @property
    def sequences(self) -> list[Tracked]:
        """All that is or was here; those that went have no frames."""
        return list(self._tracked.values())

    def take(self, listing: Listing, now: float, *, begun: bool) -> Iterator[Event]:
        """Take in what lies here now; before everything has `begun`, it is found, not new."""
        news = self._news(listing, now)
        if news.touched or news.gone:
            yield from self._regrouped([*self._marks], now, news=news, begun=begun)
        yield from self._complete(now)
        yield from self.stalled(now)

    def stalled(self, now: float) -> Iterator[Event]:
        """Tell what has waited for too long; nothing need have been read for that."""
        for one in self._tracked.values():
            quiet = now - one.since
            if self._can_stall(one) and quiet >= self._terms.stall_after:
                one.stalled = True
                lacking = one.gaps.missing if one.gaps is not None else _NO_FRAMES
                yield one.event(What.STALLED, lacking, quiet=quiet)

    def due(self, now: float) -> bool:
        """Whether time alone may have made something complete or stalled."""
        return any(
            (one.whole and not one.complete and now - one.since >= self._terms.settle)
            or (self._can_stall(one) and now - one.since >= self._terms.stall_after)
            for one in self._tracked.values()
        )

    def _news(self, listing: Listing, now: float) -> _News:
        news, marks = _News(), {}
        files = zip(listing.names, listing.sizes, listing.mtimes, strict=True)
        for name, size, mtime_ns in files:
            old = self._marks.get(name)
            if old is not None and (old.size, old.mtime_ns) == (size, mtime_ns):
                marks[name] = old
                continue
            news.touched.add(name)
            # One that changes again at once is only still being written.
            if old is not None and now - old.since >= self._terms.settle:
                news.rewritten.add(name)
            marks[name] = _Mark(size, mtime_ns, now)
        for name in listing.unreadable:  # nothing says that it has gone, or changed
            if name in self._marks:
                marks[name] = self._marks[name]
        news.gone = self._marks.keys() - marks.keys()
        self._marks = marks
        return news

    def _regrouped(
        self, names: list[str], now: float, *, news: _News, begun: bool
    ) -> Iterator[Event]:
        path = "" if str(self.path) == "." else str(self.path)
        met: dict[_Key, Tracked] = {}
        alone: set[str] = set()
        for one in group(names, self._terms.rules, folder=path).groups:
            own = names if one.members is None else [names[at] for at in one.members]
            if one.kind is Kind.FILE:
                alone.update(own)
                continue
            key: _Key = (one.head, one.tail, one.padding, one.kind, one.subframe_digits)
            before, sequence = self._tracked.get(key), self._sequence(one)
            if before is None or before.sequence != sequence or not news.touched.isdisjoint(own):
                met[key] = self._measured(sequence, one, own, now=now)
                met[key].grew = begun
                yield from self._told(before, met[key], one, rewritten=news.rewritten & set(own))
            else:
                met[key] = before
        for old, left in self._tracked.items():
            if old in met:
                continue
            lost = self._lost(left, left.sequence.frames)
            rest = self._left(left, now, alone=alone, touched=news.touched)
            if lost or rest.sequence.frames or not left.sequence.frames:
                met[old] = rest  # else all of it is in another sequence now
            if lost:
                yield rest.event(What.REMOVED, lost)
        self._tracked = met

    def _told(
        self, before: Tracked | None, now: Tracked, group: Group, *, rewritten: set[str]
    ) -> Iterator[Event]:
        frames = now.sequence.frames
        if before is None:
            yield now.event(What.NEW if now.grew else What.FOUND, frames)
            return
        old = before.sequence.frames
        if gained := frames - old:
            yield now.event(What.GREW, gained)
        if lost := self._lost(before, old - frames):
            yield now.event(What.REMOVED, lost)
        if rewritten:
            again = FrameSet.of(frame_of(name, group) for name in rewritten)
            yield now.event(What.REWRITTEN, again)

    def _lost(self, tracked: Tracked, frames: FrameSet) -> FrameSet:
        """Those whose files went; the others are in another sequence now."""
        name = tracked.sequence.name
        return FrameSet.of(frame for frame in frames if name(frame) not in self._marks)

    def _sequence(self, one: Group) -> FileSequence:
        return FileSequence(
            self.path, one.head, one.tail, one.padding, one.frames, one.kind, one.subframe_digits
        )

    def _measured(
        self, sequence: FileSequence, one: Group, names: list[str], *, now: float
    ) -> Tracked:
        sizes = [self._marks[name].size for name in names]
        empty = _NO_FRAMES
        if not all(sizes):
            empty = FrameSet.of(
                frame_of(name, one) for name, size in zip(names, sizes, strict=True) if not size
            )
        gaps = gaps_of(sequence, self._terms.expect)
        return Tracked(sequence, now, gaps, empty, sum(sizes))

    def _left(self, was: Tracked, now: float, *, alone: set[str], touched: set[str]) -> Tracked:
        """What is left of a sequence that is none any more; what was expected of it is still."""
        old = was.sequence
        names = {frame: old.name(frame) for frame in old.frames}
        left = FrameSet.of(frame for frame, name in names.items() if name in alone)
        if left == old.frames and touched.isdisjoint(names.values()):
            return was
        sequence = FileSequence(
            old.folder, old.head, old.tail, old.padding, left, old.kind, old.subframe_digits
        )
        sizes = {frame: self._marks[names[frame]].size for frame in left}
        empty = FrameSet.of(frame for frame, size in sizes.items() if not size)
        gaps = was.gaps
        if gaps is not None:
            gaps = Gaps(gaps.expected - left, left - gaps.expected, gaps.expected, gaps.source)
        return Tracked(sequence, now, gaps, empty, sum(sizes.values()), grew=was.grew)

    def _complete(self, now: float) -> Iterator[Event]:
        for one in self._tracked.values():
            quiet = now - one.since
            if one.whole and not one.complete and quiet >= self._terms.settle:
                one.complete = True
                yield one.event(What.COMPLETE, one.sequence.frames, quiet=quiet)

    def _can_stall(self, one: Tracked) -> bool:
        if one.stalled or one.whole:
            return False
        return one.gaps is not None or (one.grew and bool(one.sequence.frames))


def gaps_of(sequence: FileSequence, expect: Expect) -> Gaps | None:
    """What the sequence lacks; None where it is not known what to expect of it.

    Frames come in any order, and a farm may render every tenth first: whatever step there is so
    far says nothing, so the range is asked for as if no frame between first and last lacked.
    """
    frames = sequence.frames
    if sequence.kind is not Kind.FRAMES or not frames:
        return None
    filled = FileSequence(
        sequence.folder,
        sequence.head,
        sequence.tail,
        sequence.padding,
        FrameSet((FrameRange(frames.first, frames.last),)),
        sequence.kind,
        sequence.subframe_digits,
    )
    expectation = expect(filled)
    if expectation is None:
        return None
    gaps = missing(sequence, expectation)
    return None if gaps.source.startswith(FOUND) else gaps
