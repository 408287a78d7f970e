"""Checksums as people write them: with their algorithm's name, or told by their length."""

from __future__ import annotations

import re
from typing import NamedTuple

from rushes.publish.components import ALGORITHM
from rushes.transfer.hashing_algorithms import c4_digest
from rushes.transfer.mhl.generation import FORMATS

# How many hexadecimal digits each has, in the order in which they are told.
_DIGITS = {
    "md5": 32,
    "sha1": 40,
    "sha256": 64,
    "xxh64": 16,
    "xxh3": 16,
    "xxh128": 32,
    "blake3": 64,
}
_OTHER_NAMES = {
    "sha-1": "sha1",
    "sha-256": "sha256",
    "xxhash64": "xxh64",
    "xxh3_64": "xxh3",
    "xxh3-64": "xxh3",
    "xxh3_128": "xxh128",
    "xxh3-128": "xxh128",
    "xxhash128": "xxh128",
    "b3": "blake3",
}
_NAMED = re.compile(r"([A-Za-z0-9_-]{2,12})\s*[:=]\s*(\S+)", re.ASCII)
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
# Those that hash lists cannot hold and that nothing is hashed with anyhow: they go on record.
UNLISTED = tuple(name for name in _DIGITS if name not in (*FORMATS, ALGORITHM))
_SHOWN = 24  # characters of a digest that people are told


class Checksum(NamedTuple):
    """A file's digest as somebody else gave it: small hexadecimal letters, or the whole C4 ID."""

    algorithm: str
    digest: str

    def __str__(self) -> str:
        return self.digest if self.algorithm == "c4" else f"{self.algorithm}:{self.digest}"


def read_checksum(text: str) -> Checksum:
    """The checksum that a cell holds.

    Without a name before it, its length must leave one algorithm only: 32 digits may be MD5 or
    XXH128, and who guesses wrong calls good files broken. Raises `ValueError` with the end of a
    sentence.
    """
    found = _NAMED.fullmatch(text)
    if found is None:
        return _bare(text)
    name = found[1].lower()
    algorithm = _OTHER_NAMES.get(name, name)
    if algorithm == "c4":
        return _c4(found[2])
    if algorithm not in _DIGITS:
        raise ValueError(f"{found[1]!r} is no algorithm that is known; {_known()} are")
    digest = found[2].lower()
    if len(digest) != _DIGITS[algorithm] or not _HEX.fullmatch(digest):
        wanted = f"{_DIGITS[algorithm]} hexadecimal digits"
        raise ValueError(f"{_short(found[2])} is no {algorithm}, which has {wanted}")
    return Checksum(algorithm, digest)


def _bare(text: str) -> Checksum:
    if text.startswith("c4") and len(text) > max(_DIGITS.values()):
        return _c4(text)
    digest = text.lower()
    fitting = [name for name, digits in _DIGITS.items() if digits == len(digest)]
    if not fitting or not _HEX.fullmatch(digest):
        raise ValueError(f"{_short(text)} is no checksum that is known; {_known()} are")
    if len(fitting) > 1:
        better = f"{fitting[0]}:{digest[:8]}…"
        raise ValueError(f"{_short(text)} may be {' or '.join(fitting)}; write it as in {better}")
    return Checksum(fitting[0], digest)


def _c4(text: str) -> Checksum:
    try:
        c4_digest(text)
    except ValueError:
        raise ValueError(f"{_short(text)} is no C4 ID") from None
    return Checksum("c4", text)


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _known() -> str:
    return ", ".join([*_DIGITS, "c4"])
