"""The chain of an asset's records, the oldest first, and where it is broken."""

from __future__ import annotations

from typing import NamedTuple

from rushes.model.signoff import Legacy, Past, Sidecar
from rushes.qc.sidecar import record_hash


class Link(NamedTuple):
    """One record, and whether it names the one before it as that one is."""

    past: Past
    intact: bool


def links(sidecar: Sidecar) -> list[Link]:
    """All records of a sidecar, the one in force last.

    Each names the hash of the one before, and the first names none. The earlier tool's sidecars
    name nothing: one is in its place at the beginning and nowhere else. What follows a break may
    be in order among itself. An intact chain proves no author, which takes a signature.
    """
    made: list[Link] = []
    before: Past | None = None
    for past in (*sidecar.history, sidecar.record):
        said = None if isinstance(past, Legacy) else past.previous
        made.append(Link(past, said == (record_hash(before) if before is not None else None)))
        before = past
    return made


def is_intact(sidecar: Sidecar) -> bool:
    """Whether no record was taken out, put in or changed after the next one was made."""
    return all(link.intact for link in links(sidecar))
