"""The keys that are known here: one's own, and those that oneself or the studio trusts.

A folder of one's own holds, for a key called `alice`, `alice.key` (private, nobody else's to read)
and `alice.pub.json` (public: whose it is, and whether it was revoked). A studio's shared folder
holds public ones only, as `.pub.json` or `.pem`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from rushes.core.clock import from_ns
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.key_file import LONGEST, checked_name, public_of
from rushes.qc.signing import PublicKey

PUBLIC = ".pub.json"
PRIVATE = ".key"
_PEM = ".pem"


@dataclass(frozen=True, slots=True)
class Keyring:
    """Where keys lie: in a folder of one's own, and in one that a studio shares, if it does."""

    own: Path
    shared: Path | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A key that is known here; `private` is the file of its private part where that is, too.

    `file` is where its public part was read, `shared` whether only the studio's folder has it.
    """

    known: PublicKey
    file: Path
    private: Path | None = None
    shared: bool = False


def held_keys(ring: Keyring) -> list[Held]:
    """All keys by name. One that is revoked in either folder is revoked.

    Raises `key.invalid` where anything in the folders makes no sense: what cannot be read might
    say that a key was revoked. Raises `path.not_found` or `path.unreadable` where a folder cannot
    be listed; one's own may be absent.
    """
    found, refused = looked_through(ring)
    if refused:
        raise refused[0]
    return found


def looked_through(ring: Keyring) -> tuple[list[Held], list[RushesError]]:
    """All keys by name, and what of the folders cannot be used; raises for whole folders only."""
    refused: list[RushesError] = []
    found: dict[str, Held] = {}
    for one in (*_own(ring.own, refused), *_shared(ring.shared, refused)):
        before = found.get(one.known.key)
        found[one.known.key] = one if before is None else _merged(before, one)
    refused += _ambiguous(found.values())
    return sorted(found.values(), key=lambda one: one.known.name), refused


def find_key(found: Iterable[Held], asked: str) -> Held:
    """The key of that name, or the one that signatures call so. Raises `key.unknown`."""
    known = {one.known.name: one for one in found}
    for one in known.values():
        if asked in (one.known.name, one.known.key):
            return one
    near = get_close_matches(asked, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known) or 'none yet'}."
    raise RushesError(Code.KEY_UNKNOWN, f"There is no key {asked!r}.", hint=hint)


def public_place(ring: Keyring, name: str) -> Path:
    """Where the public part of a key of one's own, or trusted by oneself, lies."""
    return ring.own / f"{checked_name(name)}{PUBLIC}"


def private_place(ring: Keyring, name: str) -> Path:
    """Where the private part of a key lies, if it is here."""
    return ring.own / f"{checked_name(name)}{PRIVATE}"


def _own(folder: Path, refused: list[RushesError]) -> Iterator[Held]:
    """The keys of one's own folder: a file is called after the key in it."""
    try:
        mode = folder.stat().st_mode
    except OSError:  # not there, or the next line says why it cannot be seen
        mode = 0
    names = _listed(folder, setting="qc.keys", needed=False)
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise RushesError(
            Code.KEY_INVALID,
            f"Others may write into the folder of keys {escape(str(folder))}.",
            hint="They could decide whom you trust. See whether all keys in it are known to you"
            f" (rushes qc keys list), after: chmod 700 {escape(str(folder))}",
        )
    private = {name.removesuffix(PRIVATE) for name in names if name.endswith(PRIVATE)}
    public = {name.removesuffix(PUBLIC) for name in names if name.endswith(PUBLIC)}
    for name in sorted(public):
        file = folder / f"{name}{PUBLIC}"
        known = _read(file, refused)
        if known is not None and known.name != name:
            refused.append(_odd(file, f"the key in it is called {known.name}"))
        elif known is not None:
            yield Held(known, file, folder / f"{name}{PRIVATE}" if name in private else None)
    alone = sorted(private - public)
    refused += [_odd(folder / f"{one}{PRIVATE}", f"{one}{PUBLIC} is not there") for one in alone]


def _shared(folder: Path | None, refused: list[RushesError]) -> Iterator[Held]:
    for name in _listed(folder, setting="qc.trusted_keys") if folder is not None else ():
        if folder is None or not name.endswith((PUBLIC, _PEM)):
            continue
        file = folder / name
        known = _read(file, refused, name=name.removesuffix(_PEM) if name.endswith(_PEM) else None)
        if known is not None:
            yield Held(known, file, shared=True)


def _merged(first: Held, second: Held) -> Held:
    """One key that two files tell of: the name of the first, and the earlier revocation."""
    told = [one.known.revoked for one in (first, second) if one.known.revoked is not None]
    return replace(first, known=replace(first.known, revoked=min(told, default=None)))


def _ambiguous(found: Iterable[Held]) -> Iterator[RushesError]:
    """Keys whose names differ in capitals at most: nobody could tell whose signature it was."""
    names: dict[str, Held] = {}
    for one in found:
        other = names.setdefault(one.known.name.casefold(), one)
        if other is not one:
            yield _odd(
                one.file, f"a key called {other.known.name} is also in {escape(str(other.file))}"
            )


def _listed(folder: Path, *, setting: str, needed: bool = True) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError as error:
        if not needed and isinstance(error, FileNotFoundError):
            return []
        gone = isinstance(error, (FileNotFoundError, NotADirectoryError))
        raise RushesError(
            Code.PATH_NOT_FOUND if gone else Code.PATH_UNREADABLE,
            f"The folder of keys {escape(str(folder))} cannot be listed: {error.strerror}.",
            hint=f"Set {setting} to a folder that is there, or unset it.",
        ) from error


def _read(file: Path, refused: list[RushesError], *, name: str | None = None) -> PublicKey | None:
    try:
        with open(file, "rb", opener=_without_waiting) as there:
            made = from_ns(os.fstat(there.fileno()).st_mtime_ns)
            text = there.read(LONGEST).decode("utf-8")
        return public_of(text, shown=escape(str(file)), name=name, made=made)
    except RushesError as error:
        named = error.code is not Code.USAGE
        refused.append(error if named else _odd(file, "no key can be called so"))
    except UnicodeDecodeError:
        refused.append(_odd(file, "it is no text"))
    except OSError as error:
        refused.append(_odd(file, f"it cannot be read ({error.strerror})"))
    return None


def _without_waiting(path: str, flags: int) -> int:
    """Open what may be a pipe that nobody writes to."""
    return os.open(path, flags | os.O_NONBLOCK)


def _odd(file: Path, why: str) -> RushesError:
    return RushesError(
        Code.KEY_INVALID,
        f"The key in {escape(str(file))} cannot be used: {why}.",
        hint="Move the file away, or restore it from a backup. Until then nothing is believed,"
        " because it might say that a key was revoked.",
    )
