"""What the review asks of whoever records decisions."""

from __future__ import annotations

from typing import Protocol

from rushes.model.signoff import Record, Result
from rushes.qc.kept import Kept


class Decide(Protocol):
    """Records what a person says of an asset, and tells the record that lies beside it then.

    `asset` is what was on the screen. Raises `RushesError` where nothing was recorded: then the
    asset is as it was.
    """

    def __call__(self, asset: Kept, result: Result, note: str) -> Record:
        """Record `result` with `note`, which may be empty."""
        ...
