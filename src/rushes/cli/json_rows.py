"""Many rows for one JSON document, kept as bytes while they come in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orjson import Fragment

# One call for many rows: each call of orjson takes 8 KB for its result, and keeps them.
_BATCH = 256
_LINE = b",\n        "


@dataclass(slots=True)
class JsonRows:
    """Flat rows (no row within a row) with the same first key, as they shall be printed."""

    _waiting: list[dict[str, Any]] = field(default_factory=list)
    _written: list[Fragment] = field(default_factory=list)

    def add(self, row: dict[str, Any]) -> None:
        """Take in one row."""
        self._waiting.append(row)
        if len(self._waiting) == _BATCH:
            self._write()

    def fragments(self) -> list[Fragment]:
        """All rows, one on each line, as elements of a list in a document that is indented."""
        if self._waiting:
            self._write()
        return self._written

    def _write(self) -> None:
        from orjson import Fragment, dumps

        rows = self._waiting
        first = dumps(next(iter(rows[0])))
        # Between braces and quotation marks that are not escaped, this can only part two rows.
        lines = dumps(rows)[1:-1].replace(b"},{" + first, b"}" + _LINE + b"{" + first)
        self._written.append(Fragment(lines))
        self._waiting = []
