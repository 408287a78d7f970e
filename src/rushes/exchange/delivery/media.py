"""The files of a Version: those of its publish's components, and what it names besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.exchange.delivery.item import Item, Part
from rushes.exchange.reconcile_files import sequence_of_key
from rushes.exchange.reconcile_records import component_paths
from rushes.frames.notation import parse_frames, parse_pattern
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet
from rushes.ports.storage_writing import Entry, Facts
from rushes.publish.components import ALGORITHM
from rushes.qc.asset import name_of
from rushes.tracking.shows.state import Show
from rushes.transfer.learning import Place

_HERE = PurePosixPath()
_GONE = ("failed", "deprecated")  # publishes that nobody is to use
_SAID = 3  # files that a refusal names
_UNWRITTEN = "Publish it again, or have its record corrected."
Opening = Callable[[str], Place]


@dataclass(frozen=True)
class Media:
    """Finds files, and looks whether they are there.

    `open_place` opens a folder as records name it. `here` is the show's folder on this machine,
    `elsewhere` what other systems call it; paths on record may begin with either.
    """

    open_place: Opening
    here: str = ""
    elsewhere: tuple[str, ...] = ()
    _listed: dict[str, Mapping[str, Facts]] = field(default_factory=dict)

    def find(self, item: Item) -> None:
        """Give a Version its parts, with the facts of all files as they are now.

        What is not there, or is of another size than on record, refuses it.
        """
        if item.publish is not None and item.publish.fields["status"] in _GONE:
            item.refuse(
                "publish",
                f"Its publish is {item.publish.fields['status']}.",
                fix="Publish it again, and let the Version be of that.",
            )
            return
        item.parts = [*self._of_publish(item)]
        known = {(one.folder, one.name) for one in item.parts}
        for one in self._named(item):
            if (one.folder, one.name) not in known:
                item.parts.append(one)
        if not item.parts and not item.refused:
            item.refuse(
                "empty",
                "Its record names no file.",
                fix="Publish it, or note its frames or its movie on record.",
            )
        for part in item.parts:
            self._look(item, part)

    def _of_publish(self, item: Item) -> Iterator[Part]:
        if item.publish is None:
            return
        fields = item.publish.fields
        parts = [one for one in fields["components"] if isinstance(one, Mapping)]
        for path, component in component_paths(fields["path"], parts):
            try:
                part = self._part(path, component, item.publish.id)
            except (RushesError, ValueError, TypeError) as error:
                told = error.message if isinstance(error, RushesError) else str(error)
                item.refuse(
                    "publish",
                    f"Its publish {item.publish.id} cannot be read: {told}",
                    fix=_UNWRITTEN,
                )
                continue
            yield part if part.blake3 else self._unmeasured(item, part)

    def _part(self, path: str, component: Mapping[str, Any], publish: int) -> Part:
        """A component as a part. Raises `ValueError` where it makes no sense."""
        folder, _, name = self._moved(unescape(path)).rpartition("/")
        below = unescape(str(component.get("folder") or ""))
        sizes, digests = _listed(component, "size", "sizes"), _digests(component)
        if not component.get("frames"):
            made = FileSequence(_HERE, _plain(name), "", 0, FrameSet(), Kind.FILE)
            count = 1
        else:
            digits = int(component.get("subframe_digits") or 0)
            frames = parse_frames(str(component["frames"]), subframe_digits=digits)
            made = sequence_of_key(name, frames)
            count = len(frames)
        if len(sizes) == 1:
            sizes *= count
        if digests and (len(digests) != count or len(sizes) != count):
            raise ValueError(f"it has {count:,} files and {len(digests):,} digests")
        return Part(folder, below, made, sizes, digests, publish)

    def _named(self, item: Item) -> Iterator[Part]:
        """What the Version's own record names: its frames and its movie."""
        for name in ("frames_path", "movie_path"):
            path = str(item.fields[name])
            if not path:
                continue
            folder, _, last = self._moved(unescape(path)).rpartition("/")
            made = _sequence(last)
            if made is None:
                yield Part(folder, "", FileSequence(_HERE, last, "", 0, FrameSet(), Kind.FILE))
            else:
                yield self._unmeasured(item, Part(folder, "", made))

    def _unmeasured(self, item: Item, part: Part) -> Part:
        """A part that no digests are known of: of a sequence, the frames that are there."""
        if not part.is_sequence or part.sequence.frames:
            return part
        try:
            there = self._listing(part.folder)
        except RushesError as error:
            item.refuse("unreadable", error.message, fix=error.hint, subject=part.shown)
            return part
        made = part.sequence
        frames = FrameSet.of(
            frame for name in there if (frame := _frame_in(made, name)) is not None
        )
        return Part(
            part.folder,
            part.below,
            FileSequence(_HERE, made.head, made.tail, made.padding, frames, made.kind),
            publish=part.publish,
        )

    def _look(self, item: Item, part: Part) -> None:
        """Hold what is there against the record: by names and sizes; no byte is read."""
        names = part.names()
        try:
            there = self._facts(part.folder, names)
        except RushesError as error:
            item.refuse("unreadable", error.message, fix=error.hint, subject=part.shown)
            return
        gone = [one for one in names if one not in there]
        if gone or not names:
            some = ", ".join(map(escape, gone[:_SAID])) or escape(part.name)
            item.refuse(
                "gone",
                f"{len(gone) or 1:,} of its files are not there: {some}.",
                fix="Bring them back, or publish it again. Check that the storage is mounted.",
                subject=part.shown,
            )
            return
        part.facts = tuple(there[one] for one in names)
        now = tuple(one.size for one in part.facts)
        if part.blake3:
            _compare(item, part, names, now)
        part.sizes = now

    def _listing(self, folder: str) -> Sequence[str]:
        """The names in a folder; none where there is no such folder."""
        place = self.open_place(folder)
        try:
            return place.storage.list_folder(place.root).names
        except RushesError as error:
            if error.code is Code.PATH_NOT_FOUND:
                return ()
            raise

    def _facts(self, folder: str, names: Sequence[str]) -> Mapping[str, Facts]:
        """Those of the files that are there. Raises `path.unreadable`, for links as well."""
        place = self.open_place(folder)
        if place.storage.is_far():  # one listing costs less than a question for each file
            if folder not in self._listed:
                self._listed[folder] = {
                    one.path: one.facts
                    for one in place.storage.tree(place.root)
                    if isinstance(one, Entry) and not one.odd
                }
            return self._listed[folder]
        found = ((one, place.storage.facts(place.root, one)) for one in names)
        return {name: facts for name, facts in found if facts is not None}

    def _moved(self, path: str) -> str:
        """The path as it is called on this machine."""
        for base in self.elsewhere if self.here else ():
            plain = path.replace("\\", "/") if "\\" in base else path
            if plain.startswith(f"{base.replace(chr(92), '/').rstrip('/')}/"):
                return f"{self.here}/{plain[len(base.rstrip(chr(92) + '/')) + 1 :]}"
        return path


