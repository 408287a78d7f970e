"""The log file: one line per event, in UTC, without secrets, for whoever asks what happened.

Lines are written here and not by `logging`, whose import costs more than a small command's work.
`listen` lets libraries that use `logging` speak into the same file.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.core import clock, folders
from rushes.core.errors import RushesError
from rushes.core.escape import escape, visible

if TYPE_CHECKING:
    from rushes.core.settings import Settings

_LIMIT = 5 * 1024**2
_KEPT = 3

_file: _LogFile | None = None


class _LogFile:
    """An open log. Lines go out in one write each, so that processes can share the file."""

    def __init__(self, path: Path, *, secrets: tuple[str, ...]) -> None:
        self.path = path
        self._secrets = secrets
        folders.made(path.parent)
        with suppress(OSError):
            _rotate(path)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        self._descriptor = os.open(path, flags, 0o600)

    def write(self, level: str, text: str) -> None:
        """One line; a disk that fills up while a command works does not stop the command."""
        from rushes.core.masking import masked

        for secret in self._secrets:
            text = text.replace(secret, "***")
        line = f"{clock.iso(clock.now())} {level:<7} [{os.getpid()}] {masked(text)}\n"
        with suppress(OSError):
            os.write(self._descriptor, line.encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):
            os.close(self._descriptor)


def start(settings: Settings) -> None:
    """Log into `settings.log_file` from here on; where that cannot be, warn once and go on."""
    global _file
    stop()
    try:
        _file = _LogFile(settings.log_file, secrets=_secrets(settings))
    except (OSError, RushesError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
        _tell(
            f"warning: {escape(str(settings.log_file))} cannot be written ({reason});"
            " this run is not logged. Choose another folder with --log-dir or the setting log_dir."
        )
        return
    info(" ".join(["started:", *map(escape, sys.argv)]))


def stop() -> None:
    """Close the log; what is logged later goes nowhere."""
    global _file
    held, _file = _file, None
    if held is not None:
        held.close()


def path() -> Path | None:
    """The file that is logged into, if any."""
    return _file.path if _file is not None else None


def info(text: str) -> None:
    """What happened, for the log file alone."""
    _log("INFO", text)


def warning(text: str) -> None:
    """What a person should know although the command goes on: on stderr and in the log file."""
    from rushes.core.masking import masked

    _tell(f"warning: {masked(text)}")
    _log("WARNING", text)


def error(text: str) -> None:
    """What went wrong, for the log file; the face tells the person."""
    _log("ERROR", text)


def fault(problem: BaseException) -> Path | None:
    """Keep a fault's traceback, without any variable's value; the file that now holds it."""
    if _file is None:
        return None
    from traceback import TracebackException

    for line in "".join(TracebackException.from_exception(problem).format()).splitlines():
        _log("ERROR", line)
    return _file.path


def listen() -> None:
    """Let what libraries say through `logging`, warnings and worse, land in the log file too."""
    import logging

    class _Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            _log(record.levelname, f"{record.name}: {record.getMessage()}")

    root = logging.getLogger()
    if not any(type(handler).__name__ == _Ear.__name__ for handler in root.handlers):
        root.addHandler(_Ear(logging.WARNING))


def aloud(level: str) -> None:
    """Let all that is said through `logging`, from `level` on, be told on stderr as well.

    `level` is a name that `logging` knows, such as DEBUG.
    """
    import logging

    from rushes.core.masking import masked

    class _Mouth(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            _tell(masked(f"{record.levelname.lower()}: {record.name}: {record.getMessage()}"))

    root = logging.getLogger()
    root.addHandler(_Mouth(level))
    root.setLevel(min(root.level or logging.WARNING, logging.getLevelName(level)))


def _log(level: str, text: str) -> None:
    if _file is not None:
        # A line break in a name must not look like a line of its own.
        _file.write(level, "".join(c if c.isprintable() else repr(c)[1:-1] for c in text))


def _tell(line: str) -> None:
    with suppress(OSError):
        sys.stderr.write(visible(line) + "\n")


def _secrets(settings: Settings) -> tuple[str, ...]:
    """What must never be logged: the database's URL, and the password in it."""
    from rushes.core.settings import keys

    values = [str(settings.value(key.name) or "") for key in keys().values() if key.secret]
    found: list[str] = []
    for value in values:
        login, at, _ = value.partition("://")[2].rpartition("@")
        found += [value, login.partition(":")[2] if at else ""]
    return tuple(sorted({one for one in found if len(one) >= 4}, key=len, reverse=True))


def _rotate(path: Path) -> None:
    """Move a log that has grown too long aside: `rushes.log.1` is the newest of those kept."""
    if not path.exists() or path.stat().st_size < _LIMIT:
        return
    with open(path, "ab") as held:
        if not _locked(held.fileno()) or not os.path.samestat(os.fstat(held.fileno()), path.stat()):
            return  # another process is at it, or was
        for number in range(_KEPT - 1, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number + 1}"))
        path.replace(path.with_name(f"{path.name}.1"))


def _locked(descriptor: int) -> bool:
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows, which refuses to rename an open file anyway
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
