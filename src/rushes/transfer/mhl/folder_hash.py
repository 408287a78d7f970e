"""Digests of folders, made of the digests of what is in them.

ASC MHL has two. The *content* digest is that of the children's digests (of files, and content
digests of folders), as bytes, sorted, one after the other: it stays when names change. The
*structure* digest is made the same way of one digest for each child: that of its name in UTF-8
followed by the file's digest or the folder's structure digest.
"""

from __future__ import annotations

from collections.abc import Iterable

from rushes.transfer.hashing_algorithms import c4_digest, digest_of
from rushes.transfer.mhl.generation import FolderHash

Child = tuple[str, str, str]  # name, content digest, structure digest (a file has one for both)


def folder_hash(children: Iterable[Child], algorithm: str) -> FolderHash:
    """Both digests of a folder; the children need no order."""
    contents, structures = [], []
    for name, content, structure in children:
        contents.append(_raw(content, algorithm))
        named = digest_of(name.encode("utf-8") + _raw(structure, algorithm), algorithm)
        structures.append(_raw(named, algorithm))
    return FolderHash(
        algorithm,
        digest_of(b"".join(sorted(contents)), algorithm),
        digest_of(b"".join(sorted(structures)), algorithm),
    )


def _raw(digest: str, algorithm: str) -> bytes:
    return c4_digest(digest) if algorithm == "c4" else bytes.fromhex(digest)
