"""Pixel statistics of one file, wherever it lies: what lies in a bucket is copied here for it."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection.pixels.many import statistics_of
from rushes.model.finding import Finding, Severity
from rushes.model.pixels import PixelStats
from rushes.ports.storage import OpenFile, Storage

LOST = "function.no_stats"
_PIECE = 8 * 1024**2


def pixel_statistics(
    storage: Storage, path: str, *, local: bool, parts: Collection[int], called: str
) -> tuple[PixelStats | None, tuple[Finding, ...]]:
    """What the pixels of these parts are like, and what could not be counted.

    `local` says that the path is one of this machine; `called` is its name, escaped.
    """
    try:
        with _on_this_machine(storage, path, local=local) as file:
            ((_, outcome),) = statistics_of([(0, file)], parts=parts, workers=1)
            if isinstance(outcome, RushesError):
                raise outcome
    except RushesError as error:
        return None, (
            Finding(
                LOST,
                Severity.ERROR,
                called,
                f"Its pixels were not counted: {error.message}",
                fix=error.hint,
            ),
        )
    elsewhere = escape(str(file))
    findings = tuple(
        replace(one, subject=called, message=one.message.replace(elsewhere, called))
        for one in outcome.findings
    )
    return replace(outcome, subject=called, findings=()), findings


@contextmanager
def _on_this_machine(storage: Storage, path: str, *, local: bool) -> Iterator[Path]:
    """The file, or a copy of it that is there for the block."""
    if local:
        yield Path(path)
        return
    with tempfile.TemporaryDirectory(prefix="rushes-") as folder:
        copy = Path(folder, "copy.exr")
        file = storage.open_file(path)
        try:
            _write(file, copy)
            if file.changed():
                raise RushesError(
                    Code.PATH_UNREADABLE,
                    "It changed while it was copied.",
                    hint="Look again once nobody writes to it.",
                )
        finally:
            file.close()
        yield copy


def _write(file: OpenFile, copy: Path) -> None:
    try:
        with open(copy, "wb") as out:
            out.writelines(file.read(start, _PIECE) for start in range(0, file.size, _PIECE))
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"A copy of {file.size:,} bytes cannot be made here: {error.strerror or error}.",
            hint="Give the function more room for temporary files (TMPDIR).",
        ) from error
