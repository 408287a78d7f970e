"""Image facts as Parquet files: DIR/files/, DIR/parts/, DIR/channels/ and DIR/attributes/.

The rows of one image file lie in files of one number: `files/00003.parquet`, `parts/00003.parquet`
and so on. Such a set holds some thousand image files, and is written anew when one of them is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import IO, Any

from rushes.core import atomic
from rushes.core.errors import Code, RushesError
from rushes.inspection import arrow
from rushes.inspection.recording import Plan, plan
from rushes.inspection.rows import Row, detail_rows, file_id
from rushes.inspection.tables import TABLES
from rushes.ports.catalog import Deed, Inspected, Outcome

_OURS = re.compile(r"\d{5,}\.parquet", re.ASCII)
_MOST = 4_000  # image files to a set; some 60 MB of memory to write one anew
_VERSION = {b"rushes.catalog": b"1"}


def connect(address: str) -> ParquetCatalog:
    """The tables in the folder `address`, which is made where there is none in a folder that is.

    Raises `usage`, `path.not_found`, `path.unreadable`, `write.failed` where another process is
    writing there, and `dependency.missing`.
    """
    if not address:
        raise RushesError(
            Code.USAGE, "No folder is named to write Parquet files to.", hint="parquet:DIR"
        )
    arrow.need(extra="parquet")
    return ParquetCatalog(Path(address))


class ParquetCatalog:
    """Nobody else writes there while this is open.

    The four files of a set are written beside and then renamed, that of `files` last. Whoever
    reads in that moment sees whole files, though perhaps not all of one age.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for one in (folder, *(folder / table for table in TABLES)):
            _make(one)
        self._lock = _locked(folder)
        try:
            self._sets = {name: set(self._ids(name)) for name in self._names()}
        except BaseException:
            self.close()
            raise
        self._where = {one: name for name, ids in self._sets.items() for one in ids}

    def record(self, images: Sequence[Inspected]) -> list[Outcome]:
        """Write the images; see the port. Those of one set of files fail or succeed together."""
        try:
            made = plan(images, self._known({file_id(one.path) for one in images}))
        except RushesError as error:
            return [Outcome(one.path, Deed.FAILED, error.message) for one in images]
        broken: dict[str, str] = {}
        for name, ids in self._placed(made).items():
            try:
                self._write(name, made, ids)
            except RushesError as error:
                broken |= dict.fromkeys(ids, error.message)
        return [
            Outcome(one.path, Deed.FAILED, why) if (why := broken.get(file_id(one.path))) else one
            for one in made.deeds
        ]

    def close(self) -> None:
        """Let others write there."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _names(self) -> list[str]:
        return sorted(
            one.name for one in (self._folder / "files").iterdir() if _OURS.fullmatch(one.name)
        )

    def _ids(self, name: str) -> Iterable[str]:
        ids: list[str] = self._read("files", name, columns=["file_id"])["file_id"].to_pylist()
        return ids

    def _known(self, ids: Collection[str]) -> dict[str, Row]:
        """The rows of `files` that are there of these."""
        import pyarrow as pa

        found: dict[str, Row] = {}
        for name in sorted({self._where[one] for one in ids if one in self._where}):
            table = self._read("files", name)
            rows = table.filter(_is_in(table, pa.array(ids, pa.string()))).to_pylist()
            found |= {row["file_id"]: row for row in rows}
        return found

    def _placed(self, made: Plan) -> dict[str, list[str]]:
        """Which files go into which set: where they are, else where there is room."""
        placed: dict[str, list[str]] = {}
        rooms = self._rooms()
        name, room = next(rooms)
        for one in made.files:
            there = self._where.get(one)
            if there is None:
                while not room:
                    name, room = next(rooms)
                room -= 1
            placed.setdefault(there or name, []).append(one)
        return placed

    def _rooms(self) -> Iterator[tuple[str, int]]:
        """The last set and how many more it takes, then new ones."""
        last = max(self._sets, default=None)
        if last is not None:
            yield last, max(0, _MOST - len(self._sets[last]))
        for number in count(int(last.split(".")[0]) + 1 if last else 0):
            yield f"{number:05d}.parquet", _MOST

    def _write(self, name: str, made: Plan, ids: Sequence[str]) -> None:
        """Write one set anew with these files in it; where only looks are noted, `files` alone."""
        images = [written for one in ids if (written := made.written.get(one))]
        known = self._sets.get(name, set())
        others = known - {file_id(one.path) for one in images}
        # The first that is opened is the last that is renamed.
        with ExitStack() as stack:
            out = stack.enter_context(atomic.writing(self._folder / "files" / name))
            rows: Iterable[Row] = [made.files[one] for one in ids]
            self._put(out, self._with("files", name, known.difference(ids), rows))
            for table in TABLES if images else ():
                if table != "files":
                    out = stack.enter_context(atomic.writing(self._folder / table / name))
                    rows = (row for one in images for row in detail_rows(one, table))
                    self._put(out, self._with(table, name, others, rows))
        self._sets[name] = known | set(ids)
        self._where |= dict.fromkeys(ids, name)

    def _with(self, table: str, name: str, kept: Collection[str], rows: Iterable[Row]) -> Any:
        """The rows of the files `kept`, which are there, and new ones.

        Rows of files that are nowhere are not kept: a run that was cut off has left them.
        """
        import pyarrow as pa

        pieces = [pa.Table.from_batches([arrow.batch(table, rows, fixed=False)])]
        if kept:
            old = self._read(table, name)
            pieces.insert(0, old.filter(_is_in(old, pa.array(kept, pa.string()))))
        return pa.concat_tables(pieces)

    def _put(self, out: IO[bytes], table: Any) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            marked = table.replace_schema_metadata(_VERSION)
            pq.write_table(marked, out, compression="zstd")
        except pa.ArrowException as error:
            raise RushesError(
                Code.WRITE_FAILED, f"Could not write to {self._folder}: {error}."
            ) from error

    def _read(self, table: str, name: str, *, columns: list[str] | None = None) -> Any:
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self._folder / table / name
        wanted = arrow.schema(table, fixed=False)
        try:
            with pq.ParquetFile(path) as file:
                if file.schema_arrow.names != wanted.names:
                    raise _foreign(path, "it has other columns")
                found = file.read(columns=columns)
                return found.replace_schema_metadata() if columns else found.cast(wanted)
        except (pa.ArrowException, OSError) as error:
            raise _foreign(path, str(error)) from error


def _is_in(table: Any, ids: Any) -> Any:
    import pyarrow.compute as pc

    return pc.is_in(table["file_id"], value_set=ids)


def _foreign(path: Path, why: str) -> RushesError:
    return RushesError(
        Code.PATH_UNREADABLE,
        f"{path} is not as it was written here: {why}.",
        hint="Put it back from a backup, or export into another folder.",
    )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError as error:
        raise RushesError(
            Code.PATH_NOT_FOUND, f"There is no folder {folder.parent}.", hint="Make it first."
        ) from error
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not make the folder {folder}: {error.strerror or error}.",
            hint="Check its permissions, or name another folder.",
        ) from error


def _locked(folder: Path) -> int:
    """Hold the folder's lock, which the system lets go when this process ends."""
    path = folder / ".lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not write {path}: {error.strerror or error}.",
            hint="Check the folder's permissions, or name another folder.",
        ) from error
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise RushesError(
            Code.WRITE_FAILED,
            f"Another process is writing to {folder}.",
            hint="Try again when it is done.",
        ) from error
    except (ImportError, OSError):
        pass  # Windows, or a mount without locks: two exports at once are for people to avoid
    return handle
