"""Messages on a line between two processes: a length, and so many bytes."""

from __future__ import annotations

import struct
from typing import IO

SIZE = struct.Struct("<Q")


def send(stream: IO[bytes], payload: bytes, *, mark: bytes = b"") -> None:
    """One message; a `mark` stands before it where the other side reads one first."""
    stream.write(mark + SIZE.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def received(stream: IO[bytes]) -> bytes | None:
    """The payload of the next message, or None where the line ends."""
    head = stream.read(SIZE.size)
    if len(head) < SIZE.size:
        return None
    (size,) = SIZE.unpack(head)
    payload = stream.read(size)
    return payload if len(payload) == size else None
