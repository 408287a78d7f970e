"""How a walk is to be done, apart from where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WalkOptions:
    """What the caller of a walk may choose.

    A folder that gives no sign of life for `folder_timeout` seconds is reported as hung and left
    (0 waits for ever). Folders whose name fits a pattern of `ignore` are not entered. `cache` is
    the folder where stamps are kept from one walk to the next, None for nowhere; `full` reads
    everything again and keeps new stamps. `probes` is how many files of each sequence are looked
    at in a folder whose stamp has not changed.
    """

    folder_timeout: float = 60.0
    ignore: tuple[str, ...] = ()
    cache: Path | None = None
    full: bool = False
    probes: int = 3
