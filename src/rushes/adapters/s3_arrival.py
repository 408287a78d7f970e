"""Receiving a file as an object of S3: hashed before it goes, checked by S3 when it comes.

Small files go in one request. Large ones go part by part, see `s3_parts`, or `s3_in_order` where
they are made as they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from rushes.adapters import s3_source
from rushes.adapters.s3_answers import BrokenOffError, OtherThereError, unwritten
from rushes.adapters.s3_file import Asking, facts_at
from rushes.adapters.s3_line import library
from rushes.adapters.s3_noted import attributes, seen
from rushes.adapters.s3_source import S3Source
from rushes.core.errors import Code, RushesError
from rushes.ports.storage_writing import Arrival, Facts, Passage, Source
from rushes.transfer.hashes import Hashes, check_noted, wanted

_TRIES = 3


def receive(storage: Asking, path: str, *, source: Source, passage: Passage) -> Arrival:
    """See the port."""
    from rushes.adapters import s3_in_order, s3_parts

    large = s3_in_order.send if source.in_order else s3_parts.send
    whole = _put if source.facts.size <= s3_source.PIECE else large
    try:
        arrival = whole(storage, path, source=source, passage=passage)
    except OtherThereError as error:
        raise conflict(storage, path) from error
    except RushesError as error:
        raise unwritten(error) from None
    storage.looks.note(storage, path, arrival.facts)
    if passage.terms.verify:
        _read_back(storage, path, arrival)
    return arrival


def remove(storage: Asking, path: str, *, expected: Facts) -> None:
    """See the port."""
    try:
        if facts_at(storage, path) != expected:
            raise conflict(storage, path)
        storage.asked(path, library().delete, storage.key(path))
        storage.looks.note(storage, path, None)
    except RushesError as error:
        raise unwritten(error) from None


def abandon(storage: Asking, path: str, state: Mapping[str, Any]) -> None:
    """See the port."""
    from rushes.adapters.s3_parts import drop

    drop(storage, path, state)


def conflict(storage: Asking, path: str) -> RushesError:
    """That something else lies there."""
    return RushesError(
        Code.CHANGED_MEANWHILE,
        f"Another object lies at {storage.url(path)} than when this was planned.",
        hint="Nothing was changed there. Plan anew.",
    )


def check_unchanged(storage: Asking, path: str, source: Source, came: int) -> None:
    """Raise where the source is another by now, or has fewer bytes than it had."""
    if source.changed() or came != source.facts.size:
        raise RushesError(
            Code.CHANGED_MEANWHILE,
            f"What was to arrive at {storage.url(path)} changed while it was read.",
            hint="Nothing was changed there. Move it again once nobody writes to it.",
        )


def _put(storage: Asking, path: str, *, source: Source, passage: Passage) -> Arrival:
    passage.meter.take(source.facts.size)
    data = _all(source)
    hashes = Hashes(wanted(source, passage.terms.algorithms))
    hashes.update(data)
    digests = hashes.digests()
    check_unchanged(storage, path, source, len(data))
    check_noted(storage.url(path), source.digests, digests)
    mode = _condition(storage, path, passage.expected)
    etag = _sent(
        storage,
        path,
        data,
        attributes=attributes(digests, source, passage.terms),
        mode=mode,
        digests=digests,
        terms=passage.terms,
    )
    facts = arrived(storage, path, etag, len(data))
    return Arrival(facts, source.facts, digests, len(data))


def _condition(storage: Asking, path: str, expected: Facts | None) -> Any:
    """How the library says "only if `expected` lies there". Raises `changed.meanwhile`.

    Where the server does not keep to that, or no tag tells what is expected, there is a look.
    """
    looks = facts_at if storage.conditions.kept else storage.looks.facts
    tagged = expected is None or expected.etag
    if not (storage.conditions.kept and tagged) and looks(storage, path) != expected:
        raise conflict(storage, path)
    if expected is None:
        return "create"
    return {"e_tag": f'"{expected.etag}"'} if expected.etag else "overwrite"


def _all(source: Source) -> bytes:
    if source.in_order:
        return b"".join([bytes(one) for one in source.pieces(0)])
    return source.read(0, source.facts.size)


def _sent(
    storage: Asking, path: str, data: bytes, *, digests: Mapping[str, str], **how: Any
) -> str | None:
    """Have the bytes there; the object's tag where S3 told it.

    A put with a condition is not repeated by the library when its answer is lost. Here it is, for
    the object that the first one may have made bears our digests.
    """
    put: Callable[..., Any] = library().put
    send = partial(storage.asked, path, put, storage.key(path), data, use_multipart=False, **how)
    for left in reversed(range(_TRIES)):
        try:
            made = send()
            if how["mode"] == "create":
                made = storage.conditions.learn(send, len(data)) or made
            return str(made.get("e_tag") or "") or None
        except OtherThereError:
            check_ours(storage, path, digests)
            return None
        except BrokenOffError:
            if not left:
                raise
    return None


def check_ours(storage: Asking, path: str, digests: Mapping[str, str]) -> None:
    """Raise unless the object there is what was sent: its answer was lost, and it sent again."""
    found, _ = seen(storage, path)
    shared = found.keys() & digests.keys()
    if not shared or any(found[name] != digests[name] for name in shared):
        raise conflict(storage, path)


def arrived(storage: Asking, path: str, etag: str | None, size: int) -> Facts:
    """The facts of what was just put there."""
    if etag:
        return Facts(size, 0, 0, 0, etag.strip('"'))
    found = facts_at(storage, path)
    if found is None or found.size != size:
        raise conflict(storage, path)
    return found


def _read_back(storage: Asking, path: str, arrival: Arrival) -> None:
    """Raise where S3 gives back other bytes than were sent; such an object is removed."""
    source = S3Source(storage, path)
    hashes = Hashes(tuple(arrival.digests))
    try:
        for piece in source.pieces(0):
            hashes.update(piece)
    finally:
        source.close()
    if hashes.digests() != arrival.digests:
        remove(storage, path, expected=source.facts)
        raise RushesError(
            Code.WRITE_FAILED,
            f"{storage.url(path)} reads back as other bytes than were sent; it was removed.",
            hint="Try again; if it stays so, look at the health of that storage.",
        )
