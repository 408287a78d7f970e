"""A piece of a walk: some folders and what is below them, for a short while, whatever hangs."""

from __future__ import annotations

import gc
import marshal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import monotonic

from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding, Severity
from rushes.scan.folder import Ground, read_folder, subject, unread_folder
from rushes.scan.rows import MARSHAL, FolderRow, pack

_AT_ONCE = 64  # known folders in one question at most, which takes some milliseconds at most


@dataclass(frozen=True, slots=True)
class Walked:
    """What came of a piece: rows in path order, and the folders that there was no time for.

    `left` come after all rows in path order. `changed` counts known folders that had changed.
    """

    rows: list[FolderRow]
    left: list[str]
    hung: int = 0
    changed: int = 0


def walk_piece(
    ground: Ground,
    folders: Sequence[str],
    *,
    seconds: float,
    timeout: float,
    known: Mapping[str, FolderRow] | None = None,
) -> Walked:
    """Walk `folders`, which are in path order, and all below them for about `seconds`.

    The first folder is always read. One that gives no sign of life for `timeout` seconds (0 waits
    for ever) ends the piece, told as hung; the thread stuck in it is left behind. A storage that
    cannot hang is not minded.
    """
    piece = _Piece(ground, list(reversed(folders)), monotonic() + seconds, known or {})
    # Asked wherever a piece is walked: other machines have other mounts.
    if not timeout or not ground.storage.may_hang():
        piece.minded = False
        piece.walk()
        return piece.outcome()
    thread = Thread(target=piece.walk, name="rushes-walk", daemon=True)
    thread.start()
    try:
        while not piece.ended.wait(piece.patience(timeout)):
            if piece.give_up(timeout):
                break
        else:
            thread.join()  # it has ended all but for its name; no thread, and we may fork
    finally:
        piece.leave()  # when interrupted, so that the thread stops at the next folder
    return piece.outcome()


def walk_packed(ground: bytes, folders: bytes, seconds: float, timeout: float) -> bytes:
    """`walk_piece` for another process: all in and all out as bytes."""
    import pickle

    resting = gc.isenabled()
    gc.disable()
    try:
        walked = walk_piece(
            pickle.loads(ground), marshal.loads(folders), seconds=seconds, timeout=timeout
        )
    finally:
        if resting:
            gc.enable()
    return marshal.dumps((pack(walked.rows), walked.left, walked.hung), MARSHAL)


def opened(data: bytes) -> tuple[bytes, list[str], int]:
    """What `walk_packed` gave: its rows (still packed), the folders left over, and hung ones."""
    rows, left, hung = marshal.loads(data)
    return rows, left, hung


