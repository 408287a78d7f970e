"""ASC MHL histories that lie in a drop, as one more manifest: digests, and who else vouches."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.core.names import danger
from rushes.exchange.checksum import Checksum
from rushes.exchange.manifest import Entry, Manifest, told
from rushes.transfer.mhl.generation import FOLDER
from rushes.transfer.mhl.history import History, check_references, load


def is_history(path: str) -> bool:
    """Whether a file of a drop is part of a history, and no media."""
    return f"/{FOLDER}/" in f"/{path}"


def history_folders(paths: Iterable[str]) -> list[str]:
    """The folders below the drop that have a history, "" for the drop itself."""
    found = {path.rpartition("/")[0] for path in paths if is_history(path)}
    return sorted(
        one.rpartition("/")[0] for one in found if one == FOLDER or one.endswith(f"/{FOLDER}")
    )


def read_histories(root: Path, folders: Iterable[str]) -> list[Manifest]:
    """Each history as a manifest; what is wrong with its chain is among the findings.

    A chain proves nothing of who made it: files and history can be forged together. It finds
    accidents, as checksums do.
    """
    made: list[Manifest] = []
    histories: list[History] = []
    for below in folders:
        name = escape(f"{below}/{FOLDER}" if below else FOLDER)
        manifest = Manifest(name)
        made.append(manifest)
        try:
            history = load(root, below)
        except RushesError as error:
            manifest.findings.append(told("history", name, error.message, fix=error.hint))
            continue
        histories.append(history)
        manifest.findings += history.problems
        manifest.entries += _entries(history, name)
    if made:
        made[0].findings += check_references(histories)
    return made


def _entries(history: History, name: str) -> Iterable[Entry]:
    for inner, recorded in history.recorded.items():
        path = history.path(inner)
        if recorded.folder or danger(path, windows=False) or not recorded.digests:
            continue
        checksums = tuple(Checksum(*one) for one in sorted(recorded.digests.items()))
        yield Entry(name, path, checksums=checksums)
