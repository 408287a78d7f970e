"""What a function found out, written to VAST DataBase where the environment names one."""

from __future__ import annotations

import logging
import os

from rushes import bootstrap
from rushes.core import clock
from rushes.core.errors import RushesError
from rushes.inspection.header.reading import CHANGED, ReadHeader
from rushes.inspection.similarity import channel_fingerprints, embedding
from rushes.model.finding import Finding, Severity
from rushes.ports.catalog import Deed, Inspected

ENDPOINT = "VAST_DB_ENDPOINT"
NOT_PERSISTED = "function.not_persisted"

_log = logging.getLogger("rushes")


def persisted(read: ReadHeader) -> tuple[Finding, ...]:
    """Write what the header holds; what kept it from being written is told.

    Nothing is written where no `VAST_DB_ENDPOINT` is set, and nothing of a file without a header
    or one that changed while it was read: what the store has of it stays.
    """
    image = read.image
    if not os.environ.get(ENDPOINT) or image is None:
        return ()
    if any(finding.rule == CHANGED for finding in read.findings):
        return (_lost(read, "it changed while it was read"),)
    inspected = Inspected(
        path=read.path,
        size=read.size,
        mtime_ns=read.mtime_ns,
        image=image,
        inspected=clock.now(),
        metadata_embedding=embedding(image),
        channel_fingerprints=channel_fingerprints(image),
    )
    try:
        catalog = bootstrap.catalog("vast")
    except RushesError as error:
        return (_lost(read, error.message, fix=error.hint),)
    try:
        (outcome,) = catalog.record([inspected])
    finally:
        catalog.close()
    if outcome.deed is Deed.FAILED:
        return (_lost(read, outcome.why),)
    channels = sum(len(part.channels) for part in image.parts)
    _log.info(
        "%s in VAST DataBase: %s, %d parts, %d channels",
        *(outcome.deed.value, read.path, len(image.parts), channels),
    )
    return tuple(_left_out(read, name) for name in outcome.left_out)


def _left_out(read: ReadHeader, name: str) -> Finding:
    return Finding(
        NOT_PERSISTED,
        Severity.WARNING,
        read.path,
        f"The value of {name} is too long for VAST DataBase, and was left out there.",
    )


def _lost(read: ReadHeader, why: str, *, fix: str = "") -> Finding:
    return Finding(
        NOT_PERSISTED,
        Severity.ERROR,
        read.path,
        f"It was not written to VAST DataBase: {why.rstrip('.')}.",
        fix=fix or "See the platform's log, and send the event again.",
    )
