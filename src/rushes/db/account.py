"""The account that PostgreSQL runs as: our own, or an unprivileged one when we are root."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from rushes.core.errors import Code, RushesError

# PostgreSQL refuses to run as root. Accounts are borrowed, never made.
_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A system account other than our own."""

    name: str
    uid: int
    gid: int


def is_root() -> bool:
    """True where processes of ours may become another account, and PostgreSQL makes us."""
    return sys.platform != "win32" and os.geteuid() == 0


def server_account(data: Path) -> Account | None:
    """Whom the server of the data folder `data` runs as; None for ourselves.

    Data that is there already stays with its owner.
    """
    if sys.platform == "win32" or not is_root():
        return None
    import pwd

    try:
        owner = data.stat().st_uid
    except OSError:
        owner = 0
    for candidate in _CANDIDATES:
        try:
            found = pwd.getpwuid(owner) if owner else pwd.getpwnam(candidate)
        except KeyError:
            continue
        if found.pw_uid:
            return Account(found.pw_name, found.pw_uid, found.pw_gid)
    raise RushesError(
        Code.DATABASE_UNAVAILABLE,
        "PostgreSQL cannot be run by root, and there is no account 'postgres' or 'nobody'.",
        hint="Run Rushes as an ordinary user, or set RUSHES_DATABASE_URL to a running server.",
    )


def reaches(account: Account | None, folder: Path) -> bool:
    """Whether `account` may walk down to `folder`, as far as the folders above it exist."""
    if account is None:
        return True
    return all(_may_enter(account, parent) for parent in folder.absolute().parents)


def hand_over(path: Path, account: Account | None) -> None:
    """Make `path` the account's own; nothing to do for ourselves."""
    if account is not None and sys.platform != "win32":
        os.chown(path, account.uid, account.gid)


def _may_enter(account: Account, folder: Path) -> bool:
    try:
        found = folder.stat()
    except OSError:
        return True
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)
