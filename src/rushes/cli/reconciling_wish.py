"""What somebody asks of `rushes reconcile`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SCOPES = ("shots", "assets", "versions")


@dataclass(frozen=True, slots=True)
class Wish:
    """The options of one run, as they were given."""

    project: str
    scope: str = "versions"
    context: str = ""
    bucket: str = ""
    at: Path | None = None
    rules: Path | None = None
    tracker: str | None = None
    checksum: bool = False
    explain: bool = False
    as_csv: bool = False
    fix: bool = False

    @property
    def expected(self) -> str:
        """What ought to be in S3: all versions, those that are approved, or none for certain."""
        if self.context.endswith("_out"):
            return "approved"
        return "none" if self.context.endswith("_in") else "all"

    @property
    def place(self) -> str:
        """The show's folder in S3; empty where S3 is not asked."""
        bucket = (self.bucket or self.context).removeprefix("s3://").strip("/")
        return f"s3://{bucket}/{self.project}" if bucket else ""
