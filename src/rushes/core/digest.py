"""Short, stable digests of our own values (the digests of media files are another matter)."""

from __future__ import annotations

try:
    # What hashlib gives out, too; its own import costs more than a small command's work.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

try:
    from _sha256 import sha256  # type: ignore[import-not-found]
except ImportError:
    from hashlib import sha256  # Python 3.12 calls it otherwise


def digester() -> blake2b:
    """What tells whether a file of our own is still as it was written; its digest has 16 bytes."""
    return blake2b(digest_size=16)


def key(*names: str) -> str:
    """24 hexadecimal digits that no other names have, in this order: what a file is called by."""
    whole: str = sha256("\n".join(names).encode()).hexdigest()
    return whole[:24]


def fingerprint(*parts: object) -> str:
    """16 hexadecimal digits that change when any part's text does; not for security."""
    # Each with its length, so that no two lists of parts read the same.
    text = "".join([f"{len(text)}:{text}" for text in map(str, parts)])
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
