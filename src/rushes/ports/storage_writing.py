"""The write side of a storage: whole trees listed, files sent out, files received, files removed.

A file is named by a root (absolute, as the storage spells it) and its path below it, because that
is what has to be held to: nothing outside the root is read or written, whatever a name says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from rushes.ports.storage import Storage

NOTHING: Mapping[str, str] = MappingProxyType({})


class Facts(NamedTuple):
    """What tells one state of a file from another without reading it; 0 and "" where unknown."""

    size: int
    mtime_ns: int
    ctime_ns: int = 0
    inode: int = 0
    etag: str = ""


class Entry(NamedTuple):
    """One thing in a tree, by its path below the root.

    `odd` is empty for a plain file. Otherwise it is the end of a sentence that tells why the entry
    is none: "it is a link", "it is a device, a pipe or a socket".
    """

    path: str
    facts: Facts
    odd: str = ""


class Unlisted(NamedTuple):
    """A folder or entry that could not be looked at: what lies there is not known."""

    path: str
    why: str


class Source(Protocol):
    """A file that is open to be sent. Reads may come from several threads at once.

    Every read raises `path.unreadable`, or `changed.meanwhile` where it is another file by now.
    """

    @property
    def facts(self) -> Facts:
        """As it was when it was opened."""
        ...

    @property
    def modified_ns(self) -> int:
        """When its contents were changed, as a copy of it is to say."""
        ...

    @property
    def digests(self) -> Mapping[str, str]:
        """Digests by algorithm that whoever put it there has noted with it. Hearsay."""
        ...

    @property
    def in_order(self) -> bool:
        """Whether its bytes are made as they are read: `pieces(0)` gives them, and nothing else.

        Then `read` is not asked for, and no digest can be known, or noted with the file, before the
        last byte has come. It can be read again, which is how a run that was killed goes on: what
        has arrived is not sent anew where the same bytes come.
        """
        ...

    @property
    def handle(self) -> int | None:
        """A descriptor of this machine that a file system may clone from, where there is one."""
        ...

    def read(self, offset: int, size: int) -> bytes:
        """The bytes from `offset`; fewer than `size` only where the file ends."""
        ...

    def pieces(self, start: int) -> Iterator[memoryview]:
        """All bytes from `start` in order; a piece is valid until the next one is asked for."""
        ...

    def changed(self) -> bool:
        """Whether it is another than when it was opened, as far as size, times and tag tell."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Keeping(Protocol):
    """What is remembered of one file under way, should the run be killed."""

    def recall(self) -> Mapping[str, Any]:
        """What was kept last for the same bytes to the same place; empty where nothing was."""
        ...

    def keep(self, state: Mapping[str, Any]) -> None:
        """Remember this, too: plain values that JSON holds. What had the same key is replaced."""
        ...

    def renew(self) -> None:
        """Forget what was kept: it is begun anew."""
        ...


class Meter(Protocol):
    """Asked before bytes are moved. Threads may call at once."""

    def take(self, count: int) -> None:
        """Wait until so many bytes may go. Raises `cancelled` once nobody wants them."""
        ...


class Forgetful:
    """Keeping that remembers nothing, and a meter that lets everything pass."""

    def recall(self) -> Mapping[str, Any]:
        """Nothing."""
        return NOTHING

    def keep(self, state: Mapping[str, Any]) -> None:
        """Forget it."""

    def renew(self) -> None:
        """There is nothing to forget."""

    def take(self, count: int) -> None:
        """At once."""


class Terms(NamedTuple):
    """How bytes are to arrive, the same for all files of a run.

    `algorithms` are hashed on the way, the first being the one that later runs compare. `verify`
    reads the file back at its destination. `clone` lets a file system share the bytes of both. The
    others are for S3: its storage class, and `AES256` or `aws:kms` with the key's name.
    """

    algorithms: tuple[str, ...] = ("xxh128",)
    verify: bool = False
    clone: bool = True
    storage_class: str = ""
    encryption: str = ""
    encryption_key: str = ""

    def __repr__(self) -> str:
        """Without the key's name."""
        return f"Terms{(*self[:-1], '…')}"


TERMS = Terms()


class Passage(NamedTuple):
    """One file's way.

    `expected` is what may lie at its destination and is replaced; None where nothing may. With
    `make_room` a folder that holds nothing but empty folders may, and goes.
    """

    terms: Terms = TERMS
    expected: Facts | None = None
    keeping: Keeping = Forgetful()  # it holds nothing
    meter: Meter = Forgetful()
    make_room: bool = False


class Arrival(NamedTuple):
    """A file that is whole at its destination, where its facts are `facts`.

    `source` are the facts of what was sent, `digests` those of the bytes that arrived, by
    algorithm. `sent` counts bytes that were moved now; less than its size where it went on.
    """

    facts: Facts
    source: Facts
    digests: Mapping[str, str]
    sent: int


class WritableStorage(Storage, Protocol):
    """A storage that files can be moved from and to. Calls may come from several threads."""

    def is_far(self) -> bool:
        """Whether a file's bytes have to be fetched, so that they are not read just to compare."""
        ...

    def tree(self, root: str) -> Iterator[Entry | Unlisted]:
        """All that lies below `root`, in any order; nothing where there is no such folder.

        Links are told, never followed. Our own unfinished files are left out.
        """
        ...

    def facts(self, root: str, path: str) -> Facts | None:
        """The file's facts now; None where there is nothing. Raises `path.unreadable`."""
        ...

    def noted(self, root: str, path: str) -> Mapping[str, str]:
        """Digests that are noted with the file, by algorithm, without reading it; or none."""
        ...

    def source(self, root: str, path: str) -> Source:
        """The file, open. Raises `path.not_found`, `path.unreadable`; links are refused."""
        ...

    def receive(self, root: str, path: str, *, source: Source, passage: Passage) -> Arrival:
        """Have the bytes of `source` at `path`: whole and verified, or not at all.

        Until then nothing of it is under its name. Raises `changed.meanwhile` where something
        else lies there than `passage.expected`, or where the source changed; `write.failed`;
        `cancelled`.
        """
        ...

    def staged(self, root: str, path: str) -> str:
        """Below `root`, the folder in which one is built that is to be at `path`.

        It is a hidden one beside it, or `path` itself where nothing can be renamed.
        """
        ...

    def settle(self, root: str, path: str) -> None:
        """Give the folder that was built for `path` its name, at once.

        Raises `changed.meanwhile` where something has that name, and `write.failed`.
        """
        ...

    def unstage(self, root: str, path: str) -> None:
        """Remove the hidden folder that was built for `path`, with all that is in it."""
        ...

    def remove(self, root: str, path: str, *, expected: Facts) -> None:
        """Remove the file that is `expected`. Raises `changed.meanwhile` where it is another."""
        ...

    def abandon(self, root: str, path: str, state: Mapping[str, Any]) -> None:
        """Clear away what was begun for `path` and not finished, by what was kept of it."""
        ...
