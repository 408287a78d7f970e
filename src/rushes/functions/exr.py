"""Inspects OpenEXR files that events tell of, for VAST's DataEngine and whatever calls alike."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.masking import masked
from rushes.functions.events import Options, Request, request
from rushes.functions.persisting import persisted
from rushes.functions.pixels import pixel_statistics
from rushes.functions.validation import validation
from rushes.inspection.header.document import Document, document, refused
from rushes.inspection.header.reading import ReadHeader, read_header
from rushes.inspection.pixels.rows import as_row
from rushes.model.finding import Finding, Severity
from rushes.model.pixels import PixelStats
from rushes.ports.storage import Storage

LIST = "rushes.exr-list/1"
NOT_UNDERSTOOD, FAULT = "function.event", "function.fault"


def handler(ctx: object, event: object) -> Document:  # noqa: ARG001 (what a platform calls with)
    """The document of the file that `event` tells of; everything wrong is in its `errors`.

    An event that tells of several files gives `{"schema": "rushes.exr-list/1", "schema_version":
    1, "documents": […]}`, in their order. Never raises.
    """
    try:
        asked = request(event)
        found = [_one(file, asked.options) for file in asked.files]
    except RushesError as error:
        return refused("", error)
    except Exception as problem:  # noqa: BLE001 (the face's edge)
        return _fault("", problem)
    return _answer(asked, found)


def _answer(asked: Request, found: list[Document]) -> Document:
    if not asked.several:
        return found[0]
    return {"schema": LIST, "schema_version": 1, "documents": found}


def _one(file: str | RushesError, options: Options) -> Document:
    if isinstance(file, RushesError):
        return refused("", file)
    name = escape(file)
    try:
        made = _inspected(file, name, options)
    except RushesError as error:
        made = refused(name, error)
    except Exception as problem:  # noqa: BLE001 (one bad file must not cost the others theirs)
        made = _fault(name, problem)
    made["errors"] += [_finding(NOT_UNDERSTOOD, name, f"{why}.") for why in options.refused]
    return made


def _inspected(file: str, name: str, options: Options) -> Document:
    storage, path = bootstrap.storage_at(file)
    read = read_header(storage, path, called=name)
    stats, lost = _stats(storage, path, read, options, local=path == file)
    verdict, unjudged = _validation(read, stats, options)
    made = document(
        read,
        stats=None if stats is None else as_row(stats, histograms=False),
        validation=verdict,
        errors=(*lost, *unjudged, *persisted(read)),
    )
    if not options.meta:
        made |= {"parts": [], "channels": [], "attributes": {}}
    return made


def _stats(
    storage: Storage, path: str, read: ReadHeader, options: Options, *, local: bool
) -> tuple[PixelStats | None, tuple[Finding, ...]]:
    """What the pixels are like: of flat parts, of deep parts, or of both."""
    parts = read.image.parts if read.image is not None else ()
    wanted = [one.index for one in parts if (options.deep_stats if one.deep else options.stats)]
    if not wanted:
        return None, ()
    return pixel_statistics(storage, path, local=local, parts=wanted, called=read.path)


def _validation(
    read: ReadHeader, stats: PixelStats | None, options: Options
) -> tuple[Mapping[str, Any], tuple[Finding, ...]]:
    if not options.validate:
        return {}, ()
    return validation(read, stats, policy=options.policy_path)


def _fault(name: str, problem: Exception) -> Document:
    """Keep where it happened in the platform's log, and tell what happened."""
    said = masked(f"{type(problem).__name__}: {problem}")
    where = "".join(traceback.format_tb(problem.__traceback__))
    logging.getLogger("rushes").error("%s\n%s", said, where)
    row = _finding(FAULT, name, f"A fault in Rushes itself kept it from being inspected: {said}.")
    return {**refused(name, RushesError(Code.MEDIA_UNREADABLE, said)), "errors": [row]}


def _finding(rule: str, name: str, message: str) -> dict[str, str]:
    told = message[:1].upper() + message[1:]
    return Finding(rule, Severity.ERROR, name, told).row()
