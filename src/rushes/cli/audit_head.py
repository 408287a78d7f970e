"""Heads of the chain of events, kept in files of their own or written out."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rushes.core import clock
from rushes.core.atomic import create_bytes
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.event import EventHead

SCHEMA = "rushes.audit-head/1"
_WRITTEN = re.compile(r"([0-9]{1,18}):([0-9a-fA-F]{64})", re.ASCII)
_LONGEST = 4096


def head_row(head: EventHead, waiting: int) -> dict[str, Any]:
    """A head as JSON has it, and as it is kept."""
    return {
        "position": head.position,
        "seal": head.seal,
        "waiting": waiting,
        "asked": clock.iso(clock.now()),
    }


def write_head(path: Path, row: Mapping[str, Any]) -> None:
    """Write a head to `path`. Raises `write.failed`, also when something is there already."""
    create_bytes(path, json.dumps({"schema": SCHEMA, **row}, indent=2).encode() + b"\n")


def known_head(text: str) -> EventHead:
    """The head that was given: written out as POSITION:SEAL, or kept in a file.

    Raises `usage`, `path.not_found` or `path.unreadable`.
    """
    if found := _WRITTEN.fullmatch(text):
        return EventHead(int(found[1]), found[2].lower())
    try:
        with open(text, "rb") as kept:
            document = json.loads(kept.read(_LONGEST))
        head = EventHead(int(document["position"]), str(document["seal"]).lower())
        if document["schema"] != SCHEMA or not _WRITTEN.fullmatch(f"{head.position}:{head.seal}"):
            raise ValueError(text)
    except FileNotFoundError as error:
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no head {escape(text)}.",
            hint="Name a file of `rushes audit head -o`, or write POSITION:SEAL.",
        ) from error
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{escape(os.fspath(text))} cannot be read: {error.strerror or error}.",
            hint="Check its permissions.",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise RushesError(
            Code.USAGE,
            f"{escape(text)} holds no head.",
            hint="Name a file of `rushes audit head -o`, or write POSITION:SEAL.",
        ) from error
    return head
