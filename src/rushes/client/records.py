"""The records port over HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import PurePosixPath
from time import monotonic
from typing import Any

from rushes.client.lists import page_in_root, page_of, portions, text_size
from rushes.client.sending import acting
from rushes.client.spelling.scans import (
    change_of,
    folder_row,
    folder_use_of,
    found_row,
    scan_of,
    sequence_of,
)
from rushes.client.spelling.texts import folder_text
from rushes.client.transport import Transport
from rushes.core.clock import iso
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.files import FoundFolder, FoundSequence
from rushes.model.scan import (
    Actor,
    FolderUseAt,
    ScanRecord,
    ScanTotals,
    SequenceChange,
    StorageRoot,
)
from rushes.ports.progress import Progress
from rushes.ports.records import Page, ScanRequest

_ALL = PurePosixPath(".")
_SEQUENCE = 400  # bytes of numbers and names of fields
_FOLDER = 250
_LONGEST_FINISH_S = 3600.0
_BUSY = (Code.SERVER_UNAVAILABLE, Code.DATABASE_UNAVAILABLE)

Json = dict[str, Any]


class HttpRecords:
    """`ports.records.Records` on a server. `patience_s` is how long a scan may take to finish."""

    def __init__(self, transport: Transport, *, patience_s: float = _LONGEST_FINISH_S) -> None:
        self._transport = transport
        self._patience_s = patience_s

    def storage_roots(self, *, page: str | None = None) -> Page[StorageRoot]:
        """Every storage root, by name."""
        return page_of(
            *(self._transport, "storage-roots", [], page),
            read=lambda row: StorageRoot(row["name"], row["mount"]),
        )

    def begin_scans(self, requests: Sequence[ScanRequest], *, actor: Actor) -> Sequence[ScanRecord]:
        """Note that scans begin."""
        if not requests:
            return []
        body = [
            {
                "root": escape(one.mount),
                "below": folder_text(one.below),
                "started": iso(one.started) if one.started is not None else None,
            }
            for one in requests
        ]
        told = self._transport.send("POST", "scans", body, headers=acting(actor))
        return [scan_of(row) for row in told["data"]]

    def add_folders(self, scan: int, folders: Sequence[FoundFolder], *, actor: Actor) -> None:
        """Stage `folders`, in as many requests as it takes; one where there are none."""
        for some in portions(_pieces(folders), _size) if folders else [[]]:
            self._transport.send("POST", f"scans/{scan}/folders", some, headers=acting(actor))

    def finish_scan(
        self, scan: int, totals: ScanTotals, *, actor: Actor, progress: Progress
    ) -> ScanRecord:
        """Have the server make the staged folders the record."""
        if progress.cancelled():
            raise RushesError(Code.CANCELLED, "The scan was cancelled; nothing was recorded.")
        until = monotonic() + self._patience_s
        while True:
            try:
                told = self._transport.send(
                    "POST", f"scans/{scan}/finish", asdict(totals), headers=acting(actor)
                )
            except RushesError as error:
                # A large scan takes longer than one answer may: the server is asked again, and
                # says that it is at it, or what came of it.
                if error.code not in _BUSY or not self._goes_on(scan) or monotonic() > until:
                    raise
            else:
                return scan_of(told)

    def fail_scans(self, scans: Sequence[int], *, actor: Actor) -> None:
        """Give running scans up."""
        for scan in scans:
            self._transport.send("POST", f"scans/{scan}/fail", {}, headers=acting(actor))

    def scans(self, *, mount: str | None = None, page: str | None = None) -> Page[ScanRecord]:
        """Scans, the newest first."""
        params = [("root", escape(mount))] if mount is not None else []
        return page_in_root(self._transport, "scans", params, page, read=scan_of)

    def sequences(
        self, mount: str, *, below: PurePosixPath = _ALL, page: str | None = None
    ) -> Page[FoundSequence]:
        """File sequences as last recorded."""
        params = [("root", escape(mount)), ("below", folder_text(below))]
        return page_in_root(self._transport, "file-sequences", params, page, read=sequence_of)

    def changes(
        self, mount: str, *, since: int, until: int, page: str | None = None
    ) -> Page[SequenceChange]:
        """What differs between the states after two scans."""
        params = [("root", escape(mount)), ("since", str(since)), ("until", str(until))]
        return page_of(self._transport, "scans/changes", params, page, read=change_of)

    def folder_use(
        self, mount: str, *, at: int | None = None, page: str | None = None
    ) -> Page[FolderUseAt]:
        """Each folder's own use."""
        params = [("root", escape(mount)), *([("at", str(at))] if at is not None else [])]
        # After a scan that there is not, nothing is known either way.
        ask = page_in_root if at is None else page_of
        return ask(self._transport, "folder-use", params, page, read=folder_use_of)

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    def _goes_on(self, scan: int) -> bool:
        try:
            self._transport.get(f"scans/{scan}")
        except RushesError:
            return False
        return True


def _pieces(folders: Iterable[FoundFolder]) -> Iterator[Json]:
    """Folders as JSON; one with more files than fit into a request comes several times."""
    for folder in folders:
        sequences = () if folder.unread else folder.sequences
        empty = True
        for some in portions(map(found_row, sequences), _sequence_size):
            empty = False
            yield folder_row(folder, some)
        if empty:
            yield folder_row(folder, [])


def _size(row: Json) -> int:
    own = _FOLDER + text_size(row["folder"], row["use"]["largest_name"])
    return own + sum(map(_sequence_size, row["sequences"]))


def _sequence_size(row: Json) -> int:
    names = text_size(row["head"], row["tail"])
    frames = len(row["frames"]) + len(row["empty"]) + len(row["short"])
    return _SEQUENCE + names + frames + len(row["fingerprint"])
