"""From a word on the command line to a trace: the records, sign-offs and keys that are asked."""

from __future__ import annotations

import os
import re
from contextlib import closing
from pathlib import Path, PurePosixPath

from rushes import bootstrap
from rushes.cli.qc.history_target import found_records
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.trace import traced
from rushes.exchange.trace_file import Traced, traced_digest, traced_file
from rushes.exchange.trace_model import Trace
from rushes.exchange.trace_records import RecordsTrace
from rushes.exchange.trace_signed import SignedTrace
from rushes.ports.records import every
from rushes.ports.signoffs import AssetAt, MirroredRecord
from rushes.qc.kept import Kept
from rushes.tracking.shows.state import find_project

_DIGEST = re.compile(r"(?:blake3:)?([0-9a-fA-F]{64})", re.ASCII)


def trace_of(session: Session, word: str, *, project: str | None, verify: bool) -> Trace:
    """The trace of a file or a digest. Raises `record.not_found` for a show that is not there."""
    found = _DIGEST.fullmatch(word)
    is_digest = found is not None and not os.path.lexists(word)
    if found is not None and is_digest:
        file = traced_digest(found[1])
    elif not word:
        raise RushesError(Code.USAGE, "FILE is empty.", hint="Name a file.")
    elif "://" in word:
        raise RushesError(
            Code.USAGE,
            f"{escape(word)} is no file on this machine.",
            hint="Trace a local copy of it, or its digest: blake3:…",
        )
    else:
        file = traced_file(Path(word))

    def records(into: Trace) -> None:
        if not bootstrap.database_known(session.settings):
            return
        with closing(bootstrap.studio(session.settings)) as studio:
            number = find_project(studio, project, access=ACCESS).id if project else None
            RecordsTrace(studio, ACCESS, file, into, number).run(verify=verify)

    def sign_offs(into: Trace) -> None:
        if file.path:
            signed = SignedTrace(file, into, bootstrap.trust(session.settings), verify)
            signed.run(_kept(file, session), _mirrored(file, session, into))

    return traced(file, [("records", records), ("sign-offs", sign_offs)], verify=verify)


def _kept(file: Traced, session: Session) -> list[Kept]:
    """The sidecars of the file, or of the sequence that it is a frame of."""
    try:
        return found_records(Path(file.path), session)
    except RushesError as error:
        if error.code in (Code.NOTHING_FOUND, Code.PATH_NOT_FOUND):
            return []
        raise


def _mirrored(file: Traced, session: Session, into: Trace) -> list[MirroredRecord]:
    """What the database knows of them besides: records whose sidecar is gone."""
    settings = session.settings
    if not bootstrap.database_known(settings):
        return []
    found: list[MirroredRecord] = []
    try:
        with closing(bootstrap.sign_offs(settings)) as opened:
            whole = PurePosixPath(file.path)
            for mount in opened.mounts():
                if not whole.is_relative_to(mount):
                    continue
                folder = whole.parent.relative_to(mount)
                for name in dict.fromkeys((whole.name, file.pattern)):
                    asset = AssetAt(mount, folder, name)
                    found += every(
                        lambda page, asset=asset: opened.history(asset, page=page)  # type: ignore[misc]
                    )
    except RushesError as error:
        into.unread.append(f"Mirrored sign-offs could not be asked: {error.message}")
    return found
