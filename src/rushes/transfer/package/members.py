"""What a package is made of, how it may be laid out, and what came of making it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.names import danger
from rushes.ports.storage_writing import Facts, Source
from rushes.transfer.hashes import KNOWN
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.names import Names

Digests = Mapping[str, Mapping[str, str]]  # by path, then by algorithm


class Layout(StrEnum):
    """What the files become: one archive, or files below one folder."""

    ZIP = "zip"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a package, at `path` below its top.

    Either `source` opens its bytes: `size` of them, that have `digests`. Or it is a paper (a
    manifest, a note), which `made` makes of the digests of all members before it; then the two
    others are empty. For an archive `made` is called with zeros for digests first, to learn its
    size, and must give as many bytes later. Where it gives the same bytes in every run, a run that
    was killed sends nothing twice.
    """

    path: str
    size: int
    digests: Mapping[str, str]
    mtime_ns: int
    source: Callable[[], Source] | None = None
    made: Callable[[Digests], bytes] | None = None


class Packed(NamedTuple):
    """A package that is whole at its place.

    `facts` and `digests` are those of an archive; a folder has none. `size` is the archive's, or
    that of all files together. `members` are the digests of what went in, as far as they were made
    on the way. `sent` counts the bytes that went now: none where all was there already.
    """

    facts: Facts | None
    size: int
    digests: Mapping[str, str]
    members: Digests
    sent: int


def check(members: Sequence[Member]) -> None:
    """Raise `usage` where a member is none, or where two would be one file somewhere."""
    names = Names([one.path for one in members], (), windows=False)
    seen: set[str] = set()
    for one in members:
        wrong = danger(one.path, windows=False) or names.refusal(one.path)
        if not wrong and one.path in seen:
            wrong = "it is named twice"
        if not wrong and (one.source is None) is (one.made is None):
            wrong = "it wants either a source or a paper's maker"
        if wrong:
            raise RushesError(
                Code.USAGE,
                f"{escape(one.path)!r} cannot be in a package: {wrong}.",
                hint="Give it another name.",
            )
        seen.add(one.path)


def hashed_by(member: Member, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The algorithms to hash a member with: those asked for, and one that it has a digest in."""
    known = [name for name in member.digests if name in KNOWN]
    return asked if not known or set(known) & set(asked) else (*asked, known[0])


def zeros(algorithms: Sequence[str]) -> dict[str, str]:
    """Digests that are as long as real ones, and none."""
    return {name: "0" * len(digest_of(b"", name)) for name in algorithms}


def check_member(member: Member, size: int, digests: Mapping[str, str]) -> None:
    """Raise `changed.meanwhile` where other bytes came than the member was to have."""
    if size != member.size:
        raise changed(member, f"it has {size:,} bytes instead of {member.size:,}")
    for name, digest in digests.items():
        if member.digests.get(name, digest) != digest:
            raise changed(member, f"its {name} is {digest} instead of {member.digests[name]}")


def changed(member: Member, why: str) -> RushesError:
    """That a member is not what it was when the package was planned."""
    return RushesError(
        Code.CHANGED_MEANWHILE,
        f"{escape(member.path)} is not what it was when this was planned: {why}.",
        hint="Nothing has its name yet. Plan anew once nobody writes to that file.",
    )
