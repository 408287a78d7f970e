"""Where a setting's value comes from."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from rushes.core.escape import escape

FROM_DEFAULT = "default"
FROM_USER_FILE = "user file"
FROM_PROJECT_FILE = "project file"
FROM_ENV_FILE = "env file"
FROM_ENVIRONMENT = "environment"
FROM_FLAG = "flag"


class Origin(NamedTuple):
    """`kind` is one of the constants above; `name` is that of the variable or flag.

    `line` counts from 1; 0 where it is not known. `profile` is empty outside profiles.
    """

    kind: str = FROM_DEFAULT
    name: str = ""
    path: Path | None = None
    line: int = 0
    profile: str = ""

    def __str__(self) -> str:
        if self.path is None:
            return f"{self.kind} {self.name}".rstrip()
        place = escape(str(self.path)) + (f":{self.line}" if self.line else "")
        return f"{place} (profile {self.profile})" if self.profile else place


DEFAULT = Origin()
