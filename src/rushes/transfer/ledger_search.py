"""Looking through ledgers for what they have of a file, whatever they are ledgers of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.ports.storage_writing import Facts
from rushes.transfer.journal import rows
from rushes.transfer.plan import Moved

_FILE, _JOURNAL, _MOVED = "ledger.jsonl", "journal.jsonl", "moved"  # as `ledger` writes them


def recalled(above: Path, path: str, facts: Facts) -> Iterator[str]:
    """`algorithm:hex` of a file that looks as `facts` tell, from every ledger below `above`.

    A ledger calls it by an end of `path`, for it knows neither of its two places; so only facts
    with a tag tell it from its namesakes. Ledgers in use are read as they are.
    """
    parts = path.split("/")
    names = {escape("/".join(parts[at:])) for at in range(len(parts))}
    seen = set()
    for folder in _folders(above):
        for row in _rows(folder, names):
            is_it = any(_same(one, facts) for one in (row.target, row.source))
            if is_it and row.digest not in seen:
                seen.add(row.digest)
                yield row.digest


def _folders(above: Path) -> Iterator[Path]:
    try:
        found = sorted(one.name for one in os.scandir(above) if one.is_dir())
    except OSError:
        return  # there are no ledgers, or none that we may read: they are hints
    yield from (above / one for one in found)


def _rows(folder: Path, names: set[str]) -> Iterator[Moved]:
    """The rows of these paths; a line that makes no sense is none."""
    import orjson

    starts = tuple({orjson.dumps(name) for name in names})
    with suppress(OSError), open(folder / _FILE, "rb") as lines:
        for line in lines:
            if line[1:].startswith(starts):
                with suppress(ValueError, TypeError, IndexError):
                    name, *plain = orjson.loads(line)
                    yield from [_moved(plain)] if name in names else []
    with suppress(RushesError):
        for row in rows(folder / _JOURNAL):
            if row[0] == _MOVED and row[1] in names:
                with suppress(ValueError, TypeError, IndexError):
                    yield _moved(row[2:])


def _same(one: Facts, other: Facts) -> bool:
    return (one.size, one.etag) == (other.size, other.etag)


def _moved(plain: Any) -> Moved:
    digest, source, target = plain
    return Moved(str(digest), Facts(*source), Facts(*target))
