"""Reading a package that is a folder, or objects below a prefix."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from rushes.core.errors import Code, RushesError
from rushes.core.names import danger, folded
from rushes.model.finding import Finding
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import Entry, Unlisted
from rushes.transfer.hashes import Hashes
from rushes.transfer.learning import Place
from rushes.transfer.package.found import Headway, PackedFile, doubtful, wrong

_AT_ONCE = 8


def read_folder(
    place: Place, path: str, algorithms: tuple[str, ...], progress: Progress
) -> Iterator[PackedFile | Finding]:
    """See `reading.read_package`; nothing where there is no such folder."""
    above = Place(place.storage, f"{place.root}/{path}" if path else place.root)
    files: list[Entry] = []
    twins: dict[str, str] = {}
    for one in above.storage.tree(above.root):
        if isinstance(one, Unlisted):
            yield wrong("unreadable", one.path, f"It cannot be listed: {one.why}.")
        elif one.odd:
            yield wrong("odd", one.path, f"It is no plain file: {one.odd}.")
        elif why := danger(one.path, windows=False):
            yield wrong("name", one.path, f"No file can have this name: {why}.")
        else:
            files.append(one)
    files.sort(key=lambda one: one.path)
    for one in files:
        if (other := twins.setdefault(folded(one.path), one.path)) != one.path:
            yield doubtful("twice", one.path, _twin(other))
    headway = Headway(progress, sum(one.facts.size for one in files))
    yield from _read(above, files, algorithms, headway)


def _twin(other: str) -> str:
    return f"It is the same name as {other!r} where case or accents are not told apart."


def _read(
    place: Place, files: list[Entry], algorithms: tuple[str, ...], headway: Headway
) -> Iterator[PackedFile | Finding]:
    under_way: deque[Future[PackedFile | Finding]] = deque()
    with ThreadPoolExecutor(_AT_ONCE, "reading") as threads:
        try:
            for one in files:
                under_way.append(threads.submit(_one, place, one, algorithms))
                if len(under_way) >= 2 * _AT_ONCE:
                    yield _told(under_way.popleft(), headway)
            while under_way:
                yield _told(under_way.popleft(), headway)
        finally:
            threads.shutdown(cancel_futures=True)


def _told(one: Future[PackedFile | Finding], headway: Headway) -> PackedFile | Finding:
    read = one.result()
    if isinstance(read, PackedFile):
        headway.add(read.size)
    return read


def _one(place: Place, one: Entry, algorithms: tuple[str, ...]) -> PackedFile | Finding:
    hashes, came = Hashes(algorithms), 0
    try:
        source = place.storage.source(place.root, one.path)
        try:
            for piece in source.pieces(0):
                hashes.update(piece)
                came += len(piece)
            if source.changed() or came != one.facts.size:
                raise RushesError(Code.CHANGED_MEANWHILE, "It changed while it was read.")
            return PackedFile(one.path, came, hashes.digests(), source.modified_ns)
        finally:
            source.close()
    except RushesError as error:
        return wrong("unreadable", one.path, error.message)