@dataclass(slots=True)
class _Piece:
    """A piece under way. Only who holds `lock` may change anything here."""

    ground: Ground
    stack: list[str]
    until: float
    known: Mapping[str, FolderRow]
    minded: bool = True  # by another thread, which has to know in which folder this one is
    at_once: int = 1  # known folders in the next question
    rows: list[FolderRow] = field(default_factory=list)
    current: str | None = None
    alive: float = field(default_factory=monotonic)
    hung: int = 0
    changed: int = 0
    left_behind: bool = False
    error: BaseException | None = None
    lock: Lock = field(default_factory=Lock)
    ended: Event = field(default_factory=Event)

    def walk(self) -> None:
        """Read folder after folder until there are none, time is up, or nobody waits."""
        try:
            row = None
            while (path := self._next(row)) is not None:
                row = self._visit(path)
        except BaseException as error:  # noqa: BLE001 - raised again by `outcome`, in the thread that waits
            self.error = error
        finally:
            self.ended.set()

    def patience(self, timeout: float) -> float:
        """How long until the current folder has been silent for `timeout` seconds."""
        return max(0.001, self.alive + timeout - monotonic())

    def give_up(self, timeout: float) -> bool:
        """Leave the current folder when it has been silent for too long."""
        with self.lock:
            if self.current is None or self.patience(timeout) > 0.001:
                return False
            self.left_behind = True
            self.hung = 1
            self.rows.append(unread_folder(self.current, _hung(self.current, timeout)))
            return True

    def leave(self) -> None:
        """Have the thread stop before the next folder."""
        with self.lock:
            self.left_behind = True

    def outcome(self) -> Walked:
        """What was done so far, all of it in path order."""
        if self.error is not None:
            raise self.error
        return Walked(self.rows, self.stack[::-1], self.hung, self.changed)

    def _next(self, row: FolderRow | None) -> str | None:
        """Take in the row just made, and say which folder comes now."""
        with self.lock:
            self.current = None
            if self.left_behind:
                return None
            if row is not None:
                self.rows.append(row)
                if row.folders:
                    self._descend(row)
            if not self.minded and self.known:
                self._pass_over()
            self.alive = monotonic()
            if not self.stack or (self.rows and self.alive > self.until):
                return None
            self.current = self.stack.pop()
            return self.current

    def _descend(self, row: FolderRow) -> None:
        """Have its subfolders come next."""
        above = f"{row.path}/" if row.path else ""
        self.stack += [above + name for name in reversed(row.folders)]

    def _pass_over(self) -> None:
        """Take in known folders that are unchanged, up to one of which that is not certain."""
        here = self.ground.absolute
        while (monotonic() <= self.until or not self.rows) and (some := self._known_next()):
            asked = [(here(row.path), row.stamp, row.probes) for row in some if row.stamp]
            count = self.ground.storage.unchanged(asked)
            self.rows += some[:count]
            if count < len(some):
                self._put_back(some[count:])
                self.at_once = 1
                return
            self.at_once = min(2 * self.at_once, _AT_ONCE)

    def _known_next(self) -> list[FolderRow]:
        """Take the next folders from the stack, as long as they have a stamp."""
        some: list[FolderRow] = []
        stack, known = self.stack, self.known
        while stack and len(some) < self.at_once:
            row = known.get(stack[-1])
            if row is None or row.stamp is None:
                break
            del stack[-1]
            some.append(row)
            if row.folders:
                self._descend(row)
        return some

    def _put_back(self, rows: list[FolderRow]) -> None:
        """Have the stack as it was before these were taken."""
        for row in reversed(rows):
            del self.stack[len(self.stack) - len(row.folders) :]
            self.stack.append(row.path)

    def _visit(self, path: str) -> FolderRow:
        row = self.known.get(path)
        if row is not None and row.stamp is not None:
            if _unchanged(self.ground, row):
                return row
            self.changed += 1
        try:
            return read_folder(self.ground, path, self._beat)
        except RushesError as error:
            if error.code not in (Code.PATH_NOT_FOUND, Code.PATH_UNREADABLE):
                raise
            return unread_folder(path, _unreadable(path, error))

    def _beat(self) -> None:
        self.alive = monotonic()


def _unchanged(ground: Ground, row: FolderRow) -> bool:
    """Whether the folder has its old stamp, and the files probed their old sizes and times."""
    here = ground.absolute(row.path)
    if ground.storage.stamp(here) != row.stamp:
        return False
    names, sizes, mtimes = row.probes
    if not names:
        return True
    found = ground.storage.probe([f"{here}/{name}" for name in names])
    return found == list(zip(sizes, mtimes, strict=True))


def _hung(path: str, timeout: float) -> Finding:
    return Finding(
        rule="folder.hung",
        severity=Severity.ERROR,
        subject=subject(path),
        message=f"This folder gave no sign of life for {timeout:g} s and was left out.",
        fix="Check the mount and its server, or allow more time (scan.folder_timeout).",
    )


def _unreadable(path: str, error: RushesError) -> Finding:
    if error.code is Code.PATH_NOT_FOUND:
        return Finding(
            rule="folder.vanished",
            severity=Severity.NOTE,
            subject=subject(path),
            message="This folder was removed or renamed while the scan was under way.",
            fix="Scan again when the storage is at rest.",
        )
    return Finding(
        rule="folder.unreadable",
        severity=Severity.ERROR,
        subject=subject(path),
        message=error.message,
        fix=error.hint,
    )
