"""What was asked of an ingest: options that can be written down, and read again by a retry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rushes.core.escape import escape, unescape

SOURCES = ("vendor", "client")
DEFAULT_POLICY = "vendor-ingest"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a drop is to be taken in."""

    project: str = ""
    show_code: str = ""
    source: str = SOURCES[0]
    vendor: str = ""
    vendor_bucket: str = ""
    client_bucket: str = ""
    to: Path | None = None
    manifests: tuple[Path, ...] = ()
    like: str | None = None
    policies: tuple[str, ...] = ()
    pixels: bool = False
    frozen: bool = False
    settle: float = 5.0
    wait: float = 60.0
    max_workers: int | None = None
    bandwidth: str = ""
    storage_class: str = ""
    sse: str = ""

    @property
    def at_once(self) -> int:
        """Files read or moved at once."""
        return self.max_workers or 8

    @property
    def bucket(self) -> str:
        """Where it is uploaded to; empty where it is copied."""
        return self.vendor_bucket if self.source == SOURCES[0] else self.client_bucket

    def row(self) -> dict[str, Any]:
        """The options as JSON, with paths that hold from anywhere."""
        row = asdict(self)
        row["to"] = _written(self.to) if self.to is not None else None
        row["manifests"] = [_written(one) for one in self.manifests]
        row["policies"] = [
            _written(Path(one)) if one.endswith(".toml") else one for one in self.policies
        ]
        return row


@dataclass(frozen=True, slots=True)
class Given:
    """One drop that is to be taken in, and how."""

    drop: str
    wish: Wish
    dry_run: bool = False
    quick: bool = False
    no_db: bool = False
    resume: bool = False


def read_wish(row: Mapping[str, Any]) -> Wish:
    """The options that were written down."""
    known = {one.name for one in fields(Wish)}
    given = {name: value for name, value in row.items() if name in known}
    to = given.get("to")
    given["to"] = Path(unescape(to)) if to else None
    given["manifests"] = tuple(Path(unescape(one)) for one in given.get("manifests", ()))
    given["policies"] = tuple(unescape(one) for one in given.get("policies", ()))
    return Wish(**given)


def _written(path: Path) -> str:
    return escape(str(path.expanduser().absolute()))
