"""What a delivery of ours brought along besides media, where its package comes back as a drop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing

from rushes.core.errors import RushesError
from rushes.ports.storage_writing import Facts
from rushes.transfer.learning import Place

LISTED = "xxh128"  # what checksum lists and ASC MHL are made with: fast, and for accidents
PAPERS = "manifest"  # the folder of a package that they lie in
_HEAD = 256
_OURS = re.compile(rb'\{\s*"schema":\s*"rushes\.delivery-manifest/[0-9]+"')
_ENDINGS = (".csv", f".{LISTED}.txt", ".jpg", ".pdf")


def papers_of(place: Place, files: Mapping[str, Facts]) -> Iterator[str]:
    """The files that are papers of a delivery: its manifest, and those beside it of its name.

    A manifest is known by what it says, not by its name, so that no media is taken for a paper.
    """
    for path, facts in files.items():
        folder, _, name = path.rpartition("/")
        stem, dot, ending = name.rpartition(".")
        if folder.rpartition("/")[2] != PAPERS or not dot or ending != "json":
            continue
        if _is_ours(place, path, facts):
            yield path
            beside = (f"{folder}/{stem}{one}" for one in _ENDINGS)
            yield from (one for one in beside if one in files)


def _is_ours(place: Place, path: str, facts: Facts) -> bool:
    """Whether it begins as our manifests do; what cannot be read is told by whoever needs it."""
    try:
        with closing(place.storage.source(place.root, path)) as source:
            return _OURS.match(source.read(0, min(_HEAD, facts.size))) is not None
    except RushesError:
        return False
