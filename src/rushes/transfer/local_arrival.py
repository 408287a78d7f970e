"""Receiving a file on this machine: hashed while it is written, whole under its name or not there.

A copy that was killed goes on where it had come to: what lies in the unfinished file is hashed
and held against what was kept of it, and only then trusted.
"""

from __future__ import annotations

import os
from contextlib import suppress

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.storage_writing import Arrival, Facts, Passage, Source
from rushes.transfer.beneath import folder_of
from rushes.transfer.hashes import Hashes, check_noted, wanted
from rushes.transfer.local_folder import removed_empty
from rushes.transfer.local_part import Part, copies_by_itself, full
from rushes.transfer.local_tree import facts_in, facts_of

_KEEP_EVERY = 32 * 1024**2  # bytes that at most are sent again after a kill


def receive(root: str, path: str, *, source: Source, passage: Passage) -> Arrival:
    """See the port."""
    try:
        with folder_of(root, path, make=True) as (folder, name):
            _check_room(folder, name, passage, root=root, path=path)
            part = Part(folder, name)
            try:
                return _filled(root, path, part=part, source=source, passage=passage)
            finally:
                part.close()
    except OSError as error:
        raise _unwritten(root, path, error) from error


def remove(root: str, path: str, *, expected: Facts) -> None:
    """See the port."""
    try:
        with folder_of(root, path) as (folder, name):
            _check_expected(folder, name, expected, root=root, path=path)
            os.unlink(name, dir_fd=folder)
    except FileNotFoundError as error:
        raise _another(root, path) from error
    except OSError as error:
        raise _unwritten(root, path, error) from error


def abandon(root: str, path: str) -> None:
    """Remove the unfinished file for `path`, unless somebody writes it."""
    with suppress(OSError, RushesError), folder_of(root, path) as (folder, name):
        part = Part(folder, name)
        part.remove()
        part.close()


def _check_room(folder: int | None, name: str, passage: Passage, *, root: str, path: str) -> None:
    """Raise as `_check_expected` does, but for an empty folder that is to make room: it goes."""
    try:
        _check_expected(folder, name, passage.expected, root=root, path=path)
    except RushesError as error:
        may = passage.make_room and passage.expected is None
        if error.code is not Code.PATH_UNREADABLE or not (may and removed_empty(folder, name)):
            raise


def _check_expected(
    folder: int | None, name: str, expected: Facts | None, *, root: str, path: str
) -> None:
    """Raise `changed.meanwhile` where another file lies there than was planned with."""
    if _state(facts_in(folder, name, root=root, path=path)) != _state(expected):
        raise _another(root, path)


def _another(root: str, path: str) -> RushesError:
    return RushesError(
        Code.CHANGED_MEANWHILE,
        f"Another file lies at {escape(f'{root}/{path}')} than when this was planned.",
        hint="Nothing was changed there. Plan anew.",
    )


def _state(facts: Facts | None) -> Facts | None:
    """Without the time that moves when an unfinished file of ours, linked to it, is removed."""
    return facts and facts._replace(ctime_ns=0)


def _filled(root: str, path: str, *, part: Part, source: Source, passage: Passage) -> Arrival:
    hashes, start = _begun(part, source, passage)
    try:
        part.reserve(source.facts.size)
        if not start and _cloned(part, source, passage):
            sent = source.facts.size
            hashes.read(part.handle)
        else:
            sent = _pumped(part, source, passage, hashes=hashes, start=start)
        _check(root, path, part=part, source=source)
        digests = hashes.digests()
        check_noted(escape(f"{root}/{path}"), source.digests, digests)
        part.finish(mtime_ns=source.modified_ns)
        if passage.terms.verify:
            _read_back(root, path, part=part, digests=digests)
        _check_expected(part.folder, part.final, passage.expected, root=root, path=path)
        part.rename(replace=passage.expected is not None)
        return Arrival(facts_of(os.fstat(part.handle)), source.facts, digests, sent)
    except OSError as error:
        if full(error):
            part.remove()  # others may need the room
        raise
    except RushesError as error:
        # What was kept is of use while the source is the same, and the disk is to be trusted.
        useless = error.code in (Code.CHANGED_MEANWHILE, Code.WRITE_FAILED)
        if useless or not passage.keeping.recall():
            part.remove()
        raise


