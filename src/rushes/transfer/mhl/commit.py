"""New generations written into histories, each manifest before the chain that vouches for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rushes import __version__
from rushes.core import atomic, clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.mhl.compose import Composed
from rushes.transfer.mhl.generation import (
    CHAIN,
    ENDING,
    FOLDER,
    Author,
    Creator,
    Generation,
    Reference,
)
from rushes.transfer.mhl.history import History
from rushes.transfer.mhl.ignoring import ALWAYS, for_history
from rushes.transfer.mhl.reading import Link
from rushes.transfer.mhl.writing import chain_document, manifest_document
from rushes.transfer.mhl.xml import writable

_LONGEST = 180  # bytes of the folder's name in a manifest's

# Has a manifest of that name, and then the chain that vouches for it, in the history's folder.
Put = Callable[[History, str, bytes, bytes], None]


@dataclass(frozen=True, slots=True)
class Told:
    """What people say of a generation, and what they want left out besides former patterns."""

    author: Author | None = None
    location: str = ""
    comment: str = ""
    ignore: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """One generation that was written; `manifest` is relative to the root."""

    below: str
    number: int
    manifest: str
    files: int


def on_disk(history: History, file: str, document: bytes, chain: bytes) -> None:
    """Put both where the history lies on this machine.

    Raises `write.failed`, and `changed.meanwhile` when another run wrote to the chain.
    """
    place = history.folder / CHAIN
    try:
        history.folder.mkdir(exist_ok=True)
        before = place.read_bytes() if place.exists() else None
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not write {escape(str(place))}: {error.strerror or error}.",
            hint="Check free space and permissions, then try again.",
        ) from error
    if before != history.chain:
        raise RushesError(
            Code.CHANGED_MEANWHILE,
            f"Another run has written to {escape(str(place))} meanwhile.",
            hint="Let it finish, then try again.",
        )
    atomic.create_bytes(history.folder / file, document)
    atomic.write_bytes(place, chain)


def write(
    histories: Sequence[History], told: Told, parts: Composed, *, put: Put = on_disk
) -> Iterator[Written]:
    """Give every history its generation, nested ones first; those above refer to them.

    Raises what `put` raises.
    """
    now = clock.now()
    links: dict[History, Link] = {}
    # Those further in come last in the tree, and have to be written first.
    for history in sorted(histories, key=lambda one: -one.below.count("/") - bool(one.below)):
        nested = [one for one in histories if one.parent is history]
        references = tuple(
            Reference(history.inner(one.path(f"{FOLDER}/{links[one].file}")), links[one].digest)
            for one in nested
        )
        number = max([history.highest, *(link.number for link in history.links)]) + 1
        generation = Generation(
            number,
            _file_name(history, number, now),
            _creator(told, now),
            "in-place",
            parts.roots[history],
            parts.hashed,
            tuple(_patterns(told, history)),
            parts.entries[history],
            references,
        )
        document = manifest_document(generation)
        links[history] = link = link_of(number, generation.file, document)
        put(history, generation.file, document, chain_document([*history.links, link]))
        place = history.path(f"{FOLDER}/{generation.file}")
        yield Written(history.below, number, place, generation.files)


def link_of(number: int, file: str, document: bytes) -> Link:
    """The line of the chain that vouches for a manifest."""
    return Link(number, file, "c4", digest_of(document, "c4"))


def _file_name(history: History, number: int, now: datetime) -> str:
    name = history.folder.parent.name
    clean = "".join(one if one.isprintable() and writable(one) else "_" for one in name)
    clean = clean.encode("utf-8")[:_LONGEST].decode("utf-8", "ignore")
    parts = [f"{number:04d}", *([clean] if clean else []), now.strftime("%Y-%m-%d_%H%M%SZ")]
    return "_".join(parts) + ENDING


def _creator(told: Told, now: datetime) -> Creator:
    from socket import gethostname

    return Creator(
        now.isoformat(timespec="seconds"),
        gethostname(),
        "rushes",
        __version__,
        (told.author,) if told.author is not None else (),
        told.location,
        told.comment,
    )


def _patterns(told: Told, history: History) -> Iterator[str]:
    """What is left out of the history, each pattern once."""
    before = history.ignore or ALWAYS
    yield from dict.fromkeys((*before, *for_history(told.ignore, history.below)))
