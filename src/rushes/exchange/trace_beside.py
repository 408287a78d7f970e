"""What lies beside a file and tells of it: publishes' own records, and hash lists."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rushes.core import outside
from rushes.core.errors import RushesError
from rushes.core.escape import escape, unescape
from rushes.exchange.reconcile_records import component_paths
from rushes.exchange.trace_file import Traced
from rushes.exchange.trace_model import Checksum, Trace
from rushes.exchange.trace_records import component_files
from rushes.publish.collecting import SIDECAR
from rushes.publish.components import ALGORITHM
from rushes.transfer.mhl.generation import FOLDER, FileEntry
from rushes.transfer.mhl.history import History, load

_LARGEST = 64 << 20


def trace_beside(file: Traced, into: Trace, *, verify: bool) -> None:
    """Add what publishes' records and hash lists in its folder, and those above, say of it.

    Digests in other algorithms than BLAKE3 are compared only to `verify`, for that reads the file
    again.
    """
    for folder in (file.folder, *file.folder.parents):
        for path in _records(folder, into, is_own=folder == file.folder):
            _of_record(path, file, into)
        if (folder / FOLDER).is_dir():
            _of_history(folder, file, into, verify=verify)


def _records(folder: Path, into: Trace, *, is_own: bool) -> list[Path]:
    try:
        names = sorted(one for one in os.listdir(folder) if one.startswith(SIDECAR))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        told = f"{escape(str(folder))} cannot be read: {error.strerror or error}."
        # Folders far above are often closed to people, and rarely hold anything.
        (into.unread if is_own else into.unknown).append(told)
        return []
    return [folder / one for one in names if one.endswith(".json")]


def _of_record(path: Path, file: Traced, into: Trace) -> None:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("it is too large")
        told = outside.parsed(path.read_bytes())
        parts = [one for one in told["components"] if isinstance(one, dict)]
        folder, number = str(told["folder"]), int(told["id"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        into.unread.append(f"{escape(str(path))} is no record of a publish: {error}.")
        return
    for place, part in component_paths(folder, parts):
        for name, digest in component_files(place, part):
            if digest and (unescape(name) == file.path or digest == file.digest):
                _take(path, told, number, digest, file, into, at_path=unescape(name) == file.path)


def _take(
    path: Path, told: Any, number: int, digest: str, file: Traced, into: Trace, *, at_path: bool
) -> None:
    agrees = digest == file.digest if file.digest else None
    by = f"record beside it: publish {number} in {told.get('ledger', '?')}"
    when, note = str(told.get("recorded", "")), escape(str(path))
    into.checksums.append(Checksum(by, ALGORITHM, digest, agrees, when, note))
    if agrees is False and at_path:
        into.wrong.append(f"It has not the bytes that {escape(str(path))} tells.")


def _of_history(folder: Path, file: Traced, into: Trace, *, verify: bool) -> None:
    try:
        history = load(folder)
    except RushesError as error:
        into.unread.append(error.message)
        return
    path = os.path.relpath(file.path, folder).replace(os.sep, "/")
    trace_history(history, path, str(history.folder), file, into, verify=verify)


def trace_history(
    history: History, path: str, folder: str, file: Traced, into: Trace, *, verify: bool
) -> None:
    """Add what a history says of a `path` of its own; `folder` is where its manifests lie."""
    into.wrong += [f"{one.subject}: {one.message}" for one in history.problems]
    for checksum in _recorded(history, path, folder):
        name = checksum.algorithm
        known = file.digest_in(name) if verify or name in file.digests else None
        agrees = known == checksum.digest if known is not None else None
        into.checksums.append(checksum._replace(agrees=agrees))
        if agrees is False:
            into.wrong.append(f"It has not the {name} that {checksum.by} has of it.")


def _recorded(history: History, path: str, folder: str) -> Iterator[Checksum]:
    """What every generation says of the path, the oldest first."""
    for one in history.generations:
        for entry in one.entries:
            if isinstance(entry, FileEntry) and entry.path == path:
                for each in entry.hashes:
                    people = ", ".join(author.name for author in one.creator.authors)
                    note = " ".join(filter(None, (each.action, f"by {people}" if people else "")))
                    place = escape(f"{folder}/{one.file}")
                    when = entry.hashed or one.creator.created
                    yield Checksum(place, each.format, each.digest, None, when, note)
