"""Many rows for one JSON document, kept as bytes while they come in, on disk when they are many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

# One call for many rows: each call of orjson takes 8 KB for its result.
_BATCH = 256
_HELD = 8 * 1024**2  # bytes in memory
_CHUNK = 1024**2
_INDENT = b"\n        "
_LINE = b"," + _INDENT


class JsonRows:
    """Flat rows (no row within a row) with the same first key, as they shall be printed."""

    def __init__(self) -> None:
        self._waiting: list[dict[str, Any]] = []
        self._written: list[bytes] = []
        self._size = 0
        self._spool: IO[bytes] | None = None

    def add(self, row: dict[str, Any]) -> None:
        """Take in one row. Raises `OSError` when there is no room for it."""
        self._waiting.append(row)
        if len(self._waiting) == _BATCH:
            self._write()

    def parts(self) -> Iterator[bytes]:
        """Once: a list of all rows, one on each line, as it stands in an indented document."""
        if self._waiting:
            self._write()
        if not self._written and self._spool is None:
            yield b"[]"
            return
        yield b"[" + _INDENT
        if self._spool is not None:
            with self._spool as spool:
                spool.seek(0)
                while chunk := spool.read(_CHUNK):
                    yield chunk
        yield from self._written
        yield _INDENT[:-2] + b"]"

    def _write(self) -> None:
        from orjson import dumps

        rows = self._waiting
        first = dumps(next(iter(rows[0])))
        # Between braces and quotation marks that are not escaped, this can only part two rows.
        lines = dumps(rows)[1:-1].replace(b"},{" + first, b"}" + _LINE + b"{" + first)
        if self._written or self._spool is not None:
            self._written.append(_LINE)
        self._written.append(lines)
        self._waiting = []
        self._size += len(lines)
        if self._size > _HELD:
            self._spill()

    def _spill(self) -> None:
        """Move what is in memory to a file that nobody else sees."""
        if self._spool is None:
            from tempfile import TemporaryFile

            self._spool = TemporaryFile()  # noqa: SIM115 (it lives as long as the rows)
        self._spool.writelines(self._written)
        self._written, self._size = [], 0