def _begun(part: Part, source: Source, passage: Passage) -> tuple[Hashes, int]:
    """Where to go on, and the hashes of what is there already.

    What is made as it is read is begun anew: it has to be read from its start all the same.
    """
    kept, algorithms = passage.keeping.recall(), wanted(source, passage.terms.algorithms)
    at = kept.get("at", 0)
    if at and part.size >= at and kept.get("source") == list(source.facts):
        hashes = Hashes(algorithms)
        if hashes.read(part.handle, most=at) == at and hashes.digests() == kept.get("digests"):
            part.begin(at)
            return hashes, at
    if kept:
        passage.keeping.renew()
    part.begin(0)
    return Hashes(algorithms), 0


def _pumped(part: Part, source: Source, passage: Passage, *, hashes: Hashes, start: int) -> int:
    """Move the bytes from `start`, hashed on the way; how many."""
    take, write, update = passage.meter.take, part.write, hashes.update
    at, kept = start, start
    for piece in source.pieces(start):
        take(len(piece))
        update(piece)
        write(piece)
        at += len(piece)
        if at - kept >= _KEEP_EVERY and not source.in_order:
            kept = at
            state = {"at": at, "source": list(source.facts), "digests": hashes.digests()}
            passage.keeping.keep(state)
    return at - start


def _cloned(part: Part, source: Source, passage: Passage) -> bool:
    """Whether the file system has made the copy itself: it shares bytes, or its server copies."""
    size = source.facts.size
    if not passage.terms.clone or source.handle is None or not size:
        return False
    if part.clone(source.handle):
        return True
    return copies_by_itself(part.handle, source.handle) and part.copy(
        source.handle, size, passage.meter.take
    )


def _check(root: str, path: str, *, part: Part, source: Source) -> None:
    """Raise where the source is another by now, or not as many bytes have arrived."""
    if source.changed():
        raise RushesError(
            Code.CHANGED_MEANWHILE,
            f"What was to arrive at {escape(f'{root}/{path}')} changed while it was read.",
            hint="Nothing was changed there. Move it again once nobody writes to it.",
        )
    if part.size != source.facts.size:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Of {source.facts.size:,} bytes for {escape(f'{root}/{path}')}, {part.size:,} came.",
            hint="Nothing was changed there. Look at the health of both storages.",
        )


def _read_back(root: str, path: str, *, part: Part, digests: dict[str, str]) -> None:
    """Raise where the disk gives back other bytes than were written."""
    if hasattr(os, "posix_fadvise"):
        # Such that they are read from the disk, not from memory.
        os.posix_fadvise(part.handle, 0, 0, os.POSIX_FADV_DONTNEED)
    hashes = Hashes(tuple(digests))
    hashes.read(part.handle)
    if hashes.digests() != digests:
        raise RushesError(
            Code.WRITE_FAILED,
            f"{escape(f'{root}/{path}')} reads back as other bytes than were written.",
            hint="Nothing was changed there. Look at the health of that storage.",
        )


def _unwritten(root: str, path: str, error: OSError) -> RushesError:
    where = escape(f"{root}/{path}")
    if full(error):
        return RushesError(
            Code.WRITE_FAILED,
            f"There is no room for {where}: {error.strerror}.",
            hint="Nothing was changed there. Make room, then go on: what has arrived stays.",
        )
    return RushesError(
        Code.WRITE_FAILED,
        f"{where} cannot be written: {error.strerror or error}.",
        hint="Nothing was changed there. Check permissions, and links among its folders.",
    )
