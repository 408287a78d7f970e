"""Files of OpenEXR headers as studios have them, by the thousand, without a pixel."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice

from rushes.inspection.header.facts import image
from rushes.inspection.header.offsets import OFFSET
from rushes.inspection.header.wire import MULTIPART, Header
from rushes.testing.media.industry import takes

_BODY = b"\0" * 8  # of a chunk


def headers(count: int, seed: int, *, bodies: bool = False) -> Iterator[bytes]:
    """Files of one industry, take after take: a header and its offset table.

    With `bodies`, every chunk that the table names is there, with nothing worth decoding in it;
    without, the file ends behind the table. Frames of a take differ, if only in their time.
    """
    made = (one.header(at) for one in takes(seed) for at in range(one.count))
    return (file(one, bodies=bodies) for one in islice(made, count))


def file(header: Header, *, bodies: bool = False) -> bytes:
    """The file of a header: with its offset table, and chunks with or without bodies."""
    data = header.data()
    multipart = bool(header.flags & MULTIPART)
    counts = [part.chunk_count or 0 for part in image(header, data).parts]
    chunk = 4 * multipart + 8 + len(_BODY)
    total = sum(counts)
    start = len(data) + OFFSET * total
    table = struct.pack(f"<{total}Q", *range(start, start + chunk * total, chunk))
    if not bodies:
        return data + table
    chunks = [
        (struct.pack("<i", number) if multipart else b"")
        + struct.pack("<2i", at, len(_BODY))
        + _BODY
        for number, count in enumerate(counts)
        for at in range(count)
    ]
    return b"".join([data, table, *chunks])
