"""Identifiers that sort by when they were made: UUID version 7 of RFC 9562."""

from __future__ import annotations

import os
import time
from threading import Lock

_lock = Lock()
_last = 0
_RANDOM_BITS = 74


def uuid7() -> str:
    """A new identifier, later than all that this process made before, also within a millisecond."""
    global _last
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big") & ((1 << _RANDOM_BITS) - 1)
    value = milliseconds << _RANDOM_BITS | random
    with _lock:
        # Within one millisecond, or where the clock was set back, it goes on counting.
        _last = value = value if value > _last else _last + 1 + (random & 0xFFFF)
    high, low = value >> 62, value & ((1 << 62) - 1)
    stamp, twelve = high >> 12, high & 0xFFF
    whole = stamp << 80 | 0x7 << 76 | twelve << 64 | 0b10 << 62 | low
    text = f"{whole:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
