"""The policies at hand: those that come with Rushes, and a studio's own in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.policy.policy import Policy
from rushes.policy.reading import parse_policy, read_policy

_ENDING = ".toml"


@dataclass(frozen=True, slots=True)
class Shelved:
    """A policy by its name, or why it cannot be used."""

    name: str
    policy: Policy | None = None
    refused: RushesError | None = None


def shelved(folder: Path | None) -> list[Shelved]:
    """All policies by name. One in the studio's `folder` goes before a pack of its name.

    Raises `path.not_found` or `path.unreadable` where the folder cannot be listed.
    """
    own = {one.name: one for one in _own(folder)}
    packed = {name: Shelved(name, pack(name)) for name in packs() if name not in own}
    return [one for _, one in sorted({**packed, **own}.items())]


def find(asked: str, folder: Path | None) -> Policy:
    """The policy of that name, or in that file.

    A word without a slash that does not end with `.toml` is a name. Raises `policy.unknown`,
    `policy.invalid`, `path.not_found` or `path.unreadable`.
    """
    if "/" in asked or asked.endswith(_ENDING):
        return read_policy(Path(asked))
    if folder is not None and os.path.isfile(folder / f"{asked}{_ENDING}"):
        return _named(folder / f"{asked}{_ENDING}")
    if asked in packs():
        return pack(asked)
    known = [one.name for one in shelved(folder) if one.policy is not None]
    near = get_close_matches(asked, known, n=1)
    raise RushesError(
        Code.POLICY_UNKNOWN,
        f"There is no policy {asked!r}.",
        hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}.",
    )


@lru_cache(maxsize=1)
def packs() -> tuple[str, ...]:
    """The names of the policies that come with Rushes."""
    there = files("rushes.policy").joinpath("packs").iterdir()
    return tuple(
        sorted(one.name.removesuffix(_ENDING) for one in there if one.name.endswith(_ENDING))
    )


@lru_cache(maxsize=32)
def pack(name: str) -> Policy:
    """A policy that comes with Rushes."""
    place = files("rushes.policy").joinpath("packs", f"{name}{_ENDING}")
    return parse_policy(place.read_text("utf-8"), shown=f"{name}{_ENDING}")


def _own(folder: Path | None) -> Iterator[Shelved]:
    for path in _listed(folder) if folder is not None else ():
        name = escape(path.name.removesuffix(_ENDING))
        try:
            yield Shelved(name, _named(path))
        except RushesError as error:
            yield Shelved(name, refused=error)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if one.suffix == _ENDING)
    except OSError as error:
        gone = isinstance(error, (FileNotFoundError, NotADirectoryError))
        raise RushesError(
            Code.PATH_NOT_FOUND if gone else Code.PATH_UNREADABLE,
            f"The folder of policies {escape(str(folder))} cannot be listed:"
            f" {error.strerror or error}.",
            hint="Set policy.folder to a folder that is there, or unset it.",
        ) from error


def _named(path: Path) -> Policy:
    """The policy of a file that is called after it; so a name never means two policies."""
    policy = read_policy(path)
    if policy.name != path.name.removesuffix(_ENDING):
        raise RushesError(
            Code.POLICY_INVALID,
            f"{escape(str(path))}: the policy in it is called {policy.name}.",
            hint=f"Call the file {policy.name}{_ENDING}, or the policy as the file.",
        )
    return policy
