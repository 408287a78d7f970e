"""Folders of a show made on disk: planned by looking, then made; what is there stays untouched."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.tracking.shows.folder_template import Structure


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """Folders below `root`: those to make, parents first, those that are there, and those that
    cannot be, which are found.
    """

    root: Path
    make: tuple[str, ...]
    there: tuple[str, ...]
    findings: tuple[Finding, ...]
    makes_root: bool = False


def planned_folders(root: Path, names: Sequence[str]) -> FolderPlan:
    """What has to be made. Links are followed only where they stay below the root.

    Raises `path.not_found` where the root's own parent is not there: a mount may be missing.
    """
    if not root.parent.is_dir():
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no folder {escape(str(root.parent))} to make {escape(root.name)} in.",
            hint="Mount the storage, or say another folder: --at DIR.",
        )
    if root.exists() and not root.is_dir():
        raise RushesError(Code.USAGE, f"{escape(str(root))} is no folder.")
    top = os.path.realpath(root)
    make: list[str] = []
    there: list[str] = []
    blocked: list[str] = []
    findings: list[Finding] = []
    for name in names:
        if any(name.startswith(f"{one}/") for one in blocked):
            continue
        why = _obstacle(root, top, name)
        if why:
            blocked.append(name)
            findings.append(_blocked(name, why))
        else:
            (there if (root / name).is_dir() else make).append(name)
    return FolderPlan(root, tuple(make), tuple(there), tuple(findings), not root.exists())


def make_folders(plan: FolderPlan, structure: Structure) -> tuple[str, ...]:
    """Make what the plan says; those that were made, and not by somebody else meanwhile.

    Raises `write.failed`, telling how far it came.
    """
    group = group_id(structure.group)
    top = os.path.realpath(plan.root)
    made: list[str] = []
    for name in (*([""] if plan.makes_root else []), *plan.make):
        try:
            folder = _inside(plan.root, top, name)
            os.mkdir(folder)
            if group is not None:
                os.chown(folder, -1, group)
            if structure.mode is not None:
                os.chmod(folder, structure.mode)
        except FileExistsError:
            continue
        except OSError as error:
            raise RushesError(
                Code.WRITE_FAILED,
                f"Could not make {escape(str(plan.root / name))}: {error.strerror or error}."
                f" {len(made):,} of {len(plan.make):,} folders were made.",
                hint="See who may write there, then do the same again: what is there stays.",
            ) from error
        made.append(name)
    return tuple(one for one in made if one)


def _inside(root: Path, top: str, name: str) -> str:
    """Where a folder really goes; its parent is looked at again, since links may be new."""
    if not name:
        return str(root)
    parent = os.path.realpath((root / name).parent)
    if parent != top and not parent.startswith(top.rstrip(os.sep) + os.sep):
        raise OSError(f"a link leads out of {root}")
    return os.path.join(parent, name.rpartition("/")[2])


def _obstacle(root: Path, top: str, name: str) -> str:
    """What keeps a folder from being there, in words; empty where nothing does."""
    path = root / name
    if not os.path.lexists(path):
        return ""
    real = os.path.realpath(path)
    if not real.startswith(top.rstrip(os.sep) + os.sep):
        return f"It is a link that leads out of the show, to {escape(real)}."
    return "" if path.is_dir() else "Something is there that is no folder."


def _blocked(name: str, why: str) -> Finding:
    fix = "Nothing was made there or below. Move it away, then do the same again."
    return Finding("folder.blocked", Severity.ERROR, name, why, fix=fix)


def group_id(name: str) -> int | None:
    """The number of a group of this machine, None for no name. Raises `usage`."""
    if not name:
        return None
    try:
        import grp

        return grp.getgrnam(name).gr_gid
    except (ImportError, KeyError):
        raise RushesError(
            Code.USAGE,
            f"There is no group {name!r} on this machine.",
            hint="Name one of those that `getent group` tells.",
        ) from None
