"""Hash algorithms by name, and how each writes its digest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Protocol

from rushes.core.errors import Code, RushesError

# BLAKE3, SHA-256 and C4 withstand forgery; the others find accidents.
ALGORITHMS = ("blake3", "sha256", "xxh3_128", "xxh128", "xxh3", "xxh64", "md5", "sha1", "c4")

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_C4_DIGITS = 88  # of SHA-512 in base 58, with "1" for a leading zero


class Hasher(Protocol):
    """A hash that is being made."""

    def update(self, data: Any, /) -> object:
        """Take the next bytes."""
        ...

    def hexdigest(self) -> str:
        """The digest as records hold it: hexadecimal, or the whole ID of C4."""
        ...


def check(algorithms: Sequence[str]) -> None:
    """Raise `usage` where one is not known, or where there is none."""
    for name in algorithms or ("",):
        if name not in ALGORITHMS:
            raise RushesError(
                Code.USAGE,
                f"{name!r} is no hash algorithm.",
                hint=f"Choose from {', '.join(ALGORITHMS)}.",
            )


@cache
def maker(algorithm: str) -> Callable[[], Hasher]:
    """What begins a hash. `xxh128` is what MHL calls `xxh3_128`, `xxh3` is its short sibling."""
    if algorithm == "blake3":
        from blake3 import blake3

        made: Any = blake3
        return made  # type: ignore[no-any-return]
    if algorithm.startswith("xxh"):
        import xxhash

        name = {"xxh128": "xxh3_128", "xxh3": "xxh3_64"}.get(algorithm, algorithm)
        return getattr(xxhash, name)  # type: ignore[no-any-return]
    if algorithm == "c4":
        return C4
    import hashlib

    return getattr(hashlib, algorithm)  # type: ignore[no-any-return]


class C4:
    """C4 ID (SMPTE ST 2114): SHA-512 as a number in base 58, behind the letters "c4"."""

    def __init__(self) -> None:
        from hashlib import sha512

        self._hash = sha512()
        self.update = self._hash.update

    def hexdigest(self) -> str:
        """The ID, 90 characters; it is called like other hashes' to be one of them."""
        return c4_text(self._hash.digest())


def several(algorithms: Sequence[str]) -> Callable[[], Hasher]:
    """What begins several hashes of the same bytes; their digests stand between spaces."""
    makers = [maker(name) for name in algorithms]
    return lambda: _Several([make() for make in makers])


class _Several:
    def __init__(self, hashers: Sequence[Hasher]) -> None:
        self._hashers = hashers

    def update(self, data: Any, /) -> None:
        for hasher in self._hashers:
            hasher.update(data)

    def hexdigest(self) -> str:
        return " ".join([hasher.hexdigest() for hasher in self._hashers])


def c4_text(sha512: bytes) -> str:
    """The C4 ID of a SHA-512 digest."""
    number = int.from_bytes(sha512, "big")
    digits = []
    for _ in range(_C4_DIGITS):
        number, digit = divmod(number, 58)
        digits.append(_BASE58[digit])
    return "c4" + "".join(reversed(digits))


def c4_digest(text: str) -> bytes:
    """The SHA-512 digest that a C4 ID stands for. Raises `ValueError` where it is none."""
    if not text.startswith("c4") or len(text) != 2 + _C4_DIGITS:
        raise ValueError(f"{text!r} is no C4 ID")
    number = 0
    for digit in text[2:]:
        number = number * 58 + _BASE58.index(digit)
    if number >> 512:
        raise ValueError(f"{text!r} is no C4 ID")
    return number.to_bytes(64, "big")


def digest_of(data: bytes, algorithm: str) -> str:
    """The digest of some bytes in memory."""
    hasher = maker(algorithm)()
    hasher.update(data)
    return hasher.hexdigest()
