"""Sizes in bytes as people read and write them."""

from __future__ import annotations

import re

from rushes.core.errors import Code, RushesError

_NAMES = ("B", "KB", "MB", "GB", "TB", "PB")
_SIZE = r"(?ai)\s*(\d{1,18}(?:\.\d{1,18})?)\s*(?:([KMGTP])i?)?B?\s*"


def human_bytes(size: int) -> str:
    """`512.0 MB`: powers of 1024, one decimal from KB upwards, bytes whole. Negative too."""
    if abs(size) < 1024:
        return f"{size} B"
    value = float(size)
    for name in _NAMES:
        # 1023.96 KB would be written 1024.0 KB.
        if round(abs(value), 1) < 1024 or name == _NAMES[-1]:
            break
        value /= 1024
    return f"{value:.1f} {name}"


def signed_bytes(size: int) -> str:
    """`human_bytes` of a difference, a plus before what grew."""
    return f"+{human_bytes(size)}" if size > 0 else human_bytes(size)


def parse_bytes(text: str) -> int:
    """Bytes from `500 MB`, `1.5GiB`, `2T` or `123`; powers of 1024. Raises `settings.invalid`."""
    found = re.fullmatch(_SIZE, text)
    if found is None:
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"{text!r} is not a size.",
            hint="Write a number and a unit, as in 500 MB, 1.5 GB or 2 TB.",
        )
    exponent = " KMGTP".index((found.group(2) or " ").upper())
    whole, _, part = found.group(1).partition(".")
    # Whole numbers, because a float rounds sizes above 8 PB.
    unit = 1 << 10 * exponent
    return int(whole) * unit + int(part or 0) * unit // int(10 ** len(part))
