"""What is missing or broken on this machine, and how to mend it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rushes.cli.database_state import DatabaseState
from rushes.cli.environment import Machine, Package
from rushes.client.state import ServerState
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.core.extras import EXTRAS, how
from rushes.core.settings import Settings, keys
from rushes.core.units import human_bytes

_WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")
_FEW_WATCHES = 65_536
_LITTLE_SPACE = 1024**3


class State(StrEnum):
    """`BROKEN` is something that is needed; `WARNING` is something that will be missed."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `fix` says what to do now, and is empty when all is well."""

    name: str
    state: State
    message: str
    fix: str = ""


def check_machine(machine: Machine) -> Iterator[Check]:
    """The Python, and how it takes file names."""
    yield Check("python", State.OK, f"Python {machine.python}")
    if machine.names != "utf-8":
        message = f"file names are taken for {machine.names}, and are written as UTF-8"
        yield Check("file names", State.WARNING, message, "Set LANG to a UTF-8 locale.")


def check_listing(*, by_python: bool) -> Iterator[Check]:
    """Whether scans go slower than they could; nothing where all is well."""
    if by_python:
        message = "folders are listed by Python alone; a scan takes a quarter longer"
        fix = "Install a C compiler (gcc), then install Rushes anew from its source."
        yield Check("listing", State.WARNING, message, fix)


def check_packages(found: Sequence[Package], broken: Mapping[str, str]) -> Iterator[Check]:
    """Packages that are needed, and those that are installed but do not work."""
    for package in found:
        again = f"Run: {sys.executable} -m pip install --force-reinstall {package.name}"
        if package.version is None and package.needed:
            message = f"not installed, and needed for {package.use}"
            yield Check(f"package {package.name}", State.BROKEN, message, again)
        elif package.name in broken:
            state = State.BROKEN if package.needed else State.WARNING
            message = f"cannot be imported: {broken[package.name]}"
            yield Check(f"package {package.name}", state, message, again)
    needed = [package for package in found if package.needed and package.version]
    bad = [package for package in needed if package.name in broken]
    yield Check("packages", State.OK, f"{len(needed) - len(bad)} needed packages work")


def check_extras(missing: Mapping[str, Sequence[str]]) -> Check:
    """Which extras are installed; one that is `missing` is missed by those alone who use it."""
    there = ", ".join(one for one in EXTRAS if one not in missing)
    if not missing:
        return Check("extras", State.OK, there)
    told = ", ".join(f"{extra} ({', '.join(names)})" for extra, names in missing.items())
    message = f"{there or 'none'}; not installed: {told}"
    return Check("extras", State.OK, message, f"For those that you want: {how(','.join(missing))}")


def check_settings(settings: Settings, error: RushesError | None) -> Iterator[Check]:
    """The settings themselves, and the folders that they name."""
    if error is not None:
        yield Check("settings", State.BROKEN, error.message, error.hint)
        return
    files = ", ".join(escape(str(path)) for path in settings.files)
    yield Check("settings", State.OK, files or "no file; defaults, environment and flags")
    root = settings.shows_root
    if root is not None and not os.path.isdir(root):
        fix = "Mount it, or change shows_root."
        message = f"{escape(str(root))} ({settings.origin('shows_root')}) is no folder"
        yield Check("shows_root", State.BROKEN, message, fix)
    yield _writable("data_dir", settings.data_dir, broken=State.BROKEN)
    yield _writable("log_dir", settings.log_dir, broken=State.WARNING)
    if settings.database.data_dir is not None and not settings.database.url:
        yield _writable("database.data_dir", settings.database.data_dir, broken=State.BROKEN)


def check_cluster(settings: Settings, found: Sequence[Package]) -> Iterator[Check]:
    """Whether what a Dask cluster needs is there, where one is wanted."""
    wanted = settings.scan.cluster is not None or settings.scan.executor == "dask"
    missing = any(package.name == "distributed" and not package.version for package in found)
    if wanted and missing:
        fix = f"Run: {how('dask')}"
        yield Check("dask", State.BROKEN, "a cluster is set, and distributed is missing", fix)


def check_database(state: DatabaseState) -> Iterator[Check]:
    """Whether the database answers, or would start."""
    if state.state == "broken":
        yield Check("database", State.BROKEN, f"{state.place}: {state.message}", state.fix)
    else:
        told = f"{state.kind}, {state.state}"
        yield Check("database", State.OK, f"{told}: {state.place}")


def check_server(state: ServerState | None) -> Iterator[Check]:
    """Whether the server of the settings answers, and whom it takes us for."""
    if state is None:
        return
    if state.message:
        yield Check("server", State.BROKEN, state.message, state.fix)
    else:
        told = f"{state.url}, Rushes {state.version}, as {state.login}"
        yield Check("server", State.OK, told)


def check_surroundings(environ: Mapping[str, str]) -> Iterator[Check]:
    """Colour management, and the system's limit on following folders."""
    config = environ.get("OCIO", "")
    if not config or config.startswith("ocio://"):
        yield Check("OCIO", State.OK, config or "not set: the built-in config is used")
    elif os.path.isfile(config):
        yield Check("OCIO", State.OK, escape(config))
    else:
        fix = "Correct OCIO, or unset it to use the built-in config."
        yield Check("OCIO", State.WARNING, f"{escape(config)} is not there", fix)
    try:
        watches = int(_WATCHES.read_text("ascii"))
    except (OSError, ValueError):
        return
    if watches < _FEW_WATCHES:
        fix = f"Run as root: sysctl fs.inotify.max_user_watches={_FEW_WATCHES * 8}"
        message = f"only {watches:,} folders can be followed at once"
        yield Check("inotify", State.WARNING, message, fix)


def _writable(name: str, folder: Path, *, broken: State) -> Check:
    """Whether `folder` can be written, or made; nothing is written to find out."""
    there = Path(os.path.abspath(folder))
    while not os.path.exists(there) and there != there.parent:
        there = there.parent
    shown = escape(str(folder))
    if not os.path.isdir(there) or not os.access(there, os.W_OK | os.X_OK):
        variable = keys()[name].variable
        fix = f"Choose another folder in the setting {name} ({variable})."
        return Check(name, broken, f"{shown} cannot be written", fix)
    free = shutil.disk_usage(there).free
    if free < _LITTLE_SPACE:
        message = f"{shown} has only {human_bytes(free)} left"
        return Check(name, State.WARNING, message, "Free some space there.")
    return Check(name, State.OK, f"{shown} ({human_bytes(free)} free)")
