"""Builds the few lines of C that list folders, where there is a compiler for them.

Nothing depends on it: without, Python lists folders by itself, and a scan takes a quarter longer.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PACKAGE = "rushes/adapters"
_SOURCE, _LIBRARY = "quick_listing.c", "libquick_listing.so"
_FLAGS = ("-O2", "-shared", "-fPIC", "-Wall")


class QuickListing(BuildHookInterface[Any]):
    """Compile `quick_listing.c` for the wheel, or into the source tree of an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the library to the wheel, which then is for this system only."""
        folder = Path(self.root, "src", _PACKAGE)
        editable = version == "editable"
        self._made = tempfile.mkdtemp(prefix="rushes-build-")
        library = Path(folder if editable else self._made, _LIBRARY)
        if not _compiled(folder / _SOURCE, library):
            return
        if not editable:
            build_data["force_include"][str(library)] = f"{_PACKAGE}/{_LIBRARY}"
        build_data["pure_python"] = False
        system = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{system}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made beside the source tree."""
        del version, build_data, artifact_path
        shutil.rmtree(self._made, ignore_errors=True)


def _compiled(source: Path, library: Path) -> bool:
    """Whether the library could be made; one line says so where it could not."""
    if sys.platform != "linux":
        return False
    compiler = shlex.split(os.environ.get("CC", "cc"))
    unfinished = library.with_suffix(".part")
    try:
        subprocess.run(
            [*compiler, *_FLAGS, "-o", str(unfinished), str(source)],
            check=True,
            capture_output=True,
        )
        unfinished.replace(library)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{_SOURCE} could not be compiled; scans take a quarter longer: {error}")  # noqa: T201
        library.unlink(missing_ok=True)
        unfinished.unlink(missing_ok=True)
        return False
    return True
