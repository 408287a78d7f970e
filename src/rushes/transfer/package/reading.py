"""Reading a package as whoever gets it would: every file hashed in one reading, nothing trusted.

An archive is never extracted. What cannot be trusted in it is told as a finding, and the bytes of
that file are none of the package's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding
from rushes.ports.progress import Progress, Silent
from rushes.transfer.hashing_algorithms import check
from rushes.transfer.learning import Place
from rushes.transfer.package.called import called
from rushes.transfer.package.folder_reading import read_folder
from rushes.transfer.package.found import PackedFile
from rushes.transfer.package.zip_reading import read_zip

__all__ = ["PackedFile", "read_package"]


def read_package(
    place: Place,
    path: str,
    *,
    algorithms: Sequence[str] = ("blake3",),
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Iterator[PackedFile | Finding]:
    """The files of the archive, or of the folder, at `path` below the place's root.

    Read in the order in which they lie in an archive, and by their names in a folder. A file comes
    when all of it was read and is what its archive says. Findings have rules that begin with
    `package.`; an archive without one holds these files and nothing else. `progress` is told of
    bytes. Raises `path.not_found`, `path.unreadable`, `changed.meanwhile` and `cancelled`.
    """
    check(algorithms)
    if _is_file(place, path):
        yield from read_zip(place, path, tuple(algorithms), progress)
        return
    empty = True
    for one in read_folder(place, path, tuple(algorithms), progress):
        empty = False
        yield one
    if empty:
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no package at {called(place, path)}, or nothing is in it.",
            hint="Check the spelling.",
        )


def _is_file(place: Place, path: str) -> bool:
    if not path:
        return False
    try:
        return place.storage.facts(place.root, path) is not None
    except RushesError as error:
        if error.code is Code.PATH_UNREADABLE and not place.storage.is_far():
            return False  # it is a folder, or its listing says what it is
        raise
