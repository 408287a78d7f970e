"""One hash over many entries in order: the tree hash of RFC 6962, section 2.1, with SHA-256."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"  # so that an inner node never passes for an entry


def tree_hash(entries: Iterable[bytes]) -> bytes:
    """The root over all entries in their order; of none, the hash of nothing.

    Keeps one hash per level: whole subtrees are joined as soon as two of a size stand side by
    side, which is what dividing at the largest power of two comes to.
    """
    whole: list[tuple[int, bytes]] = []  # (entries below, hash), the largest first
    for entry in entries:
        size, top = 1, sha256(_LEAF + entry).digest()
        while whole and whole[-1][0] == size:
            top = _joined(whole.pop()[1], top)
            size *= 2
        whole.append((size, top))
    if not whole:
        return sha256().digest()
    _, root = whole.pop()
    while whole:
        root = _joined(whole.pop()[1], root)
    return root


def _joined(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