def media_of(show: Show, open_place: Opening, here: str) -> Media:
    """The media of a show, whose folder on this machine is `here`, if anything tells."""
    roots = [str(one) for one in show.project.fields["roots"].values() if one]
    return Media(open_place, here, tuple(one for one in roots if one.rstrip("/\\") != here))


def _compare(item: Item, part: Part, names: Sequence[str], now: Sequence[int]) -> None:
    """Refuse a Version of which files have other sizes than when they were published."""
    other = [
        (name, then, size)
        for name, then, size in zip(names, part.sizes, now, strict=True)
        if then != size
    ]
    if other:
        name, then, size = other[0]
        more = f" ({len(other) - 1:,} more are alike)" if other[1:] else ""
        item.refuse(
            "changed",
            f"{escape(name)} changed since it was published{more}.",
            fix="Restore it from a copy, or publish what is there as a new version.",
            subject=part.shown,
            found=f"{size:,} bytes",
            want=f"{then:,} bytes",
        )


def _plain(name: str) -> str:
    """The file that a record calls so: only names that look like patterns double their percents."""
    single = name.replace("%%", "%")
    made = FileSequence(_HERE, single, "", 0, FrameSet(), Kind.FILE)
    return single if name_of(made) == name else name


def _listed(component: Mapping[str, Any], one: str, several: str) -> tuple[int, ...]:
    found = component.get(several, component.get(one, -1))
    return tuple(map(int, found)) if isinstance(found, (list, tuple)) else (int(found),)


def _digests(component: Mapping[str, Any]) -> tuple[str, ...]:
    digests = component.get("digests")
    found = digests.get(ALGORITHM, ()) if isinstance(digests, Mapping) else ()
    return tuple(map(str, found)) if isinstance(found, (list, tuple)) else (str(found),)


def _sequence(name: str) -> FileSequence | None:
    """The sequence that a pattern is of, without its frames; None for a single file's name."""
    try:
        one = parse_pattern(name)
    except RushesError:
        return None
    kind = Kind.TILES if one.tiles else Kind.FRAMES
    padding = 4 if one.tiles else one.padding
    head, tail = one.head.replace("%%", "%"), one.tail.replace("%%", "%")
    return FileSequence(_HERE, head, tail, padding, FrameSet(), kind, one.subframe_digits)


def _frame_in(made: FileSequence, name: str) -> int | None:
    """The frame of the sequence that a file of that name is; None where it is none."""
    if not (name.startswith(made.head) and name.endswith(made.tail)):
        return None
    number = name[len(made.head) : len(name) - len(made.tail)]
    if made.subframe_digits or not number.removeprefix("-").isascii():
        return None
    if not number.removeprefix("-").isdigit() or len(number) > 10:
        return None
    frame = int(number)
    return frame if made.name(frame) == name else None
