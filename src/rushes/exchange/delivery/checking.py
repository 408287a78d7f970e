"""Whether a Version may leave: its frames whole, its bytes as on record, and vouched for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rushes.core.escape import escape
from rushes.exchange.delivery.item import Item, Part, content_hash
from rushes.exchange.delivery.media import Media, Opening
from rushes.exchange.delivery.vouching import Vouching, other_bytes, same_bytes
from rushes.exchange.digesting import Digested, Wish, digested
from rushes.frames.missing import Expectation, missing
from rushes.frames.notation import brief_frames
from rushes.model.files import Kind
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.signoff import CheapPrint
from rushes.ports.progress import Progress
from rushes.publish.components import ALGORITHM
from rushes.transfer.hashing_algorithms import ALGORITHMS

_SECOND = 1_000_000_000
_SAID = 3  # files that a refusal names


@dataclass(frozen=True, slots=True)
class Checking:
    """One look at all Versions, cheap things first."""

    media: Media
    vouching: Vouching
    open_place: Opening
    progress: Progress
    at_once: int = 8

    def check(self, items: Sequence[Item], *, read: bool, deep: bool) -> None:
        """Refuse every Version that may not leave, and say why.

        Bytes that the records have no digests of are hashed, unless they are not to be `read`, and
        so are those that look changed: what they have already is never packed. With `deep`
        everything is. What is not hashed now is held against its digests while it is packed.
        Raises `cancelled`.
        """
        for item in items:
            if not item.refused:
                self.media.find(item)
                check_frames(item)
                self.vouching.judge(item)
        for item in items:
            for part in item.parts if not item.refused else ():
                algorithms = _algorithms(part, deep=deep or (read and _touched(part)))
                if algorithms and read:
                    self._hash(item, part, algorithms)
                elif algorithms:
                    _told_by_times(item, part)

    def _hash(self, item: Item, part: Part, algorithms: tuple[str, ...]) -> None:
        """Read a part, and hold its digests against the records and its sign-off."""
        place = self.open_place(part.folder)
        names = part.names()
        wishes = [
            Wish(name, facts, algorithms) for name, facts in zip(names, part.facts, strict=True)
        ]
        done = {
            one.path: one
            for one in digested(place, wishes, at_once=self.at_once, progress=self.progress)
        }
        files = [done[name] for name in names]
        if trouble := next((one for one in files if one.trouble), None):
            item.refuse(
                "unreadable",
                f"{escape(trouble.path)} could not be read: {trouble.trouble}.",
                fix="Wait for whoever writes it, and check the storage.",
                subject=part.shown,
            )
            return
        _compare(item, part, files)
        if not part.blake3:
            part.blake3 = tuple(one.digests[ALGORITHM] for one in files)
            same_bytes(item, part)
        self._other_algorithm(item, part, files)

    def _other_algorithm(self, item: Item, part: Part, files: Sequence[Digested]) -> None:
        if part.vouched is None:
            return
        algorithm = part.vouched.record.content_hash.partition(":")[0]
        if algorithm == ALGORITHM or algorithm not in files[0].digests:
            return
        now = tuple(one.digests[algorithm] for one in files)
        found = content_hash(part.sequence, algorithm, part.sizes, now)
        if found != part.vouched.record.content_hash:
            other_bytes(item, part, found)


def check_frames(item: Item) -> None:
    """Refuse a Version that lacks frames: of its own range, or else of its shot's."""
    wanted = _range(item.fields["frame_in"], item.fields["frame_out"])
    source = "the Version's range on record"
    if wanted is None:
        wanted = _range(item.subject.first, item.subject.last)
        source = f"shot {item.subject.on} (the records)"
    for part in item.parts:
        if part.sequence.kind is not Kind.FRAMES or not part.sequence.frames:
            continue
        expected = Expectation(wanted, source) if wanted is not None else None
        gaps = missing(part.sequence, expected)
        if gaps.missing:
            digits = part.sequence.subframe_digits
            item.refuse(
                "frames",
                f"{_counted(gaps.missing)} missing, against {gaps.source}.",
                fix="Render or copy the missing frames, or correct the range on record.",
                subject=part.shown,
                found=brief_frames(part.sequence.frames, subframe_digits=digits),
                want=brief_frames(gaps.expected, subframe_digits=digits),
            )


def _counted(frames: FrameSet) -> str:
    return f"{len(frames):,} {'frame is' if len(frames) == 1 else 'frames are'}"


def _range(first: int | None, last: int | None) -> FrameSet | None:
    if first is None or last is None or last < first:
        return None
    return FrameSet((FrameRange(first, last),))


def _algorithms(part: Part, *, deep: bool) -> tuple[str, ...]:
    """What a part has to be hashed in before it is packed; empty where nothing."""
    wanted = [ALGORITHM] if deep or not part.blake3 else []
    if part.vouched is not None:
        signed = part.vouched.record.content_hash.partition(":")[0]
        if signed != ALGORITHM and signed in ALGORITHMS:
            wanted = [ALGORITHM, signed]
    return tuple(wanted)


def _compare(item: Item, part: Part, files: Sequence[Digested]) -> None:
    """Refuse a Version whose bytes are not those that were published."""
    other = list(_differing(part, files))
    if other:
        said = ", ".join(escape(one) for one in other[:_SAID])
        item.refuse(
            "changed",
            f"{len(other):,} of its files changed since it was published: {said}.",
            fix="Restore them from a copy, or publish what is there as a new version.",
            subject=part.shown,
        )


def _differing(part: Part, files: Sequence[Digested]) -> Iterator[str]:
    for was, now in zip(part.blake3, files, strict=False):
        if now.digests[ALGORITHM] != was:
            yield now.path


def _told_by_times(item: Item, part: Part) -> None:
    """Say what could not be compared without reading."""
    item.note(
        "unread",
        "Its bytes are on no record, so they are read when it is delivered; --check does so now.",
        subject=part.shown,
    )


def look_touched(item: Item) -> None:
    """Refuse what looks as if somebody wrote to it after it was signed off, and was not read."""
    for part in item.whole_parts():
        if part.vouched is not None and _touched(part):
            item.refuse(
                "touched",
                f"Its media changed since {part.vouched.record.operator} signed it off: its size"
                " or its times are not those of then.",
                subject=part.shown,
                fix="Whether its bytes changed too was not looked at: --check reads it.",
            )


def _touched(part: Part) -> bool:
    """Whether its size or its times are not those that its sign-off has."""
    if part.vouched is None or not part.facts:
        return False
    now = CheapPrint(
        len(part.facts),
        sum(one.size for one in part.facts),
        max(one.mtime_ns for one in part.facts) // _SECOND,
    )
    return now != part.vouched.record.cheap_fp
