"""What a word of `rushes trace` means: a file here, an object, a file in a package, a digest."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.exchange.trace_file import Traced, traced_digest, traced_file
from rushes.exchange.trace_object import traced_object
from rushes.exchange.trace_package import split_inside, traced_inside
from rushes.transfer.learning import Place

_DIGEST = re.compile(r"(?:blake3:)?([0-9a-fA-F]{64})", re.ASCII)
_URL = "://"


class Target(NamedTuple):
    """The file; of an object, or of a package, its place and its name there, too."""

    file: Traced
    place: Place | None = None
    name: str = ""


def found_target(word: str, inside: str | None, *, verify: bool) -> Target:
    """What is meant. Raises `usage`, and what reading a file of this machine raises."""
    if not word:
        raise RushesError(Code.USAGE, "FILE is empty.", hint="Name a file.")
    is_there = _URL not in word and os.path.lexists(word)
    if inside is None and not is_there:
        word, inside = split_inside(word)
    if inside:
        return _inside(word, inside)
    found = _DIGEST.fullmatch(word)
    if found is not None and not is_there:
        return Target(traced_digest(found[1]))
    if _URL not in word:
        return Target(traced_file(Path(word)))
    place, name = _far(word)
    return Target(traced_object(place, name, word, verify=verify), place, name)


def _inside(package: str, inside: str) -> Target:
    if _URL in package:
        place, name = _far(package)
        return Target(traced_inside(package, inside), place, name)
    whole = os.path.abspath(package)
    if os.path.isdir(whole):
        raise RushesError(
            Code.USAGE,
            f"{package} is a folder.",
            hint="Name the file in it by its own path.",
        )
    above, name = os.path.split(os.path.realpath(whole))
    return Target(traced_inside(whole, inside), bootstrap.place(above), name)


def _far(url: str) -> tuple[Place, str]:
    """Where an object lies, and its name there. Raises `usage` for what is no object."""
    above, _, name = url.rpartition("/")
    if not name or above.endswith("/"):
        raise RushesError(
            Code.USAGE, f"{url} is no object.", hint="Write s3://bucket/key, with a file's key."
        )
    return bootstrap.place(above), name
