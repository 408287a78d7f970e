"""A package that is being made: which delivery, which files, and what its papers are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rushes.exchange.delivery.plan import File, Planned
from rushes.exchange.papers import PAPERS

Digests = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Package:
    """One delivery that has a name by now.

    `made` is when it was first asked for, and stands in all papers, so that a run that goes on
    makes the same ones. `sender` is what this studio calls itself.
    """

    plan: Planned
    name: str
    key: str
    made: datetime
    sender: str = ""
    tool: str = ""
    schema: str = ""
    files: list[File] = field(default_factory=list)

    @property
    def stem(self) -> str:
        """The paths of its papers without their endings: `manifest/FG_client_out_20261121_01`."""
        return f"{PAPERS}/{self.name}"

    @property
    def manifest(self) -> str:
        """Where its manifest lies in it."""
        return f"{self.stem}.json"
