"""What a manifest says of a drop: one entry for each file, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rushes.exchange.checksum import Checksum
from rushes.model.finding import Finding, Severity

FIELDS = (
    *("show", "episode", "scene", "shot", "asset", "version"),
    *("source_path", "delivery_path", "checksum"),
)
# Those that say whose file it is; a manifest that leaves one out says nothing of it.
IDENTITY = ("show", "episode", "scene", "shot", "asset", "version")


class Entry(NamedTuple):
    """One file of the drop, or a sequence by its pattern, as a manifest names it.

    `where` is the manifest's name and the line, for people. What it does not say is empty, and a
    version of 0. `delivery_path` has `/` between its folders and is known to lead nowhere else.
    """

    where: str
    delivery_path: str
    show: str = ""
    episode: str = ""
    scene: str = ""
    shot: str = ""
    asset: str = ""
    version: int = 0
    source_path: str = ""
    checksums: tuple[Checksum, ...] = ()


@dataclass(slots=True)
class Manifest:
    """One manifest as it was read: its good entries, and findings about it and the others.

    `refused` are delivery paths whose entry is no good: a file of that name is not taken.
    """

    name: str
    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)


def told(
    rule: str,
    where: str,
    message: str,
    *,
    found: str = "",
    wanted: str = "",
    fix: str = "",
    severity: Severity = Severity.ERROR,
) -> Finding:
    """A finding about a manifest, at the file and line that `where` names."""
    return Finding(f"manifest.{rule}", severity, where, message, found, wanted, fix)


def counted(findings: Sequence[Finding], most: int, where: str) -> list[Finding]:
    """The first of them, and how many others there are."""
    if len(findings) <= most:
        return list(findings)
    more = len(findings) - most
    last = told("more", where, f"{more:,} more findings of this manifest are not told.")
    return [*findings[:most], last]
