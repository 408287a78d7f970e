"""What is noted with an object of S3: digests of ours in its metadata, or those that S3 makes."""

from __future__ import annotations

import base64
import hashlib
import re
from binascii import Error
from collections.abc import Mapping
from typing import Any

from rushes.adapters.s3_file import Asking
from rushes.core.errors import RushesError
from rushes.ports.storage_writing import NOTHING, Facts, Source, Terms
from rushes.transfer.hashing_algorithms import ALGORITHMS

_PREFIX = "rushes-"  # behind x-amz-meta-
_MTIME = f"{_PREFIX}mtime-ns"
_DIGEST = re.compile(r"[0-9a-f]{16,128}|c4[1-9A-HJ-NP-Za-km-z]{88}", re.ASCII)
_MD5 = re.compile(r'"?([0-9a-f]{32})"?', re.ASCII)


def metadata(digests: Mapping[str, str], source: Source) -> dict[str, str]:
    """What goes along with an object: our digests, and when the file was changed."""
    noted = {f"{_PREFIX}{name.replace('_', '-')}": digest for name, digest in digests.items()}
    return {**noted, _MTIME: str(source.modified_ns)}


def attributes(digests: Mapping[str, str], source: Source, terms: Terms) -> dict[str, str]:
    """The same as the library of objects takes it, with the storage class."""
    kind = {"Storage-Class": terms.storage_class} if terms.storage_class else {}
    return {**metadata(digests, source), **kind}


def noted_in(found: Mapping[str, Any]) -> dict[str, str]:
    """Digests of ours by algorithm, from an object's metadata. What is no digest is left out."""
    names = {name: f"{_PREFIX}{name.replace('_', '-')}" for name in ALGORITHMS}
    noted = {name: str(found[key]) for name, key in names.items() if key in found}
    return {name: digest for name, digest in noted.items() if _DIGEST.fullmatch(digest)}


def modified_ns(found: Mapping[str, Any]) -> int:
    """When the file was changed that the object was made from; 0 where nobody noted it."""
    text = str(found.get(_MTIME, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def seen(storage: Asking, path: str) -> tuple[Mapping[str, str], Mapping[str, Any]]:
    """Digests of an object without fetching it, and its metadata; none where S3 does not tell.

    For what others have put there, S3 may have a checksum of the whole, and the tag of an object
    that was sent in one piece and is not encrypted with a key of its own is its MD5.
    """
    try:
        found = storage.told_parts(
            path, "head_object", Key=storage.key(path), ChecksumMode="ENABLED"
        )
    except (RushesError, FileNotFoundError):
        return NOTHING, NOTHING
    ours = noted_in(found.get("Metadata", NOTHING))
    return ours or _of_s3(found), found.get("Metadata", NOTHING)


def is_tagged(data: bytes | memoryview, facts: Facts) -> bool:
    """Whether these are all bytes of an object, and its tag is their MD5: then they are right.

    Where it is not, they may be damaged, or the tag be something else.
    """
    if len(data) != facts.size or not _MD5.fullmatch(facts.etag):
        return False
    return hashlib.md5(data, usedforsecurity=False).hexdigest() == facts.etag


def _of_s3(found: Mapping[str, Any]) -> Mapping[str, str]:
    whole = found.get("ChecksumType") == "FULL_OBJECT"
    for name, field in (("sha256", "ChecksumSHA256"), ("crc64nvme", "ChecksumCRC64NVME")):
        if whole and (text := found.get(field)):
            try:
                return {name: base64.b64decode(text, validate=True).hex()}
            except (Error, ValueError):
                return NOTHING
    md5 = _MD5.fullmatch(found.get("ETag", ""))
    plain = found.get("ServerSideEncryption") in (None, "AES256")
    return {"md5": md5[1]} if md5 and plain and "SSECustomerAlgorithm" not in found else NOTHING
