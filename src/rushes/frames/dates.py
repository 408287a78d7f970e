"""Dates and times of day in names, which look like frame numbers and are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

# 20240115, 2024-01-15, 2024_01_15 and 2024.01.15 as shapes.
DATE_SHAPE = re.compile(r"(?<!0)0000([-_.]?)00\1(?:00)(?!0)")
# Years 1970 to 2099. A time of day may follow: 20240115_143022, 2024-01-15 14.30.22. Six digits
# in one that begin with 00 are left alone: 000001 is a frame far more often than midnight.
_DATE = re.compile(
    r"""(?<![0-9])
    (?:19[7-9][0-9]|20[0-9]{2}) ([-_.]?) (?:0[1-9]|1[0-2]) \1 (?:0[1-9]|[12][0-9]|3[01])
    (?:
        [-_T\ ] (?!00)(?:[01][0-9]|2[0-3]) [0-5][0-9] [0-5][0-9]
      | (?:[-_.T\ ]|\ at\ ) (?:[01][0-9]|2[0-3]) ([-_.:]) [0-5][0-9] \2 [0-5][0-9]
    )?
    (?![0-9])""",
    re.VERBOSE,
)


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_Number = TypeVar("_Number", bound=_Placed)


def undated(numbers: Sequence[_Number], name: str) -> tuple[_Number, ...]:
    """Those of `numbers` that are no part of a plausible date in `name`."""
    spans = [found.span() for found in _DATE.finditer(name)]
    return tuple(
        one
        for one in numbers
        if not any(start < one.end and one.start < end for start, end in spans)
    )
