"""A backup's file: a tar archive of the dump, as pg_dump wrote it, and of the manifest after it."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.backup import Backup, Contents
from rushes.model.event import EventHead
from rushes.ports.progress import Progress

DUMP = "database.dump"
_MANIFEST = "manifest.json"
_SCHEMA = "rushes.backup/1"
_BLOCK = tarfile.BLOCKSIZE
_CHUNK = 1 << 20
_LONGEST = 1 << 24  # no manifest is longer


def write_dump(out: IO[bytes], chunks: Iterable[bytes]) -> tuple[int, str]:
    """Write the dump as the first file of the archive; its size, and SHA-256 in hex.

    How long it gets is known only once it is written: its head is written last.
    """
    out.write(bytes(_BLOCK))
    size, digest = 0, sha256()
    for chunk in chunks:
        out.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    out.write(bytes(-size % _BLOCK))
    out.seek(0)
    out.write(_head(DUMP, size))
    out.seek(0, os.SEEK_END)
    return size, digest.hexdigest()


def write_manifest(out: IO[bytes], backup: Backup) -> None:
    """Write what is known of the dump behind it, and end the archive."""
    data = json.dumps({"schema": _SCHEMA, **asdict(backup)}, indent=2).encode()
    out.write(_head(_MANIFEST, len(data)) + data + bytes(-len(data) % _BLOCK))
    out.write(bytes(2 * _BLOCK))
    out.flush()


def read_backup(path: Path) -> tuple[Backup, int]:
    """What a backup's manifest tells, and where in the file the dump begins.

    Raises `path.not_found`, `path.unreadable`, `manifest.invalid`, and `database.newer` where a
    later Rushes wrote it in a way of its own.
    """
    try:
        with tarfile.open(path, "r:") as archive:
            dump, told = archive.getmember(DUMP), archive.getmember(_MANIFEST)
            manifest = archive.extractfile(told)
            if manifest is None or told.size > _LONGEST:
                raise KeyError(_MANIFEST)
            document = json.loads(manifest.read())
        backup = _told(path, document)
    except FileNotFoundError as error:
        raise RushesError(
            Code.PATH_NOT_FOUND, f"There is no {escape(str(path))}.", hint="Name a backup."
        ) from error
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{escape(str(path))} cannot be read: {error.strerror or error}.",
            hint="Check its permissions.",
        ) from error
    except (tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise damaged(path, "it is no backup, or its end is missing") from error
    if backup.size != dump.size:
        raise damaged(path, "its dump is not as long as its manifest says")
    return backup, dump.offset_data


def check_digest(path: Path, backup: Backup, begins: int, *, progress: Progress) -> None:
    """Read the dump whole. Raises `manifest.invalid` where it is not the one that was written."""
    digest, left = sha256(), backup.size
    with open(path, "rb") as data:
        data.seek(begins)
        while left and (chunk := data.read(min(_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
            progress.report((backup.size - left) >> 20, backup.size >> 20, "MiB read")
    if left or digest.hexdigest() != backup.sha256:
        raise damaged(path, "its dump is not the one that was written")


@contextmanager
def dump_of(path: Path, begins: int) -> Iterator[IO[bytes]]:
    """The file, its next byte the dump's first: for us, and for a program that inherits it."""
    with open(path, "rb", buffering=0) as opened:
        opened.seek(begins)
        yield opened


def damaged(path: Path, why: str) -> RushesError:
    """What is told of a file that is not whole."""
    return RushesError(
        Code.BACKUP_INVALID,
        f"{escape(str(path))} cannot be used: {why}.",
        hint="Nothing was changed. Take another backup.",
    )


def _told(path: Path, document: Any) -> Backup:
    name, _, version = str(document["schema"]).partition("/")
    if name == "rushes.backup" and version != "1":
        raise RushesError(
            Code.DATABASE_NEWER,
            f"{escape(str(path))} was written by a newer version of Rushes"
            f" ({document.get('rushes')}).",
            hint="Update Rushes to that version.",
        )
    if name != "rushes.backup":
        raise ValueError(name)
    held = document["contents"]
    contents = Contents(
        postgresql=str(held["postgresql"]),
        migrations=tuple(map(str, held["migrations"])),
        rows={str(table): int(count) for table, count in held["rows"].items()},
        extensions=tuple(map(str, held["extensions"])),
        head=EventHead(int(held["head"]["position"]), str(held["head"]["seal"])),
        waiting=int(held["waiting"]),
    )
    return Backup(
        made=str(document["made"]),
        rushes=str(document["rushes"]),
        contents=contents,
        size=int(document["size"]),
        sha256=str(document["sha256"]),
    )


def _head(name: str, size: int) -> bytes:
    told = tarfile.TarInfo(name)
    told.size, told.mode = size, 0o600
    return told.tobuf(tarfile.GNU_FORMAT)
