"""Settings: defaults < a person's file < the project's < environment < flags, each with its source.

`schema` holds every setting, one entry each; all else (names of variables, checks, documentation)
follows from it.
"""

from __future__ import annotations

from rushes.core.settings.keys import keys, sections
from rushes.core.settings.load import load
from rushes.core.settings.origin import Origin
from rushes.core.settings.schema import Settings
from rushes.core.settings.section import Key

__all__ = ["Key", "Origin", "Settings", "keys", "load", "sections"]
