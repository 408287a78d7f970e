"""Headers of all OpenEXR files of a tree made the record: only new and changed files are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.inspection.header.reading import header_of
from rushes.inspection.indexing_root import ShowOf, recorded_under
from rushes.model.files import FileSequence, FoundFolder, Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.ports.images import FileState, Images, Recorded, SeenImage, SeenSequence
from rushes.ports.progress import Progress
from rushes.ports.storage import Storage
from rushes.scan.roots import Root, moved

_AT_ONCE = 4_000  # files in one call of the port
_STEP = 100  # frames of a sequence that are looked into before it is asked how much that is
_HELD = 32 * 1024**2  # bytes of headers; what they mean takes some times as much
_SUFFIX = ".exr"
_NEAR = 32  # findings of other kinds that may lie between two of one kind


@dataclass(slots=True)
class Alike:
    """The same finding about frames of one sequence, whose pattern is its subject, or a file."""

    finding: Finding
    sequence: FileSequence
    frames: list[int]

    def told(self) -> FrameSet:
        """The frames; none for a single file."""
        return FrameSet.of(() if self.sequence.kind is Kind.FILE else self.frames)


@dataclass(slots=True)
class Indexed:
    """What came of it. `damaged` are findings about files that were recorded as having no header
    or a faulty one, `refused` files that could not be read, `unread` folders that could not.
    """

    recorded: Recorded = field(default_factory=Recorded)
    damaged: list[Alike] = field(default_factory=list)
    refused: list[Alike] = field(default_factory=list)
    unread: int = 0
    bare: bool = False  # nothing at all was there, though images are on record: nothing was done

    @property
    def files(self) -> int:
        """Files that are on record and on storage."""
        return self.recorded.added + self.recorded.changed + self.recorded.unchanged


def index(
    images: Images,
    storage: Storage,
    root: Root,
    folders: Iterable[FoundFolder],
    *,
    show_of: ShowOf,
    full: bool,
    progress: Progress,
) -> Indexed:
    """Record the headers of what a walk of `root` meets, and forget what it no longer meets.

    A file of the recorded size and time is not read again, unless `full`. Folders that the walk
    could not read keep what is recorded of them, and so does a root in which nothing is at all:
    its storage may not be mounted. What lies in a known root is recorded there, and what is on
    record under roots in this one becomes a record of this one. Raises what the walk and `images`
    raise.
    """
    done = Indexed()
    known = recorded_under(root, images, show_of)
    above = PurePosixPath(root.mount).relative_to(known.mount)
    met: set[PurePosixPath] = set()
    hidden: list[PurePosixPath] = []
    bare = True
    indexer = _Indexer(images, storage, known.mount, full=full, done=done)
    for found in folders:
        folder = found if above == PurePosixPath(".") else moved(found, above)
        met.add(folder.path)
        bare = bare and folder.path == known.below and not (folder.sequences or folder.use.files)
        if folder.unread:
            done.unread += 1
            hidden.append(folder.path)
            continue
        sequences = [one.sequence for one in folder.sequences if _is_exr(one.sequence)]
        indexer.take(folder.path, sequences, show_of(Root(known.mount, folder.path)))
        progress.report(done.files, note=escape(str(folder.path)))
    recorded = images.folders(known.mount, known.below)
    if bare and recorded:
        done.bare = True
        return done
    indexer.flush()
    gone = (path for path in recorded if path not in met)
    indexer.forget(path for path in gone if not any(path.is_relative_to(one) for one in hidden))
    images.tidy()
    return done


class _Indexer:
    """Gathers sequences until there are enough for one call of the port."""

    def __init__(
        self, images: Images, storage: Storage, mount: str, *, full: bool, done: Indexed
    ) -> None:
        self._images, self._storage, self._mount = images, storage, mount
        self._full, self._done = full, done
        self._waiting: list[tuple[FileSequence, str]] = []
        self._folders: dict[PurePosixPath, list[FileSequence]] = {}
        self._files = 0

    def take(self, folder: PurePosixPath, sequences: Sequence[FileSequence], show: str) -> None:
        """The sequences of one folder, which may have none any more."""
        self._folders[folder] = list(sequences)
        self._files += 1 + sum(max(1, len(one.frames)) for one in sequences)
        self._waiting += [(one, show) for one in sequences]
        if self._files >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Look into what has gathered, and record it."""
        states = self._images.states(self._mount, [one for one, _ in self._waiting])
        for seen in self._slices(zip(self._waiting, states, strict=True)):
            self._done.recorded = self._done.recorded.plus(self._images.record(self._mount, seen))
        for folder, there in self._folders.items():
            self._forgotten(self._images.forget(self._mount, folder, but=there))
        self._waiting, self._folders, self._files = [], {}, 0

    def forget(self, folders: Iterable[PurePosixPath]) -> None:
        """These folders are no longer there."""
        for folder in folders:
            self._forgotten(self._images.forget(self._mount, folder))

    def _forgotten(self, count: int) -> None:
        self._done.recorded = self._done.recorded.plus(Recorded(forgotten=count))

    def _slices(
        self,
        known: Iterable[tuple[tuple[FileSequence, str], Mapping[int, FileState]]],
    ) -> Iterator[list[SeenSequence]]:
        """What is seen of each sequence, as many files at a time as memory likes."""
        some: list[SeenSequence] = []
        files = held = 0
        for (sequence, show), recorded in known:
            frames = list(sequence.frames) or [0]
            for start in range(0, len(frames), _STEP):
                last = start + _STEP >= len(frames)
                every = frames if last else ()
                seen = self._seen(
                    sequence, show, frames[start : start + _STEP], recorded, every=every
                )
                some.append(seen)
                files += len(seen.images) + len(seen.unchanged)
                held += sum(len(one.header) for one in seen.images)
                if files >= _AT_ONCE or held >= _HELD:
                    yield some
                    some, files, held = [], 0, 0
        if some:
            yield some

    def _seen(
        self,
        sequence: FileSequence,
        show: str,
        frames: Sequence[int],
        recorded: Mapping[int, FileState],
        *,
        every: Sequence[int],
    ) -> SeenSequence:
        below = "" if str(sequence.folder) == "." else f"{sequence.folder}/"
        folder = f"{self._mount.rstrip('/')}/{below}"
        paths = [folder + sequence.name(frame) for frame in frames]
        fresh, unchanged = [], []
        for frame, path, state in zip(frames, paths, self._storage.probe(paths), strict=True):
            if state is not None and not self._full and recorded.get(frame) == state:
                unchanged.append(frame)
            else:
                fresh.append((frame, path))
        read = [self._image(frame, path, sequence) for frame, path in fresh]
        there = [one for one in read if one is not None]
        return SeenSequence(sequence, show, there, unchanged, every)

    def _image(self, frame: int, path: str, sequence: FileSequence) -> SeenImage | None:
        name, at = escape(str(sequence.path(frame))), (sequence, frame)
        try:
            file = self._storage.open_file(path)
            try:
                read = header_of(file, name)
            finally:
                file.close()
        except RushesError as error:
            why = Finding(error.code.value, Severity.ERROR, name, error.message, fix=error.hint)
            _add(self._done.refused, replace(why, message=why.message.replace(name, "It")), at)
            return None
        for finding in read.findings:
            _add(self._done.damaged, finding, at)
        problem = read.findings[0].message if read.findings else ""
        state = FileState(read.size, read.mtime_ns)
        data = read.header.data() if read.header is not None else b""
        return SeenImage(frame, state, data, read.image, problem)


def _add(several: list[Alike], finding: Finding, at: tuple[FileSequence, int]) -> None:
    """Add a finding to what is alike of the same sequence, which came just before."""
    sequence, frame = at
    subject = escape(str(sequence.folder / sequence.pattern))
    named = replace(finding, subject=subject)
    for one in several[-_NEAR:]:
        if one.finding == named and one.sequence is sequence:
            one.frames.append(frame)
            return
    several.append(Alike(named, sequence, [frame]))


def _is_exr(sequence: FileSequence) -> bool:
    name = sequence.head if sequence.kind is Kind.FILE else sequence.tail
    return name.lower().endswith(_SUFFIX)
