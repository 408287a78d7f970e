"""Every sidecar of a tree, in path order: what verifies, reports and restores reads from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from stat import S_ISREG

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.model.signoff import Legacy, Sidecar
from rushes.qc.asset import shown
from rushes.qc.legacy import is_legacy, legacy_of
from rushes.qc.places import ENDING, FOLDER, LEGACY_SEQUENCE, Mode, sidecar
from rushes.qc.sidecar import decode

_LARGEST = 64 << 20  # bytes; no history of people's work grows to this


@dataclass(frozen=True, slots=True)
class Kept:
    """One sidecar: `place` is its file, `folder` the asset's, relative to the tree's root.

    `name` is the asset's file name or pattern as the file system spells it; of a sidecar that
    cannot be read, what its own name says. One of `sidecar`, `legacy` and `problem` is there.
    """

    place: Path
    folder: PurePosixPath
    name: str
    data: bytes = b""
    sidecar: Sidecar | None = None
    legacy: Legacy | None = None
    problem: RushesError | None = None

    @property
    def subject(self) -> str:
        """What records and JSON call the asset: its escaped path below the root."""
        return escape(self.name if str(self.folder) == "." else f"{self.folder}/{self.name}")

    @property
    def shown(self) -> str:
        """The same as people are told it."""
        return shown(self.subject)


def kept(root: Path, *, below: PurePosixPath = PurePosixPath(".")) -> Iterator[Kept]:
    """The sidecars in the folder `below` of `root`, and in all folders below that.

    `root` is where the media lies, or the folder that its records are kept in instead. Links are
    not followed. A folder that cannot be listed is told as a sidecar with a problem. Raises
    `path.not_found` where the first one is not there.
    """
    if not (root / below).is_dir():
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no folder {escape(str(root / below))}.",
            hint="Check the spelling, and that the storage is mounted.",
        )
    waiting = [below]
    while waiting:
        folder = waiting.pop()
        try:
            found, folders = _listed(root / folder)
        except OSError as error:
            yield Kept(root / folder, folder, "", problem=_unreadable(root / folder, error))
            continue
        for place in found:
            yield read_kept(place, folder)
        waiting += [folder / name for name in sorted(folders, reverse=True)]


def kept_in(folder: Path, *, called: PurePosixPath) -> Iterator[Kept]:
    """The sidecars of one folder, in name order; `called` is the folder relative to its root.

    Raises `OSError` where it cannot be listed.
    """
    for place in _listed(folder)[0]:
        yield read_kept(place, called)


def read_kept(place: Path, folder: PurePosixPath) -> Kept:
    """What the sidecar at `place` says of an asset in `folder`."""
    named = _named(place)
    try:
        data = _read(place)
        if is_legacy(data):
            return Kept(place, folder, named, data, legacy=legacy_of(place.name, data))
        made = decode(data)
        name = unescape(made.record.asset_name)
    except OSError as error:
        return Kept(place, folder, named, problem=_unreadable(place, error))
    except RushesError as error:
        return Kept(place, folder, named, problem=error.told_of(escape(str(place))))
    if not _belongs(place, name):
        return Kept(place, folder, named, data, problem=_misplaced(place, name))
    return Kept(place, folder, name, data, sidecar=made)


def _listed(folder: Path) -> tuple[list[Path], list[str]]:
    """Sidecars of the folder, in name order, and its subfolders."""
    found: list[Path] = []
    folders: list[str] = []
    with os.scandir(folder) as listing:
        for entry in listing:
            if entry.is_dir(follow_symlinks=False):
                if entry.name == FOLDER:
                    with os.scandir(entry.path) as inner:
                        found += [Path(one.path) for one in inner if _is_sidecar(one.name)]
                else:
                    folders.append(entry.name)
            elif _is_sidecar(entry.name):
                found.append(Path(entry.path))
    return sorted(found, key=lambda one: (one.name, str(one))), folders


def _is_sidecar(name: str) -> bool:
    """Whether that is the name of one, whatever it is: what is none is told when it is read."""
    return name.endswith(ENDING) or name in LEGACY_SEQUENCE


def _read(place: Path) -> bytes:
    # A pipe of that name would keep whoever opens it, a link would have another file looked at.
    if not S_ISREG(os.lstat(place).st_mode):
        raise RushesError(
            Code.SIDECAR_INVALID,
            "It is no file, where only a sidecar belongs.",
            hint="Move it away to begin anew.",
        )
    with open(place, "rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise RushesError(Code.SIDECAR_INVALID, "The sidecar is larger than any of ours.")
    return data


def _belongs(place: Path, name: str) -> bool:
    """Whether the sidecar of `name` is called as this file is, in any mode."""
    return place.name in {sidecar(name, mode).removeprefix(f"{FOLDER}/") for mode in Mode}


def _named(place: Path) -> str:
    """The asset that the sidecar's file name speaks of."""
    name = place.name.removesuffix(ENDING)
    hidden = name.startswith(".") and place.parent.name != FOLDER
    return name[1:] if hidden else name


def _misplaced(place: Path, name: str) -> RushesError:
    return RushesError(
        Code.SIDECAR_INVALID,
        f"{escape(str(place))} is the record of another asset, {escape(name)}.",
        hint="It was copied or renamed. Move it back to where it belongs.",
    )


def _unreadable(path: Path, error: OSError) -> RushesError:
    return RushesError(
        Code.PATH_UNREADABLE,
        f"{escape(str(path))} cannot be read: {error.strerror or error}.",
        hint="Check the permissions, and that the storage answers.",
    )
