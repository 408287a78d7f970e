"""What every keeper of movements checks and settles alike: names, keys, and what came of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import count, pairwise
from typing import TypeVar
from uuid import UUID

from rushes.core import clock
from rushes.core.canonical import canonical
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.movement import (
    ENDED,
    SILENT,
    DeliveredFile,
    Headway,
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
)
from rushes.tracking.json_values import json_value
from rushes.tracking.refusing import not_there, refused, shown

Value = TypeVar("Value")
DIGEST = "blake3"
_NUMBER = re.compile(r"\{n(?::0([1-9])d)?\}")
_HEX = re.compile(r"[0-9a-f]{64}")
_LONGEST = 255
_TOLD = 10_000
_MOST = 2**63 - 1


def checked_new(new: NewMovement) -> NewMovement:
    """The same with its key as UUIDs are written. Raises `field.invalid`."""
    try:
        key = str(UUID(new.key))
    except ValueError:
        raise refused("key", "it is no UUID") from None
    for field, text in (("name", new.name), ("context", new.context)):
        _text(field, text, longest=_LONGEST)
    if not new.name.strip():
        raise refused("name", "it needs one")
    if new.state not in (MovementState.QUEUED, MovementState.RUNNING):
        raise refused("state", "what begins is queued or running")
    return replace(new, key=key, order=_object("order", new.order))


def fixed_part(name: str) -> str:
    """What comes before the number in a name; all of it where there is none."""
    found = _NUMBER.search(name)
    return name if found is None else name[: found.start()]


def free_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """The name, with the first number in it that makes it a free one. Raises `record.conflict`."""
    if _NUMBER.search(name) is None:
        if is_taken(name):
            raise RushesError(
                Code.RECORD_CONFLICT,
                f"name: another movement of the project is called {shown(name)}.",
                hint="Call it something else, or write {n:02d} where a number is to be.",
            )
        return name
    made = next(one for one in map(partial(_numbered, name), count(1)) if not is_taken(one))
    return _text("name", made, longest=_LONGEST)


def _numbered(name: str, number: int) -> str:
    return _NUMBER.sub(lambda one: f"{number:0{one[1] or 1}d}", name)


def check_same(held: Movement, new: NewMovement) -> None:
    """Raise `record.conflict` where the key is that of something else."""
    if (held.kind, held.project) != (new.kind, new.project):
        raise RushesError(
            Code.RECORD_CONFLICT,
            f"key: it is that of the {held.kind.value} {held.name}, which is another.",
            hint="A new movement needs a key of its own.",
        )


def checked_end(kind: MovementKind, ended: MovementEnd) -> MovementEnd:
    """The same with its files in their order. Raises `field.invalid`."""
    if ended.state not in ENDED:
        raise refused("state", f"what has ended is not {ended.state.value}")
    if ended.files and kind is not MovementKind.DELIVERY:
        raise refused("files", "a delivery has them, and no ingest")
    counts = {name: _count(name, value) for name, value in ended.counts.items()}
    _text("told", ended.told, longest=_TOLD)
    files = tuple(sorted(map(_checked_file, ended.files), key=place))
    for file, following in pairwise(files):
        if file.path == following.path:
            raise refused("files", f"{escape(file.path)} is there twice")
    return replace(
        ended,
        counts=_object("counts", counts),
        report=_object("report", ended.report),
        files=files,
    )


def place(file: DeliveredFile) -> bytes:
    """A file's place in the order of paths: the bytes of its own."""
    return path_bytes(file.path)


def path_bytes(path: str) -> bytes:
    """A path as file systems have it, whatever its bytes are."""
    return path.encode("utf-8", "surrogateescape")


def path_text(raw: bytes) -> str:
    """`path_bytes` back."""
    return raw.decode("utf-8", "surrogateescape")


def outcome(ended: MovementEnd) -> bytes:
    """A digest of all that came of it: of two that are the same, the same."""
    told = sha256(
        canonical(
            {
                "state": ended.state.value,
                "counts": dict(ended.counts),
                "told": ended.told,
                "report": dict(ended.report),
            }
        )
    )
    for file in ended.files:
        told.update(canonical(file.row()))
    return told.digest()


def check_not_done(held: Movement) -> None:
    """Raise `record.conflict` for one that is done: nothing else comes of it any more."""
    if held.state is MovementState.DONE:
        raise RushesError(
            Code.RECORD_CONFLICT,
            f"The {held.kind.value} {held.name} is done, and something else came of it.",
            hint="Begin another, with a key of its own.",
        )


def last_headway(last: Headway, state: MovementState) -> Headway:
    """How far it is at its end: as far as it goes, also where nobody told of the last steps. What
    broke off is where it was.
    """
    whole = max(last.done, last.total or 0)
    if state not in (MovementState.DONE, MovementState.REFUSED) or not whole:
        return last
    return Headway(whole, whole, last.note)


def is_lost(state: MovementState, seen: datetime | None) -> bool:
    """Whether it should run, and nobody has given a sign of life for too long."""
    if state is not MovementState.RUNNING or seen is None:
        return False
    return seen < clock.now() - SILENT


def no_movement(number: object, kind: MovementKind | None = None) -> RushesError:
    """There is none of this number; to be raised."""
    return not_there(kind.value if kind is not None else "movement", number)


def digests_of(texts: Sequence[str]) -> list[bytes]:
    """Those of the texts that are a digest, as bytes."""
    return [bytes.fromhex(one) for one in texts if _HEX.fullmatch(one)]


def _checked_file(file: DeliveredFile) -> DeliveredFile:
    """Raises `field.invalid`, naming the file."""
    path = escape(file.path)
    try:
        raw = path_bytes(file.path)
    except UnicodeEncodeError:
        raise refused("files", f"{path!a} is no path") from None
    if not raw or b"\0" in raw:
        raise refused("files", f"{path!r} is no path")
    if not _HEX.fullmatch(file.digests.get(DIGEST, "")):
        raise refused("files", f"{path} has no {DIGEST} digest of 64 hexadecimal digits")
    for name, text in file.digests.items():
        _text("files", name, longest=_LONGEST)
        _text("files", text, longest=_LONGEST)
    _text("files", file.source, longest=_MOST)
    if not 0 <= file.size <= _MOST:
        raise refused("files", f"{path} has a size that no file has")
    return file


def _count(name: str, value: object) -> int:
    """One of the counts; callers that check no types may hand over anything."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        raise refused("counts", f"{shown(name)} is no count")
    return value


def _object(field: str, value: Mapping[str, Value]) -> dict[str, Value]:
    made: dict[str, Value] = json_value(field, dict(value))
    return made


def _text(field: str, text: str, *, longest: int) -> str:
    json_value(field, text[:longest])
    if len(text) > longest:
        raise refused(field, f"is longer than {longest} characters")
    return text
