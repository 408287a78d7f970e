"""Short, stable digests of our own values (the digests of media files are another matter)."""

from __future__ import annotations

from hashlib import blake2b


def fingerprint(*parts: object) -> str:
    """16 hexadecimal digits that change when any part's text does; not for security."""
    text = "\x00".join(str(part) for part in parts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
