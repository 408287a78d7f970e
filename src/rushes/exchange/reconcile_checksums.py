"""The bytes of an entry, read on each side that has it, and held against its record's digests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.reconcile_entry import Entry, Kind, Row, Side
from rushes.exchange.reconcile_files import paths_of
from rushes.exchange.reconcile_judging import FILES, Group, Judge
from rushes.exchange.trace_file import digests_of
from rushes.frames.notation import brief_frames
from rushes.model.frames import FrameSet
from rushes.publish.components import ALGORITHM
from rushes.transfer.hashing_algorithms import maker
from rushes.transfer.learning import Place


@dataclass(frozen=True)
class Checksums:
    """Reads entries. `places` are the show's folders by side."""

    places: Mapping[Side, Place]
    judge: Judge

    def differing(self, group: Group) -> Iterator[Row]:
        """Where bytes differ from the record's digests; without those, between the sides."""
        made: dict[Side, dict[int, str]] = {}
        for side in FILES:
            if side in group.entries and side in self.places:
                digests = {}
                for at, path in paths_of(group.entries[side]):
                    try:
                        digests[at] = self._digest(side, path)
                    except RushesError as error:
                        told = f"Its bytes were not compared: {error.message}"
                        yield self.judge.row(Kind.UNREAD, group, told, side=side)
                        break
                made[side] = digests
        record = group.entries.get(Side.RECORDS)
        known = dict(_recorded(record)) if record is not None else {}
        if known:
            for side, digests in made.items():
                yield from self._row(group, side, digests, known, "the record")
        elif len(made) == len(FILES):
            yield from self._row(group, Side.S3, made[Side.S3], made[Side.DISK], "the disk")

    def _row(
        self, group: Group, side: Side, ours: Mapping[int, str], theirs: Mapping[int, str], by: str
    ) -> Iterator[Row]:
        wrong = [at for at, digest in ours.items() if theirs.get(at, digest) != digest]
        if not wrong:
            return
        frames = group.entries[side].frames
        which = f" in frames {brief_frames(FrameSet.of(wrong))}" if frames is not None else ""
        place = "S3 has" if side is Side.S3 else "The disk has"
        yield self.judge.row(
            Kind.CHECKSUM_DIFFERS,
            group,
            f"{place} other bytes than {by}{which}.",
            side=side,
            found=ours[wrong[0]],
            wanted=theirs[wrong[0]],
        )

    def _digest(self, side: Side, path: str) -> str:
        """The file's digest; on disk through links, as it was published."""
        place = self.places[side]
        if not place.storage.is_far():
            return digests_of(f"{place.root}/{path}", [ALGORITHM])[ALGORITHM]
        hasher = maker(ALGORITHM)()
        with closing(place.storage.source(place.root, path)) as source:
            for piece in source.pieces(0):
                hasher.update(piece)
            if source.changed():
                told = f"{escape(path)} was changed while it was read."
                raise RushesError(Code.CHANGED_MEANWHILE, told)
        return hasher.hexdigest()


def _recorded(entry: Entry) -> Iterator[tuple[int, str]]:
    """The record's digests by frame."""
    if entry.frames is None and len(entry.digests) == 1:
        yield 0, entry.digests[0]
    elif entry.frames is not None and len(entry.digests) == len(entry.frames):
        yield from zip(entry.frames, entry.digests, strict=True)
