"""A folder of this machine's own file system, listed with size and times of every file."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import partial
from itertools import islice
from operator import attrgetter, itemgetter
from stat import S_ISDIR, S_ISLNK, S_ISREG, ST_SIZE

from rushes.adapters import quick_listing
from rushes.ports.storage import Listing, blocks_of

GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ESTALE)

# Entries between two beats: on a mount with 50 ms a file this is 13 s.
_SLICE = 256
_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_BY_DESCRIPTOR = os.scandir in os.supports_fd

_Ask = Callable[[str, bool], os.stat_result]  # an entry's name, and whether links are followed
_is_file = os.DirEntry.is_file
_size_of = itemgetter(ST_SIZE)
_time_of = attrgetter("st_mtime_ns")


def _blocks_as_if(found: os.stat_result) -> int:
    """Where the system does not tell (Windows): as many as the bytes need."""
    return blocks_of(found.st_size)


_blocks_of: Callable[[os.stat_result], int] = (
    attrgetter("st_blocks") if hasattr(os.stat_result, "st_blocks") else _blocks_as_if
)


def listed(path: str, beat: Callable[[], None] | None) -> Listing:
    """The entries of the folder `path`, which is no link. Raises `OSError`."""
    return _by_descriptor(path, beat) if _BY_DESCRIPTOR else _by_path(path, beat)


def _by_descriptor(path: str, beat: Callable[[], None] | None) -> Listing:
    """Entries are asked relative to the open folder: quicker, and a rename above cannot hurt."""
    descriptor = os.open(path, _FLAGS)
    try:
        listing = _begun(os.fstat(descriptor))

        def ask(name: str, follow: bool) -> os.stat_result:
            return os.stat(name, dir_fd=descriptor, follow_symlinks=follow)

        if not quick_listing.read(descriptor, listing, other=partial(_look, ask=ask), beat=beat):
            with os.scandir(descriptor) as entries:
                _read(entries, listing, ask=ask, beat=beat)
        return listing
    finally:
        os.close(descriptor)


def _by_path(path: str, beat: Callable[[], None] | None) -> Listing:
    """Where folders cannot be opened (Windows)."""
    if os.path.islink(path):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    listing = _begun(os.stat(path))

    def ask(name: str, follow: bool) -> os.stat_result:
        return os.stat(os.path.join(path, name), follow_symlinks=follow)

    with os.scandir(path) as entries:
        _read(entries, listing, ask=ask, beat=beat)
    return listing


def _begun(folder: os.stat_result) -> Listing:
    return Listing((folder.st_ino, folder.st_mtime_ns, folder.st_ctime_ns))


def _read(
    entries: os._ScandirIterator[str],
    listing: Listing,
    *,
    ask: _Ask,
    beat: Callable[[], None] | None,
) -> None:
    while some := list(islice(entries, _SLICE)):
        _add(listing, some, ask)
        if len(some) < _SLICE:
            break
        if beat is not None:
            beat()


def _add(listing: Listing, entries: list[os.DirEntry[str]], ask: _Ask) -> None:
    """Sort some entries into the listing: files at once, all else one by one."""
    try:
        files = list(filter(_is_file, entries))
        stats = [entry.stat() for entry in files]
    except OSError:
        for entry in entries:
            _sort(listing, entry, ask)
        return
    listing.names += [entry.name for entry in files]
    listing.sizes += map(_size_of, stats)
    listing.mtimes += map(_time_of, stats)
    listing.blocks += map(_blocks_of, stats)
    if len(files) < len(entries):
        for entry in entries:
            if not entry.is_file():
                _sort(listing, entry, ask)


def _sort(listing: Listing, entry: os.DirEntry[str], ask: _Ask) -> None:
    """Take in one entry. What says itself that it is a folder is not asked.

    It may be where a dead server is mounted: who asks it hangs, and with it all that lies beside.
    """
    try:
        folder = entry.is_dir(follow_symlinks=False)
    except OSError:
        folder = False
    if folder:
        listing.folders.append(entry.name)
    else:
        _look(listing, entry.name, ask)


def _look(listing: Listing, name: str, ask: _Ask) -> None:
    """Take in one entry that is no plain file, or near which something went wrong."""
    try:
        found = ask(name, False)
        if S_ISDIR(found.st_mode):
            listing.folders.append(name)
        elif S_ISREG(found.st_mode):
            _add_file(listing, name, found)
        elif S_ISLNK(found.st_mode):
            _follow(listing, name, ask)
        else:
            listing.special.append(name)
    except OSError as error:
        if error.errno not in GONE:
            listing.unreadable.append(name)


def _follow(listing: Listing, name: str, ask: _Ask) -> None:
    """Take in the file that a link leads to; one to a folder, or to nothing, is special."""
    try:
        found = ask(name, True)
    except OSError as error:
        listing.special.append(name)
        if error.errno in GONE:
            listing.dead.append(name)
        return
    if S_ISREG(found.st_mode):
        _add_file(listing, name, found)
    else:
        listing.special.append(name)


def _add_file(listing: Listing, name: str, found: os.stat_result) -> None:
    listing.add(name, size=found.st_size, mtime_ns=found.st_mtime_ns, blocks=_blocks_of(found))
