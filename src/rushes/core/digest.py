"""Short, stable digests of our own values (the digests of media files are another matter)."""

from __future__ import annotations

from hashlib import blake2b


def fingerprint(*parts: object) -> str:
    """16 hexadecimal digits that change when any part's text does; not for security."""
    # Each with its length, so that no two lists of parts read the same.
    text = "".join(f"{len(text)}:{text}" for text in map(str, parts))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
