"""Which files of a tree are meant: shell patterns for and against."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import translate


def choosing(includes: Sequence[str], excludes: Sequence[str]) -> Callable[[str], bool] | None:
    """Whether a path is meant; None where all are.

    A file is meant that fits any of `includes`, or where there are none, and none of `excludes`.
    A pattern fits the whole path; without a slash in it also a name alone, the file's or that of a
    folder above. What fits a folder takes all below it. `*` stands for slashes, too.
    """
    wanted, unwanted = _any_of(includes), _any_of(excludes)
    if wanted is None and unwanted is None:
        return None

    def takes(path: str) -> bool:
        if wanted is not None and not wanted.fullmatch(path):
            return False
        return unwanted is None or not unwanted.fullmatch(path)

    return takes


def _any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    given = [one for one in patterns if one.strip("/")]
    return re.compile("|".join(map(_pattern, given)), re.DOTALL) if given else None


def _pattern(pattern: str) -> str:
    plain = pattern.strip("/")
    body = translate(plain).rpartition(")")[0] + ")"  # without the end of the text behind it
    above = "" if "/" in pattern.rstrip("/") else "(?:.*/)?"
    return f"{above}{body}(?:/.*)?"
